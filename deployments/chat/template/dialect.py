"""The template as a dialect: its own words for messages, thoughts and tools, as far as it has any."""

from collections.abc import Iterator

from deployments.chat.constraints.grammar import Lark
from deployments.chat.prompt import Part, Vocabulary
from deployments.chat.request import ChatRequest
from deployments.chat.template import own, values
from deployments.chat.template.alphabet import Alphabet
from deployments.chat.template.grammar import AnswerGrammar
from deployments.chat.template.jinja import ChatTemplate
from deployments.chat.template.marks import marks_of
from deployments.chat.template.parse import TemplateParser
from deployments.chat.template.style import style_of
from deployments.chat.template.texts import STAND_IN, Texts
from deployments.chat.template.values import Values
from deployments.errors import InvalidRequest


class TemplateDialect:
    """A template that has no place for tools, or whose calls we cannot read, gets them as text.

    One that has no place for instructions gets them at the head of the first question.
    """

    def __init__(self, vocabulary: Vocabulary, template: ChatTemplate) -> None:
        self._template = template
        self._style = style_of(template)
        self._alphabet = Alphabet(vocabulary, template.markup)
        self._grammar = AnswerGrammar(self._style, template.markup)

    def render(self, request: ChatRequest) -> list[Part]:
        texts, refusals = Texts(self._template.markup.words), list[InvalidRequest]()
        try:
            variables = self._variables(request, texts)
        except RecursionError:
            raise InvalidRequest("The tools, or the arguments of a call, are nested too deeply.") from None
        for attempt in variables, *values.folded(variables):
            try:
                return list(self._parts(self._write(attempt, texts), texts))
            except InvalidRequest as refusal:
                refusals.append(refusal)
        raise refusals[0]

    def grammar(self, request: ChatRequest) -> Lark | None:
        return self._grammar.of(request)

    def parser(self, request: ChatRequest) -> TemplateParser:
        marks = marks_of(self._style.thinking, self._style.calls, self._alphabet, request.callable_tools)
        is_open = self._style.openings[request.reasoning_effort] == "open"
        may_be_json = bool(request.response_format) and not request.must_call
        return TemplateParser(self._alphabet.reader(), marks, is_open=is_open, may_be_json=may_be_json)

    def _variables(self, request: ChatRequest, texts: Texts) -> Values:
        levels = values.levels(request.reasoning_effort)
        if not self._style.is_native:
            return {"messages": own.conversation(request.messages, request.tools, texts), "tools": None, **levels}
        messages = values.conversation(request.messages, texts, self._style.shape)
        return {"messages": messages, "tools": values.offered(request.tools, texts) or None, **levels}

    def _write(self, variables: Values, texts: Texts) -> str:
        written = self._template.write(variables)
        if lost := texts.lost(written):
            raise InvalidRequest(f"The model's chat template has no place for {lost.what}.", param=lost.param)
        return written

    def _parts(self, written: str, texts: Texts) -> Iterator[Part]:
        """Control tokens are what the template spelled."""
        for i, part in enumerate(STAND_IN.split(written)):
            yield from [texts.of(part)] if i % 2 else self._template.markup.parts(part)
