"""The text for other tools, in the form that they understand."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from backend.pictures.metadata import CUT, write_metadata
from backend.pictures.parameters import parameters_text
from tests.unit.pictures.conftest import Make, decode
from tests.unit.pictures.test_metadata import KEPT, SIZE, with_prompt


def said(given: dict[str, Any], seed: int | None = 7) -> str:
    return parameters_text(replace(KEPT, input=given, seed=seed), (1024, 768), "Tool")


def comment(data: bytes) -> str:
    """As piexif, and so the web UI, reads it: UTF-16, the large byte first."""
    raw = Image.open(BytesIO(data)).getexif().get_ifd(0x8769)[0x9286]
    assert raw[:8] == b"UNICODE\x00"
    return str(raw[8:].decode("utf-16-be"))


def test_the_prompt_comes_first_and_the_names_are_those_of_the_web_ui() -> None:
    given = {"prompt": "a cat", "guidance_scale": 3.5, "num_inference_steps": 28, "raw": True}
    assert said(given) == (
        "a cat\nSteps: 28, CFG scale: 3.5, Seed: 7, Size: 1024x768, "
        "Model: fal-ai/flux-pro/v1.1, raw: true, Version: Tool 0.1.0"
    )


def test_what_is_not_known_is_left_out() -> None:
    assert said({}, seed=None) == "Size: 1024x768, Model: fal-ai/flux-pro/v1.1, Version: Tool 0.1.0"


def test_a_value_with_a_comma_or_colon_stands_in_quotes() -> None:
    assert 'aspect_ratio: "21:9"' in said({"aspect_ratio": "21:9"})


def test_a_png_holds_it_in_latin_1_where_that_is_enough(make: Make) -> None:
    for prompt, kind in (("café", b"tEXt"), ("日本", b"iTXt")):
        data = write_metadata(make("PNG"), with_prompt(prompt), SIZE)
        assert kind + b"parameters\x00" in data
        assert decode(data).text["parameters"].startswith(f"{prompt}\nSeed: 7, Size: 48x32")


def test_writing_again_leaves_one_text(make: Make) -> None:
    once = write_metadata(make("PNG"), with_prompt("first"), SIZE)
    twice = write_metadata(once, with_prompt("second"), SIZE)
    assert twice.count(b"parameters\x00") == 1
    assert b"first" not in twice


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_jpeg_and_webp_hold_it_as_a_comment(make: Make, kind: str) -> None:
    data = write_metadata(make(kind), with_prompt("日本 😀"), SIZE)
    assert comment(data).startswith("日本 😀\nSeed: 7, Size: 48x32")


def test_a_comment_that_has_no_room_is_cut_before_its_last_line(make: Make) -> None:
    data = write_metadata(make("JPEG"), with_prompt("😀" * 50_000), SIZE)
    text = comment(data)
    assert text.startswith("😀😀")
    assert CUT in text
    assert text.endswith("Version: FLUX pro playground 0.1.0")


def test_a_prompt_of_nul_and_half_pairs_is_written(make: Make) -> None:
    data = write_metadata(make("PNG"), with_prompt("a\x00b\ud800c"), SIZE)
    assert decode(data).text["parameters"].startswith("abc\n")
