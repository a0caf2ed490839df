"""A ZIP that is written while it is sent: nothing of it is kept but its list of names.

Pictures are packed already, so they are stored as they are. Each entry's length and checksum stand
behind it, where they are known, so that no file has to be read twice (decision 0023).
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import RawIOBase
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

#: pieces are passed on when there is so much, so that a thousand small ones cost no thousand sends
SEND_FROM = 64 * 1024
READABLE = 0o644 << 16


class _Sink(RawIOBase):
    """Takes what ZipFile writes until it is fetched. It can't be gone back in."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self.waiting = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._held.append(bytes(data))
        self.waiting += len(data)
        return len(data)

    def fetch(self) -> bytes:
        """Everything since the last time."""
        held, self._held, self.waiting = b"".join(self._held), [], 0
        return held


class ZipStream:
    """`async for part in zip.file(…)` sends; `end()` is its last part."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = ZipFile(self._sink, "w", ZIP_STORED)

    async def file(
        self, name: str, at: datetime, size: int, pieces: AsyncIterator[bytes]
    ) -> AsyncIterator[bytes]:
        """One entry. Where `pieces` fails, the entry ends there, whole in itself, and it raises."""
        # before the entry is begun: a file that can't be read at all leaves no empty one
        first = await anext(pieces, b"")
        with self._entry(name, at, size) as entry:
            entry.write(first)
            async for piece in pieces:
                entry.write(piece)
                if self._sink.waiting >= SEND_FROM:
                    yield self._sink.fetch()
        yield self._sink.fetch()

    def end(self) -> bytes:
        """The list of names, without which it is no ZIP."""
        self._zip.close()
        return self._sink.fetch()

    def holds(self, name: str) -> bool:
        """Whether an entry of that name was begun."""
        return name in self._zip.NameToInfo

    def rest(self) -> bytes:
        """What an entry that failed has left."""
        return self._sink.fetch()

    @contextmanager
    def _entry(self, name: str, at: datetime, size: int) -> Iterator[IO[bytes]]:
        # ZIP's times begin in 1980 and have no zone: UTC
        info = ZipInfo(name, max(at.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
        info.external_attr = READABLE
        # so that an entry beyond 4 GB gets the long form from its beginning
        info.file_size = size
        with self._zip.open(info, "w") as entry:
            yield entry
