"""Ranges of bytes (RFC 9110, 14.1.2)."""

import pytest

from api.media import RangeOutside, asked_range

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-499", (0, 500)),
        ("bytes=500-", (500, 1000)),
        ("bytes=500-99999", (500, 1000)),
        ("bytes=999-", (999, 1000)),
        ("bytes=-1", (999, 1000)),
        ("bytes=-5000", (0, 1000)),
        (" bytes=1-2 ", (1, 3)),
    ],
)
def test_a_range_inside_the_file_is_given(header: str, span: tuple[int, int]) -> None:
    assert asked_range(header, SIZE) == span


@pytest.mark.parametrize(
    "header", ["bytes=1000-", "bytes=1000-1001", "bytes=-0", "bytes=5000-6000"]
)
def test_a_range_beyond_the_file_is_outside(header: str) -> None:
    with pytest.raises(RangeOutside):
        asked_range(header, SIZE)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-2",
        "bytes=0-1,5-6",
        "items=0-1",
        "bytes=+1-2",
        "bytes=1 -2",
        "bytes=٣-٤",
        "bytes=" + "9" * 5000 + "-",
        "bytes=-" + "9" * 5000,
    ],
)
def test_what_is_no_single_range_gives_the_whole_file(header: str | None) -> None:
    assert asked_range(header, SIZE) is None
