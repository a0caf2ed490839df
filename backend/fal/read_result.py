"""A completed request's body, read without trusting its shape."""

import re
from collections.abc import Mapping
from decimal import Decimal

from backend.domain.errors import PictureRefused
from backend.domain.ports import FalImage, FalResult
from backend.domain.run import Output
from backend.pictures.data_url import decode_data_url

#: more than any endpoint makes
MOST_IMAGES = 16
LONGEST_PROMPT = 100_000
UNITS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,12})?")


def read_result(body: Mapping[str, object], billable_units: Decimal | None) -> FalResult | None:
    """The result; None where it has no picture at all."""
    listed = body.get("images")
    if not isinstance(listed, list):
        listed = [body["image"]] if isinstance(body.get("image"), dict) else []
    flags = body.get("has_nsfw_concepts")
    flags = flags if isinstance(flags, list) else []
    images = tuple(
        _image(entry, flagged=index < len(flags) and flags[index] is True)
        for index, entry in enumerate(listed[:MOST_IMAGES])
    )
    if not any(image.url or image.data for image in images):
        return None
    return FalResult(images=images, output=_output(body), billable_units=billable_units)


def read_units(header: str | None) -> Decimal | None:
    """The header X-Fal-Billable-Units; None where it is missing or not a plain number."""
    text = (header or "").strip()
    return Decimal(text) if UNITS.fullmatch(text) else None


def _image(entry: object, *, flagged: bool) -> FalImage:
    """One picture. A broken entry stays, so that the others keep their index."""
    if isinstance(entry, str):
        entry = {"url": entry}
    if not isinstance(entry, dict):
        return FalImage(flagged=flagged)
    url = entry.get("url")
    url = url if isinstance(url, str) and url else None
    inline = url if url and url[:5].lower() == "data:" else None
    return FalImage(
        url=None if inline else url,
        data=_inline(inline) if inline else None,
        content_type=_content_type(entry.get("content_type")),
        width=_pixels(entry.get("width")),
        height=_pixels(entry.get("height")),
        flagged=flagged,
    )


def _inline(url: str) -> bytes | None:
    """The picture in a data: URL (`sync_mode`); None where it is damaged."""
    try:
        return decode_data_url(url) or None
    except PictureRefused:
        return None


def _output(body: Mapping[str, object]) -> Output:
    prompt, timings = body.get("prompt"), body.get("timings")
    return Output(
        seed=_whole(body.get("seed")),
        prompt=prompt[:LONGEST_PROMPT] if isinstance(prompt, str) else None,
        timings=_timings(timings) if isinstance(timings, dict) else None,
    )


def _timings(given: Mapping[object, object]) -> dict[str, float]:
    return {
        str(name)[:100]: float(value)
        for name, value in list(given.items())[:50]
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
    }


def _whole(value: object) -> int | None:
    """A whole number that a 64-bit column can hold."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if abs(value) < 2**63 else None


def _pixels(value: object) -> int | None:
    number = _whole(value)
    return number if number is not None and 0 < number < 100_000 else None


def _content_type(value: object) -> str | None:
    ok = isinstance(value, str) and re.fullmatch(r"image/[a-z0-9.+-]{1,40}", value)
    return str(value) if ok else None
