"""What practice mode keeps, and for how long."""

from pathlib import Path

import pytest

from backend.fal.practice_queue import Accepted, Failure
from backend.fal.practice_store import FILE_KEPT, PracticeStore

REQUEST_ID = "00000000-0000-4000-8000-00000000000a"
FILE = f"{REQUEST_ID}-0.png"


class Clock:
    at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


def _accepted(**more: object) -> Accepted:
    fields: dict[str, object] = {
        "request_id": REQUEST_ID,
        "endpoint_id": "fal-ai/flux-pro/v1.1",
        "input": {"prompt": "x"},
        "seed": 1,
        "accepted_at": Clock.at,
        "queue_seconds": 1.0,
        "run_seconds": 2.0,
    }
    return Accepted(**{**fields, **more})  # type: ignore[arg-type]


@pytest.fixture(params=["memory", "folder"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return None if request.param == "memory" else tmp_path


def test_a_record_comes_back_as_it_was(folder: Path | None) -> None:
    store = PracticeStore(folder, Clock())
    failure = Failure(error="e", error_type="t", status=422, body={"detail": []})

    store.put_request(_accepted(failure=failure, cancelled_at=Clock.at + 1))

    assert store.request(REQUEST_ID) == _accepted(failure=failure, cancelled_at=Clock.at + 1)
    assert [one.request_id for one in store.requests()] == [REQUEST_ID]


@pytest.mark.parametrize(
    "request_id", ["", "..", "x", REQUEST_ID.upper(), REQUEST_ID + "\n", f"../{REQUEST_ID}"]
)
def test_only_a_uuid_can_be_a_request(folder: Path | None, request_id: str) -> None:
    store = PracticeStore(folder, Clock())
    store.put_request(_accepted())

    assert store.request(request_id) is None


@pytest.mark.parametrize("name", ["", "..", "a.png", f"../{FILE}", f"{FILE}/x", f"{FILE}\n"])
def test_only_names_of_ours_can_be_files(folder: Path | None, name: str) -> None:
    store = PracticeStore(folder, Clock())

    with pytest.raises(ValueError, match="not a file name"):
        store.put_file(name, b"x")
    assert store.file(name) is None


def test_a_file_is_there_for_a_day(folder: Path | None) -> None:
    clock = Clock()
    store = PracticeStore(folder, clock)
    store.put_file(FILE, b"abc")

    clock.at += FILE_KEPT - 1
    assert store.file(FILE) == b"abc"
    clock.at += 2
    assert store.file(FILE) is None


def test_what_has_expired_is_swept_an_hour_later(tmp_path: Path) -> None:
    clock = Clock()
    store = PracticeStore(tmp_path, clock)
    store.put_request(_accepted())
    store.put_file(FILE, b"abc")
    clock.at += FILE_KEPT + 1

    store.put_request(_accepted(request_id=REQUEST_ID[:-1] + "b", accepted_at=clock.at))

    assert [path.name for path in (tmp_path / "requests").iterdir()] == [f"{REQUEST_ID[:-1]}b.json"]
    assert list((tmp_path / "files").iterdir()) == []
