"""A chat model: conversations and texts in, deltas out. It owns the engine's runner and the dialect."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from deployments.chat.answer import Answer
from deployments.chat.attribution import Attribution
from deployments.chat.constraints.compiler import Compiler
from deployments.chat.deltas import Content, Delta, Group, Truncated
from deployments.chat.dialect import Dialect, Parser
from deployments.chat.forms import Forms
from deployments.chat.merge import merged
from deployments.chat.messages import Message
from deployments.chat.plain import PlainParser, TextRequest, after
from deployments.chat.prompts import Prompts
from deployments.chat.request import ChatRequest
from deployments.chat.sequences import sequence_of
from deployments.chat.tools import Tool
from deployments.engine.constraint import ConstraintError
from deployments.engine.llama.vocabulary import Vocabulary
from deployments.engine.model import DecodeError
from deployments.engine.runner import Runner
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence
from deployments.errors import InvalidField, InvalidRequest, ModelNotReady

NAMED = 10  # of the unknown tokens of a request


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

    @property
    def supports_tools(self) -> bool:
        """Whether its dialect has words for them."""
        try:
            self._prompts.conversation(ChatRequest((Message("user", "?"),), max_tokens=1, tools=(Tool("any"),)))
        except InvalidRequest:
            return False
        return True

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Group]:
        """Deltas as they come, each answer's in a list of their own; the last of an answer is `Finished`.

        Raises ContextLengthExceeded, Overloaded, and InvalidField for a form that cannot be enforced, before the first.
        """
        self._check_biases(request.sampling)
        request, prompt = await asyncio.to_thread(self._prompts.of_conversation, request)
        truncated: list[Delta] = [Truncated(request.truncated_messages)] if request.truncated_messages else []
        answers = []
        for number, constraint in enumerate(await self._forms.constraints(request)):
            sequence = sequence_of(request, number, prompt, constraint)
            answers.append(after(truncated, self._answer(sequence, self._dialect.parser(request), request.stop)))
        async with aclosing(merged(answers)) as groups:
            async for group in groups:
                yield group

    async def text(self, request: TextRequest) -> AsyncGenerator[Group]:
        """The same for texts that go on."""
        self._check_biases(request.sampling)
        answers = []
        for text in request.prompts:
            prompt = await asyncio.to_thread(self._prompts.of_text, text)
            echo: list[Delta] = [Content(self._prompts.spelled(text))] if request.echo else []
            for number in range(request.choices):
                answer = self._answer(sequence_of(request, number, prompt), self._plain_parser(), request.stop)
                answers.append(after(echo, answer))
        async with aclosing(merged(answers)) as groups:
            async for group in groups:
                yield group

    async def count_tokens(self, text: str) -> int:
        return len(await asyncio.to_thread(self._vocabulary.plain, text))

    async def count_prompt_tokens(self, request: ChatRequest) -> int:
        """Tokens of the conversation as the model would read it, up to where its answer begins."""
        return len(await asyncio.to_thread(self._prompts.conversation, request))

    def check_health(self) -> None:
        self.runner.check_health()

    def close(self) -> None:
        self.runner.close()

    async def _answer(self, sequence: Sequence, parser: Parser, stop: tuple[str, ...]) -> AsyncGenerator[list[Delta]]:
        answer = Answer(sequence, parser, stop, self._attribution(sequence.sampling))
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
            raise ModelNotReady(f"The model failed on this answer: {error}. Try again.") from error
        finally:
            self.on_end(sequence)
        yield [*answer.finish(), answer.outcome()]

    def _attribution(self, sampling: Sampling) -> Attribution | None:
        return None if sampling.logprobs is None else Attribution(self._vocabulary.pieces)

    def _plain_parser(self) -> PlainParser:
        return PlainParser(self._vocabulary.pieces)

    def _check_biases(self, sampling: Sampling) -> None:
        size = self._vocabulary.size
        unknown = [token for token in sampling.logit_bias if not 0 <= token < size]
        if unknown:
            some = f"{unknown[:NAMED]}" + (f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else "")
            raise InvalidField(f"logit_bias names tokens {some}; the model has 0 to {size - 1}.", param="logit_bias")
