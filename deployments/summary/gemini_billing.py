"""The Gemini API, charged to whoever asks. It knows what a call costs, not who counts it."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Protocol

from deployments.summary.document import Answer, Instructions
from deployments.summary.gemini_client import GeminiClient


class Charge(Protocol):
    def correct(self, tokens: int) -> None:
        """What the call was found to cost."""


class Budgets(Protocol):
    def charging(self, key: str, tokens: int) -> AbstractAsyncContextManager[Charge]:
        """Around a call that may cost so many tokens of an API key."""
        ...


class BilledGemini:
    """What was used is charged however a call ends: if the caller leaves, too. Each part of a document is a call.

    What is not known, since the API had said nothing yet, is charged as it was estimated.
    """

    def __init__(self, client: GeminiClient, budgets: Budgets) -> None:
        self._client = client
        self._budgets = budgets
        self.count_tokens = client.count_tokens

    async def answer(self, payer: str, model: str, text: str, instructions: Instructions) -> Answer:
        async with self._budgets.charging(payer, self._client.estimate(model, text, instructions)) as charge:
            return await self._client.answer(model, text, instructions, charge.correct)

    async def stream(
        self, payer: str, model: str, text: str, instructions: Instructions
    ) -> AsyncGenerator[str | Answer]:
        async with (
            self._budgets.charging(payer, self._client.estimate(model, text, instructions)) as charge,
            aclosing(self._client.stream(model, text, instructions, charge.correct)) as events,
        ):
            async for event in events:
                yield event
