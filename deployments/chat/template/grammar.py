"""The form of a whole answer with tools or a response format, as a grammar of text and control tokens.

Where markup is text, whatever spells the beginning of a call is one, in what is said and in what is thought.
"""

import re
from collections.abc import Iterator

from deployments.chat.constraints.grammar import Lark
from deployments.chat.constraints.source import json_of
from deployments.chat.request import ChatRequest
from deployments.chat.template.call_grammar import call_rules
from deployments.chat.template.families import Thinking
from deployments.chat.template.lark import marked_up
from deployments.chat.template.markup import Markup
from deployments.chat.template.style import Style
from deployments.errors import InvalidField

_TERMINALS = r"""
TEXT: /(.|\n)+/
SEAM: /\n{1,2}/"""
_THOUGHT = {"open": "thought", "free": "thought?", "closed": ""}
# Where nothing announces a call, JSON is one.
_NO_JSON = r"/[ \n\t]*[^{ \n\t](.|\n)*/"


class AnswerGrammar:
    """For one style and vocabulary."""

    def __init__(self, style: Style, markup: Markup) -> None:
        self._style = style
        self._calls = style.calls
        self._markup = markup

    def of(self, request: ChatRequest) -> Lark | None:
        """None for a plain request. Raises InvalidField for what cannot be demanded."""
        if request.must_call and not request.callable_tools:
            raise InvalidField("tool_choice demands a call, but there is no such tool.", param="tool_choice")
        if not request.tools and not request.response_format:
            return None
        return Lark("\n".join(self._rules(request)))

    def _rules(self, request: ChatRequest) -> Iterator[str]:
        opening = self._style.openings[request.reasoning_effort]
        yield f"start: {_THOUGHT[opening]} answer"
        yield f"answer: {' | '.join(self._answers(request))}"
        yield f"WORDS: {self._words(request)}"
        yield _TERMINALS
        if self._style.thinking and opening != "closed":
            yield from self._thought(self._style.thinking, request, is_open=opening == "open")
        if request.response_format:
            yield f"json: {json_of(request.response_format, param='response_format')}"
        if request.callable_tools:
            yield f"lead{_lazy(self._begin_is_text)}: TEXT? {marked_up(self._calls.begin, self._markup)}"
            yield from call_rules(self._calls, self._markup, request)

    def _answers(self, request: ChatRequest) -> Iterator[str]:
        """A user wants nothing but JSON where there is a response format."""
        if not request.must_call:
            yield "json" if request.response_format else "WORDS?"
        if request.callable_tools:
            may_speak = self._calls.begin and not request.must_call and not request.response_format
            yield "lead begun" if may_speak else "calls"

    def _words(self, request: ChatRequest) -> str:
        if not request.callable_tools:
            return self._text_without_calls()
        return "TEXT" if self._calls.begin else _NO_JSON

    def _thought(self, thinking: Thinking, request: ChatRequest, *, is_open: bool) -> Iterator[str]:
        begin = "" if is_open else marked_up(thinking.begin, self._markup)
        end = marked_up(thinking.end, self._markup)
        may_call = request.callable_tools and self._begin_is_text
        yield f"THOUGHT: {self._text_without_calls() if may_call else 'TEXT'}"
        yield "thought: thinking SEAM?"
        yield f"thinking{_lazy(thinking.end not in self._markup.controls)}: {begin} THOUGHT? {end}"

    @property
    def _begin_is_text(self) -> bool:
        return bool(self._calls.begin) and self._calls.begin not in self._markup.controls

    def _text_without_calls(self) -> str:
        if self._begin_is_text:
            return rf"TEXT & ~/(.|\n)*{re.escape(self._calls.begin)}(.|\n)*/"
        return "TEXT" if self._calls.begin else rf"TEXT & ~/[ \n\t]*{re.escape(self._calls.head)}(.|\n)*/"


def _lazy(is_text: bool) -> str:
    """Whether a rule ends where its last mark first appears, which is certain of control tokens."""
    return "[lazy]" if is_text else ""
