"""Disks that are full or read-only: a sentence for whoever presses, and nothing bought is lost."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.acceptance.app_process import App
from tests.acceptance.nursery import Nursery
from tests.acceptance.paid_once import check_paid_once
from tests.acceptance.pictures import source
from tests.acceptance.processes import bare_environment, until
from tests.acceptance.scripted_fal import ScriptedFal
from tests.acceptance.small_disk import (
    BreakingDisk,
    CanNotMount,
    full,
    mounted,
    no_byte_in_any_file,
    read_only,
)

#: presses until one is refused: a little fits into what the database has already
MOST_PRESSES = 400


@contextmanager
def or_skipped() -> Iterator[None]:
    """Where no disk can be mounted, the test says why; the kernel's other refusals are below."""
    try:
        yield
    except CanNotMount as reason:
        pytest.skip(str(reason))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with or_skipped(), mounted(tmp_path / "disk") as folder:
        yield folder


def refused_press(app: App) -> tuple[str, httpx.Response]:
    """The prompt of the first press that is refused, and the answer to it."""
    for number in range(MOST_PRESSES):
        prompt = f"pressed on a broken disk, {number}"
        answer = app.press(prompt, key=prompt)
        if answer.status_code != 202:
            return prompt, answer
    raise AssertionError("every press was taken")


def check_sentence(answer: httpx.Response) -> None:
    """What a person reads: what is the matter, and nothing of how it is built."""
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"]
    told = answer.json()
    assert told["code"] == "storage_failed"
    assert told["detail"].startswith("The server")
    for word in ("Traceback", "Errno", "sqlite", "Error"):
        assert word not in answer.text


def check_refused(app: App, fal: ScriptedFal) -> str:
    """A press and a picture are refused with a sentence, and fal has heard of neither."""
    prompt, answer = refused_press(app)
    check_sentence(answer)
    given = base64.b64decode(source().partition(",")[2])
    brought = app.client.post(f"{app.url}/api/v1/uploads", files={"file": ("a.png", given)})
    check_sentence(brought)
    assert prompt not in [one["input"]["prompt"] for one in fal.submits()]
    return prompt


def check_whole(app: App, fal: ScriptedFal, refused: str) -> None:
    """The press that was refused is taken now, and everything that was bought is there."""
    until(lambda: app.press(refused, key=refused).status_code == 202, "a press that is taken")
    until(lambda: all(run["finished_at"] for run in app.runs()), "the end of all runs")
    check_paid_once(app, fal, app.runs()[:90])
    assert "Traceback" not in app.logs()


def test_presses_on_a_full_disk_are_refused_and_what_was_bought_is_kept(
    fal: ScriptedFal, nursery: Nursery, small_disk: Path, tmp_path: Path
) -> None:
    fal.hold("running")
    with App(
        tmp_path / "app", fal_url=fal.url, data_dir=small_disk / "data", begin=nursery.begin
    ) as app:
        run = app.until(app.run("bought before the disk was full"), "running")
        with full(small_disk):
            refused = check_refused(app, fal)
            fal.obey()
            assert app.see(run)["id"] == run["id"]
        check_whole(app, fal, refused)


@pytest.mark.parametrize("trouble", [full, read_only])
def test_pictures_wait_for_their_disk_while_the_database_goes_on(
    fal: ScriptedFal, nursery: Nursery, small_disk: Path, tmp_path: Path, trouble
) -> None:
    place = {"STORAGE_URL": f"file://{small_disk}/pictures"}
    with App(tmp_path / "app", fal_url=fal.url, settings=place, begin=nursery.begin) as app:
        app.until(app.run("saved before"), "done")
        with or_skipped(), trouble(small_disk):
            run = app.until(app.run("bought meanwhile"), "saving")
            seen = app.see(run)["images"][0]
            assert (seen["url"], seen["missing"]) == (None, False)
            assert app.client.get(seen["fal_url"]).status_code == 200
            ready = app.get("/readyz").json()
            assert (ready["database"], ready["storage"]) == (True, False)
        app.until(run, "done")
        check_paid_once(app, fal, app.runs())
        assert "Traceback" not in app.logs()


def test_a_disk_that_turns_read_only_under_the_server_loses_nothing(
    fal: ScriptedFal, nursery: Nursery, tmp_path: Path
) -> None:
    fal.hold("running")
    with (
        or_skipped(),
        BreakingDisk(tmp_path / "disk") as disk,
        App(
            tmp_path / "app", fal_url=fal.url, data_dir=disk.folder / "data", begin=nursery.begin
        ) as app,
    ):
        app.until(app.run("bought before the disk broke"), "running")
        disk.breaks()
        refused = check_refused(app, fal)
        assert app.get("/readyz").status_code == 503
        fal.obey()
        app.kill()
        disk.is_repaired()
        app.start()
        app.until_ready()
        check_whole(app, fal, refused)


def test_where_no_file_can_grow_presses_are_refused_and_what_was_bought_is_kept(
    fal: ScriptedFal, nursery: Nursery, tmp_path: Path
) -> None:
    fal.hold("running")
    with App(tmp_path / "app", fal_url=fal.url, begin=nursery.begin) as app:
        app.until(app.run("bought before"), "running")
        with no_byte_in_any_file(app.process.pid):
            refused = check_refused(app, fal)
            fal.obey()
        check_whole(app, fal, refused)


def said_at_the_start(nursery: Nursery, folder: Path, data: Path) -> str:
    """What a start that ends with exit code 2 says: one line."""
    environ = bare_environment(PORT="0", DATA_DIR=str(data), LOG_LEVEL="WARNING")
    folder.mkdir(exist_ok=True)
    process = nursery.begin(environ, folder / "app.log", folder)
    try:
        assert process.wait() == 2
    finally:
        process.kill()
        process.log.show_news()
    (line,) = process.log.text().splitlines()
    return line


@pytest.mark.parametrize("before", ["empty", "with data"])
def test_a_start_on_a_read_only_disk_is_one_sentence(
    nursery: Nursery, small_disk: Path, tmp_path: Path, before: str
) -> None:
    data = small_disk / "data"
    if before == "with data":
        with App(tmp_path / "app", data_dir=data, begin=nursery.begin):
            assert (data / "playground.db").exists()
    with or_skipped(), read_only(small_disk):
        said = said_at_the_start(nursery, tmp_path / "start", data)
    assert said.startswith(f"DATA_DIR can't be written ({data}):")


def test_a_start_on_a_full_disk_is_one_sentence(
    nursery: Nursery, small_disk: Path, tmp_path: Path
) -> None:
    with full(small_disk):
        said = said_at_the_start(nursery, tmp_path / "start", small_disk / "data")
    assert "full" in said or "No space left" in said


def test_a_start_where_the_kernel_lets_nobody_write_is_one_sentence(
    nursery: Nursery, tmp_path: Path
) -> None:
    said = said_at_the_start(nursery, tmp_path / "start", Path("/sys/playground"))
    assert said.startswith("DATA_DIR can't be written (/sys/playground):")
