"""The engine's thread serves callers of an event loop, and survives all of them."""

import asyncio
import threading
from contextlib import aclosing

import pytest

from deployments.engine.engine import Engine
from deployments.engine.model import DecodeError
from deployments.engine.runner import Runner, pause_s
from deployments.engine.sequence import Sequence
from deployments.errors import ModelNotReady, Overloaded
from tests.engine.arithmetic import Arithmetic, answer


@pytest.fixture
def model():
    return Arithmetic(slots=2, context_tokens=100_000)


@pytest.fixture
def runner(model):
    runner = Runner(Engine(model), queue_requests=2)
    yield runner
    runner.close()


async def collect(runner: Runner, sequence: Sequence) -> list[int]:
    return [token for tokens in [part async for part in runner.generate(sequence)] for token in tokens]


async def until(condition) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


async def test_concurrent_callers_each_get_their_own_answer(runner):
    """Four callers, two slots: everybody is served, nothing is mixed up or lost."""
    prompts = [[2], [3, 3], [4, 5], [2, 5, 3]]
    answers = await asyncio.gather(*(collect(runner, Sequence(prompt, max_tokens=40)) for prompt in prompts))

    assert [answer(prompt, 40) for prompt in prompts] == answers


async def test_a_caller_that_leaves_stops_the_work(runner, model):
    """Closing the generator is enough, though the answer had a long way to go."""
    async with aclosing(runner.generate(Sequence([2], max_tokens=90_000))) as stream:
        await anext(stream)
    await asyncio.sleep(0.02)
    steps = len(model.batches)
    await asyncio.sleep(0.05)

    assert steps == len(model.batches)


async def test_a_cancelled_caller_frees_its_place(runner):
    """Also while it still waits for its first token."""
    tasks = [asyncio.create_task(collect(runner, Sequence([i], max_tokens=90_000))) for i in (2, 3, 4)]
    await until(lambda: runner.ongoing == 3)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert answer([5], 3) == await collect(runner, Sequence([5], max_tokens=3))


async def test_a_full_queue_is_refused_at_once(runner):
    """Two run and two wait; the fifth is told to come back."""
    tasks = [asyncio.create_task(collect(runner, Sequence([i], max_tokens=90_000))) for i in range(2, 6)]
    await until(lambda: runner.ongoing == 4)

    with pytest.raises(Overloaded, match=r"queue is full \(4 requests\)"):
        await collect(runner, Sequence([9], max_tokens=1))
    for task in tasks:
        task.cancel()


async def test_a_failed_decode_reaches_its_caller(runner, model):
    """And the next caller is served."""
    model.failure = DecodeError("no room", fatal=False)
    with pytest.raises(DecodeError, match="no room"):
        await collect(runner, Sequence([2], max_tokens=2))

    assert answer([2], 2) == await collect(runner, Sequence([2], max_tokens=2))


async def test_a_dead_engine_says_so(runner, model):
    """Nobody waits for ever, the health check fails, and new callers are told."""
    runner.check_health()
    model.failure = DecodeError("lost the device", fatal=True)
    with pytest.raises(ModelNotReady, match="before the answer was complete"):
        await collect(runner, Sequence([2], max_tokens=2))

    await until(lambda: model.closed)
    with pytest.raises(ModelNotReady, match="lost the device"):
        runner.check_health()
    with pytest.raises(ModelNotReady, match="lost the device"):
        await collect(runner, Sequence([2], max_tokens=2))


async def test_who_comes_while_the_engine_is_stopped_is_told(model):
    """At once, while it still puts away what it holds; nobody waits for what never comes."""
    engine, may_close = Engine(model), threading.Event()
    close = engine.close
    engine.close = lambda **how: may_close.wait(5) and close(**how)
    runner = Runner(engine, queue_requests=2)
    stopping = threading.Thread(target=runner.close)
    stopping.start()
    await until(lambda: runner._stopping)

    with pytest.raises(ModelNotReady, match="being stopped"):
        await asyncio.wait_for(collect(runner, Sequence([2], max_tokens=2)), 2)
    may_close.set()
    stopping.join()


def test_the_engine_outlives_an_event_loop(runner):
    """A loop that was closed mid-answer takes nobody else with it."""

    async def leave_early():
        await anext(runner.generate(Sequence([2], max_tokens=90_000)))

    asyncio.run(leave_early())

    assert answer([3], 2) == asyncio.run(collect(runner, Sequence([3], max_tokens=2)))


async def test_tokens_that_come_fast_are_delivered_together():
    """The first at once, the end without delay, and nothing is lost."""
    runner = Runner(Engine(Arithmetic(context_tokens=2000)), queue_requests=1, interval_s=0.05)
    groups = [tokens async for tokens in runner.generate(Sequence([3], max_tokens=1500))]
    runner.close()

    assert answer([3], 1500) == [token for group in groups for token in group]
    assert len(groups) < 100


def test_few_cores_carry_few_lists():
    """On two, sixteen sequences bring theirs every 160 ms; on sixteen, every 40. Nobody waits who is not to wait."""
    assert 0.16 == pause_s(0.04, sequences=16, cores=2)
    assert 0.04 == pause_s(0.04, sequences=16, cores=16)
    assert 0 == pause_s(0, sequences=16, cores=2)
