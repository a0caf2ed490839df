"""What a dropped picture tells, whatever tool wrote it, and what a hostile one can't do.

The files are written here, in the forms that those tools document.
"""

import json
import struct
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from backend.domain.errors import PictureRefused
from backend.domain.picture import MAX_BYTES
from backend.pictures.metadata import write_metadata
from backend.pictures.recall import Recalled, recall
from tests.unit.pictures.conftest import encode, picture
from tests.unit.pictures.test_metadata import KEPT, SIZE, png_with, with_prompt

WEB_UI = (
    "a cat, by the sea\nsecond line\n"
    "Negative prompt: blurry, ugly\n"
    "Steps: 20, Sampler: Euler, Schedule type: Simple, CFG scale: 1, Distilled CFG Scale: 3.5, "
    'Seed: 1234567890, Size: 896x1152, Model: flux1-dev, Lora hashes: "x: 1, y: 2"'
    ", Version: f2.0.1v1.10.1"
)


def png(**texts: str) -> bytes:
    info = PngInfo()
    for name, text in texts.items():
        info.add_text(name.replace("__", "-"), text)
    return encode(picture(), "PNG", pnginfo=info)


def commented(kind: str, comment: bytes, *, below: bool = True) -> bytes:
    tags = Image.Exif()
    place: Any = tags.get_ifd(0x8769) if below else tags
    place[0x9286] = comment
    return encode(picture(), kind, exif=tags)


def told(data: bytes) -> Recalled:
    found = recall(data)
    assert found is not None
    return found


# ── our own ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_our_own_files_give_everything_back(kind: str) -> None:
    found = told(write_metadata(encode(picture(), kind), replace(KEPT, seed=99), SIZE))
    assert (found.tool, found.endpoint_id) == ("playground", KEPT.endpoint_id)
    assert found.input == {**KEPT.input, "seed": 99}, "the seed that fal used"
    assert found.rest == ()


def test_our_own_files_are_known_by_their_parameters_where_the_xmp_was_lost() -> None:
    kept = replace(KEPT, input={"prompt": "a cat", "aspect_ratio": "21:9", "raw": True})
    data = write_metadata(encode(picture(), "PNG"), kept, SIZE)
    text = Image.open(BytesIO(data)).text["parameters"]  # type: ignore[attr-defined]
    found = told(png(parameters=text))
    assert (found.tool, found.endpoint_id) == ("playground", KEPT.endpoint_id)
    assert found.input["prompt"] == "a cat"
    assert found.input["aspect_ratio"] == "21:9"
    assert found.input["raw"] is True
    assert found.input["seed"] == KEPT.seed


# ── other tools ──────────────────────────────────────────────────────────────────────────────


def web_ui_files() -> list[tuple[str, bytes]]:
    big = b"UNICODE\x00" + WEB_UI.encode("utf-16-be")
    little = b"UNICODE\x00" + WEB_UI.encode("utf-16-le")
    return [
        ("png", png(parameters=WEB_UI)),
        ("jpeg", commented("JPEG", big)),
        ("jpeg the other way round", commented("JPEG", little)),
        ("webp", commented("WEBP", big)),
        ("ascii", commented("JPEG", b"ASCII\x00\x00\x00" + WEB_UI.encode())),
    ]


@pytest.mark.parametrize("data", [d for _, d in web_ui_files()], ids=[n for n, _ in web_ui_files()])
def test_the_web_ui_s_and_forge_s_files_are_read(data: bytes) -> None:
    found = told(data)
    assert (found.tool, found.endpoint_id) == ("web_ui", None)
    assert found.input == {
        "prompt": "a cat, by the sea\nsecond line",
        "seed": 1234567890,
        "num_inference_steps": 20,
        "guidance_scale": 3.5,
        "image_size": {"width": 896, "height": 1152},
    }
    rest = dict(found.rest)
    assert rest["Negative prompt"] == "blurry, ugly"
    assert rest["Sampler"] == "Euler"
    assert rest["Lora hashes"] == "x: 1, y: 2"
    assert rest["Model"] == "flux1-dev"


def test_invokeai_s_files_are_read() -> None:
    meta = {
        "generation_mode": "flux_txt2img",
        "positive_prompt": "a lighthouse",
        "negative_prompt": "",
        "width": 1024,
        "height": 768,
        "seed": 2_893_714_201,
        "cfg_scale": 1,
        "guidance": 4.0,
        "steps": 30,
        "scheduler": "euler",
        "model": {"key": "k", "name": "FLUX Dev"},
    }
    found = told(png(invokeai_metadata=json.dumps(meta)))
    assert found.tool == "invokeai"
    assert found.input == {
        "prompt": "a lighthouse",
        "seed": 2_893_714_201,
        "num_inference_steps": 30,
        "guidance_scale": 4.0,
        "image_size": {"width": 1024, "height": 768},
    }
    assert ("scheduler", "euler") in found.rest


def test_older_files_of_invokeai_are_read() -> None:
    two = {
        "model": "stable diffusion",
        "image": {
            "prompt": [{"prompt": "a hill", "weight": 1.0}],
            "seed": 7,
            "steps": 50,
            "cfg_scale": 7.5,
            "width": 512,
            "height": 512,
        },
    }
    found = told(png(sd__metadata=json.dumps(two)))
    assert (found.input["prompt"], found.input["seed"]) == ("a hill", 7)
    found = told(png(Dream='"a "good" hill" -s 50 -S 1234 -W512 -H768 -C 7.5 -A k_lms'))
    assert found.input["prompt"] == 'a "good" hill'
    assert found.input["seed"] == 1234
    assert found.input["image_size"] == {"width": 512, "height": 768}


CLASSIC = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 156_680_208_700_286,
            "steps": 20,
            "cfg": 8,
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "5": {
        "class_type": "EmptyLatentImage",
        "inputs": {"width": 512, "height": 640, "batch_size": 1},
    },
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "text, watermark", "clip": ["4", 1]}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a glass bottle", "clip": ["4", 1]}},
}
FLUX = {
    "5": {
        "class_type": "EmptySD3LatentImage",
        "inputs": {"width": 1024, "height": 768, "batch_size": 1},
    },
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": ["40", 0], "clip": ["11", 0]}},
    "13": {
        "class_type": "SamplerCustomAdvanced",
        "inputs": {"noise": ["25", 0], "guider": ["22", 0], "sigmas": ["17", 0]},
    },
    "17": {"class_type": "BasicScheduler", "inputs": {"scheduler": "simple", "steps": 28}},
    "22": {"class_type": "BasicGuider", "inputs": {"model": ["30", 0], "conditioning": ["26", 0]}},
    "25": {"class_type": "RandomNoise", "inputs": {"noise_seed": ["41", 0]}},
    "26": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["6", 0]}},
    "40": {"class_type": "PrimitiveString", "inputs": {"value": "a linked prompt"}},
    "41": {"class_type": "Seed (rgthree)", "inputs": {"seed": 219_670_278_747_233}},
}


def test_comfyui_s_graph_is_followed_from_the_sampler_to_the_prompt() -> None:
    found = told(png(prompt=json.dumps(CLASSIC), workflow="{}"))
    assert found.tool == "comfyui"
    assert found.input["prompt"] == "a glass bottle"
    assert found.input["seed"] == 156_680_208_700_286
    assert found.input["image_size"] == {"width": 512, "height": 640}


def test_a_flux_graph_with_links_to_prompt_and_seed_is_followed() -> None:
    found = told(png(prompt=json.dumps(FLUX)))
    assert found.input == {
        "prompt": "a linked prompt",
        "seed": 219_670_278_747_233,
        "num_inference_steps": 28,
        "guidance_scale": 3.5,
        "image_size": {"width": 1024, "height": 768},
    }


def test_comfyui_s_webp_is_read() -> None:
    tags = Image.Exif()
    tags[0x0110] = f"prompt:{json.dumps(CLASSIC)}"
    assert told(encode(picture(), "WEBP", exif=tags)).input["prompt"] == "a glass bottle"


@pytest.mark.parametrize(
    "graph",
    [
        {"1": {"inputs": {"positive": ["1", 0], "seed": 1}}},
        {"1": {"inputs": {"positive": ["2", 0]}}, "2": {"inputs": {"text": ["1", 0], "seed": 1}}},
        {"1": {"inputs": {"positive": ["9", 0], "seed": 1}}, "2": {"inputs": []}, "3": 4},
    ],
    ids=["itself", "in a ring", "nowhere"],
)
def test_a_graph_that_leads_nowhere_gives_what_it_has(graph: dict[str, Any]) -> None:
    assert told(png(prompt=json.dumps(graph))).input == {"seed": 1}


def test_fooocus_s_files_are_read() -> None:
    meta = {
        "prompt": "a fox",
        "negative_prompt": "",
        "styles": "['Fooocus V2']",
        "steps": 30,
        "resolution": "(1152, 896)",
        "guidance_scale": 4.0,
        "seed": "6711883470012233",
        "version": "Fooocus v2.5.5",
    }
    wanted = {
        "prompt": "a fox",
        "seed": 6_711_883_470_012_233,
        "num_inference_steps": 30,
        "guidance_scale": 4.0,
        "image_size": {"width": 1152, "height": 896},
    }
    text = json.dumps(meta)
    for data in (
        png(parameters=text, fooocus_scheme="fooocus"),
        commented("JPEG", text.encode(), below=False),
        commented("WEBP", text.encode()),
    ):
        found = told(data)
        assert (found.tool, found.input) == ("fooocus", wanted)


# ── nothing, and nonsense ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "data",
    [
        encode(picture(), "PNG"),
        encode(picture(), "JPEG"),
        encode(picture(), "GIF"),
        encode(picture(), "AVIF"),
        png(parameters="a holiday by the sea"),
        png(parameters="Place: Rome, Time: noon, Who: we"),
        png(prompt="not a graph"),
        png(prompt="{}"),
        png(invokeai_metadata="{"),
        png(sd__metadata='{"image": 3}'),
        png(parameters='{"prompt": 7}'),
    ],
)
def test_a_picture_that_says_nothing_is_none(data: bytes) -> None:
    assert recall(data) is None


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"]
)
def test_what_is_no_picture_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(PictureRefused):
        recall(data)


def test_more_than_fifty_megabytes_are_refused() -> None:
    with pytest.raises(PictureRefused):
        recall(bytes(MAX_BYTES + 1))


def test_seeds_and_sizes_that_make_no_sense_are_left_out() -> None:
    text = "a\nSteps: many, Seed: 99999999999999999999999, Size: -1x0, CFG scale: 1e999, Model: x"
    assert told(png(parameters=text)).input == {"prompt": "a"}


def test_script_and_half_pairs_are_text_and_stay_so() -> None:
    prompt = '<script>alert(1)</script> ${x} "\u202e'
    found = told(png(parameters=f"{prompt}\nSteps: 1, Seed: 2, Size: 8x8"))
    assert found.input["prompt"] == prompt


# ── hostile files ────────────────────────────────────────────────────────────────────────────


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunks(*added: bytes) -> bytes:
    plain = encode(picture(), "PNG")
    return plain[:33] + b"".join(added) + plain[33:]


@contextmanager
def bounded(megabytes: float, seconds: float) -> Iterator[None]:
    """Memory beside the file itself, as Python counts it; processor time of this thread."""
    tracemalloc.start()
    begin = time.thread_time()
    try:
        yield
        spent = time.thread_time() - begin
        peak = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert peak < megabytes
    assert spent < seconds


def packed_zeros(megabytes: int) -> bytes:
    """A zlib stream of that many zeros, from one packed megabyte that is repeated."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    part = packing.compress(bytes(1_000_000)) + packing.flush(zlib.Z_FULL_FLUSH)
    adler = (megabytes * 1_000_000 % 65_521 << 16) | 1
    return b"\x78\xda" + part * megabytes + packing.flush() + adler.to_bytes(4, "big")


def test_a_bomb_is_one() -> None:
    assert zlib.decompress(packed_zeros(megabytes=30)) == bytes(30_000_000)


def test_a_text_that_unpacks_to_a_gigabyte_is_left_out() -> None:
    bomb = packed_zeros(megabytes=1_000)
    body = b"parameters\x00\x00" + bomb
    data = with_chunks(chunk(b"zTXt", body), chunk(b"iTXt", b"prompt\x00\x01\x00\x00\x00" + bomb))
    with bounded(20, 2):
        assert recall(data) is None


def test_a_bomb_that_is_repeated_is_unpacked_once() -> None:
    bomb = zlib.compress(bytes(1_000_000), 9)
    data = with_chunks(*[chunk(b"zTXt", b"parameters\x00\x00" + bomb)] * 10_000)
    with bounded(80, 4):
        assert recall(data) is None


def test_fifty_megabytes_of_xmp_are_not_read() -> None:
    data = png_with(b"<x>" + b"a" * (MAX_BYTES - 2_000) + b"</x>")
    assert len(data) <= MAX_BYTES
    with bounded(400, 4):
        assert recall(data) is None


def test_a_huge_text_is_not_read() -> None:
    data = with_chunks(chunk(b"tEXt", b"parameters\x00" + b"a: 1, " * 8_000_000))
    with bounded(400, 4):
        assert recall(data) is None


@pytest.mark.parametrize(
    "text",
    [
        "[" * 500_000,
        '{"prompt":' * 90_000,
        '{"a":' + "[" * 500_000,
        '{"prompt": ' + "9" * 500_000 + "}",
        '{"prompt": {"inputs": ' + "{}" * 100_000,
        "a\n" + 'x:"' * 6_000,
        "a\n" + 'x:"\\",' * 3_000,
        "a\n" + "x" * 900_000,
        "a\n" + ":" * 900_000,
        "a\nSteps: 1, Seed: 2, Size: " + "9" * 19_000 + "x1",
        '"' * 900_000,
        json.dumps({str(n): {"inputs": {"positive": [str(n + 1), 0]}} for n in range(20_000)}),
        json.dumps({str(n): {"inputs": {"positive": [str(n + 1), 0]}} for n in range(4_999)}),
    ],
    ids=range(13),
)
def test_broken_deep_and_long_texts_cost_little(text: str) -> None:
    keys = ("parameters", "prompt", "invokeai_metadata", "sd-metadata", "Dream")
    body = text.encode()
    data = with_chunks(*[chunk(b"tEXt", key.encode() + b"\x00" + body) for key in keys])
    with bounded(120, 4):
        found = recall(data)
    assert found is None or len(found.input.get("prompt", "")) <= 20_001


def test_an_exif_block_that_points_anywhere_is_only_not_understood() -> None:
    for block in (
        b"II*\x00\xff\xff\xff\xff",
        b"MM\x00*\x00\x00\x00\x08" + b"\xff\xff" + b"\x92\x86\x00\x07\xff\xff\xff\xff" * 900,
        b"II*\x00\x08\x00\x00\x00\x01\x00\x69\x87\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00",
        b"junk",
        b"",
    ):
        exif = b"Exif\x00\x00" + block
        segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
        plain = encode(picture(), "JPEG")
        with bounded(20, 2):
            assert recall(plain[:2] + segment + plain[2:]) is None


def test_a_prompt_of_a_megabyte_is_cut() -> None:
    text = "a" * 500_000 + "\nSteps: 1, Seed: 2, Size: 8x8"
    assert len(told(png(parameters=text)).input["prompt"]) <= 20_001


def test_many_settings_are_told_up_to_a_limit() -> None:
    line = "Steps: 1, Seed: 2, Size: 8x8, " + ", ".join(f"n{n}: {n}" for n in range(1_000))
    assert len(told(png(parameters=f"a\n{line}")).rest) <= 60


def test_a_file_of_ours_with_a_cut_off_end_is_refused() -> None:
    data = write_metadata(encode(picture(), "PNG"), with_prompt("a"), SIZE)
    with pytest.raises(PictureRefused):
        recall(data[:-20])
