"""A JPEG: segments, each with a marker, and compressed data behind each start of scan."""

import re
from collections.abc import Iterator
from itertools import count
from typing import Final

from backend.domain.sentence import Sentence
from backend.pictures.parts import CUT_OFF, Damaged, Parts, count_part

MAX_SEGMENTS: Final = 10_000
#: a progressive JPEG is decoded once for each scan; encoders write about ten, a hostile file
#: thousands, which would keep a processor for hours
MAX_SCANS: Final = 100
MAX_SCANNED_PIXELS: Final = 16 * 64_000_000

_XMP: Final = b"http://ns.adobe.com/xap/1.0/\x00"
#: the next marker in compressed data, where FF 00 and restarts are part of the data
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_SOF: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SOS, _EOI = 0xDA, 0xD9


def take_apart_jpeg(data: bytes) -> Parts:
    """Raises Damaged."""
    kept = [b"\xff\xd8"]
    size = exif = xmp = None
    scans = 0
    for marker, segment, scan in _segments(data):
        body = segment[4:]
        if marker in _SOF:
            size = int.from_bytes(body[3:5]), int.from_bytes(body[1:3])
        elif marker == _SOS:
            scans += 1
        elif marker == 0xE1 and exif is None and body.startswith(b"Exif\x00"):
            exif = body
        elif marker == 0xE1 and xmp is None and body.startswith(_XMP):
            xmp = body[len(_XMP) :]
        kept += [_kept_segment(marker, segment), scan]
    if size is None or scans == 0:
        raise Damaged(Sentence("damage.no_pixels", "has no pixels in it"))
    if scans > MAX_SCANS or (scans > 1 and scans * size[0] * size[1] > MAX_SCANNED_PIXELS):
        raise Damaged(Sentence("damage.scans", "has too many scans"))
    return Parts(clean=b"".join(kept), width=size[0], height=size[1], exif=exif, xmp=xmp)


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Marker, the segment with it, and the compressed data behind a start of scan."""
    at = 2
    for number in count():
        count_part(number, MAX_SEGMENTS)
        found = _NEXT_MARKER.search(data, at)
        if found is None:
            raise Damaged(CUT_OFF)
        at = found.end()
        marker = data[at - 1]
        if marker == _EOI:
            yield marker, b"\xff\xd9", b""
            return
        if marker in (0x01, 0xD8):
            continue  # they have no length; a picture inside a picture is not wanted
        end = at + int.from_bytes(data[at : at + 2])
        if end < at + 2:
            raise Damaged(Sentence("damage.segment", "has a segment without a length"))
        if end > len(data):
            raise Damaged(CUT_OFF)
        segment = bytes((0xFF, marker)) + data[at:end]
        at = end
        if marker == _SOS:
            following = _NEXT_MARKER.search(data, end)
            if following is None:
                raise Damaged(CUT_OFF)
            at = following.start()
        yield marker, segment, data[end:at]


def _kept_segment(marker: int, segment: bytes) -> bytes:
    body = segment[4:]
    if marker == 0xE0 and body.startswith(b"JFIF\x00") and len(body) >= 14:
        return b"\xff\xe0\x00\x10" + body[:12] + b"\x00\x00"  # without its thumbnail
    if marker == 0xE2 and body.startswith(b"ICC_PROFILE\x00"):
        return segment
    if marker == 0xEE and body.startswith(b"Adobe"):
        return segment  # says how the colours are stored
    return b"" if 0xE0 <= marker <= 0xEF or marker == 0xFE else segment
