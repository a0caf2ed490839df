"""Masks: one channel, black and white, as large as their picture."""

import pytest
from PIL import Image, ImageDraw

from backend.domain.errors import PictureRefused
from backend.pictures.mask import check_mask
from tests.unit.pictures.conftest import Make, decode, encode


def grey(*values: int) -> Image.Image:
    image = Image.new("L", (len(values), 1))
    for x, value in enumerate(values):
        image.putpixel((x, 0), value)
    return image


def pixels(image: Image.Image) -> list[object]:
    return [image.getpixel((x, 0)) for x in range(image.width)]


def test_a_mask_is_a_png_of_one_channel_in_black_and_white() -> None:
    checked = check_mask(encode(grey(0, 127, 128, 255).convert("RGB"), "PNG"))
    assert (checked.content_type, checked.width, checked.height) == ("image/png", 4, 1)
    again = decode(checked.data)
    assert (again.format, again.mode, pixels(again)) == ("PNG", "L", [0, 0, 255, 255])


def test_a_feathered_mask_keeps_every_grey() -> None:
    feathered = grey(*range(256))
    again = decode(check_mask(encode(feathered, "PNG")).data)
    assert (again.mode, pixels(again)) == ("L", list(range(256)))


def test_a_feathered_mask_is_the_same_however_often_it_is_checked() -> None:
    once = check_mask(encode(grey(0, 3, 100, 252, 255), "PNG"))
    assert check_mask(once.data) == once


@pytest.mark.parametrize(
    ("mode", "kind", "options"),
    [
        ("RGB", "PNG", {}),
        ("P", "PNG", {}),
        ("RGBA", "PNG", {}),
        ("L", "WEBP", {"lossless": True}),
        ("L", "JPEG", {"quality": 100}),
    ],
)
def test_greys_of_a_picture_that_stands_in_for_a_mask_are_cut(
    mode: str, kind: str, options: dict[str, object]
) -> None:
    image = grey(0, 60, 200, 255).resize((64, 16), Image.Resampling.NEAREST).convert(mode)
    again = decode(check_mask(encode(image, kind, **options)).data)
    assert {value for _, value in again.getcolors() or []} == {0, 255}


def test_a_jpeg_mask_loses_its_noise() -> None:
    image = Image.new("L", (64, 64))
    ImageDraw.Draw(image).ellipse((8, 8, 50, 50), fill=255)
    again = decode(check_mask(encode(image, "JPEG", quality=30)).data)
    assert {value for _, value in again.getcolors() or []} == {0, 255}


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_drawn_white_over_nothing_is_white(kind: str) -> None:
    image = Image.new("RGBA", (4, 1), (255, 255, 255, 0))
    image.putpixel((1, 0), (255, 255, 255, 255))
    image.putpixel((2, 0), (0, 0, 0, 255))
    image.putpixel((3, 0), (255, 255, 255, 60))
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    assert pixels(decode(check_mask(encode(image, kind, **options)).data)) == [0, 255, 0, 0]


def test_an_opaque_mask_with_a_needless_alpha_channel_is_read_as_it_looks() -> None:
    image = grey(0, 255).convert("RGBA")
    assert pixels(decode(check_mask(encode(image, "PNG")).data)) == [0, 255]


def test_bits_palettes_and_16_bits_are_masks_too() -> None:
    bits = grey(0, 255).convert("1")
    palette = grey(0, 255).convert("P")
    deep = Image.new("I;16", (2, 1))
    deep.putpixel((1, 0), 0xFFFF)
    for image in (bits, palette, deep):
        assert pixels(decode(check_mask(encode(image, "PNG")).data)) == [0, 255]


def test_a_turned_mask_is_measured_as_it_is_seen() -> None:
    tags = Image.Exif()
    tags[0x0112] = 6
    mask = check_mask(encode(grey(255, 0, 0), "PNG", exif=tags.tobytes()), size=(1, 3))
    assert (mask.width, mask.height) == (1, 3)


def test_another_size_than_the_picture_s_is_told_with_both(make: Make) -> None:
    with pytest.raises(PictureRefused, match=r"48 × 32 pixels and the picture 32 × 48"):
        check_mask(make("PNG"), size=(32, 48))
    assert check_mask(make("PNG"), size=(48, 32)).width == 48


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_black_mask_is_empty(mode: str) -> None:
    with pytest.raises(PictureRefused, match=r"^The mask is empty: "):
        check_mask(encode(grey(0, 0).convert(mode), "PNG"))


def test_a_picture_that_is_nearly_black_is_an_empty_mask_and_a_feathered_mask_is_not() -> None:
    pale = grey(0, 100)
    with pytest.raises(PictureRefused, match=r"^The mask is empty: "):
        check_mask(encode(pale.convert("RGB"), "PNG"))
    assert check_mask(encode(pale, "PNG")).width == 2


def test_a_mask_that_is_no_picture_is_refused() -> None:
    with pytest.raises(PictureRefused, match="an SVG drawing"):
        check_mask(b"<svg/>")
