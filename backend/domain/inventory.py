"""What the database says is stored, beside what is: for the check of both."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file as a row describes it."""

    #: where in the database: `run 0192… picture 0`, `upload 7f3a…`
    owner: str
    key: str
    #: None where it is not known
    bytes: int | None
    #: of the file's bytes; None of an image that was stored before there were such hashes
    sha256: str | None
    #: a preview of it, made again where it is missing
    preview_key: str | None = None
    #: the run and index of an image; None of an upload
    image: tuple[str, int] | None = None


class Inventory(Protocol):
    """Rows that have files."""

    def kept(self) -> AsyncIterator[Kept]:
        """Every image and every upload that has one."""
        ...

    async def write_hash(self, run_id: str, index: int, key: str, sha256: str) -> bool:
        """The hash of an image's file; False where it has one, or another file by now."""
        ...

    async def mark_missing(self, run_id: str, index: int, key: str) -> bool:
        """An image has no file any more; False where it has another one by now."""
        ...


class Shelf(Protocol):
    """The files themselves."""

    def listed(self) -> AsyncIterator[str]:
        """Every file's key, those aside left out, in no order."""
        ...

    async def read(self, key: str) -> bytes:
        """Raises NotFound or StorageFailed."""
        ...

    async def size(self, key: str) -> int:
        """Bytes. Raises NotFound or StorageFailed."""
        ...

    async def put_aside(self, key: str) -> str:
        """Move it to where nothing looks; its key there. Raises NotFound or StorageFailed."""
        ...
