"""The ledger, asked the way the remote one is."""

from deployments.config import LimitsConfig
from deployments.limits.budgets import Budgets
from deployments.limits.ledger import Ledger


class LocalBudgets(Budgets):
    def __init__(self, config: LimitsConfig, ledger: Ledger | None = None) -> None:
        super().__init__(config)
        self._ledger = ledger or Ledger()

    async def _hold(self, key, budget, tokens):
        return self._ledger.hold(key, budget, tokens)

    async def _settle(self, key, span, difference):
        self._ledger.settle(key, span, difference)
