"""The API over plain services of this process: real models, a real database, no Ray."""

from dataclasses import replace

import httpx
import openai
import pytest

from deployments.api.app import create_api
from deployments.api.health import ModelState
from deployments.api.keys import load_keys
from deployments.api.openai.local_chat import LocalChat
from deployments.api.services import Services
from deployments.chat.load import load_chat
from deployments.config import AppConfig, EmbedderConfig, GeneratorConfig, LimitsConfig, RateLimit, SummaryConfig
from deployments.embedding.minilm import minilm_folder
from deployments.embedding.service import EmbeddingService
from deployments.engine.llama.weights import Weights
from deployments.limits.limiter import Limiter
from deployments.parsing.process import Parser
from deployments.sessions.database import connect, create_tables, sqlite_url
from deployments.sessions.store import SessionStore
from deployments.sessions.turns import Turns
from deployments.summary.extractive.backend import ExtractiveBackend
from deployments.summary.service import SummaryService, read_personas

KEYS = {"WORKBENCH_API_KEYS": "alice:alices-key,bob:bobs-key"}
GENEROUS = RateLimit(calls=1000, seconds=60)
CONFIG = AppConfig(
    chat=GeneratorConfig(context_tokens=1024, slots=2, threads=2),
    embedding=EmbedderConfig(threads=2, device="cpu"),
    limits=LimitsConfig(embed=GENEROUS, summarize=GENEROUS, chat=GENEROUS),
)


class LocalLimiter:
    """The limiter, asked the way the remote one is."""

    def __init__(self, config: LimitsConfig) -> None:
        self._limiter = Limiter(config)

    async def acquire(self, kind, caller):
        return self._limiter.acquire(kind, caller)

    async def peek(self, kind, caller):
        return self._limiter.peek(kind, caller)

    async def refund(self, kind, caller):
        return self._limiter.refund(kind, caller)


class Health:
    """What the graph would say of itself."""

    def __init__(self) -> None:
        self.states = {name: ModelState("loaded") for name in ("Ingress", "Embedder", "Chat", "Summarizer")}
        self.states["Chat"] = ModelState("loaded", supports_tools=True)


class Metrics:
    async def text(self) -> str:
        return "# HELP up Whether it is.\nup 1.0\n"


@pytest.fixture(scope="session")
def chat_service(pocket_path, tmp_path_factory):
    service = load_chat(CONFIG.chat, pocket_path, cache_dir=tmp_path_factory.mktemp("conversations"))
    yield service
    service.close()


@pytest.fixture(scope="session")
def vocabulary(pocket_path):
    """The chat model's."""
    weights = Weights(pocket_path)
    yield weights.vocabulary
    weights.close()


@pytest.fixture(scope="session")
def embedding_service():
    service = EmbeddingService.load(CONFIG.embedding, minilm_folder(), "all-MiniLM-L6-v2")
    yield service
    service.close()


@pytest.fixture
async def services(tmp_path, chat_service, embedding_service):
    database = connect(sqlite_url(tmp_path))
    await create_tables(database)
    personas = read_personas(SummaryConfig())

    async def embed(texts):
        raise AssertionError("prose is not summarised here")

    yield Services(
        config=CONFIG,
        keys=load_keys(KEYS, tmp_path, may_generate=False),
        limiter=LocalLimiter(CONFIG.limits),
        embedder=embedding_service,
        chat=LocalChat(chat_service),
        summarizer=SummaryService(SummaryConfig(), personas, {"extractive": ExtractiveBackend(embed)}),
        parser=Parser(),
        sessions=SessionStore(database),
        turns=Turns(database, wait_s=0.2),
        personas=personas,
        health=Health(),
        metrics=Metrics(),
        gemini_key_set=False,
    )
    await database.dispose()


@pytest.fixture
def connect_to():
    """A client of an API that is made of these services; alice, unless another key is given."""

    def client(services: Services, key: str | None = "alices-key", **changes) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(create_api(replace(services, **changes)))
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.AsyncClient(transport=transport, base_url="http://workbench.test", headers=headers)

    return client


@pytest.fixture
def client(connect_to, services):
    return connect_to(services)


@pytest.fixture
def sdk(client):
    """OpenAI's own client, as alice."""
    return openai.AsyncOpenAI(base_url="http://workbench.test/v1", api_key="alices-key", http_client=client)
