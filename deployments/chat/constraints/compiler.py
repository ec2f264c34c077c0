"""Compiles forms for one vocabulary, each once. It does not know which request asks."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from cachetools import LRUCache
from llguidance import LLMatcher

from deployments.chat.constraints.grammar import Grammar
from deployments.chat.constraints.limits import LIMITS
from deployments.chat.constraints.matcher import Matcher
from deployments.chat.constraints.proof import Proof
from deployments.chat.constraints.source import Refusal, reason, source_of
from deployments.chat.constraints.tokenizer import tokenizer_of
from deployments.engine.llama.vocabulary import Vocabulary
from deployments.errors import InvalidField

# Compiling recurses along references and rules, and the end of a stack is the end of the process.
_STACK_BYTES = 256 * 1024 * 1024


class Compiler:
    """One event loop calls it; what it gives may be used by any thread. `max_entries` compiled forms are kept.

    Reads the vocabulary at once, which takes a second for a large one.
    """

    def __init__(self, vocabulary: Vocabulary, *, max_entries: int = 128) -> None:
        self.compiled = 0
        self._vocabulary = vocabulary
        self._tokenizer = tokenizer_of(vocabulary)
        self._cache: LRUCache[str, LLMatcher] = LRUCache(max_entries)
        self._flights: dict[str, asyncio.Task[LLMatcher]] = {}
        self._proof = Proof(vocabulary.size, vocabulary.controls)
        self._worker = _deep_worker()

    async def matcher(self, grammar: Grammar, *, param: str | None = None) -> Matcher:
        """A new one, before its first token. Raises InvalidField, for the field `param`, with what cannot be kept."""
        try:
            source = source_of(grammar)
            compiled = self._cache.get(source) or await self._fly(source)
        except Refusal as refusal:
            raise InvalidField(f"{grammar.title} cannot be enforced: {refusal}.", param=param) from None
        ends, size = self._vocabulary.ends, self._vocabulary.size
        return Matcher(compiled.deep_copy(), ends=ends, vocabulary_size=size)

    async def _fly(self, source: str) -> LLMatcher:
        """Who wants what is being compiled waits with the others; who leaves does not stop it."""
        flight = self._flights.get(source)
        if flight is None:
            flight = self._flights[source] = asyncio.create_task(self._compile(source))
            flight.add_done_callback(lambda flight: self._land(source, flight))
        return await asyncio.shield(flight)

    def _land(self, source: str, flight: asyncio.Task[LLMatcher]) -> None:
        del self._flights[source]
        if not flight.cancelled() and not flight.exception():
            self._cache[source] = flight.result()

    async def _compile(self, source: str) -> LLMatcher:
        self.compiled += 1
        await self._proof.find(source)
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._build, source)

    def _build(self, source: str) -> LLMatcher:
        """With the first mask, which finds what is too complex or can never be satisfied."""
        matcher = LLMatcher(self._tokenizer, source, log_level=0, limits=LIMITS)
        matcher.compute_bitmask()
        if matcher.is_error():
            raise Refusal(reason(matcher.get_error()))
        return matcher


def _deep_worker() -> ThreadPoolExecutor:
    """One thread, so that forms are compiled one after another. Its stack is address space until it is used."""
    worker = ThreadPoolExecutor(1, "constraints")
    usual = threading.stack_size(_STACK_BYTES)
    try:
        worker.submit(int)  # starts the thread
    finally:
        threading.stack_size(usual)
    return worker
