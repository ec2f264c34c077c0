"""Replicas share what they have computed through a Redis, which may be away."""

import time

import numpy as np
import pytest
from redis import Redis

from deployments.config import EmbedderConfig
from deployments.embedding.cache import Embedding
from deployments.embedding.service import EmbeddingService
from deployments.embedding.shared import ANSWER_S, SharedCache
from deployments.errors import ConfigError
from tests.embedding.ask import embed, until
from tests.embedding.fakes import FakeEncoder
from tests.embedding.test_sharing import CARD


@pytest.fixture
def replica(egemma_folder, redis_server):
    """Makes one more, with a model of its own."""
    services = []

    def start() -> tuple[EmbeddingService, FakeEncoder]:
        encoder = FakeEncoder.beside(egemma_folder)
        services.append(EmbeddingService(encoder, CARD, EmbedderConfig(shared_cache_url=redis_server.url)))
        return services[-1], encoder

    yield start
    for service in services:
        service.close()


def keys(server) -> list[bytes]:
    return Redis.from_url(server.url).keys()


async def test_a_text_is_computed_by_one_replica(replica, redis_server):
    """The other finds its vector, its tokens and whether it was cut, and keeps them."""
    (first, _), (second, idle) = replica(), replica()
    long = tuple(range(20, 50))
    asked = await embed(first, "a", long, truncate=True)
    await until(lambda: len(keys(redis_server)) == 2)
    found = await embed(second, "a", long, truncate=True)
    redis_server.kill()
    again = await embed(second, "a", long, truncate=True)

    for answer in (found, again):
        assert asked.vectors.tolist() == answer.vectors.tolist()
        assert (asked.prompt_tokens, asked.truncated) == (answer.prompt_tokens, answer.truncated)
    assert [] == idle.texts


@pytest.mark.parametrize("trouble", ["kill", "hang"])
async def test_without_redis_each_computes_for_itself(replica, redis_server, trouble, caplog):
    """It costs one short wait, not one per request, and the log says so."""
    (service, encoder), stop = replica(), getattr(redis_server, trouble)
    stop()
    begun = time.monotonic()
    for text in ("a", "b", "c"):
        await embed(service, text)

    assert time.monotonic() - begun < 3 * ANSWER_S
    assert 3 == len(encoder.texts)
    assert 1 == sum("Redis of the embeddings is away" in line for line in caplog.messages)


async def test_a_vector_is_the_same_to_the_last_bit_and_leaves_in_time(redis_server):
    """Nothing is rounded on the way."""
    cache = SharedCache(redis_server.url, ttl_s=100)
    vector = np.random.default_rng(0).standard_normal(768, dtype=np.float32)
    await cache.put({b"key": Embedding(vector, tokens=7, is_truncated=True)})
    found = (await cache.get([b"other", b"key"]))[b"key"]
    await cache.close()

    assert vector.tobytes() == found.vector.tobytes()
    assert (7, True) == (found.tokens, found.is_truncated)
    assert all(0 < Redis.from_url(redis_server.url).ttl(key) <= 100 for key in keys(redis_server))


def test_a_url_that_cannot_be_meant_stops_the_start():
    """The error names the setting."""
    with pytest.raises(ConfigError, match=r"embedding\.shared_cache_url is no URL of a Redis"):
        SharedCache("http://host", ttl_s=1)
