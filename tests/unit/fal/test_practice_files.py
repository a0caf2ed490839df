"""An upload's kind is read from its bytes."""

from io import BytesIO

import pytest
from PIL import Image

from backend.fal.practice_files import kind_of


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp", "avif"])
def test_a_picture_is_known_by_its_first_bytes(kind: str) -> None:
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind.upper())

    assert kind_of(out.getvalue()) == kind


@pytest.mark.parametrize("data", [b"", b"<svg>", b"RIFFxxxxWAVE", b"xxxxftypmp42"])
def test_everything_else_is_no_picture(data: bytes) -> None:
    assert kind_of(data) == "bin"
