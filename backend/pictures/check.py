"""A brought picture becomes ours: checked by content, upright, without metadata.

Kept byte for byte where possible: a JPEG, PNG or WebP that stands upright only loses its metadata.
The colour profile stays: converting to sRGB would mean encoding again, and a profile says nothing
about the person. Re-encoded are what has to be turned (JPEG at quality 95 without colour
subsampling, others as PNG), GIF and AVIF (PNG), animations (their first frame), CMYK (RGB JPEG) and
16 bits a channel (8), because models read those differently or not at all.
"""

from io import BytesIO
from typing import Final

from PIL import Image

from backend.domain.errors import PictureRefused
from backend.domain.picture import MAX_BYTES, CheckedPicture
from backend.domain.sentence import Sentence
from backend.pictures.decode import Opened, eight_bits, load, open_picture

#: zlib's level: a quarter of the default's time for about the same bytes (measured on photos)
_PNG_LEVEL: Final = 1


def check_picture(data: bytes) -> CheckedPicture:
    """The picture as it is stored. Raises PictureRefused with a sentence for the person."""
    opened = open_picture(data)
    image = load(opened)
    width, height = image.size
    if opened.parts is not None and _stays(opened, image):
        kept, content_type = opened.parts.clean, opened.content_type
    else:
        kept, content_type = _encode(image, as_jpeg=opened.content_type == "image/jpeg")
    return CheckedPicture(data=kept, content_type=content_type, width=width, height=height)


def _stays(opened: Opened, image: Image.Image) -> bool:
    parts = opened.parts
    if parts is None or opened.orientation != 1 or parts.deep:
        return False
    if opened.content_type == "image/jpeg":
        return image.mode in ("L", "RGB")
    if opened.content_type == "image/webp":
        return not parts.animated
    # an animated PNG shows its first frame once its animation chunks are dropped
    return opened.content_type == "image/png"


def _encode(image: Image.Image, *, as_jpeg: bool) -> tuple[bytes, str]:
    profile = None if image.mode == "CMYK" else image.info.get("icc_profile")
    flat = eight_bits(image)
    if as_jpeg:
        return _jpeg(flat, profile), "image/jpeg"
    target = BytesIO()
    flat.save(target, "PNG", compress_level=_PNG_LEVEL, icc_profile=profile)
    if len(target.getvalue()) <= MAX_BYTES:
        return target.getvalue(), "image/png"
    if flat.mode == "RGBA":
        raise PictureRefused(
            Sentence(
                "image.png_large",
                "This picture has more than 50 MB as a PNG, which it needs for its transparency: "
                "make it smaller.",
            )
        )
    return _jpeg(flat, profile), "image/jpeg"


def _jpeg(image: Image.Image, profile: bytes | None) -> bytes:
    target = BytesIO()
    image.save(target, "JPEG", quality=95, subsampling=0, icc_profile=profile)
    return target.getvalue()
