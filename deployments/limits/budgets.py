"""What API keys may spend on models that cost money. It knows keys by name and tokens by number, not what they buy."""

import asyncio
import math
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from deployments.config import LimitsConfig, TokenBudget
from deployments.errors import RateLimitExceeded

UNCOUNTED = "Requests cannot be counted at the moment, and this model costs money. Try again shortly."


@dataclass(frozen=True, slots=True)
class Hold:
    """Tokens of a key that are set aside for a call, in the span that `span` names; it ends in `left_s` seconds.

    Not `is_given`: all that the key may spend in the span is spent.
    """

    span: str
    left_s: float
    is_given: bool


@dataclass(slots=True)
class Charge:
    """What a call costs, as far as is known."""

    tokens: int

    def correct(self, tokens: int) -> None:
        self.tokens = tokens


class Budgets(ABC):
    """Wherever they are counted. A span begins with the first token spent in it; at its end, all is there again."""

    def __init__(self, config: LimitsConfig) -> None:
        self._config = config

    @asynccontextmanager
    async def charging(self, key: str, tokens: int) -> AsyncIterator[Charge]:
        """Holds so many tokens while a call runs; however it ends, what was found to be its cost stays charged.

        It is let in while anything is left, so one call at a time may go beyond. Raises RateLimitExceeded, and
        Uncounted while nobody can count.
        """
        charge = Charge(tokens)
        budget = self._config.budget_of(key)
        if budget is None:
            yield charge
            return
        hold = await self._held(key, budget, tokens)
        if not hold.is_given:
            raise RateLimitExceeded.until(max(1, math.ceil(hold.left_s)), budget.tokens)
        try:
            yield charge
        finally:  # a caller who leaves does not stop it
            await asyncio.shield(self._settle(key, hold.span, charge.tokens - tokens))

    async def _held(self, key: str, budget: TokenBudget, tokens: int) -> Hold:
        """A caller who leaves while it is asked for holds nothing."""
        asking = asyncio.create_task(self._hold(key, budget, tokens))
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            if (hold := await asking).is_given:
                await self._settle(key, hold.span, -tokens)
            raise

    @abstractmethod
    async def _hold(self, key: str, budget: TokenBudget, tokens: int) -> Hold:
        """Raises Uncounted."""

    @abstractmethod
    async def _settle(self, key: str, span: str, difference: int) -> None:
        """Nothing happens if the span has ended. While nobody can count, what was held stays charged."""
