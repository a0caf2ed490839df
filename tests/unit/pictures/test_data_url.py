"""Pictures inside a text."""

import base64

import pytest

from backend.domain.errors import PictureRefused
from backend.domain.picture import MAX_BYTES
from backend.pictures.data_url import decode_data_url


def test_the_bytes_come_out_as_they_went_in() -> None:
    data = bytes(range(256))
    text = "data:image/png;base64," + base64.b64encode(data).decode()
    assert decode_data_url(text) == data
    assert decode_data_url("DATA:image/JPEG;BASE64,") == b""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.com/a.png",
        "data:image/png,AAAA",
        "data:text/html;base64,AAAA",
        "data:image/png;charset=utf-8;base64,AAAA",
        " data:image/png;base64,AAAA",
    ],
)
def test_anything_else_is_no_data_url(text: str) -> None:
    with pytest.raises(PictureRefused, match="not a data URL"):
        decode_data_url(text)


@pytest.mark.parametrize(
    "payload", ["A", "AAA", "AA==AA", "AAA\n", "AA-_", "AAA%3D", "äöü=", "===="]
)
def test_sloppy_base64_is_refused(payload: str) -> None:
    with pytest.raises(PictureRefused, match="damaged"):
        decode_data_url("data:image/png;base64," + payload)


def test_more_than_50_mb_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(PictureRefused, match="more than 50 MB"):
        decode_data_url("data:image/png;base64," + "A" * (MAX_BYTES // 3 * 4 + 8))
