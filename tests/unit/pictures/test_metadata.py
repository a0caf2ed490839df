"""What a stored picture tells about its run, and what a stranger's file may pretend."""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from backend.domain.picture import MAX_BYTES, Preserved
from backend.pictures.check import check_picture
from backend.pictures.metadata import CUT, MetadataFailed, read_metadata, write_metadata
from backend.pictures.xmp import NAMESPACE, read_properties
from tests.unit.pictures.conftest import Make, decode, encode, picture

KEPT = Preserved(
    run_id="run-1",
    endpoint_id="fal-ai/flux-pro/v1.1",
    request_id="req-1",
    input={"prompt": "a cat", "image_size": {"width": 512, "height": 768}, "seed": 7, "raw": True},
    seed=7,
    created_at=datetime(2026, 11, 21, 12, 30, 0, 123456, tzinfo=UTC),
    app_version="0.1.0",
)
SIZE = (48, 32)
KINDS = ["JPEG", "PNG", "WEBP"]


def write(data: bytes, kept: Preserved) -> bytes:
    return write_metadata(data, kept, SIZE)


def with_prompt(prompt: str) -> Preserved:
    return replace(KEPT, input={"prompt": prompt, "num_images": 2})


def xmp_of(data: bytes) -> str:
    packet = decode(data).info["xmp"]
    assert isinstance(packet, bytes)
    return packet.decode()


def variants() -> list[tuple[str, bytes]]:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    clear = picture().convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    return [
        ("jpeg", encode(picture(), "JPEG")),
        ("progressive", encode(picture(), "JPEG", progressive=True, icc_profile=profile)),
        ("grey", encode(picture(mode="L"), "JPEG")),
        ("png", encode(picture(), "PNG", icc_profile=profile)),
        ("clear png", encode(clear, "PNG")),
        ("webp", encode(picture(), "WEBP")),
        ("clear webp", encode(clear, "WEBP", icc_profile=profile)),
        ("lossless webp", encode(clear, "WEBP", lossless=True)),
    ]


@pytest.mark.parametrize(("name", "data"), variants(), ids=[name for name, _ in variants()])
def test_the_pixels_stay_and_the_run_comes_back(name: str, data: bytes) -> None:
    written = write(data, KEPT)
    before, after = decode(data), decode(written)
    assert (after.format, after.mode, after.size) == (before.format, before.mode, before.size)
    assert after.tobytes() == before.tobytes()
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert read_metadata(written) == KEPT


@pytest.mark.parametrize("kind", KINDS)
def test_other_programs_find_the_ai_mark_the_tool_the_date_and_the_prompt(
    make: Make, kind: str
) -> None:
    packet = xmp_of(write(make(kind), KEPT))
    mark = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    assert f'Iptc4xmpExt:DigitalSourceType="{mark}"' in packet
    assert 'xmp:CreatorTool="FLUX pro playground 0.1.0"' in packet
    assert 'xmp:CreateDate="2026-11-21T12:30:00+00:00"' in packet
    assert '<rdf:li xml:lang="x-default">a cat</rdf:li>' in packet


def test_what_is_not_known_is_not_written(make: Make) -> None:
    kept = replace(KEPT, request_id=None, seed=None, input={})
    written = write(make("PNG"), kept)
    assert read_metadata(written) == kept
    assert "RequestId" not in xmp_of(written)
    assert "dc:description" not in xmp_of(written)


def test_writing_again_replaces(make: Make) -> None:
    once = write(make("JPEG"), with_prompt("first"))
    twice = write(once, with_prompt("second"))
    assert read_metadata(twice) == with_prompt("second")
    assert xmp_of(twice).count("first") == 0


def test_exif_of_fal_s_stays(make: Make) -> None:
    tags = Image.Exif()
    tags[0x0131] = "fal"
    written = write(make("JPEG", exif=tags.tobytes()), KEPT)
    assert decode(written).getexif()[0x0131] == "fal"


PROMPTS = [
    "😀 שלום مرحبا 日本語 ñ",
    "${constructor} {{x}} <img src=x onerror=alert(1)> </rdf:li> ]]> <!-- -->",
    "line\nbreak\r\nand\ttab  and  spaces ",
    "".join(map(chr, range(32))) + "\x7f\x80\x9f\ufffe\uffff\u2028",
    "half \ud800 of a pair",
    'lang="de" type="Bag" "quoted" \\back\\ \'single\'',
    "&amp; &#x0; %s {0}",
]


@pytest.mark.parametrize("prompt", PROMPTS, ids=range(len(PROMPTS)))
@pytest.mark.parametrize("kind", KINDS)
def test_any_prompt_comes_back_as_it_was(make: Make, kind: str, prompt: str) -> None:
    written = write(make(kind), with_prompt(prompt))
    assert read_metadata(written) == with_prompt(prompt)
    assert decode(written).tobytes() == decode(make(kind)).tobytes()


@settings(max_examples=80)
@given(prompt=st.text(st.characters(), max_size=60), kind=st.sampled_from(KINDS))
def test_every_unicode_prompt_comes_back(prompt: str, kind: str) -> None:
    kept = with_prompt(prompt)
    assert read_metadata(write(encode(picture(), kind), kept)) == kept


@pytest.mark.parametrize("prompt", ["a" * 10_000, "日" * 10_000, "😀" * 10_000, "<" * 10_000])
@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_characters_come_back_whole(make: Make, kind: str, prompt: str) -> None:
    written = write(make(kind), with_prompt(prompt))
    assert read_metadata(written) == with_prompt(prompt)
    assert decode(written).size == (48, 32)


@pytest.mark.parametrize("prompt", ["a" * 70_000, '"' * 20_000, "😀" * 20_000])
def test_a_text_that_a_jpeg_has_no_room_for_is_cut_with_a_mark(make: Make, prompt: str) -> None:
    found = read_metadata(write(make("JPEG"), with_prompt(prompt)))
    assert found is not None
    kept = found.input["prompt"]
    assert kept.endswith(CUT)
    assert prompt.startswith(kept.removesuffix(CUT))
    assert len(kept) > 3_000
    assert found.input["num_images"] == 2
    whole = read_metadata(write(make("PNG"), with_prompt(prompt)))
    assert whole == with_prompt(prompt)


@pytest.mark.parametrize(
    "given_input",
    [
        {"x": object()},
        {"x": float("nan")},
        {"x": list(range(400_000))},
    ],
    ids=["not JSON", "not a number", "too large"],
)
def test_an_input_that_does_not_fit_fails_so_that_the_picture_can_be_stored_without(
    make: Make, given_input: dict[str, Any]
) -> None:
    with pytest.raises(MetadataFailed):
        write(make("JPEG"), replace(KEPT, input=given_input))


@pytest.mark.parametrize("data", [b"", b"<html>", b"\xff\xd8\xff\xe0junk", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_takes_no_metadata(data: bytes) -> None:
    with pytest.raises(MetadataFailed):
        write(data, KEPT)


def test_a_gif_takes_no_metadata(make: Make) -> None:
    with pytest.raises(MetadataFailed, match="image/gif"):
        write(make("GIF"), KEPT)
    assert read_metadata(make("GIF")) is None


def test_many_threads_write_at_once(make: Make) -> None:
    data = {kind: make(kind) for kind in KINDS}

    def write_one(number: int) -> bool:
        kept = with_prompt(f"picture {number}")
        return read_metadata(write(data[KINDS[number % 3]], kept)) == kept

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(write_one, range(120)))


# ── strangers' files ─────────────────────────────────────────────────────────────────────────


def png_with(packet: bytes) -> bytes:
    plain = encode(picture(), "PNG")
    body = b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + packet
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body
    chunk += struct.pack(">I", zlib.crc32(b"iTXt" + body))
    return plain[:33] + chunk + plain[33:]


def packet(**properties: str) -> bytes:
    inner = "".join(f"<p:{name}>{value}</p:{name}>" for name, value in properties.items())
    return f"<r xmlns:p='{NAMESPACE}'>{inner}</r>".encode()


FINE = {"Input": "{}", "Endpoint": "e", "CreatedAt": "2026-01-01T00:00:00+01:00"}


def test_a_packet_that_another_program_wrote_anew_is_understood() -> None:
    found = read_metadata(png_with(packet(**FINE, Seed="-5")))
    assert found is not None
    assert (found.seed, found.run_id, found.input) == (-5, "", {})
    assert found.created_at == datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    "properties",
    [
        {"Input": "[]"},
        {"Input": "{"},
        {"Input": "[" * 100_000},
        {"Input": '{"a": ' + "9" * 5000 + "}"},
        {"CreatedAt": "yesterday"},
        {"CreatedAt": "2026-01-01T00:00:00"},
    ],
    ids=["list", "half", "deep", "digits", "words", "naive"],
)
def test_a_packet_that_makes_no_sense_is_none(properties: dict[str, str]) -> None:
    assert read_metadata(png_with(packet(**FINE | properties))) is None


def test_a_seed_that_is_no_number_is_no_seed() -> None:
    found = read_metadata(png_with(packet(**FINE, Seed="9" * 5000)))
    assert found is not None
    assert found.seed is None


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\x00",
        b"<a",
        b"\xff\xfe<\x00a\x00/\x00>\x00",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + packet(**FINE),
        packet(**FINE)[:-4] + b"<a>" * 300_000,
        b"<a>" * 200_000 + packet(**FINE),
        packet(**FINE).replace(b"</r>", b"x" * 2_000_000 + b"</r>"),
    ],
    ids=["empty", "nul", "half", "utf-16", "doctype", "open", "deep", "large"],
)
def test_a_hostile_packet_is_only_not_understood(hostile: bytes) -> None:
    assert read_properties(hostile) == {}
    assert read_metadata(png_with(hostile)) is None


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\xff\xd8\xff", bytes(MAX_BYTES + 1)])
def test_a_file_that_is_no_picture_has_no_run(data: bytes) -> None:
    assert read_metadata(data) is None


@pytest.mark.parametrize("kind", [*KINDS, "AVIF"])
def test_a_picture_of_somebody_else_has_no_run(make: Make, kind: str) -> None:
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><a/></x:xmpmeta>"
    assert read_metadata(make(kind)) is None
    assert read_metadata(make(kind, xmp=xmp)) is None


def test_a_checked_upload_has_lost_its_run(make: Make) -> None:
    written = write(make("PNG"), KEPT)
    assert read_metadata(check_picture(written).data) is None
    assert Image.open(BytesIO(check_picture(written).data)).info == {}
