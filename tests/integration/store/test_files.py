"""Pictures on a disk and in an object store: whole and under their own key, or not there."""

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest

from backend.domain.errors import NotFound, StorageFailed
from backend.domain.ports import PictureStore
from backend.store import remote_files
from backend.store.files import PIECE, FolderPictureStore
from backend.store.remote_files import FsspecPictureStore, open_pictures

KEY = "runs/2025/run-1_0.png"


@pytest.fixture(params=["folder", "memory"])
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> PictureStore:
    """The same store on a disk and on an object store."""
    if request.param == "folder":
        return open_pictures(None, tmp_path)
    return open_pictures(f"memory://{uuid.uuid4().hex}/pictures", tmp_path)


async def pieces(pictures: PictureStore, start: int, end: int) -> list[bytes]:
    """What a stream gives."""
    return [piece async for piece in pictures.stream(KEY, start, end)]


def names_below(folder: Path) -> list[str]:
    """The names of all files there."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def open_files() -> list[str]:
    """What this process has open."""
    links = Path("/proc/self/fd").iterdir()
    return [os.readlink(link) for link in links if link.exists()]


async def test_what_is_written_is_read(pictures: PictureStore) -> None:
    data = os.urandom(300_000)
    await pictures.write(KEY, data)
    assert await pictures.read(KEY) == data
    assert await pictures.size(KEY) == len(data)


async def test_an_empty_file_is_a_file(pictures: PictureStore) -> None:
    await pictures.write(KEY, b"")
    assert await pictures.read(KEY) == b""
    assert await pictures.size(KEY) == 0
    assert await pieces(pictures, 0, 10) == []


async def test_writing_again_replaces_the_whole_file(pictures: PictureStore) -> None:
    await pictures.write(KEY, b"a long first version")
    await pictures.write(KEY, b"short")
    assert await pictures.read(KEY) == b"short"


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 600_000), (0, 1), (599_999, 600_000), (5, 5), (7, 3), (100, 10**12), (10**9, 10**10)],
)
async def test_a_stream_gives_just_the_bytes_asked_for(
    pictures: PictureStore, start: int, end: int
) -> None:
    data = os.urandom(600_000)
    await pictures.write(KEY, data)
    assert b"".join(await pieces(pictures, start, end)) == data[start : max(start, end)]


async def test_a_stream_comes_in_pieces(tmp_path: Path) -> None:
    pictures = FolderPictureStore(tmp_path)
    await pictures.write(KEY, b"x" * (PIECE * 2 + 1))
    assert [len(piece) for piece in await pieces(pictures, 0, PIECE * 3)] == [PIECE, PIECE, 1]


async def test_a_reader_that_goes_away_leaves_no_file_open(tmp_path: Path) -> None:
    pictures = FolderPictureStore(tmp_path)
    await pictures.write(KEY, b"x" * (PIECE * 4))
    stream = pictures.stream(KEY, 0, PIECE * 4)
    await anext(stream)
    assert not [path for path in open_files() if path.startswith(str(tmp_path))]
    await stream.aclose()  # type: ignore[attr-defined]


async def test_what_is_not_there_is_not_found(pictures: PictureStore) -> None:
    await pictures.write(KEY, b"x")
    for key in ("nothing.png", f"{KEY}/below", "runs/2025", "runs"):
        with pytest.raises(NotFound):
            await pictures.read(key)
        with pytest.raises(NotFound):
            await pictures.size(key)
        with pytest.raises(NotFound):
            await anext(pictures.stream(key, 0, 1))


async def test_removing_is_done_once_and_then_nothing(pictures: PictureStore) -> None:
    await pictures.write(KEY, b"x")
    await pictures.remove(KEY)
    await pictures.remove(KEY)
    await pictures.remove(f"{KEY}/below")
    with pytest.raises(NotFound):
        await pictures.read(KEY)


WRONG = [
    "",
    "/etc/passwd",
    "../x",
    "a/../../x",
    "a//b",
    "a/",
    ".hidden",
    "a/.b",
    "a\x00b",
    "a b",
    "ü",
]


@pytest.mark.parametrize("key", WRONG)
async def test_a_key_never_leads_elsewhere(pictures: PictureStore, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        await pictures.write(key, b"x")
    with pytest.raises(ValueError, match="key"):
        await pictures.remove(key)
    with pytest.raises(NotFound):
        await pictures.read(key)
    with pytest.raises(NotFound):
        await pictures.size(key)
    with pytest.raises(NotFound):
        await anext(pictures.stream(key, 0, 1))


async def test_many_at_once_under_one_key_leave_one_whole_file(pictures: PictureStore) -> None:
    versions = [bytes([number]) * 50_000 for number in range(20)]
    await asyncio.gather(*(pictures.write(KEY, version) for version in versions))
    assert await pictures.read(KEY) in versions


async def test_a_store_that_can_be_written_is_ready_and_stays_clean(
    pictures: PictureStore, tmp_path: Path
) -> None:
    assert await pictures.ready()
    assert names_below(tmp_path) == []


async def test_no_temporary_file_stays(tmp_path: Path) -> None:
    pictures = FolderPictureStore(tmp_path)
    await pictures.write(KEY, b"x")
    assert names_below(tmp_path) == ["run-1_0.png"]


async def test_a_picture_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def note(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*given: Any) -> Any:
            done.append(name)
            return real(*given)

        return noting

    (tmp_path / "a").mkdir()
    monkeypatch.setattr(os, "fsync", note("fsync", os.fsync))
    monkeypatch.setattr(os, "rename", note("rename", os.rename))
    monkeypatch.setattr(os, "replace", note("rename", os.replace))
    await FolderPictureStore(tmp_path).write("a/b.png", b"x")
    assert done == ["fsync", "rename", "fsync"]


CRASH = """
import asyncio, os, signal, sys
from pathlib import Path
from backend.store.files import FolderPictureStore

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

os.replace = os.rename = die
asyncio.run(FolderPictureStore(Path(sys.argv[1])).write("a/new.png", b"x" * 100_000))
"""


async def test_a_crash_before_the_rename_leaves_nothing_that_can_be_read(tmp_path: Path) -> None:
    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", CRASH, str(tmp_path)], check=False
    )
    assert ended.returncode == -signal.SIGKILL
    (left,) = names_below(tmp_path)
    pictures = FolderPictureStore(tmp_path)
    for key in ("a/new.png", f"a/{left}"):
        with pytest.raises(NotFound):
            await pictures.read(key)
    await pictures.write("a/new.png", b"again")
    assert await pictures.read("a/new.png") == b"again"


async def test_a_file_in_the_way_of_a_folder_is_a_failure_of_the_storage(tmp_path: Path) -> None:
    pictures = FolderPictureStore(tmp_path)
    await pictures.write("a", b"x")
    with pytest.raises(StorageFailed):
        await pictures.write("a/b", b"x")
    await pictures.write("c/d", b"x")
    with pytest.raises(StorageFailed):
        await pictures.write("c", b"x")
    assert names_below(tmp_path) == ["a", "d"]


class BrokenFiles(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """An object store that fails in a way of its own until it is mended."""

    cachable = False

    class OwnError(Exception):
        """No subclass of anything that we could name."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = True
        self.written = 0

    def pipe_file(self, path: str, value: bytes, **_: Any) -> None:
        """Fail, or count."""
        if self.broken:
            raise self.OwnError(path)
        self.written += 1

    def rm_file(self, path: str) -> None:
        """Nothing is kept."""

    def cat_file(self, path: str, **_: Any) -> bytes:
        """Fail."""
        raise self.OwnError(path)


async def test_an_object_store_that_fails_is_a_failure_of_the_storage() -> None:
    pictures = FsspecPictureStore(BrokenFiles(), "bucket")
    with pytest.raises(StorageFailed) as caught:
        await pictures.write("a.png", b"x")
    assert caught.value.retryable
    assert "a.png" not in caught.value.message
    with pytest.raises(StorageFailed):
        await pictures.read("a.png")
    assert not await pictures.ready()


async def test_an_object_store_is_not_written_for_every_question_whether_it_is_ready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = BrokenFiles()
    pictures = FsspecPictureStore(files, "bucket")
    assert not await pictures.ready()
    files.broken = False
    assert await pictures.ready()
    assert await pictures.ready()
    assert files.written == 1
    monkeypatch.setattr(remote_files, "PROBE_SECONDS", 0.0)
    assert await pictures.ready()
    assert files.written == 2


async def test_an_object_store_is_streamed_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_files, "PIECE", 10)
    pictures = open_pictures(f"memory://{uuid.uuid4().hex}", Path())
    await pictures.write(KEY, bytes(range(25)))
    assert [len(piece) for piece in await pieces(pictures, 1, 99)] == [10, 10, 4]


async def test_pictures_are_below_the_data_folder_or_where_an_address_says(tmp_path: Path) -> None:
    await open_pictures(None, tmp_path / "data").write("a.png", b"x")
    assert (tmp_path / "data" / "pictures" / "a.png").read_bytes() == b"x"
    await open_pictures(f"file://{tmp_path}/with%20space", Path()).write("a.png", b"y")
    assert (tmp_path / "with space" / "a.png").read_bytes() == b"y"


@pytest.mark.parametrize("url", ["nonsense", "s3://", "ftp://host/x", "https://host/x", "memory:"])
def test_an_address_that_can_not_be_used_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match="STORAGE_URL"):
        open_pictures(url, Path())


def test_a_store_whose_package_is_missing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_given: object, **_named: object) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec, "url_to_fs", missing)
    with pytest.raises(ValueError, match="s3fs"):
        open_pictures("s3://bucket/folder", Path())


def test_an_address_of_hugging_face_is_taken() -> None:
    assert isinstance(
        open_pictures("hf://datasets/someone/pictures/kept", Path()), FsspecPictureStore
    )
