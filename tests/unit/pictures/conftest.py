"""Pictures made on the spot."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

Make = Callable[..., bytes]


def picture(size: tuple[int, int] = (48, 32), mode: str = "RGB") -> Image.Image:
    """No two quarters alike, so that a turn shows."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.paste((250, 10, 10), (0, 0, size[0] // 2, size[1] // 2))
    image.paste((10, 250, 10), (size[0] // 2, 0, size[0], size[1] // 2))
    return image.convert(mode)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def decode(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.fixture
def make() -> Make:
    """Bytes of a picture: make("JPEG", size=…, mode=…, and what Pillow's save takes)."""

    def make_picture(
        kind: str,
        size: tuple[int, int] = (48, 32),
        mode: str = "RGB",
        see_through: bool = False,
        **options: Any,
    ) -> bytes:
        image = picture(size, mode)
        if see_through:
            image.putalpha(Image.linear_gradient("L").resize(size))
        return encode(image, kind, **options)

    return make_picture
