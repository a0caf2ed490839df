"""The version that a start compares with is the one that the migrations lead to."""

import subprocess
import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from backend.store.database import open_database
from backend.store.migrate import FOLDER, migrate, newest_version

AGAIN = """
import asyncio, sys
from pathlib import Path
from backend.store.database import open_database
from backend.store.migrate import migrate

async def start():
    database = open_database(None, Path(sys.argv[1]))
    await migrate(database.engine)
    await database.close()

asyncio.run(start())
sys.exit("alembic" in sys.modules)
"""


def test_the_newest_version_is_the_migrations_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == newest_version()


async def test_a_start_on_an_up_to_date_database_does_without_alembic(tmp_path: Path) -> None:
    database = open_database(None, tmp_path)
    await migrate(database.engine)
    await database.close()
    again = subprocess.run([sys.executable, "-c", AGAIN, str(tmp_path)], check=False)  # noqa: ASYNC221
    assert again.returncode == 0
