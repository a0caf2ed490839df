"""Our endpoint files beside fal's documents."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.endpoints.catalogue import Catalogue
from backend.endpoints.drift import NotComparable, drift, input_of
from tests.unit.endpoints.fal_documents import NAME, V11, document

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda deeper: (
        st.lists(deeper, max_size=3) | st.dictionaries(st.text(max_size=8), deeper, max_size=3)
    ),
    max_leaves=12,
)


def lines(catalogue: Catalogue, theirs: Any, *, descriptions: bool = False) -> list[str]:
    schema, root = input_of(theirs, V11)
    ours = catalogue.by_slug("v1.1").schema
    return [str(one) for one in drift(ours, schema, root, descriptions=descriptions)]


def test_a_document_that_says_the_same_in_other_words_has_no_drift(catalogue: Catalogue) -> None:
    assert lines(catalogue, document()) == []


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"raw": {"type": "boolean"}}, "raw: field: our file does not, fal has it"),
        ({"sync_mode": None}, "sync_mode: field: our file has it, fal does not"),
        (
            {"num_images": {"type": "integer", "minimum": 1, "maximum": 8, "default": 1}},
            "num_images: maximum: our file 4, fal 8",
        ),
        (
            {"num_images": {"type": "integer", "maximum": 4, "default": 1}},
            "num_images: minimum: our file 1, fal none",
        ),
        (
            {"enhance_prompt": {"type": "boolean", "default": True}},
            "enhance_prompt: default: our file false, fal true",
        ),
        (
            {"enhance_prompt": {"type": "boolean", "default": 0}},
            "enhance_prompt: default: our file false, fal 0",
        ),
        ({"seed": {"type": "number"}}, "seed: type: our file integer, fal number"),
        (
            {"output_format": {"enum": ["jpeg", "png", "webp"], "default": "jpeg"}},
            'output_format: choices: our file "jpeg", "png", fal "jpeg", "png", "webp"',
        ),
    ],
)
def test_each_difference_is_one_line(
    catalogue: Catalogue, changes: dict[str, Any], line: str
) -> None:
    assert line in lines(catalogue, document(**changes))


def test_what_has_to_be_given_is_compared(catalogue: Catalogue) -> None:
    theirs = document()
    theirs["components"]["schemas"][NAME]["required"] = ["prompt", "seed"]
    assert lines(catalogue, theirs) == ["seed: required: our file no, fal yes"]


def test_limits_of_a_size_of_ones_own_are_compared(catalogue: Catalogue) -> None:
    theirs = document()
    theirs["components"]["schemas"]["ImageSize"]["properties"]["width"]["maximum"] = 2048
    assert lines(catalogue, theirs) == ["image_size.width: maximum: our file 14142, fal 2048"]


def test_descriptions_are_compared_only_when_asked(catalogue: Catalogue) -> None:
    theirs = document(seed={"type": "integer", "description": "Another text"})
    assert lines(catalogue, theirs) == []
    assert any("Another text" in line for line in lines(catalogue, theirs, descriptions=True))


def test_nothing_from_a_document_reaches_a_terminal_as_it_is(catalogue: Catalogue) -> None:
    evil = "\x1b[2J\nv1.1: as in our file"
    shape = {"type": evil, "enum": [evil], "default": evil}
    (*told,) = lines(catalogue, document(**{evil: {}, "seed": shape}))
    assert told
    assert all(line.isprintable() for line in told)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {},
        {"paths": []},
        {"paths": {}},
        {"paths": {f"/{V11}": {}}},
        {"paths": {f"/{V11}": {"post": {"requestBody": "yes"}}}},
        document("fal-ai/flux-pro/other"),
        document(seed="integer"),
        document(seed={"$ref": "https://evil.example/schema.json"}),
        document(seed={"$ref": "#/components/schemas/Nothing"}),
    ],
)
def test_a_document_of_another_shape_is_not_compared(catalogue: Catalogue, broken: Any) -> None:
    with pytest.raises(NotComparable):
        lines(catalogue, broken)


def test_references_in_a_circle_end(catalogue: Catalogue) -> None:
    theirs = document(seed={"$ref": "#/components/schemas/Round"})
    theirs["components"]["schemas"]["Round"] = {"$ref": "#/components/schemas/Round"}
    with pytest.raises(NotComparable):
        lines(catalogue, theirs)
    theirs["components"]["schemas"]["Round"] = {"anyOf": [{"$ref": "#/components/schemas/Round"}]}
    assert any(line.startswith("seed: type") for line in lines(catalogue, theirs))


@given(shape=JSON)
def test_whatever_a_property_is_the_answer_is_lines_or_a_sentence(
    catalogue: Catalogue, shape: Any
) -> None:
    try:
        assert all(line.isprintable() for line in lines(catalogue, document(seed=shape)))
    except NotComparable:
        assert not isinstance(shape, dict) or "$ref" in shape
