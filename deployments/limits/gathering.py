"""Questions that travel together: those asked while an answer is awaited go in one call, when it has come.

Under load a call then carries as many questions as came meanwhile, and costs what one did.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Gathering(Generic[Question, Answer]):
    """Asks by a function of many questions that gives as many answers, in their order."""

    def __init__(self, ask_all: Callable[[list[Question]], Awaitable[Sequence[Answer]]]) -> None:
        self._ask_all = ask_all
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Answer:
        """Raises what the function raises. Whoever leaves before the answer comes takes nobody's with him."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_waiting())
        return await answer

    async def _ask_waiting(self) -> None:
        try:
            while self._waiting:
                asked = [(question, answer) for question, answer in self._waiting if not answer.done()]
                self._waiting = []
                if asked:
                    await self._ask_once(asked)
        finally:
            self._asking = None

    async def _ask_once(self, asked: list[tuple[Question, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._ask_all([question for question, _ in asked])
        except Exception as error:
            for _, waiting in asked:
                if not waiting.done():
                    waiting.set_exception(error)
        else:
            for (_, waiting), answer in zip(asked, answers, strict=True):
                if not waiting.done():
                    waiting.set_result(answer)
