"""Practice mode says what is wrong with an input as fal says it."""

from dataclasses import replace
from typing import Any

import pytest

from backend.endpoints.catalogue import load_catalogue
from backend.fal.practice_checks import problems

ENDPOINT = load_catalogue().by_slug("v1.1")


@pytest.mark.parametrize(
    ("rule", "value", "kind", "ctx"),
    [
        ({"type": "string", "maxLength": 2}, "abc", "sequence_too_long", {"max_length": 2}),
        ({"type": "string", "minLength": 2}, "a", "sequence_too_short", {"min_length": 2}),
        ({"type": "string", "pattern": "^a$"}, "b", "value_error", {}),
        ({"type": "number", "maximum": 2}, 3, "less_than_equal", {"le": 2}),
        ({"type": "number", "minimum": 2}, 1, "greater_than_equal", {"ge": 2}),
        ({"type": "number"}, "1", "float_type", {}),
        ({"type": "array"}, "1", "type_error", {}),
        ({"enum": ["a", "b"]}, "c", "one_of", {"expected": ["a", "b"]}),
        ({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "object"}]}, 5, "type_error", {}),
        (
            {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "object"}]},
            "b",
            "one_of",
            {"expected": ["a"]},
        ),
    ],
)
def test_each_rule_has_fals_type_and_context(
    rule: dict[str, Any], value: Any, kind: str, ctx: dict[str, Any]
) -> None:
    endpoint = replace(ENDPOINT, schema={"type": "object", "properties": {"field": rule}})

    (problem,) = problems(endpoint, {"field": value})

    assert problem["loc"] == ["body", "field"]
    assert (problem["type"], problem["ctx"], problem["input"]) == (kind, ctx, value)


def test_every_missing_field_is_named_on_its_own() -> None:
    fill = load_catalogue().by_slug("v1-fill")

    found = problems(fill, {})

    assert [one["loc"] for one in found] == [
        ["body", "image_url"],
        ["body", "mask_url"],
        ["body", "prompt"],
    ]
    assert {one["type"] for one in found} == {"missing"}
