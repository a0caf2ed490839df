"""Brings a database's tables to what this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection
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
        async with engine.execution_options(writes=True).begin() as connection:
            await alone(connection)
            await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageFailed(
            "The database was made by a newer version of this app; start that one."
        ) from error
