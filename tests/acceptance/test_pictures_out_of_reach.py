"""Pictures that can only be read, or are gone for a while: a sentence, and nothing is lost."""

import base64
import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from backend.store.__main__ import main
from tests.acceptance.app_process import App
from tests.acceptance.nursery import Nursery
from tests.acceptance.pictures import source
from tests.acceptance.processes import until
from tests.acceptance.scripted_fal import ScriptedFal
from tests.acceptance.small_disk import CanNotMount, mounted, read_only

Run = dict[str, Any]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    try:
        with mounted(tmp_path / "disk") as folder:
            yield folder
    except CanNotMount as reason:
        pytest.skip(str(reason))


@contextmanager
def out_of_sight(disk: Path) -> Iterator[None]:
    """Another disk, an empty one that can't be written, lies over this one meanwhile."""
    assert shutil.which("mount")
    over = ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", str(disk)]
    subprocess.run(over, check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.fixture
def app(fal: ScriptedFal, nursery: Nursery, small_disk: Path, tmp_path: Path) -> Iterator[App]:
    """The database is on another disk than the pictures."""
    place = {"STORAGE_URL": f"file://{small_disk}/pictures"}
    with App(tmp_path / "app", fal_url=fal.url, settings=place, begin=nursery.begin) as app:
        yield app


def checked(app: App, disk: Path, *how: str) -> int:
    """The exit code of `python -m backend.store check`."""
    environ = {"DATA_DIR": str(app.data_dir), "STORAGE_URL": f"file://{disk}/pictures"}
    return main(["check", *how], environ)


def zipped(app: App, *runs: Run) -> zipfile.ZipFile:
    asked = {"pictures": [{"run_id": run["id"]} for run in runs]}
    made = app.client.post(f"{app.url}/api/v1/exports", json=asked).raise_for_status().json()
    answer = app.get(made["url"])
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.content))


def listed(app: App) -> set[str]:
    page = app.get("/api/v1/runs?limit=48&pictures=1&everyone=1").raise_for_status().json()
    return {run["id"] for run in page["runs"]}


def starred(app: App, run: Run) -> bool:
    asked = {"pictures": [{"run_id": run["id"], "index": 0}], "starred": True}
    return app.client.post(f"{app.url}/api/v1/marks", json=asked).status_code == 200


def files_of(disk: Path, run: Run) -> list[Path]:
    return [path for path in (disk / "pictures").rglob(f"*{run['id']}*") if path.is_file()]


def refused_upload(app: App) -> str:
    """The sentence."""
    given = base64.b64decode(source().partition(",")[2])
    answer = app.client.post(f"{app.url}/api/v1/uploads", files={"file": ("a.png", given)})
    assert answer.status_code == 503, answer.text
    told = answer.json()
    assert told["code"] == "storage_failed"
    return str(told["detail"])


def test_where_pictures_can_only_be_read_they_are_seen_marked_and_zipped_and_deleted_later(
    app: App, small_disk: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    kept, gone = (app.until(app.run(prompt), "done") for prompt in ("kept", "goes"))
    with read_only(small_disk):
        assert listed(app) >= {kept["id"], gone["id"]}
        app.picture(kept["images"][0])
        assert starred(app, kept)
        assert refused_upload(app).startswith("The server")
        assert app.client.delete(f"{app.url}/api/v1/runs/{gone['id']}").status_code == 200
        emptied = app.client.post(f"{app.url}/api/v1/deleted/empty")
        assert emptied.json() == {"removed": 1}
        assert len(files_of(small_disk, gone)) == 2, "they could not be removed"
        whole = zipped(app, kept)
        assert whole.testzip() is None
        assert len(whole.namelist()) == 3
        assert checked(app, small_disk) == 0
    assert listed(app) >= {kept["id"]}
    app.kill()
    app.start()
    app.until_ready()
    until(lambda: files_of(small_disk, gone) == [], "the end of the files")
    assert len(files_of(small_disk, kept)) == 2
    # the files go first, their rows after them
    until(lambda: checked(app, small_disk) == 0, "a sound store")
    assert "Traceback" not in app.logs()


def test_where_pictures_are_gone_for_a_while_all_else_goes_on_and_they_come_back(
    app: App, small_disk: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    runs = [app.until(app.run(f"away {number}"), "done") for number in range(4)]
    with out_of_sight(small_disk):
        assert listed(app) >= {run["id"] for run in runs}
        missing = app.get(runs[0]["images"][0]["url"])
        assert missing.status_code in (404, 503)
        assert "Traceback" not in missing.text
        assert starred(app, runs[0])
        assert refused_upload(app).startswith("The server")
        assert app.client.delete(f"{app.url}/api/v1/runs/{runs[1]['id']}").status_code == 200
        assert zipped(app, runs[0]).namelist() == ["manifest.json", "manifest.csv"]
        assert checked(app, small_disk) == 1
        app.kill()
        assert checked(app, small_disk, "--repair") == 2, "it is the storage that is gone"
    app.start()
    app.until_ready()
    back = app.client.post(f"{app.url}/api/v1/runs/{runs[1]['id']}/restore")
    assert back.status_code == 200
    for run in runs:
        app.picture(run["images"][0])
    assert checked(app, small_disk) == 0
    assert "Traceback" not in app.logs()
