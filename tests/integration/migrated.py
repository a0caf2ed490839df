"""A database as the migrations leave it, made once and copied where a test wants a new one."""

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from backend.store.database import FILE_NAME, open_database
from backend.store.migrate import migrate


def lay_migrated(folder: Path) -> None:
    """Put one into a folder that has none; the migrations take a tenth of a second each time."""
    file = folder / FILE_NAME
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_empty())


@cache
def _empty() -> bytes:
    # the loop of the test that is the first runs in this thread
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, _made()).result()


async def _made() -> bytes:
    with tempfile.TemporaryDirectory() as place:
        database = open_database(None, Path(place))
        await migrate(database.engine)
        await database.close()
        return (Path(place) / FILE_NAME).read_bytes()
