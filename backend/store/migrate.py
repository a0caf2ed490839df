"""Brings a database's tables to what this version needs."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.domain.errors import StorageFailed
from backend.store.database import alone
from backend.store.failures import database_failures

FOLDER = Path(__file__).parent / "migrations"


async def migrate(engine: AsyncEngine) -> None:
    """All missing changes in one transaction; nothing happens where there are none.

    Safe when two processes start at once: the second waits and finds everything done. Raises
    StorageFailed where the database can't be written, or was made by a newer version.
    """
    with database_failures():
        async with engine.connect() as connection:
            if await connection.run_sync(_version) == newest_version():
                return
        async with engine.execution_options(writes=True).begin() as connection:
            await alone(connection)
            await connection.run_sync(_upgrade)


def newest_version() -> str:
    """The last change's number, which is in the name of its file: v0001_first_tables.py."""
    last = max(file.name for file in (FOLDER / "versions").glob("v[0-9]*.py"))
    return last.partition("_")[0].removeprefix("v")


def _version(connection: Connection) -> str | None:
    """The change that the database is at; None for one without our tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection) -> None:
    # Only a database that is new or of an earlier version needs it: it would be a twentieth of
    # every start, and 10 MB for good.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageFailed(
            "The database was made by a newer version of this app; start that one."
        ) from error
