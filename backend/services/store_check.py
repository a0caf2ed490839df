"""Whether database and files agree. It changes nothing unless it is told to, and loses nothing
then: files are put aside, never removed, and a picture without a file is marked missing.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from backend.domain.errors import NotFound, PictureRefused, PictureUnavailable
from backend.domain.inventory import Inventory, Kept, Shelf
from backend.pictures.verify import verify_output

#: with more of them missing the storage itself is gone, or is another one
MOST_MISSING: Final = 0.5
#: below as many rows that says nothing
FEW: Final = 4


class Fault(StrEnum):
    """What does not agree, as it is printed."""

    NO_FILE = "row without a file"
    NO_ROW = "file without a row"
    UNREADABLE = "unreadable picture"
    SIZE = "another size than was written"
    HASH = "another hash than was written"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that does not agree, and what was done about it."""

    fault: Fault
    key: str
    owner: str = ""
    done: str = ""

    def __str__(self) -> str:
        said = f"{self.fault}: {self.key}"
        said += f" ({self.owner})" if self.owner else ""
        return f"{said}: {self.done}" if self.done else said


class StorageGone(Exception):
    """Most files are missing: nothing is repaired."""


@dataclass(kw_only=True)
class StoreCheck:
    """One check. `quick`: sizes only, no file is read."""

    inventory: Inventory
    shelf: Shelf
    quick: bool = False
    repair: bool = False
    rows: int = 0
    files: int = 0
    #: images without a hash of their file; a repair writes those of sound files down
    unhashed: int = 0
    hashed: int = 0
    _known: set[str] = field(default_factory=set)

    async def findings(self) -> AsyncIterator[Finding]:
        """Everything that does not agree. Raises StorageFailed; StorageGone before a repair."""
        absent: list[Kept] = []
        # files first: one that is written meanwhile then has its row, too
        stored = [key async for key in self.shelf.listed()]
        self.files = len(stored)
        async for kept in self.inventory.kept():
            self.rows += 1
            self._known |= {key for key in (kept.key, kept.preview_key) if key is not None}
            fault = await self._fault(kept)
            if fault is Fault.NO_FILE:
                absent.append(kept)
            elif fault is not None:
                yield Finding(fault=fault, key=kept.key, owner=kept.owner, done=self._left_alone())
        if self.repair and len(absent) >= FEW and len(absent) > MOST_MISSING * self.rows:
            raise StorageGone
        for kept in absent:
            yield Finding(
                fault=Fault.NO_FILE, key=kept.key, owner=kept.owner, done=await self._missing(kept)
            )
        for key in sorted(key for key in stored if not self._is_known(key)):
            yield Finding(fault=Fault.NO_ROW, key=key, done=await self._aside(key))

    def _left_alone(self) -> str:
        return "left as it is" if self.repair else ""

    def _is_known(self, key: str) -> bool:
        """A preview that the row does not name yet belongs to its picture all the same."""
        stem, preview, _ = key.partition(".preview.")
        if key in self._known:
            return True
        return bool(preview) and any(
            f"{stem}.{ending}" in self._known for ending in ("jpeg", "png", "webp")
        )

    async def _fault(self, kept: Kept) -> Fault | None:
        try:
            if self.quick:
                size = await self.shelf.size(kept.key)
                return Fault.SIZE if kept.bytes not in (None, size) else None
            data = await self.shelf.read(kept.key)
        except NotFound:
            return Fault.NO_FILE
        fault = await asyncio.to_thread(_fault_of, data, kept)
        if fault is None and kept.sha256 is None:
            await self._hash(kept, data)
        return fault

    async def _hash(self, kept: Kept, data: bytes) -> None:
        """What is there now is what later checks compare with."""
        self.unhashed += 1
        if not self.repair or kept.image is None:
            return
        digest = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        self.hashed += await self.inventory.write_hash(*kept.image, kept.key, digest)

    async def _missing(self, kept: Kept) -> str:
        if not self.repair:
            return ""
        if kept.image is None:
            return "left as it is: a run or preset may name it"
        marked = await self.inventory.mark_missing(*kept.image, kept.key)
        return "marked missing" if marked else "has another file by now"

    async def _aside(self, key: str) -> str:
        return f"moved to {await self.shelf.put_aside(key)}" if self.repair else ""


def _fault_of(data: bytes, kept: Kept) -> Fault | None:
    if kept.sha256 is not None and hashlib.sha256(data).hexdigest() != kept.sha256:
        return Fault.HASH
    try:
        verify_output(data)
    except (PictureRefused, PictureUnavailable):
        return Fault.UNREADABLE
    return Fault.SIZE if kept.bytes not in (None, len(data)) else None
