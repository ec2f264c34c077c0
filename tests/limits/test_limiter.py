"""Limits are exact, separate, and bounded in memory."""

import time

import pytest

from deployments.config import LimitsConfig, RateLimit
from deployments.limits.limiter import Caller, Grant, Kind, network, windows_of
from deployments.limits.memory import Limiter

ALICE, BOB = Caller("192.0.2.1", "alice"), Caller("192.0.2.2", "bob")


class Local:
    """Counts by the limits of a configuration."""

    def __init__(self, config: LimitsConfig) -> None:
        self._config, self._limiter = config, Limiter(config.tracked_clients)

    def acquire(self, kind: Kind, caller: Caller) -> Grant:
        return self._limiter.acquire(windows_of(self._config, kind, caller))

    def peek(self, kind: Kind, caller: Caller) -> Grant:
        return self._limiter.peek(windows_of(self._config, kind, caller))

    def refund(self, kind: Kind, caller: Caller) -> Grant:
        return self._limiter.refund(windows_of(self._config, kind, caller))


def limiter(*, clients: int = 100, **limits) -> Local:
    limits = {"embed": RateLimit(calls=2, seconds=60)} | limits
    return Local(LimitsConfig(tracked_clients=clients, **limits))


def allowed(limiter: Local, kind: Kind, caller: Caller, times: int) -> list[bool]:
    return [limiter.acquire(kind, caller).allowed for _ in range(times)]


def test_the_call_beyond_the_limit_is_refused():
    """Two are allowed, the third is not, and the answer says how the window stands."""
    limits = limiter()
    first = limits.acquire("embed", ALICE)

    assert (True, 2, 1) == (first.allowed, first.limit, first.remaining)
    assert [True, False] == allowed(limits, "embed", ALICE, 2)
    assert 0 < limits.peek("embed", ALICE).reset_s <= 60


def test_addresses_and_kinds_have_buckets_of_their_own():
    """One client's calls cost another nothing, and embeddings cost no chat."""
    limits = limiter()
    allowed(limits, "embed", ALICE, 3)

    assert limits.acquire("embed", BOB).allowed
    assert limits.acquire("chat", ALICE).allowed


def test_the_window_moves():
    """A place is free again as soon as its own call has left the window, not at a round time."""
    limits = limiter(embed=RateLimit(calls=2, seconds=1))
    assert [True, True, False] == allowed(limits, "embed", ALICE, 3)
    time.sleep(limits.peek("embed", ALICE).reset_s)

    assert [True, True, False] == allowed(limits, "embed", ALICE, 3)


def test_a_refused_call_costs_nothing():
    """Knocking while the door is shut does not keep it shut."""
    limits = limiter(embed=RateLimit(calls=1, seconds=1))
    assert [True, *[False] * 50] == allowed(limits, "embed", ALICE, 51)
    time.sleep(1.01)

    assert limits.acquire("embed", ALICE).allowed


def test_a_count_can_be_given_back():
    """A request that could not be served leaves no trace."""
    limits = limiter()
    allowed(limits, "embed", ALICE, 2)

    assert 1 == limits.refund("embed", ALICE).remaining
    assert [True, False] == allowed(limits, "embed", ALICE, 2)


def test_looking_does_not_count():
    """Peeking tells what acquiring would."""
    limits = limiter()

    assert [2, 2, 2] == [limits.peek("embed", ALICE).remaining for _ in range(3)]


def test_a_key_has_a_limit_over_all_its_addresses():
    """Where one is configured; what the key refuses, the address is not charged for."""
    limits = limiter(per_key={"embed": RateLimit(calls=3, seconds=60)})
    elsewhere = Caller("192.0.2.9", "alice")

    assert [True, True] == allowed(limits, "embed", ALICE, 2)
    assert [True, False] == allowed(limits, "embed", elsewhere, 2)
    assert 1 == limits.peek("embed", elsewhere._replace(key=None)).remaining


def test_memory_is_bounded_however_many_addresses_come():
    """Only the clients seen last are remembered."""
    limits = limiter(clients=10)
    for i in range(1000):
        limits.acquire("embed", Caller(f"10.0.{i // 250}.{i % 250}"))

    assert 1 == limits.peek("embed", Caller("10.0.3.249")).remaining
    assert 2 == limits.peek("embed", Caller("10.0.0.1")).remaining


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_client_is_its_network(address, expected):
    """Whoever has one address of a /64 has all of them."""
    assert expected == network(address)
