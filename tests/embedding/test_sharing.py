"""Through the whole service: equal texts are computed once, and one caller's trouble stays his own."""

import asyncio
from collections.abc import Iterator

import pytest

from deployments.config import EmbedderConfig
from deployments.embedding.card import ModelCard
from deployments.embedding.service import EmbeddingService
from deployments.errors import ContextLengthExceeded, InvalidRequest, ModelNotReady, Overloaded
from tests.embedding.ask import embed, until
from tests.embedding.fakes import POISON, FakeEncoder

CARD = ModelCard("fake", (4,), max_tokens=16, device="cpu", dtype="float32")


@pytest.fixture
def encoder(egemma_folder) -> FakeEncoder:
    return FakeEncoder.beside(egemma_folder)


@pytest.fixture
def service(encoder) -> Iterator[EmbeddingService]:
    service = EmbeddingService(encoder, CARD, EmbedderConfig(queue_tokens=40))
    yield service
    encoder.release()
    service.close()


def started(service: EmbeddingService, *inputs) -> asyncio.Task:
    return asyncio.create_task(embed(service, *inputs))


async def busy(service: EmbeddingService, encoder: FakeEncoder) -> asyncio.Task:
    """A caller whose text the model is computing until it is released."""
    encoder.hold()
    running = started(service, "running")
    await asyncio.to_thread(encoder.wait_until_busy)
    return running


async def test_equal_texts_of_all_requests_are_computed_once(service, encoder):
    """Within a request, across requests at the same time, and later from the cache."""
    encoder.hold()
    first, second = started(service, "a", "b", "a"), started(service, "b", "a")
    await until(lambda: service.counters.deduplicated == 3)
    encoder.release()
    await asyncio.gather(first, second)
    later = await embed(service, "a")

    assert (await first).vectors[[1, 0]].tolist() == (await second).vectors.tolist()
    assert (await first).vectors[[0]].tolist() == later.vectors.tolist()
    assert 2 == len(encoder.texts)
    counters = service.counters
    assert (6, 3, 1) == (counters.texts, counters.deduplicated, counters.cache_hits)
    assert sum(map(len, encoder.texts)) == counters.tokens


async def test_a_caller_who_leaves_harms_nobody(service, encoder):
    """Another who wants the same text still gets it."""
    encoder.hold()
    first, second = started(service, "same"), started(service, "same")
    await until(lambda: service.counters.deduplicated == 1)
    first.cancel()
    await until(first.done)
    encoder.release()

    assert (1, 4) == (await second).vectors.shape
    assert 1 == len(encoder.texts)


async def test_texts_of_a_caller_who_left_are_not_computed(service, encoder):
    """What still waits in the queue is dropped."""
    await busy(service, encoder)
    queued = started(service, "queued")
    await until(lambda: service.queued_tokens > 0)
    queued.cancel()
    await until(lambda: service.queued_tokens == 0)
    encoder.release()
    await embed(service, "later")

    assert 2 == len(encoder.texts)


async def test_a_poisonous_text_fails_alone(service, encoder):
    """Those who shared its batch get their vectors, and it is tried again when asked again."""
    running = await busy(service, encoder)
    poisoned, healthy = started(service, (POISON, 21)), started(service, (22, 23))
    await until(lambda: service.queued_tokens == 8)
    encoder.release()
    await asyncio.gather(running, healthy)
    for attempt in (poisoned, embed(service, (POISON, 21))):
        with pytest.raises(ValueError, match="poison"):
            await attempt

    assert 3 == sum(POISON in tokens for tokens in encoder.texts)


async def test_a_full_queue_refuses(service, encoder):
    """With 503 rather than with a wait that nobody bounds."""
    await busy(service, encoder)
    started(service, *((40 + i,) * 9 for i in range(3)))
    await until(lambda: service.queued_tokens == 33)
    with pytest.raises(Overloaded):
        await embed(service, (99,) * 9)


async def test_a_request_beyond_the_queue_is_told_to_split(service):
    """It would not fit at any time, so trying again is no advice."""
    with pytest.raises(InvalidRequest, match=r"55 tokens.*40"):
        await embed(service, *((40 + i,) * 9 for i in range(5)))


async def test_a_cut_text_is_no_answer_to_one_who_wants_it_whole(service):
    """The cache keeps apart what was asked apart."""
    body = tuple(range(20, 50))
    await embed(service, body, truncate=True)

    with pytest.raises(ContextLengthExceeded):
        await embed(service, body)


async def test_a_closed_service_says_so(service):
    """A request that comes too late may try another replica."""
    service.close()

    with pytest.raises(ModelNotReady):
        await embed(service, "late")
