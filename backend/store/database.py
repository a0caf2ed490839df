"""The database: SQLite as a file below the data folder, or PostgreSQL by its address."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

import sqlalchemy
from sqlalchemy import Table, event, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from backend.store.failures import database_failures, file_failure
from backend.store.sqlite_driver import Connection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

FILE_NAME = "playground.db"
#: how long a statement waits for a lock that another process holds
BUSY_SECONDS = 5.0
#: how long a closed connection's thread may take to end
THREAD_SECONDS = 2.0
POSTGRES_NAMES = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
SQLITE_NAMES = frozenset({"sqlite", "sqlite+aiosqlite"})
#: PostgreSQL's advisory lock for what must not happen twice at once: budgets and migrations
ALONE = 7_415_020_001


class Database:
    """An engine, and the two ways to use it. Errors of the disk or server are StorageFailed."""

    def __init__(self, engine: AsyncEngine, threads: WeakSet[Thread] | None = None) -> None:
        self.engine = engine
        self._threads: WeakSet[Thread] = WeakSet() if threads is None else threads
        self._writing = engine.execution_options(writes=True)
        # SQLite has one writer at a time; waiting here is fair and has no time limit
        self._turn = asyncio.Lock() if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """True for a file, False for PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """SQLite's file."""
        return Path(self.engine.url.database or "") if self.is_sqlite else None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that is committed durably at the end, or not at all.

        It begins with its first statement.
        """
        turn: AbstractAsyncContextManager[Any] = self._turn or nullcontext()
        async with turn:
            with database_failures():
                async with self._writing.begin() as connection:
                    yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that only reads."""
        with database_failures():
            async with self.engine.connect() as connection:
                yield connection

    async def close(self) -> None:
        """Close every connection, and wait until SQLite's threads have ended.

        One that outlives the event loop would have nobody to report to, and complain.
        """
        await self.engine.dispose()
        for thread in list(self._threads):
            await asyncio.to_thread(thread.join, THREAD_SECONDS)


def open_database(
    url: str | None, data_dir: Path, *, busy_seconds: float = BUSY_SECONDS
) -> Database:
    """The database at `url`, or SQLite below `data_dir`. Nothing is connected yet.

    Raises ValueError with a sentence for an address that is neither SQLite's nor PostgreSQL's,
    StorageFailed where the folder can't be made.
    """
    address = normalised(url, data_dir)
    if address.drivername == "postgresql+psycopg":
        return Database(_postgres_engine(address))
    try:
        Path(address.database or "").parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise file_failure(error) from error
    threads: WeakSet[Thread] = WeakSet()
    return Database(_sqlite_engine(address, busy_seconds, threads), threads)


def normalised(url: str | None, data_dir: Path) -> URL:
    """The address with the driver that we use; hosts hand out postgres:// and postgresql://."""
    if not url:
        return URL.create("sqlite+aiosqlite", database=str(data_dir / FILE_NAME))
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        # the address holds a password: neither it nor the reason is repeated
        raise ValueError("DATABASE_URL can't be read: it looks like postgresql://…") from None
    if address.drivername in POSTGRES_NAMES:
        return address.set(drivername="postgresql+psycopg")
    if address.drivername in SQLITE_NAMES and address.database not in (None, "", ":memory:"):
        return address.set(drivername="sqlite+aiosqlite")
    raise ValueError("DATABASE_URL has to be postgresql://… or sqlite:///path/to/file.db")


async def alone(connection: AsyncConnection) -> None:
    """From here to the end of the transaction no other one is past this line.

    SQLite's write transactions are so from their first statement on.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(ALONE)))
    else:
        await connection.execute(select(1))


def insert(connection: AsyncConnection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if connection.dialect.name == "postgresql":
        # 2 MB that a server on SQLite never needs
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415

        return postgresql.insert(table)
    return sqlite.insert(table)


def _postgres_engine(address: URL) -> AsyncEngine:
    return create_async_engine(
        address,
        hide_parameters=True,  # an error's text would quote prompts
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=8,
        connect_args={"connect_timeout": 10},
    )


def _sqlite_engine(address: URL, busy_seconds: float, threads: WeakSet[Thread]) -> AsyncEngine:
    async def connect(*given: Any, **named: Any) -> Connection:
        connection = Connection(partial(sqlite3.connect, *given, **named))
        thread: Thread = connection._thread
        thread.daemon = True  # a connection that hangs does not keep the process
        threads.add(thread)
        await connection
        return connection

    engine = create_async_engine(
        address,
        hide_parameters=True,
        pool_size=4,
        max_overflow=12,
        connect_args={"timeout": busy_seconds, "async_creator_fn": connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Python's driver would begin late and without IMMEDIATE: it is told not to begin at all
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {int(busy_seconds * 1000)}",
            "journal_mode = WAL",  # readers do not wait for the writer
            "synchronous = FULL",  # a commit is on the disk when it returns
            "foreign_keys = ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sqlalchemy.Connection) -> None:
        # IMMEDIATE takes the write lock first: two that read and then write can't deadlock
        writes = connection.get_execution_options().get("writes", False)
        driver = cast(Connection, connection.connection.driver_connection)
        driver.begin_with_next("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
