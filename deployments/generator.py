"""One GGUF model, many conversations."""

import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import ray

from deployments.api.openai.local_chat import Form, LocalChat, Request
from deployments.chat.completion import Completion
from deployments.chat.request import ChatRequest
from deployments.config import GeneratorConfig
from deployments.models.fetch import fetch
from deployments.models.source import parse, served_name
from deployments.notices import announce_chat, announced
from deployments.resources import cache_dir


class Generator:
    """Ray runs it; `ChatService` does the work."""

    def __init__(self, config: GeneratorConfig, models_dir: Path) -> None:
        # imported here: it brings llama.cpp, which those who only hold a handle to this class do not need
        from deployments.chat.load import load_chat
        from deployments.measures import EngineMeasures

        os.nice(5)  # requests are taken and answered first, then computed
        with announced() as report:
            path = fetch(parse(config.model), models_dir, report)
            folder = cache_dir() / "conversations"
            self._service = load_chat(config, path, cache_dir=folder, gpu_fraction=_gpu_fraction())
        announce_chat(context_tokens=self._service.context_tokens, supports_tools=self._service.supports_tools)
        self._service.on_end = EngineMeasures(served_name(config.name, config.model), self._service.runner).ended
        self._chat = LocalChat(self._service)

    async def complete(self, request: Request) -> list[Completion]:
        return await self._chat.complete(request)

    async def stream(self, request: Request, form: Form) -> AsyncGenerator[str | Completion]:
        async with aclosing(self._chat.stream(request, form)) as items:
            async for item in items:
                yield item

    async def count_tokens(self, text: str) -> int:
        return await self._service.count_tokens(text)

    async def count_prompt_tokens(self, request: ChatRequest) -> int:
        return await self._service.count_prompt_tokens(request)

    def check_health(self) -> None:
        self._service.check_health()

    def __del__(self) -> None:
        self._service.close()


def _gpu_fraction() -> float | None:
    """What Ray reserved of a GPU for this replica; None: nothing, so that it takes what it finds."""
    reserved: dict[str, float] = ray.get_runtime_context().get_assigned_resources()  # type: ignore[no-untyped-call]
    return reserved.get("GPU")


class Idle:
    """Stands where a Generator is switched off but the YAML still lists it. It holds nothing, and nobody asks it."""

    def __init__(self, config: GeneratorConfig, models_dir: Path) -> None:
        pass
