"""Pictures as files below a folder."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

from backend.domain.errors import NotFound, StorageFailed
from backend.domain.sentence import Sentence
from backend.store.failures import file_failure
from backend.store.keys import ASIDE, checked_key

#: bytes read at a time when a file is streamed
PIECE = 256 * 1024
NO_FILE = Sentence("missing.file", "There is no such file.")


class FolderPictureStore:
    """The picture store on a disk. A file is complete and durable under its name, or not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, key: str, data: bytes) -> None:
        """Temporary name, fsync, rename. Raises StorageFailed, ValueError for a wrong key."""
        path = self._folder / checked_key(key)
        await asyncio.to_thread(_write_whole, path, data)

    async def read(self, key: str) -> bytes:
        """Raises NotFound, or StorageFailed where the disk fails."""
        return await asyncio.to_thread(_read_whole, self._path_of(key))

    async def size(self, key: str) -> int:
        """Bytes. Raises NotFound."""
        return await asyncio.to_thread(_size, self._path_of(key))

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from start to end (exclusive), in pieces. Raises NotFound at the first.

        No file stays open between two pieces: a reader that goes away leaves nothing behind.
        """
        path = self._path_of(key)
        at = max(0, start)
        while piece := await asyncio.to_thread(_read_part, path, at, min(PIECE, end - at)):
            yield piece
            at += len(piece)

    async def remove(self, key: str) -> None:
        """Delete it; nothing happens where it is not there. Raises StorageFailed."""
        await asyncio.to_thread(_remove, self._folder / checked_key(key))

    async def listed(self) -> AsyncIterator[str]:
        """Every file's key, those aside left out, in no order. Raises StorageFailed."""
        for key in await asyncio.to_thread(_keys, self._folder):
            yield key

    async def put_aside(self, key: str) -> str:
        """Move it to where nothing looks; its key there."""
        aside = f"{ASIDE}/{key}"
        await asyncio.to_thread(_move, self._path_of(key), self._folder / ASIDE / checked_key(key))
        return aside

    async def ready(self) -> bool:
        """Whether a small file can be written now."""
        key = f"ready-{secrets.token_hex(8)}"
        try:
            await self.write(key, b"ready")
            await self.remove(key)
        except StorageFailed:
            return False
        return True

    def _path_of(self, key: str) -> Path:
        try:
            return self._folder / checked_key(key)
        except ValueError as error:
            raise NotFound(NO_FILE) from error


def _write_whole(path: Path, data: bytes) -> None:
    # the leading dot keeps a file that a crash left behind from ever being read: see keys.py
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        _make_folder(path.parent)
        try:
            _write_durably(temporary, data)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise file_failure(error) from error


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: Path) -> None:
    """Make it and those above, each durably: a new folder is an entry of the one above."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_whole(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotFound(NO_FILE) from error
    except OSError as error:
        raise file_failure(error) from error


def _read_part(path: Path, start: int, length: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read(max(0, length))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotFound(NO_FILE) from error
    except OSError as error:
        raise file_failure(error) from error


def _keys(folder: Path) -> list[str]:
    def fail(error: OSError) -> None:
        raise file_failure(error)

    if not folder.exists():
        return []  # before the first picture
    found = []
    for parent, folders, names in os.walk(folder, onerror=fail):
        at = Path(parent)
        if at == folder and ASIDE in folders:
            folders.remove(ASIDE)
        found += [(at / name).relative_to(folder).as_posix() for name in names if name[0] != "."]
    return found


def _move(source: Path, target: Path) -> None:
    try:
        _make_folder(target.parent)
        source.replace(target)
        _sync_folder(target.parent)
    except FileNotFoundError as error:
        raise NotFound(NO_FILE) from error
    except OSError as error:
        raise file_failure(error) from error


def _size(path: Path) -> int:
    try:
        if not path.is_file():
            raise NotFound(NO_FILE)
        return path.stat().st_size
    except OSError as error:
        raise file_failure(error) from error


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except NotADirectoryError:
        return
    except OSError as error:
        raise file_failure(error) from error
