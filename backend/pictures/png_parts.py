"""A PNG: chunks, each with a length and a checksum."""

import zlib
from collections.abc import Iterator
from itertools import count
from typing import Final

from backend.domain.sentence import Sentence
from backend.pictures.parts import CUT_OFF, Damaged, Parts, count_part

MAX_CHUNKS: Final = 200_000

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"sBIT"}
)
_PNG_XMP: Final = b"XML:com.adobe.xmp\x00\x00\x00"


def take_apart_png(data: bytes) -> Parts:
    """Raises Damaged."""
    kept = [_PNG_START]
    header, exif, xmp = b"", None, None
    animated = False
    for name, body, chunk in chunks(data):
        if not header and (name != b"IHDR" or len(body) != 13):
            raise Damaged(Sentence("damage.no_png", "does not begin like a PNG"))
        if name == b"IHDR":
            header = body
        elif name == b"eXIf":
            exif = body
        elif name == b"iTXt" and body.startswith(_PNG_XMP):
            xmp = body[len(_PNG_XMP) :].split(b"\x00", 2)[-1]
        elif name == b"acTL":
            animated = True
        if name in _PNG_KEPT:
            if zlib.crc32(name + body) != int.from_bytes(chunk[-4:]):
                raise Damaged(Sentence("damage.checksum", "is damaged: a checksum in it is wrong"))
            kept.append(chunk)
    return Parts(
        clean=b"".join(kept),
        width=int.from_bytes(header[:4]),
        height=int.from_bytes(header[4:8]),
        exif=exif,
        xmp=xmp,
        animated=animated,
        deep=header[8] > 8,
    )


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, body, and the whole chunk, up to the end of the picture."""
    at = len(_PNG_START)
    for number in count():
        count_part(number, MAX_CHUNKS)
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if end > len(data):
            raise Damaged(CUT_OFF)
        name = data[at + 4 : at + 8]
        yield name, data[at + 8 : end - 4], data[at:end]
        if name == b"IEND":
            return
        at = end
