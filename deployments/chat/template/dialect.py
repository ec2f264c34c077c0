"""The template as a dialect: messages in, plain text out."""

import codecs

from deployments.chat.deltas import Content, Piece
from deployments.chat.prompt import Part, Vocabulary
from deployments.chat.request import ChatRequest
from deployments.chat.template.jinja import ChatTemplate
from deployments.errors import InvalidRequest


class TemplateDialect:
    """No reasoning and no tools: their formats differ from family to family."""

    def __init__(self, vocabulary: Vocabulary, template: ChatTemplate) -> None:
        self._vocabulary = vocabulary
        self._template = template

    def render(self, request: ChatRequest) -> list[Part]:
        if any(message.tool_calls or message.role == "tool" for message in request.messages):
            raise InvalidRequest("This model's messages have no tool calls.", param="messages")
        return self._template.render(request.messages)

    def grammar(self, request: ChatRequest) -> None:
        return None

    def parser(self, request: ChatRequest) -> "PlainParser":
        return PlainParser(self._vocabulary)


class PlainParser:
    """Everything is content."""

    calls = 0
    is_reasoning = False

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._pieces = vocabulary.pieces
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, token: int) -> list[Piece]:
        text = self._decoder.decode(self._pieces[token])
        return [Content(text)] if text else []

    def finish(self) -> list[Piece]:
        text = self._decoder.decode(b"", final=True)
        return [Content(text)] if text else []
