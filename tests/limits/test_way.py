"""The way to the limiter is found again after each failure, and a firewall costs time, not counts."""

import asyncio
import logging
import time

import pytest

from deployments.limits.messages import Address
from deployments.limits.way import Way
from tests.limits.limiter_process import LimiterProcess, acquire
from tests.limits.near_actor import Away, NearActor
from tests.ports import free_port


async def remaining(way: Way) -> int:
    return (await way.ask([acquire("alice", calls=100)]))[0].remaining


async def found(limiter: LimiterProcess) -> tuple[Way, NearActor, LimiterProcess]:
    """The way to it, on which one call was counted."""
    actor = NearActor(limiter.address)
    way = Way(actor)
    await remaining(way)
    return way, actor, limiter


async def test_the_actor_is_asked_once_and_the_port_from_then_on(start):
    """For its address."""
    actor = NearActor(start().address)
    way = Way(actor)

    assert [99, 98, 97] == [await remaining(way) for _ in range(3)]
    assert ["address"] == actor.asked


async def test_a_successor_is_found_without_a_lost_question(start):
    """Where the limiter was replaced between two questions, the second is counted by the new one."""
    way, actor, old = await found(start())
    old.kill()
    actor.address = start().address
    await asyncio.sleep(0.05)  # in which the connection is seen to be closed

    assert [99, 98] == [await remaining(way) for _ in range(2)]


async def test_a_limiter_that_hangs_is_left_for_its_successor(start):
    """The question that waited for it in vain fails; the next one is answered."""
    way, actor, old = await found(start())
    old.hang()
    with pytest.raises(TimeoutError):
        await remaining(way)
    actor.address = start().address

    assert 99 == await remaining(way)


async def test_while_there_is_no_actor_its_own_error_is_raised():
    """Also where the actor has died but its address is still known."""
    actor = NearActor(Address("127.0.0.1", free_port(), b""))
    actor.is_alive = False
    way = Way(actor)
    for _ in range(2):
        with pytest.raises(Away):
            await remaining(way)


async def test_behind_a_firewall_questions_are_calls_to_the_actor_and_the_log_says_so_once(start, caplog):
    """Until this actor is away: its successor's port is tried again."""
    actor = NearActor(Address("127.0.0.1", free_port(), b"secret"))
    way = Way(actor)
    with caplog.at_level(logging.WARNING):
        assert [99, 98, 97] == [await remaining(way) for _ in range(3)]
    assert ["address", *["answer"] * 4] == actor.asked
    assert [True] == [
        f"127.0.0.1:{actor.address.port}" in text and "open the TCP ports" in text for text in caplog.messages
    ]

    actor.is_alive = False
    with pytest.raises(Away):
        await remaining(way)
    actor.is_alive, actor.address = True, start().address
    assert 99 == await remaining(way)
    assert ["address"] == actor.asked


async def test_a_firewall_that_swallows_is_told_from_a_slow_answer(monkeypatch, caplog):
    """It costs the first question some seconds, and no other."""
    monkeypatch.setattr("deployments.limits.line.OPEN_S", 0.3)
    way = Way(NearActor(Address("240.0.0.1", 9, b"secret")))  # reserved: nobody has it
    assert 99 == await remaining(way)
    begun = time.monotonic()

    assert 98 == await remaining(way)
    assert time.monotonic() - begun < 0.1
    assert 1 == len(caplog.messages)
