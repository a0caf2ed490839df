"""Database and files that disagree: each thing is said, and nothing is lost by a repair."""

import asyncio
import hashlib
import io
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from PIL import Image as Pillow

from backend.domain.errors import NotFound, StorageFailed
from backend.domain.run import Image, Run, RunState
from backend.services.store_check import Fault, Finding, StorageGone, StoreCheck
from backend.store.__main__ import main
from backend.store.database import Database, open_database
from backend.store.files import FolderPictureStore
from backend.store.inventory import SqlInventory
from backend.store.lock import open_lock
from backend.store.migrate import migrate
from backend.store.remote_files import FsspecPictureStore
from backend.store.runs import SqlRunStore
from backend.store.uploads import SqlUploadStore
from tests.integration.store.making import TestClock, a_run, an_upload, in_state

Shelves = FolderPictureStore | FsspecPictureStore


def picture(shade: int = 90) -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", (16, 12), (shade, 80, 40)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture(params=["folder", "object store"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelves:
    if request.param == "folder":
        return FolderPictureStore(tmp_path / "pictures")
    return FsspecPictureStore(fsspec.filesystem("memory"), f"/check{tmp_path.name}")


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def a_picture(
    runs: SqlRunStore, shelf: Shelves, data: bytes | None = None, *, hashed: bool = False
) -> Run:
    """A done run with a picture and its preview; one of before there were hashes has none."""
    run = await in_state(runs, RunState.DONE, a_run())
    stem = f"runs/2026-11-21/{run.id}-0"
    whole = data or picture()
    await shelf.write(f"{stem}.jpeg", whole)
    await shelf.write(f"{stem}.preview.jpeg", picture())
    image = Image(
        index=0,
        key=f"{stem}.jpeg",
        preview_key=f"{stem}.preview.jpeg",
        content_type="image/jpeg",
        bytes=len(whole),
        file_sha256=hash_of(whole) if hashed else None,
    )
    return await runs.note(run.id, images=(image,))


def key_of(run: Run) -> str:
    return run.images[0].key or ""


async def found(
    database: Database, shelf: Shelves, *, repair: bool = False, quick: bool = False
) -> list[Finding]:
    check = StoreCheck(inventory=SqlInventory(database), shelf=shelf, repair=repair, quick=quick)
    return [finding async for finding in check.findings()]


def faults(findings: list[Finding]) -> list[tuple[Fault, str]]:
    return [(finding.fault, finding.key) for finding in findings]


async def test_what_agrees_is_not_mentioned(
    database: Database, runs: SqlRunStore, uploads: SqlUploadStore, shelf: Shelves
) -> None:
    await a_picture(runs, shelf)
    await a_picture(runs, shelf, hashed=True)
    data = picture(1)
    upload = an_upload(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    await uploads.add(upload)
    await shelf.write(upload.key, data)
    assert await found(database, shelf) == []
    assert await found(database, shelf, repair=True) == []


async def test_each_thing_that_disagrees_is_said_and_nothing_is_changed(
    database: Database, runs: SqlRunStore, uploads: SqlUploadStore, shelf: Shelves
) -> None:
    fine = await a_picture(runs, shelf)
    gone, broken, longer = [await a_picture(runs, shelf, picture(n)) for n in (2, 3, 4)]
    await shelf.remove(key_of(gone))
    await shelf.write(key_of(broken), picture(3)[:-40] + bytes(40))
    await shelf.write(key_of(longer), picture(4) + b"more")
    upload = an_upload(bytes=len(picture(5)), sha256="0" * 64)
    await uploads.add(upload)
    await shelf.write(upload.key, picture(5))
    await shelf.write("runs/2026-11-21/nobodys-0.jpeg", picture(6))
    said = faults(await found(database, shelf))
    assert sorted(said) == sorted(
        [
            (Fault.NO_FILE, key_of(gone)),
            (Fault.UNREADABLE, key_of(broken)),
            (Fault.SIZE, key_of(longer)),
            (Fault.HASH, upload.key),
            (Fault.NO_ROW, "runs/2026-11-21/nobodys-0.jpeg"),
        ]
    )
    assert faults(await found(database, shelf)) == said, "nothing was changed"
    quick = faults(await found(database, shelf, quick=True))
    assert {fault for fault, _ in quick} == {Fault.NO_FILE, Fault.SIZE, Fault.NO_ROW}
    assert key_of(fine) not in {key for _, key in said}


async def test_a_repair_puts_aside_and_marks_and_removes_nothing(
    database: Database, runs: SqlRunStore, shelf: Shelves
) -> None:
    fine = await a_picture(runs, shelf)
    gone = await a_picture(runs, shelf)
    broken = await a_picture(runs, shelf)
    await shelf.remove(key_of(gone))
    await shelf.write(key_of(broken), b"\xff\xd8\xff broken")
    await shelf.write("runs/2026-11-21/nobodys-0.jpeg", picture(6))
    done = {finding.key: finding.done for finding in await found(database, shelf, repair=True)}
    aside = "quarantine/runs/2026-11-21/nobodys-0.jpeg"
    assert done == {
        key_of(gone): "marked missing",
        key_of(broken): "left as it is",
        "runs/2026-11-21/nobodys-0.jpeg": f"moved to {aside}",
    }
    assert await shelf.read(aside) == picture(6)
    with pytest.raises(NotFound):
        await shelf.read("runs/2026-11-21/nobodys-0.jpeg")
    marked = await runs.get(gone.id)
    assert marked is not None
    assert (marked.images[0].missing, marked.images[0].key) == (True, None)
    image = replace(fine.images[0], file_sha256=hash_of(picture()))
    assert await runs.get(fine.id) == replace(fine, images=(image,))
    again = faults(await found(database, shelf, repair=True))
    # the preview of what is missing now belongs to nobody: it is put aside the next time
    assert (Fault.UNREADABLE, key_of(broken)) in again
    assert {fault for fault, _ in again} == {Fault.UNREADABLE, Fault.NO_ROW}


async def test_a_picture_that_was_changed_is_told_by_its_hash_and_left_as_it_is(
    database: Database, runs: SqlRunStore, shelf: Shelves
) -> None:
    run = await a_picture(runs, shelf, picture(7), hashed=True)
    # another density in its head: as large as before, and a sound picture
    other = picture(7).replace(b"\x00\x01\x00\x01", b"\x00\x02\x00\x02", 1)
    assert len(other) == len(picture(7))
    assert other != picture(7)
    await shelf.write(key_of(run), other)
    for repair in (False, True):
        assert faults(await found(database, shelf, repair=repair)) == [(Fault.HASH, key_of(run))]
        assert await shelf.read(key_of(run)) == other
        assert await runs.get(run.id) == run
    assert await found(database, shelf, quick=True) == []


async def test_hashes_of_before_are_written_down_by_a_repair_alone_and_of_sound_files_alone(
    database: Database, runs: SqlRunStore, shelf: Shelves
) -> None:
    old, longer = await a_picture(runs, shelf), await a_picture(runs, shelf, picture(4))
    await shelf.write(key_of(longer), picture(4) + b"more")
    inventory = SqlInventory(database)
    check = StoreCheck(inventory=inventory, shelf=shelf)
    assert faults([one async for one in check.findings()]) == [(Fault.SIZE, key_of(longer))]
    assert (check.unhashed, check.hashed) == (1, 0)
    assert await runs.get(old.id) == old
    check = StoreCheck(inventory=inventory, shelf=shelf, repair=True)
    assert faults([one async for one in check.findings()]) == [(Fault.SIZE, key_of(longer))]
    assert (check.unhashed, check.hashed) == (1, 1)
    kept = await runs.get(old.id)
    assert kept is not None
    assert kept.images[0].file_sha256 == hash_of(picture())
    assert await runs.get(longer.id) == longer
    assert not await inventory.write_hash(old.id, 0, key_of(old), "0" * 64), "it has one"
    assert not await inventory.write_hash(longer.id, 0, "runs/other.jpeg", "0" * 64)


async def test_a_preview_that_the_row_does_not_name_is_its_pictures(
    database: Database, runs: SqlRunStore, shelf: Shelves
) -> None:
    run = await a_picture(runs, shelf)
    await runs.put_image(run.id, replace(run.images[0], preview_key=None))
    assert await found(database, shelf) == []


async def test_a_storage_that_is_not_there_is_not_repaired_away(
    database: Database, runs: SqlRunStore, shelf: Shelves
) -> None:
    made = [await a_picture(runs, shelf) for _ in range(5)]
    for run in made:
        await shelf.remove(key_of(run))
    with pytest.raises(StorageGone):
        await found(database, shelf, repair=True)
    kept = await runs.get(made[0].id)
    assert kept is not None
    assert kept.images[0].key is not None
    assert len(await found(database, shelf)) == 5


async def test_a_storage_that_fails_is_no_finding(
    database: Database, runs: SqlRunStore, shelf: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_picture(runs, shelf)

    async def refuse(key: str) -> bytes:
        raise StorageFailed

    monkeypatch.setattr(shelf, "read", refuse)
    with pytest.raises(StorageFailed):
        await found(database, shelf, repair=True)


# ── the command ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def data(tmp_path: Path, clock: TestClock) -> Path:
    """A data folder with one picture whose file is there, and one file of nobody's."""
    database = open_database(None, tmp_path)
    await migrate(database.engine)
    shelf = FolderPictureStore(tmp_path / "pictures")
    await a_picture(SqlRunStore(database, clock), shelf)
    await shelf.write("runs/2026-11-21/nobodys-0.jpeg", picture())
    await database.close()
    return tmp_path


def test_the_command_says_what_it_finds_and_its_exit_code_does(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)
    environ = {"DATA_DIR": str(data)}
    assert main(["check"], environ) == 1
    told = capsys.readouterr().out
    assert "file without a row: runs/2026-11-21/nobodys-0.jpeg\n" in told
    assert "1 rows, 3 files: 1 found." in told
    assert "1 files have no hash yet" in told
    assert main(["check", "--repair"], environ) == 1
    told = capsys.readouterr().out
    assert "moved to quarantine/" in told
    assert "1 hashes of files were written down." in told
    assert main(["check", "--quick"], environ) == 0
    assert "nothing found" in capsys.readouterr().out


def test_what_can_t_be_checked_is_another_exit_code(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)
    assert main(["check"], {"DATA_DIR": str(data), "PORT": "many"}) == 2
    assert "PORT is wrong" in capsys.readouterr().err
    assert main(["check"], {"DATA_DIR": str(data), "STORAGE_URL": "nowhere"}) == 2


async def test_a_repair_is_refused_while_the_server_runs(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(data)
    monkeypatch.setattr("backend.store.__main__.OWNED_WITHIN_S", 0.2)
    database = open_database(None, data)
    lock = open_lock(database, data)
    await lock.acquire()
    try:
        code = await asyncio.to_thread(main, ["check", "--repair"], {"DATA_DIR": str(data)})
    finally:
        await lock.release()
        await database.close()
    assert code == 2
    assert "server is running" in capsys.readouterr().err
    assert (data / "pictures/runs/2026-11-21/nobodys-0.jpeg").exists()
