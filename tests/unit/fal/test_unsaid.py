"""The key is blacked out of what fal says."""

from decimal import Decimal

import pytest

from backend.domain.errors import FieldsRefused, Unknown
from backend.domain.ports import FalImage, FalResult, FalStatus, LogLine
from backend.domain.run import Output
from backend.fal.unsaid import Unsaid

KEY = "0f2c7d1e-aaaa-bbbb-cccc-0123456789ab:5e1f00d5e1f00d5e1f00d5e1f00d5e1f"
KEY_ID, SECRET = KEY.split(":")
UNSAID = Unsaid(KEY)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"Key {KEY} is unknown", "Key [key] is unknown"),
        (f"{KEY_ID} and {SECRET}{SECRET}", "[key] and [key][key]"),
        ("nothing of it", "nothing of it"),
        ("", ""),
    ],
)
def test_the_key_and_its_halves_are_blacked_out(said: str, shown: str) -> None:
    assert UNSAID.text(said) == shown


def test_short_halves_may_be_words_and_stay() -> None:
    practice = Unsaid("practice:practice")
    assert practice.text("practice:practice makes practice") == "[key] makes practice"
    assert Unsaid("").text("a text") == "a text"


def test_it_does_not_show_the_key_itself() -> None:
    assert SECRET not in repr(UNSAID)


def test_a_status_is_without_it() -> None:
    line = LogLine(message=f"got {KEY}", timestamp=SECRET, level=None)
    status = FalStatus(state="completed", logs=(line,), error=KEY, error_type=KEY_ID)
    assert UNSAID.status(status) == FalStatus(
        state="completed",
        logs=(LogLine(message="got [key]", timestamp="[key]", level=None),),
        error="[key]",
        error_type="[key]",
    )


def test_a_result_keeps_everything_else() -> None:
    images = (FalImage(url="https://v3.fal.media/a.png", width=3, flagged=True),)
    output = Output(seed=7, prompt=f"a {SECRET}", timings={"inference": 0.5, SECRET: 1.0})
    result = FalResult(images=images, output=output, billable_units=Decimal(2))
    assert UNSAID.result(result) == FalResult(
        images=images,
        output=Output(seed=7, prompt="a [key]", timings={"inference": 0.5, "[key]": 1.0}),
        billable_units=Decimal(2),
    )


def test_an_error_stays_what_it_is_and_says_nothing_of_it() -> None:
    with pytest.raises(FieldsRefused) as caught, UNSAID.in_errors():
        raise FieldsRefused(f"no {KEY}", fields={"prompt": f"not {SECRET}"})
    assert (caught.value.message, caught.value.fields) == ("no [key]", {"prompt": "not [key]"})
    assert str(caught.value) == "no [key]"
    with pytest.raises(Unknown) as kept, UNSAID.in_errors():
        raise Unknown(request_id="abc")
    assert (kept.value.request_id, kept.value.message) == ("abc", Unknown.sentence())


def test_an_address_of_a_picture_is_without_it() -> None:
    images = (FalImage(url=f"https://v3.fal.media/{SECRET}.png"),)
    result = FalResult(images=images, output=Output(), billable_units=None)
    assert UNSAID.result(result).images[0].url == "https://v3.fal.media/[key].png"
