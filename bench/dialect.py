"""What Harmony's renderer and parser cost beside a model: microseconds for each token that they write or read."""

import time
from collections.abc import Callable
from statistics import median

from bench.figure import Figure
from deployments.chat.harmony.dialect import HarmonyDialect
from deployments.chat.messages import Message
from deployments.chat.prompt import Control, Part, tokenize
from deployments.chat.request import ChatRequest
from deployments.engine.llama.weights import Weights
from deployments.models.builtin import POCKET_CHAT, builtin_model

ROUNDS, TURNS = 9, 50
TEXT = "The quick brown fox jumps over a lazy dog, and runs home through tall green grass. " * 8


async def measure() -> list[Figure]:
    weights = Weights(builtin_model(POCKET_CHAT))
    dialect, vocabulary = HarmonyDialect(weights.vocabulary), weights.vocabulary
    written, read = len(tokenize(dialect.render(_request()), vocabulary)), tokenize(_answer(), vocabulary)
    render_us = _median_us(lambda: dialect.render(_request())) / written
    parse_us = _median_us(lambda: _parse(dialect, read)) / len(read)
    weights.close()
    detail = f"{render_us:.2g} µs to render one of {written} tokens, {parse_us:.2g} µs to parse one of {len(read)}"
    return [Figure("Harmony's renderer and parser", render_us + parse_us, 5, "µs/token", detail)]


def _request() -> ChatRequest:
    turns = [Message("user", TEXT), Message("assistant", TEXT)] * TURNS
    return ChatRequest((Message("system", TEXT), *turns, Message("user", TEXT)), max_tokens=1)


def _answer() -> list[Part]:
    """An answer with its reasoning, as a model writes it."""
    thought: list[Part] = [Control("<|channel|>"), "analysis", Control("<|message|>"), TEXT * 10, Control("<|end|>")]
    opened: list[Part] = [Control("<|start|>"), "assistant", Control("<|channel|>"), "final", Control("<|message|>")]
    return [*thought, *opened, TEXT * 10, Control("<|return|>")]


def _parse(dialect: HarmonyDialect, tokens: list[int]) -> None:
    parser = dialect.parser(_request())
    for token in tokens:
        parser.feed(token)
    parser.finish()


def _median_us(work: Callable[[], object]) -> float:
    return median(_timed_us(work) for _ in range(ROUNDS))


def _timed_us(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e6
