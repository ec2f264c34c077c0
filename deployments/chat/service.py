"""A chat model: conversation in, deltas out. It owns the engine's runner and the dialect."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

from deployments.chat.answer import Answer
from deployments.chat.deltas import Delta
from deployments.chat.dialect import Dialect
from deployments.chat.harmony.dialect import HarmonyDialect
from deployments.chat.prompt import Vocabulary, tokenize
from deployments.chat.request import ChatRequest
from deployments.chat.template.dialect import TemplateDialect
from deployments.chat.template.jinja import ChatTemplate
from deployments.config import GeneratorConfig
from deployments.engine.engine import Engine
from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.memory import fitting_context
from deployments.engine.llama.parameters import Placement, Shape
from deployments.engine.llama.room import Room
from deployments.engine.llama.weights import Weights
from deployments.engine.runner import Runner
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence
from deployments.errors import ConfigError, ContextLengthExceeded, InvalidField


class ChatService:
    """Many conversations at once over one model."""

    def __init__(self, runner: Runner, dialect: Dialect, vocabulary: Vocabulary, *, context_tokens: int) -> None:
        self.context_tokens = context_tokens
        self._runner = runner
        self._dialect = dialect
        self._vocabulary = vocabulary

    @classmethod
    def load(cls, config: GeneratorConfig, path: Path, *, gpu_fraction: float | None = None) -> "ChatService":
        """`gpu_fraction` of each GPU's memory may be used; None: all.

        Raises ConfigError, in one line, when the file or the settings cannot work, or need more memory than there is.
        """
        placement = _placement(config)
        context_tokens = fitting_context(
            path, placement, _shape(config), config.context_tokens, Room.here(placement, gpu_fraction=gpu_fraction)
        )
        weights = Weights(path, placement)
        dialect = _dialect(weights, path.name)
        context = LlamaContext(
            weights,
            slots=config.slots,
            context_tokens=context_tokens,
            batch_tokens=config.batch_tokens,
            threads=config.threads,
            flash_attention=config.flash_attention,
            cache_type_k=config.cache_type_k,
            cache_type_v=config.cache_type_v,
        )
        engine = Engine(context, longest_gap_s=config.longest_gap_ms / 1000)
        runner = Runner(engine, queue_requests=config.queue_requests)
        return cls(runner, dialect, weights.vocabulary, context_tokens=context_tokens)

    async def chat(self, request: ChatRequest) -> AsyncGenerator[list[Delta]]:
        """Deltas as they come, those that came together in one list; the last one is `Finished`.

        Raises ContextLengthExceeded and Overloaded before the first.
        """
        sequence = await self._sequence(request)
        answer = Answer(self._dialect.parser(request), request.stop)
        async with aclosing(self._runner.generate(sequence)) as generated:
            async for tokens in generated:
                if deltas := answer.feed(tokens):
                    yield [*deltas]
                if answer.is_stopped:
                    break
        yield [*answer.finish(), answer.outcome(sequence)]

    async def count_tokens(self, text: str) -> int:
        return len(await asyncio.to_thread(self._vocabulary.plain, text))

    async def count_prompt_tokens(self, request: ChatRequest) -> int:
        """Tokens of the conversation as the model would read it, up to where its answer begins."""
        return len(await asyncio.to_thread(self._prompt, request))

    def check_health(self) -> None:
        self._runner.check_health()

    def close(self) -> None:
        self._runner.close()

    async def _sequence(self, request: ChatRequest) -> Sequence:
        self._check_biases(request.sampling)
        prompt = await asyncio.to_thread(self._prompt, request)
        room = self.context_tokens - len(prompt)
        if room < 1:
            raise ContextLengthExceeded(
                f"This model's maximum context length is {self.context_tokens} tokens, but the messages resulted in "
                f"{len(prompt)} tokens. Please shorten them.",
                param="messages",
            )
        return Sequence(prompt, request.sampling, max_tokens=min(request.max_tokens, room))

    def _check_biases(self, sampling: Sampling) -> None:
        size = len(self._vocabulary.pieces)
        unknown = [token for token in sampling.logit_bias if not 0 <= token < size]
        if unknown:
            raise InvalidField(f"logit_bias names tokens {unknown}; the model has 0 to {size - 1}.", param="logit_bias")

    def _prompt(self, request: ChatRequest) -> list[int]:
        return tokenize(self._dialect.render(request), self._vocabulary)


def _placement(config: GeneratorConfig) -> Placement:
    return Placement(
        gpu_layers=config.gpu_layers,
        split_mode=config.split_mode,
        main_gpu=config.main_gpu,
        tensor_split=config.tensor_split,
        use_mmap=config.use_mmap,
        use_mlock=config.use_mlock,
    )


def _shape(config: GeneratorConfig) -> Shape:
    return Shape(
        slots=config.slots,
        batch_tokens=config.batch_tokens,
        threads=config.threads,
        flash_attention=config.flash_attention,
        cache_type_k=config.cache_type_k,
        cache_type_v=config.cache_type_v,
    )


def _dialect(weights: Weights, name: str) -> Dialect:
    vocabulary = weights.vocabulary
    if HarmonyDialect.is_spoken_by(vocabulary):
        return HarmonyDialect(vocabulary)
    source = weights.chat_template
    if not source:
        raise ConfigError(f"{name} has no chat template. Use a model that was made for chat.")
    return TemplateDialect(vocabulary, ChatTemplate(source, vocabulary, vocabulary.named))
