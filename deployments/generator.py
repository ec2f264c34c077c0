"""One GGUF model, many conversations."""

import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deployments.api.openai.local_chat import Form, LocalChat, Request
from deployments.chat.completion import Completion
from deployments.chat.deltas import Truncated
from deployments.chat.request import ChatRequest
from deployments.config import GeneratorConfig
from deployments.models.fetch import fetch
from deployments.models.source import parse, served_name
from deployments.notices import announce_chat, announced
from deployments.reservation import gpu_fraction
from deployments.resources import cache_dir
from deployments.routing import SLOTS, Holdings

if TYPE_CHECKING:
    from deployments.chat.service import ChatService


class Generator:
    """Ray runs it; `ChatService` does the work."""

    def __init__(self, config: GeneratorConfig, models_dir: Path) -> None:
        # imported here: it brings llama.cpp, which those who only hold a handle to this class do not need
        from deployments.engine.llama.fingerprint import file_fingerprint
        from deployments.measures import EngineMeasures

        os.nice(5)  # requests are taken and answered first, then computed
        with announced() as report:
            path = fetch(parse(config.model), models_dir, report)
            self._service = self._load(config, path)
        announce_chat(
            context_tokens=self._service.context_tokens,
            supports_tools=self._service.supports_tools,
            fingerprint=file_fingerprint(path),
        )
        self._service.on_end = EngineMeasures(served_name(config.name, config.model), self._service.runner).ended
        self._chat = LocalChat(self._service)
        self._slots, self._holdings = config.slots, Holdings()

    def _load(self, config: GeneratorConfig, path: Path) -> "ChatService":
        from deployments.chat.load import load_chat

        return load_chat(config, path, cache_dir=cache_dir() / "conversations", gpu_fraction=gpu_fraction())

    async def complete(self, request: Request) -> list[Completion]:
        self._holdings.note_caller()
        return await self._chat.complete(request)

    async def stream(self, request: Request, form: Form) -> AsyncGenerator[str | Truncated | Completion]:
        self._holdings.note_caller()
        async with aclosing(self._chat.stream(request, form)) as items:
            async for item in items:
                yield item

    async def context_tokens(self) -> int:
        return self._service.context_tokens

    async def count_tokens(self, text: str) -> int:
        return await self._service.count_tokens(text)

    async def count_prompt_tokens(self, request: ChatRequest) -> int:
        return await self._service.count_prompt_tokens(request)

    def record_replica_metadata(self) -> dict[str, Any]:
        return {SLOTS: self._slots}

    def record_routing_stats(self) -> dict[str, Any]:
        return self._holdings.told()

    def check_health(self) -> None:
        self._service.check_health()

    def __del__(self) -> None:
        self._service.close()


class Idle:
    """Stands where a Generator is switched off but the YAML still lists it. It holds nothing, and nobody asks it."""

    def __init__(self, config: GeneratorConfig, models_dir: Path) -> None:
        pass
