"""Exact counts of who asked for what. One of it serves all ingress replicas."""

import ipaddress
import math
import time
from dataclasses import dataclass
from typing import Literal, NamedTuple

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.strategies import MovingWindowRateLimiter

from deployments.config import LimitsConfig, RateLimit
from deployments.limits.memory import BoundedMemory

Kind = Literal["embed", "summarize", "chat", "failed_auth"]


class Caller(NamedTuple):
    """Who asks: a client address, and the name of the key it showed."""

    address: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A window after a request: `reset_s` is when its oldest entry leaves, in whole seconds, at least 1."""

    allowed: bool
    limit: int
    remaining: int
    reset_s: int


@dataclass(frozen=True, slots=True)
class _Window:
    item: RateLimitItem
    name: tuple[str, ...]


class Limiter:
    """A request must fit all windows that apply to it, per address and per key; one refused costs nothing."""

    def __init__(self, config: LimitsConfig) -> None:
        self._config = config
        self._storage = storage = BoundedMemory(config.tracked_clients)
        self._strategy = MovingWindowRateLimiter(storage)

    def acquire(self, kind: Kind, caller: Caller) -> Grant:
        """Count a request, if it is allowed."""
        windows = self._windows(kind, caller)
        full = [window for window in windows if not self._strategy.test(window.item, *window.name)]
        if full:
            return self._grant(full, allowed=False)
        for window in windows:
            self._strategy.hit(window.item, *window.name)
        return self._grant(windows, allowed=True)

    def peek(self, kind: Kind, caller: Caller) -> Grant:
        """What `acquire` would answer, without counting."""
        windows = self._windows(kind, caller)
        allowed = all(self._strategy.test(window.item, *window.name) for window in windows)
        return self._grant(windows, allowed=allowed)

    def refund(self, kind: Kind, caller: Caller) -> Grant:
        """Take back what the caller's last `acquire` counted: the request was not served."""
        for window in self._windows(kind, caller):
            self._storage.forget_entry(window.item.key_for(*window.name))
        return self.peek(kind, caller)

    def _windows(self, kind: Kind, caller: Caller) -> list[_Window]:
        per_address: RateLimit = getattr(self._config, kind)
        windows = [_Window(_item(per_address), (kind, "address", network(caller.address)))]
        if caller.key and kind != "failed_auth" and (per_key := self._config.per_key.get(kind)):
            windows.append(_Window(_item(per_key), (kind, "key", caller.key)))
        return windows

    def _grant(self, windows: list[_Window], *, allowed: bool) -> Grant:
        """Of several windows, the one with the least left; of full ones, the one that frees last."""
        stats = [(self._strategy.get_window_stats(window.item, *window.name), window.item) for window in windows]
        (reset, remaining), item = min(stats, key=lambda pair: (pair[0].remaining, -pair[0].reset_time))
        return Grant(allowed, item.amount, remaining, max(1, math.ceil(reset - time.time())))


def network(address: str) -> str:
    """An IPv6 client owns a /64 of addresses, so that network counts as one client."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


def _item(limit: RateLimit) -> RateLimitItem:
    return RateLimitItemPerSecond(limit.calls, limit.seconds)
