"""One owner for each database: a file lock beside SQLite, an advisory lock in PostgreSQL.

Both are given up by the operating system or the server when a process dies, however it dies.
"""

import asyncio
import contextlib
import errno
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import NullPool, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from backend.domain.errors import StorageFailed
from backend.domain.ports import OwnerLock
from backend.store.database import Database
from backend.store.failures import database_failures, file_failure

#: seconds between two tries
POLL_SECONDS = 0.2
#: seconds between two looks whether PostgreSQL's connection, and so the lock, is still there
LOOK_SECONDS = 1.0
#: a connection that has not answered for so long has lost its lock
DEAD_SECONDS = 5.0
#: what a file system without locks answers
UNLOCKABLE = frozenset({errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK})
NO_LOCKS = "The folder of the database can't lock files; choose another DATA_DIR."
#: PostgreSQL's advisory lock of the owner
OWNER = 7_415_020_002


class FileOwnerLock:
    """A lock on a file (flock). The file stays; the lock goes with the process."""

    def __init__(self, path: Path) -> None:
        # a soft lock (a file that is there or not) would outlive a kill, and nobody would own it
        self._lock = FileLock(path, thread_local=False, fallback_to_soft=False)

    async def acquire(self) -> None:
        """Wait until this process is the owner. Raises StorageFailed where that can't be."""
        while not self._lock.is_locked:
            try:
                self._lock.acquire(blocking=False)
            except Timeout:
                await asyncio.sleep(POLL_SECONDS)
            except NotImplementedError as error:
                raise StorageFailed(NO_LOCKS) from error
            except OSError as error:
                if error.errno in UNLOCKABLE:
                    raise StorageFailed(NO_LOCKS) from error
                raise file_failure(error) from error

    async def release(self) -> None:
        """Give it up; nothing happens where it is not held."""
        self._lock.release(force=True)

    @property
    def held(self) -> bool:
        """Whether this process is the owner now."""
        return self._lock.is_locked


class PostgresOwnerLock:
    """An advisory lock on a connection of its own, which is watched while the lock is held."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._watch: asyncio.Task[None] | None = None
        self._held = False

    async def acquire(self) -> None:
        """Wait until this process is the owner. Raises StorageFailed where it can't be asked."""
        if self._held:
            return
        await self.release()
        try:
            with database_failures():
                connection = self._connection = await self._engine.connect()
                await connection.execute(_SESSION)
                while True:
                    if await connection.scalar(_TRY):
                        break
                    await asyncio.sleep(POLL_SECONDS)
        except BaseException:
            await self.release()
            raise
        self._held = True
        self._watch = asyncio.create_task(self._look(connection), name="owner lock")

    async def release(self) -> None:
        """Give it up; nothing happens where it is not held."""
        self._held = False
        watch, self._watch = self._watch, None
        connection, self._connection = self._connection, None
        if watch is not None:
            watch.cancel()
            await asyncio.wait([watch])
        if connection is not None:
            # closing the session gives the lock up, whatever state the session is in
            with contextlib.suppress(SQLAlchemyError, OSError):
                await connection.invalidate()
                await connection.close()
        await self._engine.dispose()

    @property
    def held(self) -> bool:
        """Whether this process is the owner now; False soon after the connection is lost."""
        return self._held

    async def _look(self, connection: AsyncConnection) -> None:
        """Ask again and again; the first that fails means that the lock is gone."""
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                async with asyncio.timeout(DEAD_SECONDS):
                    await connection.scalar(text("SELECT 1"))
        except (SQLAlchemyError, TimeoutError):
            self._held = False


_TRY = text(f"SELECT pg_try_advisory_lock({OWNER})")
# a host that vanishes without a word would keep its session, and the lock, for two hours by
# default; settings that a server does not know are left out
_SESSION = text(
    "SELECT set_config(name, wanted, false) FROM pg_settings JOIN (VALUES"
    " ('tcp_keepalives_idle', '10'), ('tcp_keepalives_interval', '5'),"
    " ('tcp_keepalives_count', '3'), ('idle_session_timeout', '0')"
    ") AS wishes (wish, wanted) ON name = wish"
)


def open_lock(database: Database, data_dir: Path) -> OwnerLock:
    """The owner's lock of this database; not taken yet. `data_dir` is there once it is open."""
    if database.path is None:
        return PostgresOwnerLock(
            create_async_engine(
                database.engine.url,
                poolclass=NullPool,
                isolation_level="AUTOCOMMIT",
                hide_parameters=True,
                connect_args={"connect_timeout": 10},
            )
        )
    return FileOwnerLock(database.path.with_name(f"{database.path.name}.lock"))
