"""Health tells the truth, the documentation needs nobody else, and the log holds no secret."""

import json

import pytest

from deployments.api.health import ModelState
from tests.api.conftest import CONFIG, Health
from tests.api.lines import access_log

ONE = {"running": 1, "target": 1}


def health_with(**states: ModelState) -> Health:
    health = Health()
    health.states = health.states | states
    return health


async def test_a_healthy_graph_is_described_in_the_original_s_words(client):
    """Every model with its name, its status and its replicas."""
    assert {
        "status": "ok",
        "embedding_model": {"name": "all-MiniLM-L6-v2", "status": "loaded", "replicas": ONE},
        "local_summarization_model": {"status": "disabled"},
        "gemini_api": {"api_key_set": False, "default_model": "gemini-2.5-flash"},
        "chat_model": {
            "name": "pocket-chat",
            "path": "pocket-chat",
            "status": "loaded",
            "replicas": ONE,
            "context_length": 1024,
            "supports_tools": True,
        },
    } == (await client.get("/health")).json()
    assert (200, {"ready": True, "not_ready": {}}) == (
        (await client.get("/health/ready")).status_code,
        (await client.get("/health/ready")).json(),
    )


@pytest.mark.parametrize(
    ("state", "overall"),
    [
        (ModelState("loading", "model.gguf: 12% of 11.2 GB"), "loading"),
        (ModelState("failed", "no such file"), "degraded"),
        (ModelState("not_loaded", "no machine has 1 GPU free for it", is_unplaced=True), "degraded"),
    ],
)
async def test_a_model_that_does_not_serve_is_named_with_its_reason(connect_to, services, state, overall):
    """/health is 200 all the same; /health/ready is not."""
    client = connect_to(services, health=health_with(Chat=state))
    health, ready = await client.get("/health"), await client.get("/health/ready")

    assert (200, overall) == (health.status_code, health.json()["status"])
    assert (state.status, state.detail) == (
        health.json()["chat_model"]["status"],
        health.json()["chat_model"]["detail"],
    )
    assert (503, {"chat_model": f"{state.status}: {state.detail}"}) == (ready.status_code, ready.json()["not_ready"])


async def test_a_model_that_was_asked_for_makes_nothing_unready_while_it_loads(connect_to, services):
    """It had been scaled to zero, as it may be; who asks for it waits. Its replicas are told apart."""
    waking = ModelState("loading", running=0, target=1, is_waking=True)
    client = connect_to(services, health=health_with(Chat=waking))
    health = (await client.get("/health")).json()

    assert ("ok", "loading") == (health["status"], health["chat_model"]["status"])
    assert {"running": 0, "target": 1} == health["chat_model"]["replicas"]
    assert (await client.get("/health/ready")).is_success


@pytest.mark.parametrize("chosen", [None, 5120])
async def test_a_context_that_a_model_chooses_is_said_once_it_is_known(connect_to, services, chosen):
    """By health, models and sessions alike."""
    config = CONFIG.model_copy(update={"chat": CONFIG.chat.model_copy(update={"context_tokens": "auto"})})
    health = health_with(Chat=ModelState("loaded" if chosen else "loading", context_tokens=chosen))
    client = connect_to(services, config=config, health=health)
    session = (await client.post("/v1/sessions", json={})).json()

    assert chosen == (await client.get("/health")).json()["chat_model"]["context_length"]
    assert chosen == (await client.get("/v1/models/pocket-chat")).json()["context_length"]
    assert chosen == session["max_context"]
    stats = (await client.get(f"/v1/sessions/{session['session_id']}")).json()
    assert chosen == stats["tokens_remaining"]


@pytest.mark.parametrize("state", [ModelState("loading"), ModelState("loaded", supports_tools=False)])
async def test_nothing_is_promised_of_tools_that_a_model_cannot_be_offered(connect_to, services, state):
    """Nor of one that is not there yet."""
    health = await connect_to(services, health=health_with(Chat=state)).get("/health")

    assert health.json()["chat_model"]["supports_tools"] is False


@pytest.mark.parametrize("is_set", [True, False])
async def test_health_says_whether_there_is_a_key_for_gemini(connect_to, services, is_set):
    """Only that."""
    answer = await connect_to(services, gemini_key_set=is_set).get("/health")

    assert is_set == answer.json()["gemini_api"]["api_key_set"]


async def test_the_documentation_is_dark_and_loads_nothing_from_elsewhere(client):
    """All that it names is served here."""
    page = (await client.get("/docs")).text

    assert 'class="dark-mode"' in page
    assert "//" not in page.replace("<!--", "")
    for file in ("swagger-ui.css", "swagger-ui-bundle.js", "favicon.png"):
        assert 200 == (await client.get(f"/static/{file}")).status_code
    assert b".dark-mode" in (await client.get("/static/swagger-ui.css")).content


async def test_every_route_is_documented(client):
    """With the key it needs."""
    document = (await client.get("/openapi.json")).json()

    assert {"/embed", "/summarize", "/parse-ast", "/v1/chat/completions", "/v1/embeddings", "/health"} <= set(
        document["paths"]
    )
    assert document["paths"]["/embed"]["post"]["security"]
    form = document["paths"]["/summarize"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert "persona" in form["properties"]


async def test_metrics_need_a_key_and_are_prometheus_text(client, connect_to, services):
    """They say how much is going on."""
    answer = await client.get("/metrics")

    assert "text/plain; version=0.0.4; charset=utf-8" == answer.headers["Content-Type"]
    assert 401 == (await connect_to(services, key=None).get("/metrics")).status_code


async def test_each_request_is_one_line_of_json(client):
    """Who, what and how long; never a body, never a key."""
    with access_log() as lines:
        await client.post("/v1/embeddings", json={"input": "a very private text"}, headers={"X-Request-Id": "my-id"})
        await client.get("/v1/sessions/sess_0", headers={"Authorization": "Bearer wrong"})
    first, second = map(json.loads, lines)

    assert {"time", "method", "route", "status", "ms", "key", "request_id"} == set(first)
    assert ("POST", "/v1/embeddings", 200, "alice", "my-id") == tuple(
        first[name] for name in ("method", "route", "status", "key", "request_id")
    )
    assert (401, None) == (second["status"], second["key"])
    assert "private" not in "".join(lines)
    assert "alices-key" not in "".join(lines)
