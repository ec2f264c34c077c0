"""The model's reasoning while it is written. A summary, where one is wanted, is the reasoning itself."""

from dataclasses import dataclass
from typing import Any

from deployments.api.openai.responses.item_objects import ItemStatus
from deployments.api.openai.responses.parts import Event, Shown, item_id, part_added, part_done
from deployments.api.openai.responses.sealed import sealed
from deployments.chat.deltas import Piece, Reasoning

SUMMARY = "response.reasoning_summary"


@dataclass(slots=True)
class ReasoningOutput:
    id: str
    shown: Shown
    text: str = ""

    @classmethod
    def begun(cls, response: str, index: int, shown: Shown, piece: Piece) -> "ReasoningOutput":
        return cls(item_id("rs", response, index), shown)

    def takes(self, piece: Piece) -> bool:
        return isinstance(piece, Reasoning)

    def opened(self) -> list[Event]:
        summary = {"type": f"{SUMMARY}_part.added", "summary_index": 0, "part": _summary("")}
        return [*([summary] if self.shown.summary else []), part_added(_thought(""))]

    def add(self, piece: Piece) -> list[Event]:
        assert isinstance(piece, Reasoning)
        self.text += piece.text
        summary = {"type": f"{SUMMARY}_text.delta", "summary_index": 0, "delta": piece.text}
        told = {"type": "response.reasoning_text.delta", "content_index": 0, "delta": piece.text}
        return [told, *([summary] if self.shown.summary else [])]

    def closed(self) -> list[Event]:
        told = {"type": "response.reasoning_text.done", "content_index": 0, "text": self.text}
        summary = {"type": f"{SUMMARY}_text.done", "summary_index": 0, "text": self.text}
        part = {"type": f"{SUMMARY}_part.done", "summary_index": 0, "part": _summary(self.text)}
        return [told, part_done(_thought(self.text)), *([summary, part] if self.shown.summary else [])]

    def object(self, status: ItemStatus) -> dict[str, Any]:
        item = {
            "id": self.id,
            "type": "reasoning",
            "status": status,
            "summary": [_summary(self.text)] if self.shown.summary and self.text else [],
            "content": [_thought(self.text)] if self.text else [],
        }
        return item | {"encrypted_content": sealed(self.text)} if self.shown.sealed else item


def _thought(text: str) -> dict[str, Any]:
    return {"type": "reasoning_text", "text": text}


def _summary(text: str) -> dict[str, Any]:
    return {"type": "summary_text", "text": text}
