"""Another program reads what a stored picture keeps: exiftool (Debian: libimage-exiftool-perl)."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.domain.picture import Preserved
from backend.pictures.metadata import DIGITAL_SOURCE_TYPE, write_again, write_metadata
from tests.unit.pictures.conftest import encode, picture

KEPT = Preserved(
    run_id="run-1",
    endpoint_id="fal-ai/flux-pro/v1.1",
    request_id="req-1",
    input={
        "prompt": "a bench, by the sea: 日本 😀",
        "num_inference_steps": 28,
        "guidance_scale": 3.5,
        "image_size": {"width": 48, "height": 32},
    },
    seed=7,
    created_at=datetime(2026, 11, 21, 12, 30, tzinfo=UTC),
    app_version="0.1.0",
)
LAST = (
    "Steps: 28, CFG scale: 3.5, Seed: 7, Size: 48x32, Model: fal-ai/flux-pro/v1.1, "
    "Version: FLUX pro playground 0.1.0"
)
#: where exiftool says the text is, by kind
PLACES = {"PNG": "PNG:Parameters", "JPEG": "EXIF:UserComment", "WEBP": "EXIF:UserComment"}


def read_by_exiftool(data: bytes, folder: Path) -> dict[str, Any]:
    file = folder / "picture"
    file.write_bytes(data)
    said = subprocess.run(
        ["exiftool", "-json", "-G0", "-validate", "-warning", str(file)],
        capture_output=True,
        check=True,
        timeout=60,
    )
    everything = subprocess.run(
        ["exiftool", "-json", "-G0", "-n", "-struct", str(file)],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert "Error" not in said.stdout.decode()
    found = json.loads(everything.stdout)[0]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("kind", PLACES)
def test_xmp_parameters_and_the_mark_of_ai_are_read(kind: str, tmp_path: Path) -> None:
    data = write_metadata(encode(picture(), kind), KEPT, (48, 32))
    found = read_by_exiftool(data, tmp_path)
    prompt = KEPT.input["prompt"]
    assert found["XMP:Description"] == prompt
    assert json.loads(found["XMP:Input"]) == KEPT.input
    assert found["XMP:DigitalSourceType"] == DIGITAL_SOURCE_TYPE
    assert found[PLACES[kind]] == f"{prompt}\n{LAST}"


@pytest.mark.parametrize("kind", PLACES)
def test_a_picture_without_its_prompt_says_it_nowhere(kind: str, tmp_path: Path) -> None:
    stored = write_metadata(encode(picture(), kind), KEPT, (48, 32))
    silent = Preserved(**{**vars(KEPT), "input": {"num_inference_steps": 28}})
    found = read_by_exiftool(write_again(stored, silent, (48, 32)), tmp_path)
    assert "bench" not in json.dumps(found)
    assert found["XMP:DigitalSourceType"] == DIGITAL_SOURCE_TYPE
    assert found["XMP:Seed"] == 7
    assert found[PLACES[kind]].startswith("Steps: 28, Seed: 7, Size: 48x32")
