"""Handles that look like the plain classes behind them. Ray's own errors become ours here, and only here."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any

from ray.exceptions import RayActorError, RayTaskError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError
from ray.serve.handle import DeploymentHandle

from deployments.api.openai.local_chat import Form, Request
from deployments.chat.completion import Completion
from deployments.chat.deltas import Truncated
from deployments.chat.request import ChatRequest
from deployments.embedding.request import EmbeddingRequest, EmbeddingResult
from deployments.embedding.vectors import Vectors
from deployments.errors import ModelNotReady, Overloaded, ServingError
from deployments.health import GraphHealth
from deployments.summary.document import Answer, Instructions, Progress
from deployments.summary.personas import Persona
from deployments.summary.request import Summary, SummaryRequest

Handle = DeploymentHandle[Any]
NOTHING = object()  # of a stream that ended without an item


def routed_here(handle: Handle) -> Handle:
    """Routing on the caller's own event loop spares each call two changes of thread, a fifth of its time.

    For callers that never block their loop; to be called on it, before the handle's first use.
    """
    handle._init(_run_router_in_separate_loop=False)  # type: ignore[no-untyped-call]
    return handle


class _Remote:
    """By-reference results would go through the object store, which costs more than our answers are large.

    When a replica dies before it has answered a word, another is asked, once, unless somebody would pay for it twice.
    """

    def __init__(self, deployment: str, handle: Handle, health: GraphHealth) -> None:
        self._deployment = deployment
        self._handle = handle.options(_by_reference=False)
        self._health = health

    async def _ask(self, method: str, *arguments: Any, affinity: str = "", is_free: bool = True) -> Any:
        await self._health.require(self._deployment)
        with _translated(self._deployment):
            try:
                return await self._answer(method, affinity, arguments)
            except RayActorError:
                if not is_free:
                    raise
                await self._health.require(self._deployment)
                return await self._answer(method, affinity, arguments)

    async def _answer(self, method: str, affinity: str, arguments: tuple[Any, ...]) -> Any:
        async with self._health.waiting(self._deployment):
            return await self._method(method, affinity).remote(*arguments)

    async def _stream(
        self, method: str, *arguments: Any, affinity: str = "", is_free: bool = True
    ) -> AsyncGenerator[Any]:
        await self._health.require(self._deployment)
        with _translated(self._deployment):
            is_silent = True
            try:
                async with aclosing(self._items(method, affinity, arguments)) as items:
                    async for item in items:
                        is_silent = False
                        yield item
            except RayActorError:
                if not (is_silent and is_free):
                    raise
                await self._health.require(self._deployment)
                async with aclosing(self._items(method, affinity, arguments)) as items:
                    async for item in items:
                        yield item

    async def _items(self, method: str, affinity: str, arguments: tuple[Any, ...]) -> AsyncGenerator[Any]:
        """Leaving the generator cancels the work behind it; Ray does not see to that by itself."""
        response = self._method(method, affinity, stream=True).remote(*arguments)
        try:
            async with self._health.waiting(self._deployment):
                first = await anext(response, NOTHING)
            if first is not NOTHING:
                yield first
            async for item in response:
                yield item
        finally:
            response.cancel()

    def _method(self, name: str, affinity: str, **options: Any) -> Any:
        if affinity:
            options["session_id"] = affinity
        return getattr(self._handle.options(**options), name)


class RemoteEmbedder(_Remote):
    async def embed(self, request: EmbeddingRequest) -> EmbeddingResult:
        result: EmbeddingResult = await self._ask("embed", request)
        return result

    async def embed_texts(self, texts: list[str]) -> Vectors:
        """Texts that are only compared with each other; what is too long for the model is cut."""
        return (await self.embed(EmbeddingRequest(tuple(texts), prompt_name=None, truncate=True))).vectors


class RemoteChat(_Remote):
    async def complete(self, request: Request, affinity: str) -> list[Completion]:
        completions: list[Completion] = await self._ask("complete", request, affinity=affinity)
        return completions

    def stream(self, request: Request, form: Form, affinity: str) -> AsyncGenerator[str | Truncated | Completion]:
        return self._stream("stream", request, form, affinity=affinity)

    async def context_tokens(self) -> int:
        return int(await self._ask("context_tokens"))

    async def count_tokens(self, text: str) -> int:
        return int(await self._ask("count_tokens", text))

    async def count_prompt_tokens(self, request: ChatRequest) -> int:
        return int(await self._ask("count_prompt_tokens", request))


class RemoteGemini(_Remote):
    async def answer(self, payer: str, model: str, text: str, instructions: Instructions) -> Answer:
        answer: Answer = await self._ask("answer", payer, model, text, instructions, is_free=False)
        return answer

    def stream(self, payer: str, model: str, text: str, instructions: Instructions) -> AsyncGenerator[str | Answer]:
        return self._stream("stream", payer, model, text, instructions, is_free=False)

    async def count_tokens(self, model: str, text: str) -> int:
        return int(await self._ask("count_tokens", model, text))


class RemoteSummarizer(_Remote):
    async def personas(self) -> list[Persona]:
        personas: list[Persona] = await self._ask("personas")
        return personas

    async def summarize(self, request: SummaryRequest) -> Summary:
        summary: Summary = await self._ask("summarize", request, is_free=not request.is_paid)
        return summary

    def stream(self, request: SummaryRequest) -> AsyncGenerator[Progress | str | Summary]:
        return self._stream("stream", request, is_free=not request.is_paid)


@contextmanager
def _translated(deployment: str) -> Iterator[None]:
    try:
        yield
    except RayTaskError as error:
        raise _cause(error) from None
    except BackPressureError as error:
        raise Overloaded(f"{deployment} has too many requests waiting. Try again shortly.") from error
    except (RayActorError, DeploymentUnavailableError) as error:
        raise ModelNotReady(f"{deployment} lost the replica that was answering. Try again.") from error


def _cause(error: RayTaskError) -> BaseException:
    return error.cause if isinstance(error.cause, ServingError) else error
