"""`python -m backend.endpoints check`."""

import json
from pathlib import Path
from typing import Any

import pytest

from backend.endpoints.__main__ import main
from backend.fal.openapi import NoDocument
from tests.unit.endpoints.fal_documents import document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Stored documents: one of v1.1, and what else may lie in a folder."""
    (tmp_path / "whatever it is called.json").write_text(json.dumps(document()))
    (tmp_path / "garbage.json").write_text("{")
    (tmp_path / "list.json").write_text("[1, 2]")
    return tmp_path


def test_without_drift_it_says_so_and_ends_with_0(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--from", str(folder), "v1.1"]) == 0
    assert capsys.readouterr().out == "v1.1: as in our file\n"


def test_drift_is_printed_and_ends_with_1_whatever_else_could_not_be_compared(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = document(enable_safety_checker={"type": "boolean", "default": True})
    (folder / "a newer one.json").write_text(json.dumps(theirs))
    assert main(["check", "--from", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "v1.1: enable_safety_checker: field: our file does not, fal has it\n" in out
    assert out.count("not compared") == 8


def test_an_endpoint_without_a_document_ends_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--from", str(folder), "v1-fill", "v1.1"]) == 2
    assert "v1-fill: not compared: no document in" in capsys.readouterr().out


def test_a_404_is_said_and_called_no_proof(capsys: pytest.CaptureFixture[str]) -> None:
    def gone(endpoint_id: str) -> Any:
        raise NoDocument("fal has no document of it today (404); it may still be there")

    assert main(["check", "v1"], live=gone) == 2
    assert capsys.readouterr().out.startswith("v1: not compared: fal has no document of it today")


def test_without_a_folder_fal_is_asked_about_each(capsys: pytest.CaptureFixture[str]) -> None:
    asked = []

    def live(endpoint_id: str) -> Any:
        asked.append(endpoint_id)
        return document(endpoint_id)

    assert main(["check"], live=live) == 1
    assert len(asked) == 9
    assert "v1.1: as in our file\n" in capsys.readouterr().out


def test_a_name_that_nobody_knows_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "v9"]) == 2
    assert "v1.1-ultra" in capsys.readouterr().err


def test_a_document_nested_too_deeply_is_not_compared() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    assert main(["check", "v1.1"], live=lambda _: document(seed={"default": deep})) == 2
