"""A message to the user while it is written."""

from dataclasses import dataclass, field
from typing import Any

from deployments.api.openai.logprobs import logprobs_object
from deployments.api.openai.responses.item_objects import ItemStatus
from deployments.api.openai.responses.parts import Event, Shown, item_id, part_added, part_done
from deployments.chat.deltas import Content, Likelihood, Piece


@dataclass(slots=True)
class MessageOutput:
    id: str
    shown: Shown
    text: str = ""
    likelihoods: list[Likelihood] = field(default_factory=list)
    has_part: bool = False

    @classmethod
    def begun(cls, response: str, index: int, shown: Shown, piece: Piece) -> "MessageOutput":
        return cls(item_id("msg", response, index), shown)

    def takes(self, piece: Piece) -> bool:
        return isinstance(piece, Content)

    def opened(self) -> list[Event]:
        self.has_part = True
        return [part_added(self._part())]

    def add(self, piece: Piece) -> list[Event]:
        assert isinstance(piece, Content)
        self.text += piece.text
        self.likelihoods += piece.likelihoods
        told = {"type": "response.output_text.delta", "content_index": 0, "delta": piece.text}
        return [told | {"logprobs": self._logprobs(list(piece.likelihoods))}]

    def closed(self) -> list[Event]:
        told = {"type": "response.output_text.done", "content_index": 0, "text": self.text}
        return [told | {"logprobs": self._logprobs(self.likelihoods)}, part_done(self._part())]

    def object(self, status: ItemStatus) -> dict[str, Any]:
        content = [self._part()] if self.has_part else []
        return {"id": self.id, "type": "message", "status": status, "role": "assistant", "content": content}

    def _part(self) -> dict[str, Any]:
        part = {"type": "output_text", "text": self.text, "annotations": []}
        return part | {"logprobs": self._logprobs(self.likelihoods)}

    def _logprobs(self, likelihoods: list[Likelihood]) -> list[Any]:
        content: list[Any] = logprobs_object(likelihoods)["content"] if self.shown.logprobs else []
        return content
