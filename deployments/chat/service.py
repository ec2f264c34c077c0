"""A chat model: conversation in, deltas out. It owns the engine's runner and the dialect."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from deployments.chat.answer import Answer
from deployments.chat.constraints.compiler import Compiler
from deployments.chat.deltas import Delta
from deployments.chat.dialect import Dialect
from deployments.chat.forms import Forms
from deployments.chat.prompts import Prompts
from deployments.chat.request import ChatRequest
from deployments.engine.constraint import ConstraintError
from deployments.engine.llama.vocabulary import Vocabulary
from deployments.engine.model import DecodeError
from deployments.engine.runner import Runner
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence
from deployments.errors import InvalidField, InvalidRequest


class ChatService:
    """Many conversations at once over one model."""

    def __init__(self, runner: Runner, dialect: Dialect, vocabulary: Vocabulary, *, context_tokens: int) -> None:
        self.context_tokens = context_tokens
        self.runner = runner
        self.on_end: Callable[[Sequence], None] = lambda sequence: None
        self._dialect = dialect
        self._vocabulary = vocabulary
        self._prompts = Prompts(dialect, vocabulary, context_tokens=context_tokens)
        self._forms = Forms(dialect, Compiler(vocabulary))

    async def chat(self, request: ChatRequest) -> AsyncGenerator[list[Delta]]:
        """Deltas as they come, those that came together in one list; the last one is `Finished`.

        Raises ContextLengthExceeded, Overloaded, and InvalidField for a form that cannot be enforced, before the first.
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
        except DecodeError as error:
            if isinstance(error.__cause__, ConstraintError):  # too complex on the way: no failure of the model
                raise InvalidRequest(f"The answer's form could not be kept: {error}") from error
            raise
        finally:
            self.on_end(sequence)
        yield [*answer.finish(), answer.outcome(sequence)]

    async def count_tokens(self, text: str) -> int:
        return len(await asyncio.to_thread(self._vocabulary.plain, text))

    async def count_prompt_tokens(self, request: ChatRequest) -> int:
        """Tokens of the conversation as the model would read it, up to where its answer begins."""
        return len(await asyncio.to_thread(self._prompts.conversation, request))

    def check_health(self) -> None:
        self.runner.check_health()

    def close(self) -> None:
        self.runner.close()

    async def _sequence(self, request: ChatRequest) -> Sequence:
        self._check_biases(request.sampling)
        prompt = await asyncio.to_thread(self._prompts.of_conversation, request)
        return Sequence(
            prompt.tokens,
            request.sampling,
            max_tokens=min(request.max_tokens, self.context_tokens - len(prompt.tokens)),
            caller=request.caller,
            timeout_s=request.timeout_s,
            branches=prompt.branches,
            constraint=await self._forms.constraint(request),
        )

    def _check_biases(self, sampling: Sampling) -> None:
        size = self._vocabulary.size
        unknown = [token for token in sampling.logit_bias if not 0 <= token < size]
        if unknown:
            raise InvalidField(f"logit_bias names tokens {unknown}; the model has 0 to {size - 1}.", param="logit_bias")
