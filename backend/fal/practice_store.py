"""What practice mode keeps: accepted requests and files, in a folder or in memory.

A folder outlives `kill -9`: a record is written to a temporary name and renamed before its
request is answered.
"""

import contextlib
import json
import os
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from backend.fal.practice_queue import Accepted

#: uploads and outputs are kept for a day
FILE_KEPT = 86_400.0
_SWEEP_EVERY = 3600.0

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_REQUEST_ID = re.compile(rf"\A{_UUID}\Z")
_FILE_NAME = re.compile(rf"\A{_UUID}(-[0-9]{{1,2}})?\.[a-z0-9]{{2,5}}\Z")


class Shelf(Protocol):
    """Bytes by name. Names were checked before they get here."""

    def read(self, name: str) -> bytes | None:
        """The bytes, or None."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Complete or not at all."""
        ...

    def remove(self, name: str) -> None:
        """Delete it; nothing happens where it is not there."""
        ...

    def names(self) -> list[str]:
        """All of them."""
        ...

    def written_at(self, name: str) -> float | None:
        """Seconds since the epoch, or None where there is no such name."""
        ...


class MemoryShelf:
    """A shelf that goes with the process."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._kept: dict[str, tuple[bytes, float]] = {}

    def read(self, name: str) -> bytes | None:
        kept = self._kept.get(name)
        return None if kept is None else kept[0]

    def write(self, name: str, data: bytes) -> None:
        self._kept[name] = (data, self._now())

    def remove(self, name: str) -> None:
        self._kept.pop(name, None)

    def names(self) -> list[str]:
        return list(self._kept)

    def written_at(self, name: str) -> float | None:
        kept = self._kept.get(name)
        return None if kept is None else kept[1]


class FolderShelf:
    """A shelf in a folder of its own."""

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        self._folder = folder
        self._now = now
        folder.mkdir(parents=True, exist_ok=True)

    def read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes) -> None:
        unfinished = self._folder / f".{uuid.uuid4()}"
        unfinished.write_bytes(data)
        # The clock of this shelf decides about age, so a test's clock does, too.
        os.utime(unfinished, (self._now(), self._now()))
        unfinished.replace(self._folder / name)

    def remove(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        return [path.name for path in self._folder.iterdir()]

    def written_at(self, name: str) -> float | None:
        try:
            return (self._folder / name).stat().st_mtime
        except FileNotFoundError:
            return None


class PracticeStore:
    """Requests by id and files by name, each until it expires."""

    def __init__(self, folder: Path | None, now: Callable[[], float]) -> None:
        self._now = now
        self._requests = self._shelf(folder, "requests")
        self._files = self._shelf(folder, "files")
        self._swept_at = float("-inf")
        self.sweep()

    def _shelf(self, folder: Path | None, name: str) -> Shelf:
        if folder is None:
            return MemoryShelf(self._now)
        return FolderShelf(folder / name, self._now)

    def put_request(self, accepted: Accepted) -> None:
        """Keep a request, or its new record."""
        self.sweep()
        data = json.dumps(accepted.to_json()).encode()
        self._requests.write(f"{accepted.request_id}.json", data)

    def request(self, request_id: str) -> Accepted | None:
        """A request that has not expired. Anything but a UUID is none."""
        if not _REQUEST_ID.match(request_id):
            return None
        accepted = self._read_request(f"{request_id}.json")
        return accepted if accepted is not None and accepted.gone_at > self._now() else None

    def requests(self) -> Iterator[Accepted]:
        """All that have not expired, in no order."""
        for name in self._requests.names():
            accepted = self.request(name.removesuffix(".json"))
            if accepted is not None:
                yield accepted

    def put_file(self, name: str, data: bytes) -> None:
        """Keep a file for a day. ValueError for a name that is not one of ours."""
        if not _FILE_NAME.match(name):
            raise ValueError("not a file name of practice mode")
        self._files.write(name, data)

    def file(self, name: str) -> bytes | None:
        """A file that has not expired. A name of another form is none."""
        return self._files.read(name) if self.has_file(name) else None

    def has_file(self, name: str) -> bool:
        """Whether `file` would have it."""
        if not _FILE_NAME.match(name):
            return False
        written_at = self._files.written_at(name)
        return written_at is not None and written_at + FILE_KEPT > self._now()

    def sweep(self) -> None:
        """Delete what has expired, at most once an hour."""
        if self._now() < self._swept_at + _SWEEP_EVERY:
            return
        self._swept_at = self._now()
        for name in self._requests.names():
            accepted = self._read_request(name)
            if accepted is None or accepted.gone_at <= self._now():
                self._requests.remove(name)
        for name in self._files.names():
            if not self.has_file(name):
                self._files.remove(name)

    def _read_request(self, name: str) -> Accepted | None:
        data = self._requests.read(name)
        if data is None:
            return None
        with contextlib.suppress(ValueError, KeyError, TypeError):
            return Accepted.from_json(json.loads(data))
        return None
