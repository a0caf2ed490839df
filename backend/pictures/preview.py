"""The small picture of a list: at most 1024 pixels a side."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from backend.pictures.decode import Opened, eight_bits, load, open_picture
from backend.pictures.orientation import TURNED

LONGEST_SIDE: Final = 1024


#: of previews that were made so far: their files' endings
CONTENT_TYPES: Final = {"jpeg": "image/jpeg", "webp": "image/webp"}


@dataclass(frozen=True)
class Preview:
    """An encoded small picture; `width` and `height` in pixels."""

    data: bytes
    #: of its file: a key of CONTENT_TYPES
    ending: str
    width: int
    height: int

    @property
    def content_type(self) -> str:
        """Its MIME type."""
        return CONTENT_TYPES[self.ending]


def make_preview(data: bytes) -> Preview:
    """Raises PictureRefused for what can't be read."""
    return preview_of(open_picture(data))


def preview_of(opened: Opened) -> Preview:
    """Reads the pixels of a picture that was opened. Raises PictureRefused for a broken file.

    JPEG, or WebP where something is transparent. Somebody waits for it: JPEG takes 2 ms where WebP
    takes 11 at its quickest, and a browser decodes it in half the time. A JPEG is decoded at the
    smallest of 1/1, 1/2, 1/4, 1/8 that is large enough.
    """
    width, height = _fit(opened.file.width, opened.file.height)
    opened.file.draft(None, (width, height))
    image = load(opened)
    if opened.orientation >= TURNED:
        width, height = height, width
    small = eight_bits(image)
    if small.size != (width, height):
        small = small.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)
    profile = None if image.mode == "CMYK" else image.info.get("icc_profile")
    target = BytesIO()
    if small.mode == "RGBA":
        small.save(target, "WEBP", quality=80, method=0, icc_profile=profile)
        return Preview(target.getvalue(), "webp", width, height)
    small.save(target, "JPEG", quality=80, icc_profile=profile)
    return Preview(target.getvalue(), "jpeg", width, height)


def _fit(width: int, height: int) -> tuple[int, int]:
    """Never larger than the picture itself."""
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
