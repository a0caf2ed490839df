import base64
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.ports import FalImage
from backend.fal.read_result import MOST_IMAGES, read_result, read_units

URL = "https://v3.fal.media/files/a.png"


def images(*entries, **more):
    result = read_result({"images": list(entries), **more}, None)
    return None if result is None else result.images


def test_a_documented_result_is_read():
    result = read_result(
        {
            "images": [
                {"url": URL, "width": 1024, "height": 768, "content_type": "image/jpeg"},
                {"url": URL + "2", "width": 1024, "height": 768, "content_type": "image/jpeg"},
            ],
            "seed": 42,
            "prompt": "a hill",
            "timings": {"inference": 1.5},
            "has_nsfw_concepts": [False, True],
        },
        Decimal("2"),
    )
    assert result.images[0] == FalImage(
        url=URL, width=1024, height=768, content_type="image/jpeg", flagged=False
    )
    assert result.images[1].flagged
    assert (result.output.seed, result.output.prompt) == (42, "a hill")
    assert result.output.timings == {"inference": 1.5}
    assert result.billable_units == Decimal("2")


def test_an_inline_picture_becomes_bytes_and_no_url():
    url = "data:image/png;base64," + base64.b64encode(b"picture").decode()
    (image,) = images({"url": url})
    assert (image.url, image.data) == (None, b"picture")


@pytest.mark.parametrize(
    "bad",
    [
        {"url": "data:image/png;base64,@@@"},
        {"url": "data:text/html,<script>"},
        {"url": "data:image/png;base64,"},
        {"url": None},
        {"url": ""},
        {"url": 5},
        {},
        None,
        7,
    ],
)
def test_a_broken_entry_keeps_its_place(bad):
    broken, good = images(bad, {"url": URL}, has_nsfw_concepts=[False, True])
    assert (broken.url, broken.data, broken.flagged) == (None, None, False)
    assert (good.url, good.flagged) == (URL, True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"images": None},
        {"images": []},
        {"images": "x"},
        {"images": [None, {}]},
        {"detail": "no"},
        {"image": "x"},
    ],
)
def test_a_result_without_any_picture_is_none(body):
    assert read_result(body, None) is None


def test_one_picture_outside_a_list_counts():
    assert read_result({"image": {"url": URL}}, None).images[0].url == URL


def test_an_address_alone_counts():
    assert images(URL)[0].url == URL


def test_more_pictures_than_any_endpoint_makes_are_cut():
    assert len(images(*[{"url": URL}] * 1_000)) == MOST_IMAGES


@pytest.mark.parametrize("size", [0, -1, "512", 512.5, True, 10**9, None, [], float("inf")])
def test_a_strange_size_is_left_out(size):
    assert images({"url": URL, "width": size})[0].width is None


@pytest.mark.parametrize("flags", [None, "true", [1], ["true"], {"0": True}, []])
def test_only_true_is_a_flag(flags):
    assert not images({"url": URL}, has_nsfw_concepts=flags)[0].flagged


@pytest.mark.parametrize(
    ("given_seed", "seed"),
    [(7, 7), (7.0, 7), (2**62, 2**62), (2**63, None), ("7", None), (True, None), (7.5, None)],
)
def test_a_seed_is_a_whole_number(given_seed, seed):
    assert read_result({"images": [URL], "seed": given_seed}, None).output.seed == seed


def test_strange_output_is_left_out():
    body = {"images": [URL], "prompt": 5, "timings": {"a": "x", "b": 1, "c": True}}
    output = read_result(body, None).output
    assert (output.prompt, output.timings) == (None, {"b": 1.0})


@pytest.mark.parametrize("kind", ["text/html", 5, None, "image/", "image/png; x=<script>"])
def test_only_a_picture_type_is_kept(kind):
    assert images({"url": URL, "content_type": kind})[0].content_type is None


@pytest.mark.parametrize(
    ("header", "units"),
    [
        ("1", Decimal(1)),
        (" 2.5 ", Decimal("2.5")),
        ("0", Decimal(0)),
        ("0.0625", Decimal("0.0625")),
    ],
)
def test_billable_units_are_a_plain_number(header, units):
    assert read_units(header) == units


@pytest.mark.parametrize(
    "header", [None, "", "abc", "-1", "NaN", "Infinity", "1e9", "1,5", "1_0", "9" * 40, "٣", "+1"]
)
def test_garbage_units_are_none(header):
    assert read_units(header) is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("images", "image", "seed", "prompt", "timings", "has_nsfw_concepts"), anything
        ),
    )
)
def test_no_json_at_all_can_break_the_reader(body):
    result = read_result(json.loads(json.dumps(body)), None)
    assert result is None or len(result.images) <= MOST_IMAGES
