"""One owner for each database, and the next one as soon as the first has gone, however it went."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from backend.domain.errors import StorageFailed
from backend.domain.ports import OwnerLock
from backend.store import lock as locks
from backend.store.database import Database, open_database
from backend.store.lock import open_lock

#: an owner as a process of its own: says what it does, and lives until it is told to go
OWNER = """
import asyncio, sys
from pathlib import Path
from backend.store.database import open_database
from backend.store.lock import open_lock

async def main():
    url, folder = sys.argv[1] or None, Path(sys.argv[2])
    database = open_database(url, folder)
    lock = open_lock(database, folder)
    print("waiting", flush=True)
    await lock.acquire()
    print("held", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await lock.release()
    await database.close()

asyncio.run(main())
"""
#: longer than several polls, to see that nothing comes
A_WHILE = 0.6
KILL_THE_OWNER = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
)
AT_MOST = 20.0


class Process:
    """An owner to be."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def says(self, word: str, seconds: float = AT_MOST) -> None:
        """Wait for its next word. Raises TimeoutError."""
        stdout = self.process.stdout
        assert stdout is not None
        line = await asyncio.wait_for(stdout.readline(), seconds)
        assert line.decode().strip() == word

    async def kill(self) -> None:
        """As when the power goes."""
        self.process.send_signal(signal.SIGKILL)
        assert await self.process.wait() == -signal.SIGKILL

    async def go(self) -> None:
        """Let it end by itself."""
        stdin = self.process.stdin
        assert stdin is not None
        stdin.write(b"\n")
        await stdin.drain()
        assert await asyncio.wait_for(self.process.wait(), AT_MOST) == 0


Start = Callable[[], Awaitable[Process]]


@pytest.fixture
async def start(database_url: str | None, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts owners to be; those that still live at the end are killed."""
    pipe = asyncio.subprocess.PIPE
    async with AsyncExitStack() as stack:

        async def started() -> Process:
            words = [sys.executable, "-c", OWNER, database_url or "", str(tmp_path)]
            environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
            process = await asyncio.create_subprocess_exec(
                *words, stdin=pipe, stdout=pipe, env=environment
            )
            stack.push_async_callback(end, process)
            return Process(process)

        yield started


async def end(process: asyncio.subprocess.Process) -> None:
    """Kill it if it lives, and close its pipes."""
    if process.returncode is None:
        process.kill()
    await process.communicate()


@asynccontextmanager
async def a_lock(database: Database, tmp_path: Path) -> AsyncIterator[OwnerLock]:
    """A lock of this process, given up at the end."""
    lock = open_lock(database, tmp_path)
    try:
        yield lock
    finally:
        await lock.release()


async def stays_waiting(lock: OwnerLock) -> asyncio.Task[None]:
    """A task that tries to get it and does not for a while."""
    task = asyncio.create_task(lock.acquire())
    await asyncio.wait([task], timeout=A_WHILE)
    assert not task.done()
    assert not lock.held
    return task


async def is_lost(lock: OwnerLock) -> None:
    """Wait until it is no longer held. Raises TimeoutError."""
    until = asyncio.get_running_loop().time() + AT_MOST
    while lock.held:
        if asyncio.get_running_loop().time() > until:
            raise TimeoutError("it is still held")
        await asyncio.sleep(0.01)


async def test_a_second_process_gets_it_when_the_first_is_killed(start: Start) -> None:
    first = await start()
    await first.says("waiting")
    await first.says("held")
    second = await start()
    await second.says("waiting")
    with pytest.raises(TimeoutError):
        await second.says("held", A_WHILE)
    await first.kill()
    await second.says("held")
    await second.go()


async def test_a_second_process_gets_it_when_the_first_gives_it_up(
    start: Start, database: Database, tmp_path: Path
) -> None:
    async with a_lock(database, tmp_path) as lock:
        await lock.acquire()
        second = await start()
        await second.says("waiting")
        with pytest.raises(TimeoutError):
            await second.says("held", A_WHILE)
        await lock.release()
        assert not lock.held
        await second.says("held")
        waiting = await stays_waiting(lock)
        await second.go()
        await asyncio.wait_for(waiting, AT_MOST)
        assert lock.held


async def test_a_lock_is_held_from_acquire_to_release(database: Database, tmp_path: Path) -> None:
    async with a_lock(database, tmp_path) as lock:
        assert not lock.held
        await lock.release()
        await lock.acquire()
        await lock.acquire()
        assert lock.held
        await lock.release()
        await lock.release()
        assert not lock.held
        await asyncio.wait_for(lock.acquire(), AT_MOST)
        assert lock.held


async def test_two_locks_of_one_process_exclude_each_other_too(
    database: Database, tmp_path: Path
) -> None:
    async with a_lock(database, tmp_path) as first, a_lock(database, tmp_path) as second:
        await first.acquire()
        waiting = await stays_waiting(second)
        await first.release()
        await asyncio.wait_for(waiting, AT_MOST)
        assert second.held


async def test_one_that_gives_up_waiting_takes_nothing_with_it(
    database: Database, tmp_path: Path
) -> None:
    async with a_lock(database, tmp_path) as first, a_lock(database, tmp_path) as second:
        await first.acquire()
        waiting = await stays_waiting(second)
        waiting.cancel()
        await asyncio.wait([waiting])
        assert waiting.cancelled()
        await first.release()
        await asyncio.wait_for(first.acquire(), AT_MOST)
        assert first.held
        assert not second.held


async def test_waiting_does_not_stop_the_event_loop(database: Database, tmp_path: Path) -> None:
    async with a_lock(database, tmp_path) as first, a_lock(database, tmp_path) as second:
        await first.acquire()
        task = asyncio.create_task(second.acquire())
        loop, turns = asyncio.get_running_loop(), 0
        until = loop.time() + A_WHILE
        while loop.time() < until:
            await asyncio.sleep(0.005)
            turns += 1
        assert not task.done()
        assert turns > 20
        task.cancel()
        await asyncio.wait([task])


async def test_the_lock_of_another_database_is_another_lock(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (open_database(None, tmp_path / name) for name in ("one", "two"))
    async with a_lock(one, tmp_path) as first, a_lock(two, tmp_path) as second:
        await first.acquire()
        await asyncio.wait_for(second.acquire(), AT_MOST)
        assert first.held
        assert second.held
    await one.close()
    await two.close()


async def test_a_file_lock_where_nothing_can_be_written_is_a_failure(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/kept.db", tmp_path)
    (tmp_path / "kept.db.lock").mkdir()
    async with a_lock(database, tmp_path) as lock:
        with pytest.raises(StorageFailed):
            await lock.acquire()
        assert not lock.held
    await database.close()


async def test_a_file_system_without_locks_is_a_failure_and_not_two_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(_file: int, _how: int) -> None:
        raise OSError(38, "Function not implemented")

    database = open_database(None, tmp_path)
    async with a_lock(database, tmp_path) as lock:
        with monkeypatch.context() as patched:
            patched.setattr("fcntl.flock", no_locks)
            with pytest.raises(StorageFailed, match="lock"):
                await lock.acquire()
        assert not lock.held
    await database.close()


async def test_a_lost_connection_is_a_lost_lock(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LOOK_SECONDS", 0.05)
    database = open_database(postgres_url, tmp_path)
    async with a_lock(database, tmp_path) as first, a_lock(database, tmp_path) as second:
        await first.acquire()
        waiting = await stays_waiting(second)
        async with database.write() as connection:
            await connection.execute(KILL_THE_OWNER)
        await asyncio.wait_for(waiting, AT_MOST)
        await is_lost(first)
        assert second.held
        again = await stays_waiting(first)
        await second.release()
        await asyncio.wait_for(again, AT_MOST)
        assert first.held
    await database.close()


async def test_a_server_that_is_not_there_can_not_be_locked(
    unused_port: int, tmp_path: Path
) -> None:
    database = open_database(f"postgresql://someone@127.0.0.1:{unused_port}/nothing", tmp_path)
    async with a_lock(database, tmp_path) as lock:
        with pytest.raises(StorageFailed, match="does not answer"):
            await lock.acquire()
    await database.close()
