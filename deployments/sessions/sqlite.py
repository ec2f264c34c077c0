"""SQLite: each transaction as a whole on a thread. It knows no table.

An asynchronous driver changes threads several times for every statement, which takes longer than the statement.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Connection, CursorResult, Dialect, Executable, ScalarResult, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

WAIT_S = 10
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000")


class Threads:
    """So many transactions at a time. The others stand in line, which is fair and costs no retries."""

    def __init__(self, url: URL, *, begin: str, at_once: int) -> None:
        self.engine = _engine(url, begin, at_once)
        self._room = asyncio.Semaphore(at_once)
        self._threads = ThreadPoolExecutor(at_once)

    async def transaction(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What `work` comes to. Raises PoolTimeout for one that waits too long."""
        try:
            await asyncio.wait_for(self._room.acquire(), WAIT_S)
        except TimeoutError as error:
            raise PoolTimeout("Too many transactions are in line.") from error
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work)
        finally:
            self._room.release()

    def _run(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        with self.engine.begin() as connection:
            return _finished(cast("Coroutine[Any, Any, T]", work(at_hand(connection))))


def at_hand(connection: Connection) -> AsyncConnection:
    """For those who await its answers, as they do elsewhere."""
    return cast("AsyncConnection", _AtHand(connection))


class _AtHand:
    """As much of an AsyncConnection as transactions ask for; its answers never have to be waited for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Dialect:
        return self._connection.dialect

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        return self._connection.execute(statement, parameters)

    async def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        return self._connection.scalar(statement, parameters)

    async def scalars(self, statement: Executable, parameters: Any = None) -> ScalarResult[Any]:
        return self._connection.scalars(statement, parameters)

    async def run_sync(self, function: Callable[[Connection], T]) -> T:
        return function(self._connection)


def _finished(coroutine: Coroutine[Any, Any, T]) -> T:
    try:
        coroutine.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    coroutine.close()
    raise RuntimeError("A transaction may wait for nothing but its database.")


def _engine(url: URL, begin: str, connections: int) -> Engine:
    """Transactions begin as we say; left to itself, the driver begins them only at the first change."""
    engine = create_engine(url, pool_size=connections, max_overflow=0, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
