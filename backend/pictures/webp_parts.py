"""A WebP: RIFF chunks, padded to even lengths."""

from collections.abc import Iterator
from itertools import count
from typing import Final

from backend.domain.sentence import Sentence
from backend.pictures.parts import CUT_OFF, Damaged, Parts, count_part

MAX_CHUNKS: Final = 100_000

_WEBP_KEPT: Final = frozenset({b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"})
_HAS_EXIF_OR_XMP: Final = 0x0C


def take_apart_webp(data: bytes) -> Parts:
    """Raises Damaged."""
    kept: list[bytes] = []
    size = exif = xmp = None
    animated = False
    for name, body, chunk in _riff_chunks(data):
        size = size or _webp_size(name, body)
        kept_chunk = chunk
        if name == b"VP8X" and body:
            flags = body[0] & ~_HAS_EXIF_OR_XMP
            kept_chunk = chunk[:8] + bytes((flags,)) + chunk[9:]
        elif name == b"EXIF":
            exif = body
        elif name == b"XMP ":
            xmp = body
        animated = animated or name == b"ANMF"
        if name in _WEBP_KEPT:
            kept.append(kept_chunk)
    if size is None:
        raise Damaged(Sentence("damage.no_pixels", "has no pixels in it"))
    inner = b"WEBP" + b"".join(kept)
    clean = b"RIFF" + len(inner).to_bytes(4, "little") + inner
    return Parts(clean=clean, width=size[0], height=size[1], exif=exif, xmp=xmp, animated=animated)


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, body, and the whole chunk with its padding."""
    end_of_all = 8 + int.from_bytes(data[4:8], "little")
    if end_of_all > len(data):
        raise Damaged(CUT_OFF)
    at = 12
    for number in count():
        if at + 8 > end_of_all:
            return
        count_part(number, MAX_CHUNKS)
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length
        if end > end_of_all:
            raise Damaged(CUT_OFF)
        chunk = data[at:end] + b"\x00" * (length % 2)
        yield data[at : at + 4], data[at + 8 : end], chunk
        at = end + length % 2


def _webp_size(name: bytes, body: bytes) -> tuple[int, int] | None:
    """Width and height, where this chunk says them."""
    if name == b"VP8X" and len(body) >= 10:
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if name == b"VP8 " and len(body) >= 10 and body[3:6] == b"\x9d\x01\x2a":
        width, height = int.from_bytes(body[6:8], "little"), int.from_bytes(body[8:10], "little")
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None
