"""Small pictures to bring, as data: URLs."""

import base64
import secrets
from io import BytesIO

from PIL import Image


def source(size: tuple[int, int] = (96, 64)) -> str:
    """Something to work on, different each time: the same one is uploaded to fal only once."""
    drawn = Image.linear_gradient("L").resize(size).convert("RGB")
    drawn.paste(tuple(secrets.token_bytes(3)), (0, 0, 8, 8))
    return _as_url(drawn)


def mask(size: tuple[int, int] = (96, 64)) -> str:
    """Its left half is to be painted anew."""
    drawn = Image.new("L", size)
    drawn.paste(255, (0, 0, size[0] // 2, size[1]))
    return _as_url(drawn)


def _as_url(picture: Image.Image) -> str:
    out = BytesIO()
    picture.save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
