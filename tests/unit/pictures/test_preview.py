"""Small pictures for lists."""

import pytest
from PIL import Image

from backend.domain.errors import PictureRefused
from backend.pictures.preview import make_preview
from tests.unit.pictures.conftest import Make, decode, encode, picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("size", "small"),
    [
        ((2048, 2048), (1024, 1024)),
        ((1536, 2752), (572, 1024)),
        ((1025, 400), (1024, 400)),
        ((640, 480), (640, 480)),
        ((1, 1), (1, 1)),
        ((3000, 1), (1024, 1)),
    ],
)
def test_the_longest_side_is_at_most_1024_and_nothing_is_blown_up(
    make: Make, kind: str, size: tuple[int, int], small: tuple[int, int]
) -> None:
    preview = make_preview(make(kind, size=size))
    assert (preview.width, preview.height) == small
    again = decode(preview.data)
    assert (again.format, again.size) == ("JPEG", small)
    assert preview.content_type == "image/jpeg"


def test_a_preview_looks_like_its_picture(make: Make) -> None:
    again = decode(make_preview(make("JPEG", size=(2000, 1200))).data).convert("RGB")
    red, green = again.getpixel((100, 100)), again.getpixel((900, 100))
    assert isinstance(red, tuple)
    assert isinstance(green, tuple)
    assert red[0] > 200 > 80 > red[1]
    assert green[1] > 200 > 80 > green[0]


def test_transparency_survives() -> None:
    image = picture((1500, 900)).convert("RGBA")
    image.putalpha(0)
    preview = make_preview(encode(image, "PNG"))
    again = decode(preview.data)
    assert (preview.content_type, again.format, again.mode) == ("image/webp", "WEBP", "RGBA")
    assert again.getchannel("A").getextrema() == (0, 0)


def test_a_turned_picture_is_small_and_upright() -> None:
    tags = Image.Exif()
    tags[0x0112] = 6
    preview = make_preview(encode(picture((2048, 1024)), "JPEG", exif=tags.tobytes()))
    assert (preview.width, preview.height) == (512, 1024)
    assert decode(preview.data).size == (512, 1024)


def test_what_is_no_picture_has_no_preview(make: Make) -> None:
    with pytest.raises(PictureRefused):
        make_preview(b"<html>")
    with pytest.raises(PictureRefused):
        make_preview(make("PNG")[:-30])
