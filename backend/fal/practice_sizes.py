"""How large practice pictures are, and what fal would bill for them."""

import math
from collections.abc import Mapping
from typing import Any

from backend.domain.endpoint import Endpoint
from backend.domain.field import Field, Kind

Size = tuple[int, int]

#: the ultra family makes about 4 megapixels in the asked shape, sides a multiple of 32: 16:9 is
#: 2752x1536 (https://fal.ai/models/fal-ai/flux-pro/v1.1-ultra, read 2026-11)
_ULTRA_PIXELS = 2048 * 2048
_STEP = 32
#: no model draws a strip of 1:5000; the ratio is brought this near to a square
_THINNEST = 8.0
#: larger pictures come smaller, in the same shape: nobody shall fill the memory for practice
MOST_PIXELS = 16_000_000
_DEFAULT: Size = (1024, 768)
_SIDE = 512


def output_size(endpoint: Endpoint, given: Mapping[str, Any], source: Size | None = None) -> Size:
    """Width and height of the pictures that this input makes. `source` is a masked picture's."""
    if source is not None:
        return source
    for field in endpoint.fields:
        value = given.get(field.name, field.default)
        if field.kind is Kind.ASPECT_RATIO:
            return by_ratio(str(value))
        if field.kind is Kind.IMAGE_SIZE:
            return fitting(_image_size(field, value))
    return _DEFAULT


def by_ratio(ratio: str) -> Size:
    """About 4 megapixels in the shape `W:H`."""
    width, _, height = ratio.partition(":")
    try:
        # Divided as integers' ratio: a thousand digits overflow a float.
        wanted = int(width[:9]) / int(height[:9])
    except (ValueError, ZeroDivisionError):
        wanted = 16 / 9
    shape = min(max(wanted, 1 / _THINNEST), _THINNEST)
    return (
        math.ceil(math.sqrt(_ULTRA_PIXELS * shape) / _STEP) * _STEP,
        math.ceil(math.sqrt(_ULTRA_PIXELS / shape) / _STEP) * _STEP,
    )


def fitting(size: Size) -> Size:
    """The size itself, or its shape with the most pixels that practice mode paints."""
    width, height = size
    shrink = math.sqrt(MOST_PIXELS / (width * height))
    if shrink >= 1:
        return size
    return max(1, int(width * shrink)), max(1, int(height * shrink))


def billed_units(endpoint: Endpoint, sizes: list[Size]) -> int:
    """What the header X-Fal-Billable-Units would say: images, or megapixels rounded up each."""
    if endpoint.pricing.unit == "image":
        return len(sizes)
    megapixel = endpoint.pricing.megapixel
    return sum(math.ceil(width * height / megapixel) for width, height in sizes)


def _image_size(field: Field, value: Any) -> Size:
    if isinstance(value, Mapping):
        return int(value.get("width", _SIDE)), int(value.get("height", _SIDE))
    return field.named_sizes.get(str(value), _DEFAULT)
