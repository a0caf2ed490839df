"""JPEGs that are as heavy to decode, to shrink and to carry as photographs are."""

from functools import cache
from io import BytesIO

import numpy as np
from PIL import Image

PHOTOGRAPH = 1_500_000
#: of a picture with 1024×768; the other's share of bytes for each pixel
SMALL = 280_000


@cache
def small_picture() -> bytes:
    """1024×768, what the endpoints make unless told otherwise."""
    return _jpeg(1024, 768, SMALL)


@cache
def photograph() -> bytes:
    """2048×2048 and 1.5 MB."""
    return _jpeg(2048, 2048, PHOTOGRAPH)


def _jpeg(width: int, height: int, size: int) -> bytes:
    """At the quality whose file is nearest to `size` bytes."""
    image = Image.fromarray(_texture(width, height))
    nearest = b""
    low, high = 30, 98
    while low <= high:
        quality = (low + high) // 2
        target = BytesIO()
        image.save(target, "JPEG", quality=quality)
        if abs(target.tell() - size) < abs(len(nearest) - size):
            nearest = target.getvalue()
        if target.tell() <= size:
            low = quality + 1
        else:
            high = quality - 1
    return nearest


def _texture(width: int, height: int) -> np.typing.NDArray[np.uint8]:
    """Detail of every size, coarse strong and fine weak, as nature has it; always the same."""
    chance = np.random.default_rng(20_260_101)
    whole = np.zeros((height, width, 3))
    cell = 256
    while cell >= 1:
        rows, columns = -(-height // cell), -(-width // cell)
        grain = chance.integers(0, 256, (rows, columns, 3), dtype=np.uint8)
        grown = Image.fromarray(grain).resize((width, height), Image.Resampling.BICUBIC)
        whole += (np.asarray(grown, dtype=float) - 127.5) * cell**0.5
        cell //= 4
    whole -= whole.min()
    return np.asarray(whole * (255 / whole.max()), dtype=np.uint8)
