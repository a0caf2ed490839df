"""Picture files taken apart without decoding: only what the pixels need is kept.

Whatever else a file carries (place, time, owner, thumbnails, comments, a second file behind the
first) is dropped byte for byte, so nothing has to be encoded again. It also is the first thing that
sees a stranger's bytes: every length is checked against the file's, and nothing is unpacked.
"""

from collections.abc import Callable, Mapping
from typing import Final

from backend.pictures.gif_parts import take_apart_gif
from backend.pictures.jpeg_parts import take_apart_jpeg
from backend.pictures.parts import Parts
from backend.pictures.png_parts import take_apart_png
from backend.pictures.webp_parts import take_apart_webp

_BY_TYPE: Final[Mapping[str, Callable[[bytes], Parts]]] = {
    "image/jpeg": take_apart_jpeg,
    "image/png": take_apart_png,
    "image/webp": take_apart_webp,
    "image/gif": take_apart_gif,
}


def take_apart(content_type: str, data: bytes) -> Parts | None:
    """The parts of a file, None for AVIF. Raises Damaged."""
    reader = _BY_TYPE.get(content_type)
    return None if reader is None else reader(data)
