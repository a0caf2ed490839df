"""Strangers' pictures opened safely.

Each format's reader is called directly, by what the bytes are. Pillow's own `Image.open` would try
all its formats, and warn or raise about large pictures by settings of the whole process; here the
size is read from the header and checked before anything is unpacked.
"""

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageCms
from PIL.AvifImagePlugin import AvifImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from backend.domain.errors import PictureRefused
from backend.domain.picture import MAX_BYTES, MAX_PIXELS
from backend.domain.sentence import Sentence
from backend.pictures.containers import take_apart
from backend.pictures.orientation import read_orientation, upright
from backend.pictures.parts import Damaged, Parts
from backend.pictures.sniff import content_type

#: what Pillow's readers raise for broken files, beside what they document
BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Warning,
)

_READERS: Final[Mapping[str, Callable[[BytesIO], ImageFile]]] = {
    "image/jpeg": JpegImageFile,
    "image/png": PngImageFile,
    "image/webp": WebPImageFile,
    "image/gif": GifImageFile,
    "image/avif": AvifImageFile,
}


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A picture whose header is fine; its pixels are not read yet."""

    content_type: str
    file: ImageFile
    orientation: int
    #: None for AVIF
    parts: Parts | None


def open_picture(data: bytes) -> Opened:
    """Check size, type and header. Raises PictureRefused with a sentence."""
    if len(data) > MAX_BYTES:
        megabytes = len(data) / 1024 / 1024
        told = "This file has {megabytes:n} MB; at most 50 MB can be used."
        raise PictureRefused(Sentence("image.large", told, megabytes=round(megabytes)))
    kind = content_type(data)
    try:
        parts = take_apart(kind, data)
    except Damaged as problem:
        told = Sentence("image.damaged", "This picture {problem}.", problem=problem.args[0])
        raise PictureRefused(told) from problem
    if parts is not None:
        check_pixels(parts.width, parts.height)
    try:
        file = _READERS[kind](BytesIO(data if parts is None else parts.clean))
    except BROKEN as problem:
        raise PictureRefused(
            Sentence("image.no_header", "This picture is damaged: its header can't be read.")
        ) from problem
    check_pixels(file.width, file.height)
    exif = file.info.get("exif") if parts is None else parts.exif
    orientation = read_orientation(exif if isinstance(exif, bytes) else None)
    return Opened(content_type=kind, file=file, orientation=orientation, parts=parts)


def check_pixels(width: int, height: int) -> None:
    """Raises PictureRefused for no pixels or too many."""
    if width < 1 or height < 1:
        raise PictureRefused(
            Sentence("image.no_pixels", "This picture is damaged: it has no pixels.")
        )
    if width * height > MAX_PIXELS:
        raise PictureRefused(
            Sentence(
                "image.pixels",
                "This picture has {width} × {height} pixels; at most 64 megapixels can be used.",
                width=width,
                height=height,
            )
        )


def load(opened: Opened) -> Image.Image:
    """All pixels of the first frame, upright. Raises PictureRefused for a broken file."""
    try:
        opened.file.load()
    except BROKEN as problem:
        raise PictureRefused(
            Sentence(
                "image.unreadable", "This picture is damaged or cut off: its pixels can't be read."
            )
        ) from problem
    if opened.file.mode == "P" and opened.file.palette is None:
        raise PictureRefused(
            Sentence("image.no_colours", "This picture is damaged: its colours are missing.")
        )
    return upright(opened.file, opened.orientation)


def eight_bits(image: Image.Image) -> Image.Image:
    """The picture as L, RGB or RGBA, with 8 bits for each channel; itself where it is so."""
    if image.mode == "CMYK":
        return _from_cmyk(image)
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode in ("I", "I;16", "I;16B", "I;16L"):
        # a plain conversion would cut every value above 255 to white
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    flat = "L" if image.mode in ("1", "L") else "RGB"
    return image if image.mode == flat else image.convert(flat)


def _from_cmyk(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if profile:
        try:
            turned = ImageCms.profileToProfile(
                image, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, *BROKEN):
            turned = None
        if turned is not None:
            return turned
    return image.convert("RGB")
