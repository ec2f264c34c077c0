"""What has been spent, in the memory of one process: one entry for each key that has a budget."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from deployments.config import TokenBudget
from deployments.limits.budgets import Hold


@dataclass(slots=True)
class _Span:
    name: str
    ends: float
    spent: int = 0


class Ledger:
    """One serves all replicas."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._spans: dict[str, _Span] = {}

    def hold(self, key: str, budget: TokenBudget, tokens: int) -> Hold:
        now = self._clock()
        span = self._spans.get(key)
        if span is None or span.ends <= now:
            span = self._spans[key] = _Span(uuid.uuid4().hex, now + budget.seconds)
        is_given = span.spent < budget.tokens
        if is_given:
            span.spent += tokens
        return Hold(span.name, span.ends - now, is_given)

    def settle(self, key: str, span: str, difference: int) -> None:
        current = self._spans.get(key)
        if current and current.name == span:
            current.spent += difference
