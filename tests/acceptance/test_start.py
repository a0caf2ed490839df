"""A start that can't be: one sentence that says what to do, exit code 2, and no traceback."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.app_process import Start, python_app
from tests.acceptance.nursery import Nursery
from tests.acceptance.processes import bare_environment

SECRET = "marked-password"


@pytest.fixture
def taken_port() -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield str(listener.getsockname()[1])


def sentence_of(begin: Start, folder: Path, **settings: str) -> str:
    """What a start that ends with exit code 2 says on standard error: one line."""
    sound = {"PORT": "0", "DATA_DIR": str(folder / "data"), "LOG_LEVEL": "WARNING"}
    process = begin(bare_environment(**(sound | settings)), folder / "app.log", folder)
    try:
        assert process.wait() == 2
    finally:
        process.kill()
        process.log.show_news()
    (line,) = process.log.text().splitlines()
    return line


def test_a_port_that_is_none_is_named(tmp_path: Path) -> None:
    assert sentence_of(python_app, tmp_path, PORT="x").startswith("PORT is wrong:")


def test_no_practice_and_no_key_contradict(nursery: Nursery, tmp_path: Path) -> None:
    assert "there is no FAL_KEY" in sentence_of(nursery.begin, tmp_path, PRACTICE="off")


def test_a_data_folder_that_is_a_file_is_named(nursery: Nursery, tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("in the folder's place")
    said = sentence_of(nursery.begin, tmp_path, DATA_DIR=str(place))
    assert said.startswith("DATA_DIR can't be written")
    assert str(place) in said


def test_a_database_of_another_kind_is_refused_without_its_password(
    nursery: Nursery, tmp_path: Path
) -> None:
    address = f"mysql://me:{SECRET}@localhost/runs"
    said = sentence_of(nursery.begin, tmp_path, DATABASE_URL=address)
    assert said.startswith("DATABASE_URL has to be")
    assert SECRET not in said


def test_a_storage_that_nobody_knows_is_refused(nursery: Nursery, tmp_path: Path) -> None:
    said = sentence_of(nursery.begin, tmp_path, STORAGE_URL="ftp://somewhere/else")
    assert said.startswith("STORAGE_URL has to be")


def test_a_damaged_database_is_told_apart(nursery: Nursery, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "playground.db").write_bytes(b"no database at all" * 400)
    assert "damaged" in sentence_of(nursery.begin, tmp_path)


def test_a_taken_port_is_named_before_any_data_is_touched(
    nursery: Nursery, taken_port: str, tmp_path: Path
) -> None:
    said = sentence_of(nursery.begin, tmp_path, PORT=taken_port)
    assert said.startswith(f"The server can't listen on 127.0.0.1, port {taken_port}:")
    assert not (tmp_path / "data").exists()
