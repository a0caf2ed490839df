"""A preset's file: what it may hold, and the same said by its schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from backend.services.preset_file import KEYS, faults_of, file_of, preset_of, unknown_keys

SCHEMA = json.loads((Path(__file__).parents[3] / "presets" / "preset.schema.json").read_text())
FINE: dict[str, Any] = {
    "endpoint_id": "fal-ai/flux-pro/v1.1",
    "title": "A hill",
    "description": "Plain.",
    "tags": ["hill", "wide"],
    "values": {"prompt": "a hill"},
}


def fits_schema(raw: dict[str, Any]) -> bool:
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(raw))


def test_the_schema_is_one_and_names_the_same_keys() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert list(SCHEMA["properties"]) == list(KEYS)


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint_id": " "},
        {"endpoint_id": None},
        {"title": ""},
        {"title": ["x"]},
        {"title": "x" * 81},
        {"description": 3},
        {"description": "x" * 301},
        {"tags": {}},
        {"tags": [3]},
        {"tags": [""]},
        {"tags": ["x" * 31]},
        {"tags": ["x"] * 11},
        {"values": {}},
        {"values": [1]},
    ],
    ids=str,
)
def test_what_we_refuse_the_schema_refuses(change: dict[str, Any]) -> None:
    raw = {**FINE, **change}
    assert list(faults_of(raw)) == list(change)
    assert not fits_schema(raw)


@pytest.mark.parametrize("key", ["endpoint_id", "title", "values"])
def test_a_key_that_has_to_be_there_is_missed_by_both(key: str) -> None:
    raw = {name: value for name, value in FINE.items() if name != key}
    assert list(faults_of(raw)) == [key]
    assert not fits_schema(raw)


@pytest.mark.parametrize("key", ["description", "tags"])
def test_a_key_that_may_be_left_out_is_missed_by_none(key: str) -> None:
    raw = {name: value for name, value in FINE.items() if name != key}
    assert faults_of(raw) == {}
    assert fits_schema(raw)


def test_an_unknown_key_is_told_apart_from_a_fault() -> None:
    raw = {**FINE, "colour": "red"}
    assert faults_of(raw) == {}
    assert unknown_keys(raw) == ("colour",)
    assert not fits_schema(raw)


def test_what_is_read_is_written_again() -> None:
    assert file_of(preset_of(FINE, "one")) == FINE


def test_tags_are_kept_once_and_without_space_around_them() -> None:
    read = preset_of({**FINE, "tags": [" Hill ", "hill", "wide  shot"]}, "one")
    assert read.tags == ("Hill", "wide shot")
