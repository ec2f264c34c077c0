"""The API over plain services of this process: real models, a real database, no Ray."""

from dataclasses import replace

import httpx
import openai
import pytest

from deployments.api.app import create_api
from deployments.api.background import Background
from deployments.api.health import ModelState
from deployments.api.keys import load_keys
from deployments.api.openai.local_chat import LocalChat
from deployments.api.services import Services
from deployments.chat.load import load_chat
from deployments.config import AppConfig, EmbedderConfig, GeneratorConfig, LimitsConfig, RateLimit, SummaryConfig
from deployments.embedding.minilm import minilm_folder
from deployments.embedding.request import EmbeddingRequest
from deployments.embedding.service import EmbeddingService
from deployments.engine.llama.weights import Weights
from deployments.limits.elsewhere import LimiterElsewhere
from deployments.limits.memory import Limiter
from deployments.parsing.process import Parser
from deployments.sessions.conversations import ConversationStore
from deployments.sessions.database import connect, sqlite_url
from deployments.sessions.migrate import migrate
from deployments.sessions.progress import ProgressStore
from deployments.sessions.responses import ResponseStore
from deployments.sessions.store import SessionStore
from deployments.sessions.turns import Turns
from deployments.summary.document import AtOnce
from deployments.summary.extractive.backend import ExtractiveBackend
from deployments.summary.persona_files import read_personas
from deployments.summary.service import SummaryService

KEYS = {"WORKBENCH_API_KEYS": "alice:alices-key,bob:bobs-key"}
GENEROUS = RateLimit(calls=1000, seconds=60)
CONFIG = AppConfig(
    chat=GeneratorConfig(context_tokens=1024, slots=2, threads=2, stream_interval_ms=0),  # many pieces
    embedding=EmbedderConfig(threads=2, device="cpu"),
    limits=LimitsConfig(embed=GENEROUS, summarize=GENEROUS, chat=GENEROUS),
)


class LocalLimiter(LimiterElsewhere):
    """The limiter, asked the way the remote one is."""

    def __init__(self, config: LimitsConfig) -> None:
        super().__init__(config)
        self._limiter = Limiter(config.tracked_clients)

    async def _ask(self, question, windows):
        return getattr(self._limiter, question)(windows)


class Health:
    """What the graph would say of itself."""

    def __init__(self) -> None:
        loaded = ModelState("loaded", running=1, target=1)
        self.states = dict.fromkeys(("Ingress", "Embedder", "Chat", "Summarizer"), loaded)
        self.states["Chat"] = replace(loaded, supports_tools=True)
        self.states["Embedder"] = replace(loaded, context_tokens=256)


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
def extractive(embedding_service):
    """Summaries without a model."""

    async def embed(texts):
        request = EmbeddingRequest(tuple(texts), prompt_name=None, truncate=True)
        return (await embedding_service.embed(request)).vectors

    return AtOnce(ExtractiveBackend(embed, Parser()))


@pytest.fixture
def database_url(tmp_path):
    """SQLite, for where it makes no difference."""
    return sqlite_url(tmp_path)


@pytest.fixture
async def services(tmp_path, database_url, chat_service, embedding_service, extractive):
    database = connect(database_url)
    await migrate(database)
    personas = read_personas(SummaryConfig())
    yield Services(
        config=CONFIG,
        keys=load_keys(KEYS, tmp_path, may_generate=False),
        limiter=LocalLimiter(CONFIG.limits),
        embedder=embedding_service,
        chat=LocalChat(chat_service),
        summarizer=SummaryService(SummaryConfig(), personas, {"extractive": extractive}),
        parser=Parser(),
        sessions=SessionStore(database),
        turns=Turns(database, wait_s=0.2),
        responses=ResponseStore(database),
        conversations=ConversationStore(database),
        background=Background(ProgressStore(database)),
        health=Health(),
        metrics=Metrics(),
        gemini_key_set=False,
    )
    await database.close()


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
