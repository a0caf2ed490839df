"""Input from elsewhere: what fits is taken, the rest is named."""

import json

import pytest

from backend.domain.errors import InputRefused
from backend.endpoints.catalogue import load_catalogue
from components.incoming import MAX_TEXT, fit, read_json

ULTRA = load_catalogue().by_slug("v1.1-ultra")


@pytest.mark.parametrize("wrapped", ["{}", '{{"input": {}}}', '{{"arguments": {}, "x": 1}}'])
def test_the_input_is_found_in_a_whole_snippet(wrapped: str) -> None:
    text = wrapped.format('{"prompt": "A door", "seed": 12345678901234567890}')
    assert read_json(ULTRA, text) == {"prompt": "A door", "seed": 12345678901234567890}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '"a"', "null", "{'a': 1}", "[" * 100_000, '{"seed": ' + "9" * 5000 + "}"],
)
def test_text_that_holds_no_input_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputRefused) as caught:
        read_json(ULTRA, text)
    assert caught.value.message.endswith((".", "}."))


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(InputRefused, match="too long"):
        read_json(ULTRA, json.dumps({"prompt": "x" * MAX_TEXT}))


def test_what_does_not_fit_is_left_out_and_named() -> None:
    fitting = fit(
        ULTRA,
        {
            "prompt": "A door",
            "num_images": 9,
            "steps": 1,
            "enable_safety_checker": True,
            "seed": None,
        },
    )
    assert fitting.values == {"prompt": "A door"}
    assert fitting.notes == (
        "Images has to be a whole number from 1 to 4, or be left out. Left out.",
        "enable_safety_checker is no longer a field of fal's; left out.",
        "steps is not a field of 1.1 ultra; left out.",
    )


def test_a_required_field_may_be_missing() -> None:
    assert fit(ULTRA, {"seed": 1}).notes == ()


def test_many_unknown_fields_are_counted() -> None:
    fitting = fit(ULTRA, {f"x{number}": 1 for number in range(30)})
    assert fitting.notes[0].endswith("x11 and 18 more are not fields of 1.1 ultra; left out.")


def test_a_name_that_somebody_made_up_is_shown_in_one_line() -> None:
    (note,) = fit(ULTRA, {"a\n\u202eb" + "c" * 200: 1}).notes
    assert "\n" not in note
    assert len(note) < 120
