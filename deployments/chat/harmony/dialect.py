"""Harmony as a dialect of a loaded model."""

import datetime
from collections.abc import Callable

from deployments.chat.constraints.grammar import Lark
from deployments.chat.harmony.grammar import turn
from deployments.chat.harmony.header import MARKS
from deployments.chat.harmony.parse import Alphabet, HarmonyParser
from deployments.chat.harmony.render import render
from deployments.chat.prompt import Part, Vocabulary
from deployments.chat.request import ChatRequest


class HarmonyDialect:
    """`today` is the date that the system message states."""

    def __init__(self, vocabulary: Vocabulary, today: Callable[[], datetime.date] = datetime.date.today) -> None:
        marks = {vocabulary.control(f"<|{mark}|>"): mark for mark in MARKS}
        self._alphabet = Alphabet(vocabulary.pieces, marks)
        self._today = today

    @staticmethod
    def is_spoken_by(vocabulary: Vocabulary) -> bool:
        return all(f"<|{mark}|>" in vocabulary.controls for mark in MARKS)

    def render(self, request: ChatRequest) -> list[Part]:
        return render(
            request.messages,
            effort=request.reasoning_effort,
            today=self._today(),
            tools=request.tools,
            response_format=request.response_format,
        )

    def grammar(self, request: ChatRequest) -> Lark:
        return turn(request)

    def parser(self, request: ChatRequest) -> HarmonyParser:
        return HarmonyParser(self._alphabet, {tool.name for tool in request.callable_tools})
