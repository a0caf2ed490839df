"""A database that another program holds, and a disk that is full, for a while."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.acceptance.app_process import App
from tests.acceptance.paid_once import check_paid_once
from tests.acceptance.processes import said
from tests.acceptance.scripted_fal import ScriptedFal
from tests.acceptance.small_disk import CanNotMount, full, mounted

LOOKED_UP = "list of requests: 200"


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Nobody else can write meanwhile."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of some megabytes."""
    try:
        with mounted(tmp_path / "disk") as folder:
            yield folder
    except CanNotMount as reason:
        pytest.skip(str(reason))


def test_a_database_that_is_locked_for_a_while_loses_nothing(app: App, fal: ScriptedFal) -> None:
    looked_up = app.process.log.text().count(LOOKED_UP)
    fal.hold("queued")
    queued = app.until(app.run("queued while locked"), "queued")
    fal.push("submit", "hang", after_accepting=True)
    sending = app.run("answered while locked")
    fal.until_called("submit", 2)
    with locked(app.database):
        # the answer first, else the other run's change would be the one that waits for the lock
        fal.tell("let_go")
        fal.obey()
        said(app.process, rf"run ({sending['id']}): the storage refused queued")
    for run in (queued, sending):
        app.until(run, "done")
    # the answer was kept until it could be written: nobody had to look for the request at fal
    assert app.process.log.text().count(LOOKED_UP) == looked_up
    check_paid_once(app, fal, [queued, sending])


def test_a_disk_that_is_full_for_a_while_loses_nothing(
    fal: ScriptedFal, small_disk: Path, tmp_path: Path
) -> None:
    fal.push("picture", "hang")
    with App(tmp_path / "app", fal_url=fal.url, data_dir=small_disk / "data") as app:
        saving = app.until(app.run("saved on a full disk"), "saving")
        fal.until_called("picture")
        fal.push("submit", "hang", after_accepting=True)
        sending = app.run("answered on a full disk")
        fal.until_called("submit", 2)
        with full(small_disk):
            fal.obey()
            said(app.process, rf"run ({saving['id']}) picture 0: storage_failed")
            ready = app.get("/readyz")
            assert (ready.status_code, ready.json()["storage"]) == (503, False)
            assert app.see(saving)["images"][0]["url"] is None
        for run in (saving, sending):
            app.until(run, "done")
        check_paid_once(app, fal, [saving, sending])
