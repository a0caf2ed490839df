"""Pictures that a test's person brings along."""

import io
import random
from pathlib import Path

from PIL import Image, ImageFilter


def picture(width: int, height: int, *, kind: str = "PNG", colour: str = "#34a39a") -> bytes:
    """A flat one."""
    return _encoded(Image.new("RGB", (width, height), colour), kind)


def photograph(width: int, height: int) -> bytes:
    """One with the detail, and so the size, of a photograph: JPEG."""
    dice = random.Random(7)
    small = Image.frombytes(
        "RGB", (width // 8, height // 8), dice.randbytes(3 * (width // 8) * (height // 8))
    )
    blurred = small.resize((width, height), Image.Resampling.BICUBIC).filter(ImageFilter.BoxBlur(2))
    return _encoded(blurred, "JPEG")


def as_file(folder: Path, data: bytes, name: str = "picture.png") -> Path:
    """The same on the disk, for a drag from the desktop."""
    file = folder / name
    file.write_bytes(data)
    return file


def _encoded(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()
