"""A chat model: conversation in, deltas out. It owns the engine's runner and the dialect."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from itertools import takewhile

from deployments.chat.answer import Answer
from deployments.chat.deltas import Delta
from deployments.chat.dialect import Dialect
from deployments.chat.prompt import Vocabulary, tokenize
from deployments.chat.request import ChatRequest
from deployments.engine.prefix import common_prefix
from deployments.engine.runner import Runner
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence
from deployments.errors import ContextLengthExceeded, InvalidField, ServingError


class ChatService:
    """Many conversations at once over one model."""

    def __init__(self, runner: Runner, dialect: Dialect, vocabulary: Vocabulary, *, context_tokens: int) -> None:
        self.context_tokens = context_tokens
        self.runner = runner
        self.on_end: Callable[[Sequence], None] = lambda sequence: None
        self._dialect = dialect
        self._vocabulary = vocabulary

    async def chat(self, request: ChatRequest) -> AsyncGenerator[list[Delta]]:
        """Deltas as they come, those that came together in one list; the last one is `Finished`.

        Raises ContextLengthExceeded and Overloaded before the first.
        """
        sequence = await self._sequence(request)
        answer = Answer(self._dialect.parser(request), request.stop)
        try:
            async with aclosing(self.runner.generate(sequence)) as generated:
                async for tokens in generated:
                    if deltas := answer.feed(tokens):
                        yield [*deltas]
                    if answer.is_stopped:
                        break
        finally:
            self.on_end(sequence)
        yield [*answer.finish(), answer.outcome(sequence)]

    async def count_tokens(self, text: str) -> int:
        return len(await asyncio.to_thread(self._vocabulary.plain, text))

    async def count_prompt_tokens(self, request: ChatRequest) -> int:
        """Tokens of the conversation as the model would read it, up to where its answer begins."""
        return len(await asyncio.to_thread(self._prompt, request))

    def check_health(self) -> None:
        self.runner.check_health()

    def close(self) -> None:
        self.runner.close()

    async def _sequence(self, request: ChatRequest) -> Sequence:
        self._check_biases(request.sampling)
        prompt, branches = await asyncio.to_thread(self._prompt_with_branches, request)
        room = self.context_tokens - len(prompt)
        if room < 1:
            raise ContextLengthExceeded(
                f"This model's maximum context length is {self.context_tokens} tokens, but the messages resulted in "
                f"{len(prompt)} tokens. Please shorten them.",
                param="messages",
            )
        return Sequence(
            prompt,
            request.sampling,
            max_tokens=min(request.max_tokens, room),
            caller=request.caller,
            timeout_s=request.timeout_s,
            branches=branches,
        )

    def _check_biases(self, sampling: Sampling) -> None:
        size = len(self._vocabulary.pieces)
        unknown = [token for token in sampling.logit_bias if not 0 <= token < size]
        if unknown:
            raise InvalidField(f"logit_bias names tokens {unknown}; the model has 0 to {size - 1}.", param="logit_bias")

    def _prompt(self, request: ChatRequest) -> list[int]:
        return tokenize(self._dialect.render(request), self._vocabulary)

    def _prompt_with_branches(self, request: ChatRequest) -> tuple[list[int], list[int]]:
        """Other conversations may begin with the same instructions, and part from this one where they end."""
        prompt = self._prompt(request)
        leading = tuple(takewhile(lambda message: message.is_instruction, request.messages))
        try:
            opening = self._prompt(replace(request, messages=leading)) if leading else []
        except ServingError:  # a template may not write instructions without a question
            opening = []
        return prompt, [common_prefix(prompt, opening)] if opening else []
