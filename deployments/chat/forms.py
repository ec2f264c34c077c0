"""The form that an answer must have, as something an engine obeys. It knows no tokens."""

import asyncio
from collections.abc import Sequence

from deployments.chat.constraints.compiler import Compiler
from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.constraints.matcher import Matcher
from deployments.chat.dialect import Dialect
from deployments.chat.request import ChatRequest
from deployments.errors import InvalidField


class Forms:
    """A dialect knows how a whole turn is written, a compiler whether that can be enforced."""

    def __init__(self, dialect: Dialect, compiler: Compiler) -> None:
        self._dialect = dialect
        self._compiler = compiler

    async def constraints(self, request: ChatRequest) -> Sequence[Matcher | None]:
        """One for each answer. Raises InvalidField for what cannot be enforced, with the field that asks for it."""
        grammar = await asyncio.to_thread(self._dialect.grammar, request)
        if grammar is None:
            return [None] * request.choices
        try:
            return [await self._compiler.matcher(grammar) for _ in range(request.choices)]
        except InvalidField as error:
            await self._blame(request)
            param = "tools" if request.callable_tools else "response_format"
            raise InvalidField(error.message, param=param) from None

    async def _blame(self, request: ChatRequest) -> None:
        """A turn holds every schema of its request; the one at fault is found by compiling each alone."""
        if request.response_format:
            await self._compiler.matcher(request.response_format, param="response_format")
        for tool in request.callable_tools:
            await self._compiler.matcher(JsonSchema(tool.parameters, tool.name), param="tools")
