"""Brought pictures: what is accepted, what stays of them, and what hostile ones get."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from backend.domain.errors import PictureRefused
from backend.domain.picture import ACCEPTED_TYPES, MAX_BYTES
from backend.pictures import check
from backend.pictures.check import check_picture
from backend.pictures.orientation import read_orientation
from tests.unit.pictures.conftest import Make, decode, encode, picture

SECRET = b"48.2082N 16.3738E"


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E] = SECRET.decode()
    return tags.tobytes()


def chunk(name: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", checksum)


def png_header(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)


def refusal(data: bytes) -> str:
    with pytest.raises(PictureRefused) as caught:
        check_picture(data)
    message = caught.value.message
    assert message.endswith(".")
    assert "\n" not in message
    return message


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_every_accepted_type_is_accepted(make: Make, kind: str) -> None:
    checked = check_picture(make(kind))
    assert (checked.width, checked.height) == (48, 32)
    again = decode(checked.data)
    assert again.size == (48, 32)
    assert Image.MIME[again.format or ""] == checked.content_type
    assert checked.content_type in ACCEPTED_TYPES


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_upright_picture_keeps_its_bytes_but_for_the_metadata(make: Make, kind: str) -> None:
    plain = make(kind, icc_profile=srgb())
    told = make(kind, icc_profile=srgb(), exif=exif(1), comment=SECRET, xmp=b"<x>%s</x>" % SECRET)
    assert SECRET in told
    checked = check_picture(told)
    assert SECRET not in checked.data
    assert decode(checked.data).tobytes() == decode(plain).tobytes()
    assert decode(checked.data).info["icc_profile"] == srgb()
    assert not decode(checked.data).getexif()
    assert check_picture(checked.data) == checked


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_turned_photo_comes_upright(make: Make, kind: str, orientation: int) -> None:
    seen = picture()
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = seen.transpose(undo[orientation]) if orientation > 1 else seen
    checked = check_picture(encode(stored, kind, exif=exif(orientation), quality=95))
    again = decode(checked.data).convert("RGB")
    assert again.size == seen.size == (checked.width, checked.height)
    for spot in ((5, 5), (43, 5), (5, 27), (43, 27)):
        wanted, found = seen.getpixel(spot), again.getpixel(spot)
        assert isinstance(wanted, tuple)
        assert isinstance(found, tuple)
        assert max(abs(a - b) for a, b in zip(wanted, found, strict=True)) < 40
    assert SECRET not in checked.data


def test_a_turned_jpeg_stays_a_jpeg_and_keeps_its_colour_profile(make: Make) -> None:
    checked = check_picture(make("JPEG", exif=exif(6), icc_profile=srgb()))
    assert checked.content_type == "image/jpeg"
    assert (checked.width, checked.height) == (32, 48)
    assert decode(checked.data).info["icc_profile"] == srgb()


@pytest.mark.parametrize("profile", [None, srgb(), b"no profile"])
def test_a_cmyk_jpeg_becomes_rgb(make: Make, profile: bytes | None) -> None:
    checked = check_picture(make("JPEG", mode="CMYK", icc_profile=profile))
    again = decode(checked.data)
    assert (again.mode, checked.content_type) == ("RGB", "image/jpeg")
    red = again.getpixel((5, 5))
    assert isinstance(red, tuple)
    assert red[0] > 200 > 80 > red[1]
    assert "icc_profile" not in again.info


def test_a_16_bit_png_becomes_8_bits_and_not_white() -> None:
    deep = Image.new("I;16", (2, 1))
    deep.putpixel((0, 0), 0x4000)
    deep.putpixel((1, 0), 0xFFFF)
    again = decode(check_picture(encode(deep, "PNG")).data)
    assert again.mode == "L"
    assert [again.getpixel((x, 0)) for x in (0, 1)] == [63, 255]


def test_a_palette_with_transparency_keeps_both(make: Make) -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 200, 100, 50])
    image.putpixel((0, 0), 0)
    again = decode(check_picture(encode(image, "PNG", transparency=0)).data).convert("RGBA")
    assert again.getpixel((0, 0)) == (0, 0, 0, 0)
    assert again.getpixel((1, 1)) == (200, 100, 50, 255)


def test_a_palette_picture_without_its_palette_is_refused() -> None:
    data = encode(picture().quantize(4), "PNG")
    at = data.index(b"PLTE") - 4
    end = at + 12 + int.from_bytes(data[at : at + 4])
    assert "colours are missing" in refusal(data[:at] + data[end:])


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_is_kept(kind: str) -> None:
    image = picture().convert("RGBA")
    image.putalpha(77)
    again = decode(check_picture(encode(image, kind, lossless=True)).data)
    assert again.getchannel("A").getextrema() == (77, 77)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_frame_is_taken(kind: str) -> None:
    first, second = picture((16, 16)), Image.new("RGB", (16, 16), "blue")
    moving = encode(first, kind, save_all=True, append_images=[second], duration=100, loop=0)
    checked = check_picture(moving)
    assert checked.content_type == "image/png"
    again = decode(checked.data)
    assert getattr(again, "n_frames", 1) == 1
    red = again.convert("RGB").getpixel((2, 2))
    assert isinstance(red, tuple)
    assert red[0] > 200 > 80 > red[2]


def test_a_transparent_gif_keeps_its_transparency() -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([9, 9, 9, 200, 100, 50])
    image.putpixel((1, 1), 1)
    again = decode(check_picture(encode(image, "GIF", transparency=0)).data)
    assert again.mode == "RGBA"
    assert again.getpixel((0, 0)) == (9, 9, 9, 0)
    assert again.getpixel((1, 1)) == (200, 100, 50, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_one_pixel_is_a_picture(make: Make, kind: str) -> None:
    checked = check_picture(make(kind, size=(1, 1)))
    assert (checked.width, checked.height) == (1, 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_hangs_behind_a_picture_is_dropped(make: Make, kind: str) -> None:
    data = make(kind)
    assert check_picture(data + b"<script>alert(1)</script>PK\x03\x04").data == (
        check_picture(data).data
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_off_picture_is_refused(make: Make, kind: str, part: float) -> None:
    data = encode(Image.effect_noise((64, 64), 90).convert("RGB"), kind)
    message = refusal(data[: int(len(data) * part)])
    assert "picture" in message


def test_a_jpeg_without_its_last_byte_is_refused(make: Make) -> None:
    assert "cut off" in refusal(make("JPEG")[:-1])


def test_a_png_with_a_wrong_checksum_is_refused(make: Make) -> None:
    data = bytearray(make("PNG"))
    data[data.index(b"IDAT") + 8] ^= 0xFF
    assert "checksum" in refusal(bytes(data))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "an empty file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x -->\n<svg onload='x'/>", "an SVG drawing"),
        (b"<!DOCTYPE html><img src=x>", "a web page"),
        (b"  <HTML><body>", "a web page"),
        (b"hello <script>", "a web page"),
        (b"<?xml version='1.0'?><a/>", "an XML document"),
        (b"%PDF-1.7", "a PDF"),
        (b"II*\x00\x08\x00", "a TIFF"),
        (b"BM\x00\x00", "a BMP"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "a HEIC photo"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00mp41isom", "a video"),
        (b"PK\x03\x04abc", "a ZIP"),
        (b"MZ\x90", "a program"),
        (b"just some words", "a text"),
        (b"\x00\x01\x02\x03", "something else"),
    ],
)
def test_anything_else_is_told_what_it_looks_like(data: bytes, words: str) -> None:
    message = refusal(data)
    assert words in message
    assert "JPEG, PNG, WebP, GIF or AVIF" in message


def test_more_than_50_mb_are_refused() -> None:
    assert "51 MB; at most 50 MB" in refusal(b"\xff\xd8\xff" + bytes(MAX_BYTES + 1024 * 1024))


def jpeg_bomb() -> bytes:
    data = bytearray(encode(picture(), "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 65535, 65535)
    return bytes(data)


def webp_bomb() -> bytes:
    body = bytes((0, 0, 0, 0)) + (16382).to_bytes(3, "little") * 2
    inner = b"WEBPVP8X" + struct.pack("<I", 10) + body
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def gif_bomb() -> bytes:
    data = bytearray(encode(picture(), "GIF"))
    data[6:10] = struct.pack("<HH", 65535, 65535)
    return bytes(data)


def gif_frame_bomb() -> bytes:
    data = bytearray(encode(picture(), "GIF"))
    at = data.index(b",\x00\x00\x00\x00\x30\x00\x20\x00")
    data[at + 5 : at + 9] = struct.pack("<HH", 65535, 65535)
    return bytes(data)


def png_bomb() -> bytes:
    pixels = zlib.compress(bytes(1_000_000), 9)
    return png_header(100_000, 100_000) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("bomb", [jpeg_bomb, webp_bomb, gif_bomb, gif_frame_bomb, png_bomb])
def test_a_bomb_is_refused_by_its_header(bomb: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: object) -> None:
        pytest.fail("it was decoded")

    monkeypatch.setattr(check, "load", never)
    assert callable(bomb)
    assert "at most 64 megapixels" in refusal(bomb())


def test_a_large_png_just_within_the_limit_is_not_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = bytes(8001) * 8000
    header = struct.pack(">IIBBBBB", 8000, 8000, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1))
    checked = check_picture(data + chunk(b"IEND", b""))
    assert (checked.width, checked.height) == (8000, 8000)


def test_a_png_that_unpacks_to_more_than_it_says_is_only_read_that_far() -> None:
    pixels = zlib.compress(bytes(50_000_000), 9)
    data = png_header(8, 8) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    assert check_picture(data).width == 8


def test_a_png_whose_texts_unpack_to_gigabytes_is_a_png_without_texts(make: Make) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("x", "A" * 5_000_000, zip=True)
    assert check_picture(make("PNG", pnginfo=info)).data == check_picture(make("PNG")).data


def test_a_jpeg_with_thousands_of_scans_is_refused() -> None:
    data = encode(picture((64, 64)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    scan = data[last:-2]
    assert "too many scans" in refusal(data[:last] + scan * 5000 + b"\xff\xd9")


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff" + b"\xff\xfe\x00\x02" * 20_000,
        png_header(8, 8) + chunk(b"tEXt", b"") * 200_001,
        b"GIF89a\x08\x00\x08\x00\x00\x00\x00" + b"!\xfe\x00" * 500_001,
        b"RIFF" + struct.pack("<I", 4 + 8 * 100_002) + b"WEBP" + b"junk\x00\x00\x00\x00" * 100_002,
    ],
    ids=["jpeg", "png", "gif", "webp"],
)
def test_a_file_of_nothing_but_small_parts_is_refused(data: bytes) -> None:
    assert "too many small parts" in refusal(data)


def test_a_gif_of_fifty_megabytes_of_comments_is_walked_at_once(make: Make) -> None:
    data = make("GIF")
    at = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    comment = b"!\xfe" + (b"\xff" + b"x" * 255) * 150_000 + b"\x00"
    assert check_picture(data[:at] + comment + data[at:]).data == check_picture(data).data


def test_a_jpeg_of_fill_bytes_is_walked_at_once() -> None:
    assert "cut off" in refusal(b"\xff\xd8" + b"\xff" * 5_000_000 + b"\x00")


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\x00\x01" + bytes(20),
        b"\xff\xd8\xff\xe0\xff\xff",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""),
        png_header(0, 5) + chunk(b"IEND", b""),
        png_header(5, 5) + chunk(b"IEND", b""),
        png_header(5, 5) + b"\xff\xff\xff\xffIDAT",
        b"RIFF\x04\x00\x00\x00WEBP",
        b"RIFF\xff\xff\xff\xffWEBP",
        b"RIFF\x0c\x00\x00\x00WEBPVP8X\x00\x00\x00\x00",
        b"RIFF\x0c\x00\x00\x00WEBPVP8X\xff\x00\x00\x00",
        b"GIF89a",
        b"GIF89a\x08\x00\x08\x00\x00\x00\x00;",
        b"GIF89a\x08\x00\x08\x00\x00\x00\x00,",
        b"GIF89a\x08\x00\x08\x00\x00\x00\x00?",
        b"\x00\x00\x00\x10ftypavif\x00\x00\x00\x00",
    ],
)
def test_a_file_that_only_begins_like_a_picture_is_refused(data: bytes) -> None:
    assert refusal(data).startswith("This picture ")


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "AVIF"]),
    places=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8),
    end=st.integers(0, 10_000) | st.none(),
)
def test_no_damage_does_more_than_refuse(
    kind: str, places: list[tuple[int, int]], end: int | None
) -> None:
    data = bytearray(encode(picture((20, 12)), kind))
    for at, value in places:
        data[at % len(data)] = value
    try:
        checked = check_picture(bytes(data[: end % len(data)] if end else data))
    except PictureRefused:
        return
    assert decode(checked.data).size == (checked.width, checked.height)


@pytest.mark.parametrize(
    ("data", "orientation"),
    [
        (None, 1),
        (b"", 1),
        (b"Exif\x00\x00", 1),
        (b"II*\x00", 1),
        (b"II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00", 6),
        (b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x08\x00\x00", 8),
        (b"II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x09\x00\x00\x00", 1),
        (b"II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x04\x00\x01\x00\x00\x00\x06\x00\x00\x00", 1),
        (b"II*\x00\xff\xff\xff\xff", 1),
        (b"II*\x00\x08\x00\x00\x00\xff\xff\x00\x00", 1),
    ],
)
def test_an_orientation_that_makes_no_sense_is_upright(
    data: bytes | None, orientation: int
) -> None:
    assert read_orientation(data) == orientation


def test_a_png_that_would_not_fit_becomes_a_jpeg_or_is_refused(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "MAX_BYTES", 100)
    assert check_picture(make("GIF")).content_type == "image/jpeg"
    with pytest.raises(PictureRefused, match="needs for its transparency"):
        check_picture(make("AVIF", mode="RGBA", see_through=True))


def test_a_photo_with_a_second_picture_inside_is_one_picture(make: Make) -> None:
    """Phones write such files (MPO): the second is a depth map or a video's still."""
    first, second = picture(), Image.new("RGB", (8, 8))
    target = BytesIO()
    first.save(target, "MPO", save_all=True, append_images=[second])
    checked = check_picture(target.getvalue())
    assert checked.content_type == "image/jpeg"
    assert decode(checked.data).format == "JPEG"
    assert checked.data.count(b"\xff\xd8\xff") == 1
