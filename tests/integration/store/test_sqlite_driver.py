"""SQLite's driver: one message for a statement, and no transaction that nobody ends."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from backend.store.sqlite_driver import Connection, Cursor


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "some.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE words (word TEXT)")
    connection.close()
    return file


@pytest.fixture
async def connection(file: Path) -> AsyncIterator[Connection]:
    connection = Connection(partial(sqlite3.connect, file, timeout=30, isolation_level=None))
    await connection
    yield connection
    await connection.close()


@pytest.fixture
def other(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=0, isolation_level=None)


async def ask(connection: Connection, statement: str) -> Cursor:
    cursor = connection.cursor()
    await cursor.execute(statement)
    return cursor


async def test_an_answer_holds_rows_columns_and_counts(connection: Connection) -> None:
    inserted = await ask(connection, "INSERT INTO words VALUES ('a'), ('b')")
    assert (inserted.rowcount, inserted.lastrowid, inserted.description) == (2, 2, None)
    found = await ask(connection, "SELECT word FROM words ORDER BY word")
    assert await found.fetchall() == [("a",), ("b",)]
    assert [column[0] for column in found.description] == ["word"]


async def test_a_transaction_begins_with_its_first_statement(
    connection: Connection, other: sqlite3.Connection
) -> None:
    connection.begin_with_next("BEGIN IMMEDIATE")
    await ask(connection, "SELECT 1")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    await connection.commit()
    other.execute("BEGIN IMMEDIATE")
    other.close()


async def test_one_that_was_ended_before_it_began_does_not_begin(connection: Connection) -> None:
    for end in (connection.commit, connection.rollback):
        connection.begin_with_next("BEGIN IMMEDIATE")
        await end()
        await ask(connection, "SELECT 1")
        assert not connection.in_transaction


async def test_a_failed_statement_leaves_its_transaction_to_the_rollback(
    connection: Connection,
) -> None:
    connection.begin_with_next("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await ask(connection, "SELECT * FROM missing")
    assert connection.in_transaction
    await connection.rollback()
    assert not connection.in_transaction


async def test_a_begin_that_is_still_waiting_is_rolled_back_too(
    connection: Connection, other: sqlite3.Connection
) -> None:
    """Whoever asked for it has gone meanwhile."""
    other.execute("BEGIN IMMEDIATE")  # keeps the next writer waiting
    connection.begin_with_next("BEGIN IMMEDIATE")
    asking = asyncio.create_task(ask(connection, "INSERT INTO words VALUES ('a')"))
    await asyncio.sleep(0)
    asking.cancel()
    rolling_back = asyncio.create_task(connection.rollback())
    await asyncio.sleep(0)
    other.execute("COMMIT")
    await rolling_back
    assert not connection.in_transaction
    assert other.execute("SELECT count(*) FROM words").fetchone() == (0,)
    other.close()
