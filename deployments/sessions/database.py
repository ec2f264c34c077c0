"""The way to the database: one engine per process, SQLite set up for many readers and one writer."""

from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from deployments.errors import ConfigError
from deployments.sessions.tables import Base

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
_SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000")


def sqlite_url(data_dir: Path) -> str:
    return f"sqlite:///{data_dir / 'sessions.db'}"


def connect(url: str) -> AsyncEngine:
    """Nothing is opened yet. Raises ConfigError for a URL that cannot be meant."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError("sessions.url is not a database URL, such as sqlite:////srv/sessions.db.") from error
    try:
        engine = create_async_engine(parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername)))
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise ConfigError(
            f"sessions.url: no driver for {parsed.drivername} ({error}). Install egemma-serve[postgres]."
        ) from error
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _set_pragmas)
    return engine


async def create_tables(engine: AsyncEngine) -> None:
    """Those that are not there yet. Raises ConfigError when the database cannot be written."""
    try:
        if engine.url.get_backend_name() == "sqlite" and engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
    except (OperationalError, OSError) as error:
        reason = getattr(error, "orig", None) or error
        raise ConfigError(
            f"The sessions' database cannot be opened: {reason}. Set data_dir or sessions.url."
        ) from error


def _set_pragmas(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
