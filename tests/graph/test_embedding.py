"""Embeddings through the graph: what waits is bounded, fair, counted, and scaled by; what is slow or broken says so."""

import asyncio
import re
import time
from itertools import count

import httpx
import psutil
import pytest
from transformers import DistilBertConfig, DistilBertModel

from tests.embedding.egemma import VOCABULARY, transformer
from tests.graph.conftest import GENEROUS, KEYS
from tests.graph.workbench import config, running

POISON = VOCABULARY - 1
BATCH_TOKENS, QUEUE_TOKENS, SCALING_TOKENS = 16, 60_000, 12_000
EMBEDDING = {"threads": 1, "batch_tokens": BATCH_TOKENS, "queue_tokens": QUEUE_TOKENS, "ingress_cache_bytes": 0}
SCALING = {
    "min_replicas": 1,
    "max_replicas": 2,
    "target_ongoing_requests": 256,
    "upscale_delay_s": 3,
    "metrics_interval_s": 0.5,
    "look_back_period_s": 1,
    "policy": {
        "policy_function": "deployments.scaling:QueuedTokens",
        "policy_kwargs": {"tokens_per_replica": SCALING_TOKENS},
    },
}


@pytest.fixture(scope="module")
def distilbert(tmp_path_factory) -> str:
    """An architecture that is not packed, so slow in small batches, with a token that makes vectors of NaN."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    folder = tmp_path_factory.mktemp("distilbert")
    torch.manual_seed(0)
    network = DistilBertModel(
        DistilBertConfig(
            vocab_size=VOCABULARY, dim=64, hidden_dim=128, n_layers=4, n_heads=2, max_position_embeddings=512
        )
    )
    network.embeddings.word_embeddings.weight.data[POISON] = torch.inf
    modules = [transformer(network, folder / "transformer"), Pooling(64, "mean"), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(folder / "model"), create_model_card=False)
    return str(folder / "model")


@pytest.fixture(scope="module")
def workbench(tmp_path_factory, distilbert):
    raw = config(
        limits={"embed": GENEROUS}, chat={"enabled": False}, embedding=EMBEDDING | {"model": distilbert, "name": "odd"}
    )
    for entry in raw["applications"][0]["deployments"]:
        if entry["name"] == "Embedder":
            del entry["num_replicas"]
            entry["autoscaling_config"] = SCALING
    with running(raw, tmp_path_factory.mktemp("embedding"), WORKBENCH_API_KEYS=KEYS) as workbench:
        workbench.wait_until_up()
        yield workbench


@pytest.fixture
async def client(workbench, auth):
    async with httpx.AsyncClient(base_url=workbench.url, headers=auth, timeout=120) as client:
        yield client


def texts(number: int, tokens: int, first: int = 300) -> list[list[int]]:
    """Token ids, none of them poison. Each text is another, and so are those that begin otherwise."""
    return [[first, 300 + i // 1000, 300 + i % 1000, *[400] * (tokens - 3)] for i in range(number)]


async def ask(client: httpx.AsyncClient, inputs: object) -> httpx.Response:
    return await client.post("/v1/embeddings", json={"input": inputs})


def test_a_model_that_cannot_be_packed_says_so_once(workbench):
    """In /health, and in one line of the log; it serves."""
    model = httpx.get(f"{workbench.url}/health").json()["embedding_model"]
    reason = "DistilBertModel is not an architecture that it knows"

    assert ("odd", "loaded") == (model["name"], model["status"])
    assert model["detail"].endswith(reason)
    assert 1 == workbench.output.count(reason), workbench.output


async def test_a_poisonous_text_fails_alone(client):
    """Whoever asked at the same time gets vectors."""
    fine = [[300 + i, 301] for i in range(20)]
    *answers, poisoned = await asyncio.gather(*(ask(client, body) for body in [*fine, [300, POISON]]))

    assert [200] * 20 == [answer.status_code for answer in answers]
    assert 500 == poisoned.status_code
    assert "not finite" in poisoned.json()["error"]["message"]


async def test_a_query_does_not_wait_for_2048_texts(client):
    """Not even one with the same key: it is computed next, whatever came before it."""
    taken, begun = [], time.monotonic()
    request = asyncio.create_task(ask(client, texts(2048, 5)))
    while not request.done():
        asked = time.monotonic()
        assert 200 == (await ask(client, [900, 901, 300 + len(taken)])).status_code
        taken.append(time.monotonic() - asked)
    whole_s = time.monotonic() - begun

    assert 200 == request.result().status_code
    assert len(taken) > 10
    assert max(taken) < whole_s / 4, (taken, whole_s)


async def test_a_full_queue_is_503_with_a_time_to_come_back(client):
    """Rather than a request that waits for who knows how long. When the others leave, there is room again."""
    requests = [asyncio.create_task(ask(client, texts(2048, 15, first))) for first in (500, 501)]
    [refused], [waiting] = await asyncio.wait(requests, return_when=asyncio.FIRST_COMPLETED)
    answer = refused.result()

    assert (503, "overloaded") == (answer.status_code, answer.json()["error"]["code"])
    assert int(answer.headers["Retry-After"]) >= 1
    waiting.cancel()
    async with asyncio.timeout(10):
        while (await ask(client, texts(1000, 15, 502))).status_code != 200:
            await asyncio.sleep(0.1)


async def test_what_the_model_does_is_counted(client):
    """And so is what it did not need to do."""
    for _ in range(2):
        await ask(client, [[310, 310], [310, 310]])
    found: dict[str, float] = {}
    async with asyncio.timeout(40):
        while not {"cache_hits_total", "deduplicated_total", "queued_tokens"} <= set(found):
            await asyncio.sleep(1)
            found = counted((await client.get("/metrics")).text)

    assert found["tokens_total"] > found["batches_total"] > 0
    assert found["texts_total"] >= found["cache_hits_total"] + found["deduplicated_total"] >= 3


def counted(metrics: str) -> dict[str, float]:
    """What Prometheus would read of the embedding model."""
    lines = re.findall(r'^ray_workbench_embedding_(\w+)\{.*model="odd".*\} (\S+)$', metrics, re.MULTILINE)
    return {name: float(value) for name, value in lines}


@pytest.mark.slow
async def test_replicas_come_with_the_tokens_that_wait(client, workbench):
    """Requests of many texts are few, and yet work for two. They end at different times, so that some always wait."""
    firsts = count(600)

    async def keep_asking(many: int) -> None:
        while True:
            await ask(client, texts(many, 24, next(firsts)))

    load = [asyncio.create_task(keep_asking(many)) for many in range(190, 400, 30)]
    async with asyncio.timeout(60):
        while len(replicas(workbench)) < 2:
            await asyncio.sleep(0.5)
    for task in load:
        task.cancel()
    await asyncio.gather(*load, return_exceptions=True)


def replicas(workbench) -> list[psutil.Process]:
    """Of the Embedder, those that are starting included."""
    title = "ray::ServeReplica:workbench:Embedder"
    return [process for process in workbench.family() if "".join(process.cmdline()[:1]).startswith(title)]
