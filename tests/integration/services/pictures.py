"""Small pictures and masks, drawn when asked for."""

import base64
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (96, 64)


def a_picture(shade: int = 120, size: tuple[int, int] = SIZE, file_format: str = "PNG") -> bytes:
    """A picture; another shade is another picture."""
    image = Image.new("RGB", size, (shade, 80, 160))
    ImageDraw.Draw(image).ellipse((8, 8, 40, 40), fill=(250, 240, shade))
    return _bytes(image, file_format)


def a_mask(size: tuple[int, int] = SIZE, mode: str = "L", white: bool = True) -> bytes:
    """A mask with a white square and, in the painter's way, a soft edge."""
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    if white:
        draw.rectangle((18, 18, 62, 46), fill=90)
        draw.rectangle((20, 20, 60, 44), fill=255)
    return _bytes(mask.convert(mode), "PNG")


def as_data_url(data: bytes, content_type: str = "image/png") -> str:
    """The same as a `data:` URL."""
    return f"data:{content_type};base64,{base64.b64encode(data).decode()}"


def open_picture(data: bytes) -> Image.Image:
    """The picture, decoded."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


def _bytes(image: Image.Image, file_format: str) -> bytes:
    target = BytesIO()
    image.save(target, file_format)
    return target.getvalue()
