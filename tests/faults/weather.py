"""What happens to a process from within: a storage that refuses, and a kill at a chosen step.

It stands at the lowest places of ours: the database's transactions, the writing of a file, and
each HTTP call of our own.
"""

import errno
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from backend.domain.errors import StorageFailed
from backend.fal.answer import Answer
from backend.fal.wire import Call, Wire
from backend.store import files
from backend.store.database import Database
from backend.store.failures import DISK_BROKEN, DISK_FULL
from tests.faults.plan import Life, Trouble


class Weather:
    """Of one life. Nothing of it lasts longer than the file `calm` is not there."""

    def __init__(self, life: Life, seed: str, tally: Path, calm: Path) -> None:
        self._life = life
        self._database = random.Random(f"{seed}/database")
        self._files = random.Random(f"{seed}/files")
        self._tally = os.open(tally, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._calm = calm
        self._began = time.monotonic()
        self._steps = 0

    def set_in(self) -> None:
        """From now on, in this whole process: it is one life's own."""
        _stand_before_database(self)
        _stand_before_files(self)
        _stand_before_wire(self)

    def step(self) -> None:
        """One more place where the process may be killed."""
        self._steps += 1
        if self._life.end == "killed at a step" and self._steps == self._life.step:
            os.kill(os.getpid(), signal.SIGKILL)

    def database_refuses(self) -> bool:
        """Whether the database refuses this time."""
        return self._refuses(self._life.database, self._database)

    def files_refuse(self) -> bool:
        """Whether the disk refuses this time."""
        return self._refuses(self._life.files, self._files)

    def _refuses(self, trouble: Trouble, chance: random.Random) -> bool:
        drawn = chance.random()
        if drawn >= trouble.chance or time.monotonic() - self._began > trouble.for_s:
            return False
        if self._calm.exists():
            return False
        os.write(self._tally, b"s")  # one byte is there or not, whatever kills us next
        return True


def _stand_before_database(weather: Weather) -> None:
    write, read = Database.write, Database.read

    @asynccontextmanager
    async def unreliable_write(self: Database) -> AsyncIterator[Any]:
        weather.step()
        if weather.database_refuses():
            raise StorageFailed(DISK_FULL)
        async with write(self) as connection:
            yield connection
        weather.step()
        if weather.database_refuses():
            # a server's connection breaks after the commit: it is written, and nobody knows
            raise StorageFailed(DISK_BROKEN)

    @asynccontextmanager
    async def unreliable_read(self: Database) -> AsyncIterator[Any]:
        if weather.database_refuses():
            raise StorageFailed(DISK_BROKEN)
        async with read(self) as connection:
            yield connection

    Database.write = unreliable_write  # type: ignore[method-assign]
    Database.read = unreliable_read  # type: ignore[method-assign]


def _stand_before_files(weather: Weather) -> None:
    write_durably, sync_folder = files._write_durably, files._sync_folder

    def unreliable_write(path: Path, data: bytes) -> None:
        weather.step()
        path.write_bytes(data[: len(data) // 2])
        weather.step()
        if weather.files_refuse():
            raise OSError(errno.ENOSPC, "No space left on device")
        path.unlink()
        write_durably(path, data)
        weather.step()

    def unreliable_sync(folder: Path) -> None:
        sync_folder(folder)
        weather.step()
        if weather.files_refuse():
            raise OSError(errno.EIO, "Input/output error")

    files._write_durably = unreliable_write
    files._sync_folder = unreliable_sync


def _stand_before_wire(weather: Weather) -> None:
    ask = Wire.ask

    async def watched(self: Wire, call: Call) -> Answer:
        weather.step()
        answer = await ask(self, call)
        weather.step()
        return answer

    Wire.ask = watched  # type: ignore[method-assign]
