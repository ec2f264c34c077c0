"""A call of a function while it is written."""

from dataclasses import dataclass
from typing import Any

from deployments.api.openai.responses.item_objects import ItemStatus
from deployments.api.openai.responses.parts import Event, Shown, item_id
from deployments.chat.deltas import CallArguments, CallStarted, Piece


@dataclass(slots=True)
class CallOutput:
    id: str
    call: CallStarted
    arguments: str = ""

    @classmethod
    def begun(cls, response: str, index: int, shown: Shown, piece: Piece) -> "CallOutput":
        assert isinstance(piece, CallStarted)
        return cls(item_id("fc", response, index), piece)

    def takes(self, piece: Piece) -> bool:
        return isinstance(piece, CallArguments) and piece.index == self.call.index

    def opened(self) -> list[Event]:
        return []

    def add(self, piece: Piece) -> list[Event]:
        assert isinstance(piece, CallArguments)
        self.arguments += piece.text
        return [{"type": "response.function_call_arguments.delta", "delta": piece.text}]

    def closed(self) -> list[Event]:
        done = {"type": "response.function_call_arguments.done", "name": self.call.name}
        return [done | {"arguments": self.arguments}]

    def object(self, status: ItemStatus) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": "function_call",
            "status": status,
            "call_id": self.call.id,
            "name": self.call.name,
            "arguments": self.arguments,
        }
