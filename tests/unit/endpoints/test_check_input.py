"""Nothing wrong is sent, and every message names the field and what is allowed."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.endpoints.catalogue import Catalogue, load_catalogue
from backend.endpoints.check_input import allowed, check_input
from backend.endpoints.warn_input import warnings

UPLOAD = "upload:0f3a_b-C9"


def deep(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


FINE: list[tuple[str, dict[str, Any]]] = [
    ("v1.1-ultra", {"prompt": "a cat"}),
    ("v1.1-ultra", {"prompt": "a cat", "aspect_ratio": "5:4", "raw": True, "seed": -1}),
    ("v1.1-ultra", {"prompt": "x" * 10_000, "image_url": UPLOAD, "image_prompt_strength": 1}),
    ("v1.1-ultra", {"prompt": "😀" * 10_000}),
    ("v1.1", {"prompt": "${x} <img onerror=alert(1)> שלום", "image_size": "square"}),
    ("v1.1", {"prompt": "a", "image_size": {"width": 1, "height": 14142}, "num_images": 4}),
    ("v1", {"prompt": "a", "guidance_scale": 3.5, "seed": 2**63 - 1}),
    ("v1.1-redux", {"image_url": "https://example.com/a.png?x=1", "prompt": ""}),
    ("v1.1-redux", {"image_url": "http://[2001:db8::1]:8080/a"}),
    ("v1-redux", {"image_url": "data:image/png;base64,AAAA"}),
    ("v1-fill", {"prompt": "a", "image_url": UPLOAD, "mask_url": UPLOAD}),
    (
        "v1.1-ultra-finetuned",
        {"prompt": "a", "finetune_id": "f3-9", "finetune_strength": 0, "safety_tolerance": "6"},
    ),
]


@pytest.mark.parametrize(("slug", "value"), FINE)
def test_a_good_input_passes(catalogue: Catalogue, slug: str, value: dict[str, Any]) -> None:
    assert check_input(catalogue.by_slug(slug), value) == {}


def test_a_picture_inside_the_input_may_be_large(catalogue: Catalogue) -> None:
    value = {"image_url": "data:image/jpeg;base64," + "A" * 1_000_000}
    assert check_input(catalogue.by_slug("v1.1-redux"), value) == {}


WRONG: list[Any] = [
    ("prompt", "", "Prompt is empty"),
    ("prompt", " \n\t\u200b\u202e", "Prompt is empty"),
    ("prompt", None, "at most 20,000 characters"),
    ("prompt", ["a"], "at most 20,000 characters"),
    ("prompt", "x" * 20_001, "at most 20,000 characters, it has 20,001"),
    ("prompt", "a\ud800", "half a character"),
    ("image_url", "", "is empty"),
    ("image_url", "upload:", "an uploaded picture"),
    ("image_url", "upload:../../etc", "an uploaded picture"),
    ("image_url", "upload:a\n", "an uploaded picture"),
    ("image_url", "file:///etc/passwd", "https://"),
    ("image_url", "ftp://example.com/a.png", "https://"),
    ("image_url", "https://", "https://"),
    ("image_url", "http://[", "https://"),
    ("image_url", "http://example.com:99999/", "https://"),
    ("image_url", "https://example.com/a b", "https://"),
    ("image_url", "https://example.com/" + "a" * 5000, "https://"),
    ("image_url", "data:text/html;base64,AAAA", "data URL of a picture"),
    ("image_url", "data:image/png,AAAA", "data URL of a picture"),
    ("image_url", {"url": "https://example.com"}, "https://"),
    ("mask_url", 3, "Mask"),
    ("finetune_id", "  ", "Fine-tune id is empty"),
    ("finetune_id", "a\nb", "one line"),
    ("finetune_id", "x" * 2001, "at most 2,000 characters"),
    ("finetune_strength", 2.5, "from 0 to 2"),
    ("finetune_strength", math.nan, "from 0 to 2"),
    ("finetune_strength", math.inf, "from 0 to 2"),
    ("finetune_strength", True, "from 0 to 2"),
    ("finetune_strength", "1.0", "from 0 to 2"),
    pytest.param("finetune_strength", 10**10_000, "from 0 to 2", id="a vast strength"),
    ("seed", 2.0, "whole number"),
    ("seed", False, "whole number"),
    ("seed", "7", "whole number"),
    ("seed", 2**63, "9,223,372,036,854,775,807"),
    pytest.param("seed", -(10**10_000), "whole number", id="a vast seed"),
    ("seed", None, "or be left out"),
    ("num_images", 0, "from 1 to 4"),
    ("num_images", 5, "from 1 to 4"),
    ("num_images", True, "from 1 to 4"),
    ("num_images", 1.0, "from 1 to 4"),
    ("enhance_prompt", 1, "true or false"),
    ("enhance_prompt", "true", "true or false"),
    ("output_format", "webp", "jpeg, png"),
    ("output_format", ["jpeg"], "jpeg, png"),
    ("safety_tolerance", 2, "one of 1, 2"),
]


@pytest.fixture
def fill_input() -> dict[str, Any]:
    return {
        "prompt": "a",
        "image_url": UPLOAD,
        "mask_url": UPLOAD,
        "finetune_id": "f",
        "finetune_strength": 1.0,
    }


@pytest.mark.parametrize(("name", "value", "words"), WRONG)
def test_a_wrong_value_is_told_on_its_field(
    catalogue: Catalogue, fill_input: dict[str, Any], name: str, value: Any, words: str
) -> None:
    endpoint = catalogue.by_slug("v1-fill-finetuned")
    messages = check_input(endpoint, fill_input | {name: value})
    assert list(messages) == [name]
    field = endpoint.field(name)
    assert field is not None
    assert messages[name].startswith(field.label)
    assert words in messages[name]
    assert messages[name].endswith((".", "again."))


@pytest.mark.parametrize(
    "value",
    [
        "huge",
        {},
        {"width": 512},
        {"width": 512, "height": 0},
        {"width": 512, "height": 512.0},
        {"width": True, "height": 512},
        {"width": 14143, "height": 512},
        {"width": 512, "height": 512, "depth": 1},
        [512, 512],
        None,
    ],
)
def test_an_image_size_is_a_name_or_two_whole_sides(catalogue: Catalogue, value: Any) -> None:
    messages = check_input(catalogue.by_slug("v1.1"), {"prompt": "a", "image_size": value})
    assert list(messages) == ["image_size"]
    assert "a width and a height in whole pixels from 1 to 14,142" in messages["image_size"]


@pytest.mark.parametrize(
    "value", ["16:9\n", "16/9", "0:1", "1:0", "01:2", "1.5:1", "١:٢", "9" * 99 + ":1", 1.5, ""]
)
def test_an_aspect_ratio_is_two_whole_numbers(catalogue: Catalogue, value: Any) -> None:
    messages = check_input(catalogue.by_slug("v1.1-ultra"), {"prompt": "a", "aspect_ratio": value})
    assert list(messages) == ["aspect_ratio"]
    assert "21:9" in messages["aspect_ratio"]


def test_missing_and_unknown_fields_are_keyed_by_their_own_names(catalogue: Catalogue) -> None:
    messages = check_input(catalogue.by_slug("v1-fill"), {"mask": UPLOAD, "prompt": "a"})
    assert set(messages) == {"mask", "image_url", "mask_url"}
    assert messages["mask"].startswith("“mask” is not a field of this endpoint; it has prompt, ")
    assert messages["mask_url"].startswith("Mask is missing")


def test_an_unknown_name_is_shown_short_and_printable(catalogue: Catalogue) -> None:
    name = "a\u202e\n" + "b" * 100
    message = check_input(catalogue.by_slug("v1.1"), {"prompt": "a", name: 1})[name]
    assert message.startswith("“a��" + "b" * 57 + "…” is not a field")


def test_many_unknown_names_do_not_make_as_many_messages(catalogue: Catalogue) -> None:
    messages = check_input(catalogue.by_slug("v1.1"), {f"x{n}": n for n in range(1000)})
    assert len(messages) == 21


@pytest.mark.parametrize(
    "value",
    [
        "x" * 70_000,
        ["x" * 1000] * 70,
        [1] * 2_000_000,
        10**1_000_000,
        {"x" * 70_000: 1},
        {str(n): n for n in range(30_000)},
    ],
    ids=["text", "texts", "numbers", "digits", "key", "keys"],
)
@pytest.mark.parametrize("name", ["prompt", "image_size", "extra"])
def test_an_input_that_is_too_large_is_told_on_its_largest_field(
    catalogue: Catalogue, name: str, value: Any
) -> None:
    messages = check_input(catalogue.by_slug("v1.1"), {"prompt": "a"} | {name: value})
    assert list(messages) == [name]
    assert "too large: all fields together take at most 64 KB of text" in messages[name]


@pytest.mark.parametrize("name", ["prompt", "image_size", "seed", "raw", "image_url", "extra"])
def test_nesting_a_million_deep_is_only_refused(catalogue: Catalogue, name: str) -> None:
    for slug in ("v1.1", "v1.1-ultra", "v1-fill"):
        assert name in check_input(catalogue.by_slug(slug), {"prompt": "a", name: deep(30_000)})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
NINE = load_catalogue().endpoints
NAMES = sorted({field.name for endpoint in NINE for field in endpoint.fields})


@settings(max_examples=150)
@given(value=st.dictionaries(st.sampled_from(NAMES) | st.text(), JSON, max_size=6))
def test_no_value_breaks_the_check_and_each_message_is_a_sentence(value: dict[str, Any]) -> None:
    for endpoint in NINE[:3]:
        messages = check_input(endpoint, value)
        assert all(text.endswith(".") and "\n" not in text for text in messages.values())
        assert not set(endpoint.schema["required"]) - set(value) - set(messages)
        warnings(endpoint, value)


@pytest.mark.parametrize(
    ("rule", "bad", "words"),
    [
        ({"type": "string", "pattern": "^[a-z]+$"}, "A", "the form ^[a-z]+$"),
        ({"type": "string", "minLength": 3}, "a", "at least 3 characters"),
        ({"type": "string", "maxLength": 3}, "abcd", "at most 3 characters"),
        ({"type": "number", "exclusiveMinimum": 0}, 0, "more than 0"),
        ({"type": "number", "exclusiveMaximum": 1}, 1.0, "less than 1"),
        ({"type": "integer", "multipleOf": 4}, 6, "a multiple of 4"),
        ({"type": "integer", "not": {"const": 6}}, 6, "a whole number"),
        ({"type": "integer", "minimum": 2}, 1, "of at least 2"),
        ({"type": "number", "maximum": 2.5}, 3, "of at most 2.5"),
    ],
)
def test_the_schema_has_the_last_word(
    load: Callable[..., Catalogue],
    tenth: dict[str, Any],
    rule: dict[str, Any],
    bad: Any,
    words: str,
) -> None:
    tenth["input"]["properties"]["extra"] = rule | {"title": "Extra"}
    messages = check_input(load(v9=tenth).by_slug("v9"), {"prompt": "a", "extra": bad})
    assert list(messages) == ["extra"]
    assert messages["extra"].startswith("Extra has to")
    assert words in messages["extra"]


def test_every_field_can_say_what_it_takes(catalogue: Catalogue) -> None:
    for endpoint in catalogue.endpoints:
        assert all(allowed(field) for field in endpoint.fields)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ({"width": 1024, "height": 768}, None),
        ("square_hd", None),
        ({"width": 255, "height": 768}, "256 to 1440"),
        ({"width": 1472, "height": 768}, "256 to 1440"),
        ({"width": 1000, "height": 768}, "multiples of 32"),
        ({"width": "wide"}, None),
    ],
)
def test_a_doubtful_size_is_warned_about_and_allowed(
    catalogue: Catalogue, size: Any, words: str | None
) -> None:
    found = warnings(catalogue.by_slug("v1.1"), {"prompt": "a", "image_size": size})
    assert list(found) == ([] if words is None else ["image_size"])
    assert words is None or words in found["image_size"]


@pytest.mark.parametrize(
    ("ratio", "doubtful"),
    [("21:9", False), ("9:21", False), ("7:3", False), ("22:9", True), ("1:3", True), ("x", False)],
)
def test_a_doubtful_aspect_ratio_is_warned_about(
    catalogue: Catalogue, ratio: str, doubtful: bool
) -> None:
    found = warnings(catalogue.by_slug("v1.1-ultra"), {"prompt": "a", "aspect_ratio": ratio})
    assert bool(found) is doubtful


def test_every_default_and_suggestion_passes_its_own_check(catalogue: Catalogue) -> None:
    for endpoint in catalogue.endpoints:
        shown = {
            field.name: field.start for field in endpoint.fields if field.start or field.start == 0
        }
        wrong = set(check_input(endpoint, shown))
        assert wrong == {n for n in endpoint.schema["required"] if n not in shown}
        assert warnings(endpoint, shown) == {}
