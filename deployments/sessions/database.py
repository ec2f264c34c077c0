"""The way to the database: transactions to read and to write in, and its failures as ours. It knows no table."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from deployments.errors import ConfigError, MissingExtra, Overloaded, StorageUnavailable
from deployments.sessions.sqlite import WAIT_S, Threads, at_hand

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S", bound="Stored")
Work = Callable[[AsyncConnection], Awaitable[T]]

_DRIVERS = {"postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
_READERS = 4  # transactions at a time
_CONNECT_S = 6
_ANSWER_S = 6  # to one statement; what is silent for so long is given up, which may take as long again
_BEGINNING_S = 600  # the same, at a start: tables may have to be rewritten, and another process may be at it


class Database(ABC):
    """Nothing is opened before the first transaction."""

    def __init__(self, url: URL) -> None:
        self.url = url

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    async def read(self, work: Work[T]) -> T:
        """What `work` finds in one transaction. Raises StorageUnavailable, and Overloaded when too many wait."""
        return await _to_its_end(_translated(self._read(work)))

    async def write(self, work: Work[T]) -> T:
        """What `work` changes is there at once, or not at all. Raises as `read` does."""
        return await _to_its_end(_translated(self._write(work)))

    @abstractmethod
    def beginning(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction at a start, which is told the database's own words if it fails."""

    @abstractmethod
    async def close(self) -> None: ...

    @abstractmethod
    async def _read(self, work: Work[T]) -> T: ...

    @abstractmethod
    async def _write(self, work: Work[T]) -> T: ...


class SQLite(Database):
    """One connection at a time writes; other processes wait for each other within SQLite."""

    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self._readers = Threads(url, begin="BEGIN", at_once=_READERS)
        self._writers = Threads(url, begin="BEGIN IMMEDIATE", at_once=1)

    async def _read(self, work: Work[T]) -> T:
        return await self._readers.transaction(work)

    async def _write(self, work: Work[T]) -> T:
        return await self._writers.transaction(work)

    @asynccontextmanager
    async def beginning(self) -> AsyncIterator[AsyncConnection]:
        with self._writers.engine.begin() as connection:
            yield at_hand(connection)

    async def close(self) -> None:
        self._readers.engine.dispose()
        self._writers.engine.dispose()


class PostgreSQL(Database):
    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self._engine = _engine(url, _ANSWER_S, pool_pre_ping=True, pool_timeout=WAIT_S)
        self._beginning = _engine(url, _BEGINNING_S, poolclass=NullPool)

    async def _read(self, work: Work[T]) -> T:
        async with self._engine.begin() as connection:
            return await work(connection)

    _write = _read

    @asynccontextmanager
    async def beginning(self) -> AsyncIterator[AsyncConnection]:
        async with self._beginning.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self._engine.dispose()


class Stored(Protocol):
    """Whoever keeps things in a database."""

    @property
    def database(self) -> Database: ...


def reading(
    method: Callable[Concatenate[S, AsyncConnection, P], Awaitable[T]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """The method is one transaction, whose connection it is given."""

    @wraps(method)
    async def transaction(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.read(lambda db: method(self, db, *args, **kwargs))

    return transaction


def writing(
    method: Callable[Concatenate[S, AsyncConnection, P], Awaitable[T]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """The same for one that changes something."""

    @wraps(method)
    async def transaction(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.write(lambda db: method(self, db, *args, **kwargs))

    return transaction


def sqlite_url(data_dir: Path) -> str:
    return f"sqlite:///{data_dir / 'sessions.db'}"


def connect(url: str) -> Database:
    """Raises ConfigError for a URL that cannot be meant."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError("sessions.url is not a database URL, such as sqlite:////srv/sessions.db.") from error
    if parsed.get_backend_name() == "sqlite" and not parsed.database:
        raise ConfigError(
            "sessions.url names no file, and what is only in memory is not kept: sqlite:////srv/sessions.db."
        )
    if parsed.get_backend_name() == "sqlite":
        return SQLite(parsed.set(drivername="sqlite+pysqlite"))
    if parsed.get_backend_name() not in _DRIVERS:
        raise ConfigError(f"sessions.url: sessions are kept in SQLite or PostgreSQL, not in {parsed.drivername}.")
    try:
        return PostgreSQL(parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername)))
    except NoSuchModuleError as error:
        raise ConfigError(f"sessions.url: nothing here speaks {parsed.drivername}; try postgresql://…") from error
    except ModuleNotFoundError as error:
        raise MissingExtra("sessions.url", "postgres") from error


def reason_of(error: Exception) -> str:
    """In the database's own words, if it had any."""
    return str(getattr(error, "orig", None) or error) or "it does not answer"


def _engine(url: URL, answer_s: float, **options: Any) -> AsyncEngine:
    limits = {"timeout": _CONNECT_S, "command_timeout": answer_s}
    return create_async_engine(url, connect_args=limits, hide_parameters=True, **options)


async def _to_its_end(transaction: Coroutine[Any, Any, T]) -> T:
    """Who is cancelled waits for it all the same: cut off in its middle, it would leave the database locked."""
    task, cancelled = asyncio.create_task(transaction), None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        raise cancelled
    return task.result()


async def _translated(transaction: Awaitable[T]) -> T:
    """A statement that is wrong is our mistake; all else is the database's, and its words are for the log alone."""
    try:
        return await transaction
    except (IntegrityError, ProgrammingError):
        raise
    except PoolTimeout as error:
        raise Overloaded("Too many requests wait for the store of conversations. Try again shortly.") from error
    except (DBAPIError, OSError) as error:
        logger.error("The sessions' database failed: %s", reason_of(error))
        raise StorageUnavailable(
            "The store of conversations cannot be reached, or has no room. Try again shortly."
        ) from error
