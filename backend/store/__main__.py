"""`python -m backend.store check [--repair] [--quick]`: do database and picture files agree?

Exit code 0: they do; 1: something was found, printed a line each; 2: it could not be checked. What
it repairs it says; nothing is ever removed.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence

from backend.domain.errors import StorageFailed
from backend.services.store_check import StorageGone, StoreCheck
from backend.settings import Settings, SettingsWrong, read_settings
from backend.store.database import Database, open_database
from backend.store.inventory import SqlInventory
from backend.store.lock import open_lock
from backend.store.remote_files import open_pictures

#: a server that owns the database is not waited for
OWNED_WITHIN_S = 3.0
RUNNING = "The server is running. Stop it for --repair; without it both may run at once."
GONE = (
    "More than half of the files are missing: is STORAGE_URL or DATA_DIR right, and is the storage "
    "there? Nothing was repaired."
)


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """The exit code."""
    asked = _parser().parse_args(arguments)
    try:
        return asyncio.run(_check(read_settings(environ), repair=asked.repair, quick=asked.quick))
    except (SettingsWrong, ValueError) as error:
        return _not_checked(str(error))
    except StorageFailed as error:
        return _not_checked(error.message)


async def _check(settings: Settings, *, repair: bool, quick: bool) -> int:
    url = settings.database_url
    database = open_database(url.get_secret_value() if url else None, settings.data_dir)
    try:
        shelf = open_pictures(settings.storage_url, settings.data_dir)
        check = StoreCheck(
            inventory=SqlInventory(database), shelf=shelf, quick=quick, repair=repair
        )
        return await (_repaired(check, database, settings) if repair else _told(check))
    except StorageGone:
        return _not_checked(GONE)
    finally:
        await database.close()


async def _repaired(check: StoreCheck, database: Database, settings: Settings) -> int:
    """Alone with the database: a picture that is just being saved has a file and no row yet."""
    lock = open_lock(database, settings.data_dir)
    try:
        async with asyncio.timeout(OWNED_WITHIN_S):
            await lock.acquire()
    except TimeoutError:
        return _not_checked(RUNNING)
    try:
        return await _told(check)
    finally:
        await lock.release()


async def _told(check: StoreCheck) -> int:
    found = 0
    async for finding in check.findings():
        found += 1
        sys.stdout.write(f"{finding}\n")
    if check.unhashed:
        sys.stdout.write(_of_hashes(check))
    sys.stdout.write(f"{check.rows} rows, {check.files} files: {found or 'nothing'} found.\n")
    return int(found > 0)


def _of_hashes(check: StoreCheck) -> str:
    """They are of files from before there were hashes: nothing is wrong with them."""
    if check.repair:
        return f"{check.hashed} hashes of files were written down.\n"
    return f"{check.unhashed} files have no hash yet; --repair writes them down.\n"


def _not_checked(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend.store", description=__doc__)
    parser.add_argument("what", choices=["check"], help="the one thing that there is to do")
    parser.add_argument(
        "--repair",
        action="store_true",
        help="put files without a row aside, mark pictures without a file missing, note hashes",
    )
    parser.add_argument("--quick", action="store_true", help="compare sizes only, read no file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
