"""What the routes need of the rest of the system, as protocols: plain objects and remote ones look the same."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends
from fastapi import Request as HttpRequest

from deployments.api.background import Background
from deployments.api.health import States
from deployments.api.keys import Keys
from deployments.api.limits import RateLimiter
from deployments.api.openai.local_chat import Form, Request
from deployments.chat.completion import Completion
from deployments.chat.deltas import Truncated
from deployments.chat.request import ChatRequest
from deployments.config import AppConfig
from deployments.embedding.request import EmbeddingRequest, EmbeddingResult
from deployments.limits.limiter import Caller
from deployments.sessions.conversations import ConversationStore
from deployments.sessions.responses import ResponseStore
from deployments.sessions.store import SessionStore
from deployments.sessions.turns import Turns
from deployments.summary.document import Progress
from deployments.summary.personas import Persona
from deployments.summary.request import Summary, SummaryRequest


class Embedder(Protocol):
    async def embed(self, request: EmbeddingRequest) -> EmbeddingResult: ...


class Chat(Protocol):
    """`affinity` names the conversation, so that its next turn may find what the last one computed."""

    async def complete(self, request: Request, affinity: str) -> list[Completion]: ...

    def stream(self, request: Request, form: Form, affinity: str) -> AsyncGenerator[str | Truncated | Completion]: ...

    async def count_tokens(self, text: str) -> int: ...

    async def count_prompt_tokens(self, request: ChatRequest) -> int: ...


class Summarizer(Protocol):
    async def personas(self) -> list[Persona]: ...

    async def summarize(self, request: SummaryRequest) -> Summary: ...

    def stream(self, request: SummaryRequest) -> AsyncGenerator[Progress | str | Summary]: ...


class Parser(Protocol):
    async def parse(self, source: bytes, language: str) -> bytes: ...


class Health(Protocol):
    """Answers from memory, at once, whatever the models do."""

    @property
    def states(self) -> States:
        """By deployment."""
        ...


class Metrics(Protocol):
    async def text(self) -> str:
        """In Prometheus' exposition format."""
        ...


@dataclass(frozen=True)
class Services:
    config: AppConfig
    keys: Keys
    limiter: RateLimiter
    embedder: Embedder
    chat: Chat
    summarizer: Summarizer
    parser: Parser
    sessions: SessionStore
    turns: Turns
    responses: ResponseStore
    conversations: ConversationStore
    background: Background
    health: Health
    metrics: Metrics
    gemini_key_set: bool


async def services(request: HttpRequest) -> Services:
    found: Services = request.app.state.services
    return found


async def caller(request: HttpRequest) -> Caller:
    """Who asks, as the gate has found out."""
    found: Caller = request.state.caller
    return found


async def owner(request: HttpRequest) -> str:
    """Whose key it is: what is kept belongs to that name."""
    key = (await caller(request)).key
    assert key is not None  # the gate lets nobody else through
    return key


ServicesDep = Annotated[Services, Depends(services)]
CallerDep = Annotated[Caller, Depends(caller)]
OwnerDep = Annotated[str, Depends(owner)]
