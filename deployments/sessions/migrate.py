"""The tables of any earlier version → today's, when a process starts. Only one process at a time does it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from filelock import AsyncFileLock, Timeout
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.errors import ConfigError
from deployments.sessions.database import Database, reason_of

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK_WAIT_S = 60
_ADVISORY_LOCK = 0x65_67_65_6D_6D_61  # any number that is ours
_FIRST_FORM, _FIRST_REVISION = "sessions", "0001"  # a table that came before revisions did, and the revision it is of


async def migrate(database: Database) -> None:
    """In one transaction. Raises ConfigError for a database that cannot be written, or that a newer version wrote."""
    try:
        async with _alone(database) as connection:
            await connection.run_sync(_upgrade)
    except (DBAPIError, OSError) as error:
        raise ConfigError(
            f"The sessions' database cannot be opened: {reason_of(error)}. Set data_dir or sessions.url."
        ) from error
    except CommandError as error:
        raise ConfigError(
            f"The sessions' database was written by a newer version of this program ({error}). Install that, or set "
            "another sessions.url."
        ) from error


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[AsyncConnection]:
    if not database.is_sqlite:
        async with database.beginning() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            yield connection
        return
    assert database.url.database
    path = Path(database.url.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        async with AsyncFileLock(f"{path}.lock", timeout=_LOCK_WAIT_S), database.beginning() as connection:
            yield connection
    except Timeout as error:
        raise ConfigError(f"Another process has been changing the sessions' database for {_LOCK_WAIT_S} s.") from error


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    if (
        inspect(connection).has_table(_FIRST_FORM)
        and MigrationContext.configure(connection).get_current_revision() is None
    ):
        command.stamp(config, _FIRST_REVISION)
    command.upgrade(config, "head")
