"""The database itself: durable settings, and a sentence for whatever goes wrong below it."""

import asyncio
import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.domain.errors import StorageFailed
from backend.domain.ports import RunFilter
from backend.domain.run import RunState
from backend.store.database import Database, open_database
from backend.store.files import FolderPictureStore
from backend.store.migrate import migrate
from backend.store.runs import SqlRunStore
from tests.integration.store.making import TestClock, a_run, new, written

A_PERSON = (
    "INSERT INTO people (id, name, folded_name, role, created_at)"
    " VALUES ('p', 'P', 'p', 'member', 0)"
)


async def test_sqlite_is_durable_and_strict_on_every_connection(sqlite: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    async with sqlite.write() as first, sqlite.read() as second, sqlite.read() as third:
        for connection in (first, second, third):
            found = {
                name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
                for name in wanted
            }
            assert found == wanted


async def test_a_write_transaction_takes_the_lock_with_its_first_statement(
    sqlite: Database,
) -> None:
    other = sqlite3.connect(str(sqlite.path), timeout=0, isolation_level=None)
    async with sqlite.write() as writer:
        await writer.execute(text("SELECT count(*) FROM runs"))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    async with sqlite.read() as connection:
        await connection.execute(text("SELECT count(*) FROM runs"))
        other.execute("BEGIN IMMEDIATE")
    other.close()


async def test_a_reader_does_not_wait_for_the_writer(sqlite: Database) -> None:
    async with sqlite.write() as writer:
        await writer.exec_driver_sql(A_PERSON)
        async with sqlite.read() as reader:
            assert (await reader.execute(text("SELECT count(*) FROM people"))).scalar() == 0


async def test_a_read_sees_one_moment(sqlite: Database) -> None:
    count = text("SELECT count(*) FROM people")
    async with sqlite.read() as reader:
        assert (await reader.execute(count)).scalar() == 0
        async with sqlite.write() as writer:
            await writer.exec_driver_sql(A_PERSON)
        assert (await reader.execute(count)).scalar() == 0


async def test_a_database_that_another_process_holds_is_busy(
    tmp_path: Path, clock: TestClock
) -> None:
    opened = open_database(None, tmp_path, busy_seconds=0.05)
    await migrate(opened.engine)
    runs = SqlRunStore(opened, clock)
    run = await written(runs)
    other = sqlite3.connect(str(opened.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageFailed, match="busy") as caught:
        await runs.move(run.id, RunState.CREATED, RunState.SUBMITTING)
    assert caught.value.retryable
    assert await runs.get(run.id) == run
    other.execute("ROLLBACK")
    other.close()
    assert await runs.move(run.id, RunState.CREATED, RunState.SUBMITTING) is not None
    await opened.close()


async def test_no_text_of_a_prompt_is_in_a_database_error(sqlite: Database) -> None:
    statement = text("INSERT INTO people VALUES (:prompt)")
    with pytest.raises(DBAPIError) as caught:
        async with sqlite.write() as connection:
            await connection.execute(statement, {"prompt": "a very private prompt"})
    assert "private" not in str(caught.value)


async def test_a_wrong_statement_is_our_mistake_and_no_failure_of_the_storage(
    database: Database,
) -> None:
    with pytest.raises(DBAPIError):
        async with database.read() as connection:
            await connection.execute(text("SELECT nothing FROM nowhere"))


async def test_closing_ends_every_thread_also_of_connections_that_failed(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "playground.db").mkdir()
    good, bad = open_database(None, tmp_path), open_database(None, tmp_path / "bad")
    before = set(threading.enumerate())
    await migrate(good.engine)
    with pytest.raises(StorageFailed):
        await migrate(bad.engine)
    await good.close()
    await bad.close()
    left = set(threading.enumerate()) - before
    assert [thread.name for thread in left if "connection_worker" in thread.name] == []


async def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "playground.db").write_bytes(b"this is no database, it is a sentence" * 40)
    opened = open_database(None, tmp_path)
    with pytest.raises(StorageFailed, match="damaged"):
        await migrate(opened.engine)
    await opened.close()


async def test_a_database_that_can_not_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "playground.db").mkdir()
    opened = open_database(None, tmp_path)
    with pytest.raises(StorageFailed, match="can't open"):
        await migrate(opened.engine)
    await opened.close()


async def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageFailed):
        open_database(None, tmp_path / "file" / "data")


async def test_a_server_that_is_not_there_is_named_without_its_password(unused_port: int) -> None:
    url = f"postgresql://someone:secret-word@127.0.0.1:{unused_port}/nothing"
    opened = open_database(url, Path())
    with pytest.raises(StorageFailed, match="does not answer") as caught:
        await migrate(opened.engine)
    assert "secret-word" not in f"{caught.value} {caught.value.__cause__}"
    await opened.close()


async def test_postgres_connections_that_died_are_replaced(
    postgres_url: str, clock: TestClock
) -> None:
    opened = open_database(postgres_url, Path())
    runs = SqlRunStore(opened, clock)
    run = await written(runs)
    other = open_database(postgres_url, Path())
    async with other.write() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert await runs.get(run.id) == run
    await other.close()
    await opened.close()


async def test_a_postgres_that_is_read_only_is_named(postgres_url: str, clock: TestClock) -> None:
    opened = open_database(postgres_url, Path())
    async with opened.write() as connection:
        name = (await connection.execute(text("SELECT current_database()"))).scalar()
        await connection.execute(
            text(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        )
    await opened.close()
    with pytest.raises(StorageFailed, match="may not write"):
        await SqlRunStore(opened, clock).add(new())
    await opened.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, which only root can make."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount the small disk that this test fills")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a small disk can't be mounted here: {mounted.stderr.decode()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """A file that takes all the room that is left."""
    path = folder / "ballast"
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return path


def protect(folder: Path) -> None:
    """From now on it can only be read."""
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


async def test_a_full_disk_is_named_and_nothing_is_half_written(
    small_disk: Path, clock: TestClock
) -> None:
    opened = open_database(None, small_disk)
    await migrate(opened.engine)
    runs = SqlRunStore(opened, clock)
    kept = await written(runs)
    ballast = fill(small_disk)
    big = a_run(input={"prompt": "x" * 20_000})
    with pytest.raises(StorageFailed, match="full") as caught:
        await runs.add(new(big))
    assert caught.value.retryable
    assert (await runs.list(RunFilter())).runs == (kept,)
    ballast.unlink()
    added, fresh = await runs.add(new(big))
    assert fresh
    assert (await runs.list(RunFilter())).runs == (added, kept)
    async with opened.read() as connection:
        assert (await connection.exec_driver_sql("PRAGMA integrity_check")).scalar() == "ok"
    await opened.close()


async def test_a_full_disk_keeps_no_piece_of_a_picture(small_disk: Path) -> None:
    pictures = FolderPictureStore(small_disk)
    await pictures.write("a/kept.png", b"old")
    with pytest.raises(StorageFailed, match="full"):
        await pictures.write("a/big.png", b"x" * 2_000_000)
    with pytest.raises(StorageFailed, match="full"):
        await pictures.write("a/kept.png", b"y" * 2_000_000)
    assert [path.name for path in (small_disk / "a").iterdir()] == ["kept.png"]
    assert await pictures.read("a/kept.png") == b"old"
    ballast = await asyncio.to_thread(fill, small_disk)
    assert not await pictures.ready()
    ballast.unlink()
    assert await pictures.ready()


async def test_a_disk_that_can_only_be_read_is_named(small_disk: Path, clock: TestClock) -> None:
    opened = open_database(None, small_disk)
    await migrate(opened.engine)
    await FolderPictureStore(small_disk).write("kept.png", b"old")
    await opened.close()
    await asyncio.to_thread(protect, small_disk)
    pictures = FolderPictureStore(small_disk)
    with pytest.raises(StorageFailed, match="may not write"):
        await pictures.write("new.png", b"new")
    with pytest.raises(StorageFailed, match="may not write"):
        await pictures.remove("kept.png")
    assert await pictures.read("kept.png") == b"old"
    assert not await pictures.ready()
    again = open_database(None, small_disk)
    with pytest.raises(StorageFailed, match=r"may not write|can't open"):
        await SqlRunStore(again, clock).add(new())
    await again.close()


async def test_a_database_that_answers_is_ready_and_one_that_does_not_is_not(
    tmp_path: Path, clock: TestClock, database: Database
) -> None:
    assert await SqlRunStore(database, clock).ready()
    (tmp_path / "bad" / "playground.db").mkdir(parents=True)
    bad = open_database(None, tmp_path / "bad")
    assert not await SqlRunStore(bad, clock).ready()
    await bad.close()
