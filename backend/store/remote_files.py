"""Pictures in an object store by its address (s3://…, hf://…), through fsspec."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import fsspec
from fsspec import AbstractFileSystem

from backend.domain.errors import NotFound, StorageFailed
from backend.domain.sentence import Sentence
from backend.store.files import NO_FILE, FolderPictureStore
from backend.store.keys import ASIDE, checked_key

FOLDER_NAME = "pictures"
#: stores in which a file appears whole or not at all; on a disk that takes FolderPictureStore
ATOMIC = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "hf", "memory"})
#: bytes asked for at a time; each piece is a request of its own
PIECE = 4 * 1024 * 1024
#: a probe writes to the remote store, which on hf:// is a commit: at most one in so many seconds
PROBE_SECONDS = 60.0

T = TypeVar("T")


class FsspecPictureStore:
    """The picture store on an object store. Its calls block, so each runs in a thread."""

    def __init__(self, files: AbstractFileSystem, root: str) -> None:
        self._files = files
        self._root = root.rstrip("/")
        self._proven_at: float | None = None

    async def write(self, key: str, data: bytes) -> None:
        """Raises StorageFailed, ValueError for a wrong key."""
        path = f"{self._root}/{checked_key(key)}"
        await _ask(self._files.pipe_file, path, data)

    async def read(self, key: str) -> bytes:
        """Raises NotFound or StorageFailed."""
        return bytes(await _ask(self._files.cat_file, self._path_of(key)))

    async def size(self, key: str) -> int:
        """Bytes. Raises NotFound or StorageFailed."""
        found = await _ask(self._files.info, self._path_of(key))
        if found["type"] != "file":
            raise NotFound(NO_FILE)
        return int(found["size"])

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from start to end (exclusive), in pieces. Raises NotFound at the first."""
        path = self._path_of(key)
        at = max(0, start)
        end = min(end, await self.size(key))
        while at < end:
            until = min(end, at + PIECE)
            yield bytes(await _ask(self._files.cat_file, path, start=at, end=until))
            at = until

    async def remove(self, key: str) -> None:
        """Delete it; nothing happens where it is not there. Raises StorageFailed."""
        path = f"{self._root}/{checked_key(key)}"
        try:
            await _ask(self._files.rm_file, path)
        except NotFound:
            return

    async def listed(self) -> AsyncIterator[str]:
        """Every file's key, those aside left out, in no order. Raises StorageFailed."""
        found: list[str] = await _ask(self._files.find, self._root)
        for path in found:
            key = path.removeprefix("/").removeprefix(f"{self._root.removeprefix('/')}/")
            if not key.startswith(f"{ASIDE}/"):
                yield key

    async def put_aside(self, key: str) -> str:
        """Move it to where nothing looks; its key there. It is there before it leaves here."""
        aside = f"{ASIDE}/{key}"
        await self.write(aside, await self.read(key))
        await self.remove(key)
        return aside

    async def ready(self) -> bool:
        """Whether a small file can be written; after a success it is not tried for a minute."""
        now = time.monotonic()
        if self._proven_at is not None and now - self._proven_at < PROBE_SECONDS:
            return True
        key = f"ready-{secrets.token_hex(8)}"
        try:
            await self.write(key, b"ready")
            await self.remove(key)
        except StorageFailed:
            return False
        self._proven_at = now
        return True

    def _path_of(self, key: str) -> str:
        try:
            return f"{self._root}/{checked_key(key)}"
        except ValueError as error:
            raise NotFound(NO_FILE) from error


def open_pictures(
    storage_url: str | None, data_dir: Path
) -> FolderPictureStore | FsspecPictureStore:
    """Where pictures are kept: STORAGE_URL, or a folder below the data folder.

    Raises ValueError with a sentence for an address that can't be used.
    """
    if not storage_url:
        return FolderPictureStore(data_dir / FOLDER_NAME)
    scheme, _, rest = storage_url.partition("://")
    if scheme == "file":
        return FolderPictureStore(Path(unquote(urlsplit(storage_url).path)))
    if scheme not in ATOMIC or not rest.strip("/"):
        raise ValueError(
            "STORAGE_URL has to be like s3://bucket/folder or hf://buckets/name/folder"
        )
    try:
        # a listing that fsspec remembers does not know what another process has written
        files, root = fsspec.url_to_fs(
            storage_url, use_listings_cache=False, skip_instance_cache=True
        )
    except ImportError as error:
        raise ValueError(f"STORAGE_URL needs one more package: {error}") from error
    return FsspecPictureStore(files, str(root))


async def _ask(call: Callable[..., T], *given: Any, **named: Any) -> T:
    """One blocking call to the store, its errors as ours."""
    try:
        return await asyncio.to_thread(call, *given, **named)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFound(NO_FILE) from error
    except Exception as error:
        # each store's driver has error classes of its own, which can't be named without it
        raise StorageFailed(
            Sentence(
                "store.pictures",
                "The picture storage does not answer as it should; it is tried again.",
            )
        ) from error
