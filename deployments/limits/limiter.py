"""What limiters agree on: who asks, which windows a request must fit, and the answer. Nothing is counted here."""

import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from deployments.config import LimitsConfig, RateLimit

Kind = Literal["embed", "summarize", "chat", "failed_auth"]
Question = Literal["acquire", "peek", "refund"]


class Caller(NamedTuple):
    """Who asks: a client address, and the name of the key it showed."""

    address: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """At most so many calls within so many seconds, by whoever `name` means."""

    name: tuple[str, ...]
    calls: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How many calls a window has left, and in how many seconds its oldest call leaves it."""

    window: Window
    remaining: int
    reset_s: float


@dataclass(frozen=True, slots=True)
class Grant:
    """A window after a request: `reset_s` is when its oldest entry leaves, in whole seconds, at least 1.

    Not `is_counted`: nobody could count it, so that it was let in unseen.
    """

    allowed: bool
    limit: int
    remaining: int
    reset_s: int
    is_counted: bool = True


def windows_of(config: LimitsConfig, kind: Kind, caller: Caller) -> list[Window]:
    """That of the address, and that of the key where one is configured."""
    per_address: RateLimit = getattr(config, kind)
    windows = [_window(per_address, kind, "address", network(caller.address))]
    if caller.key and kind != "failed_auth" and (per_key := config.per_key.get(kind)):
        windows.append(_window(per_key, kind, "key", caller.key))
    return windows


def granted(standings: list[Standing], *, allowed: bool) -> Grant:
    """Of several windows, the one with the least left; of full ones, the one that frees last."""
    tightest = min(standings, key=lambda standing: (standing.remaining, -standing.reset_s))
    return Grant(allowed, tightest.window.calls, tightest.remaining, max(1, math.ceil(tightest.reset_s)))


def uncounted(windows: Sequence[Window]) -> Grant:
    """While nobody counts, everybody is let in."""
    calls = windows[0].calls
    return Grant(allowed=True, limit=calls, remaining=calls, reset_s=1, is_counted=False)


def network(address: str) -> str:
    """An IPv6 client owns a /64 of addresses, so that network counts as one client."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


def _window(limit: RateLimit, *name: str) -> Window:
    return Window(name, limit.calls, limit.seconds)
