"""Computations under way, shared by all who want the same. It knows keys and coroutines, not what they compute."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Compute = Callable[[], Coroutine[Any, Any, T]]
Key = tuple[asyncio.AbstractEventLoop, bytes]  # a task belongs to its loop; callers on another one start their own


@dataclass(slots=True)
class Flight(Generic[T]):
    task: asyncio.Task[T]
    passengers: int = 0


class Flights(Generic[T]):
    """Who wants what is being computed waits with the others. It is given up only when nobody waits any more."""

    def __init__(self) -> None:
        self.joined = 0
        self._flights: dict[Key, Flight[T]] = {}

    async def results(self, wanted: Mapping[bytes, Compute[T]]) -> dict[bytes, T]:
        """All of them, or the first failure."""
        if not wanted:
            return {}
        loop = asyncio.get_running_loop()
        flights = {key: self._board((loop, key), compute) for key, compute in wanted.items()}
        try:
            tasks = [flight.task for flight in flights.values()]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            failures = [error for task in done if (error := task.exception())]
            if failures:
                raise failures[0]
            return {key: flight.task.result() for key, flight in flights.items()}
        finally:
            for key, flight in flights.items():
                self._leave((loop, key), flight)

    def _board(self, key: Key, compute: Compute[T]) -> Flight[T]:
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = Flight(asyncio.create_task(compute()))
        else:
            self.joined += 1
        flight.passengers += 1
        return flight

    def _leave(self, key: Key, flight: Flight[T]) -> None:
        flight.passengers -= 1
        if not flight.passengers:
            del self._flights[key]
            flight.task.cancel()
