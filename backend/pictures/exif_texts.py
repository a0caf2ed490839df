"""The few texts of an EXIF block that tools write settings into; nothing else of it is read.

By hand, because a stranger's block may point anywhere: each entry is looked at once, at most two
directories, and every offset is checked.
"""

from collections.abc import Iterator
from itertools import count
from typing import Final, Literal

#: an EXIF segment of a JPEG has 64 kB; what other files carry may be larger, and is bounded here
MAX_EXIF_BYTES: Final = 4 * 1024 * 1024
MAX_ENTRIES: Final = 1_000

USER_COMMENT: Final = 0x9286
MODEL: Final = 0x0110
MAKE: Final = 0x010F
DESCRIPTION: Final = 0x010E
_WANTED: Final = frozenset({USER_COMMENT, MODEL, MAKE, DESCRIPTION})
_SUB_DIRECTORY: Final = 0x8769
_BYTES_OF_TYPE: Final = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1}

Order = Literal["little", "big"]


def exif_texts(block: bytes) -> dict[int, str]:
    """Tag to text; nothing for a block that is broken or too large."""
    if block.startswith(b"Exif\x00"):
        block = block[6:]
    order: Order | None = {b"II": "little", b"MM": "big"}.get(block[:2])  # type: ignore[assignment]
    if order is None or len(block) > MAX_EXIF_BYTES:
        return {}
    found: dict[int, str] = {}
    below = 0
    for tag, value in _entries(block, int.from_bytes(block[4:8], order), order):
        if tag == _SUB_DIRECTORY:
            below = int.from_bytes(value, order)
        elif tag in _WANTED:
            found.setdefault(tag, _text(value, order))
    for tag, value in _entries(block, below, order) if below else ():
        if tag in _WANTED:
            found.setdefault(tag, _text(value, order))
    return found


def _entries(block: bytes, at: int, order: Order) -> Iterator[tuple[int, bytes]]:
    entries = min(int.from_bytes(block[at : at + 2], order), MAX_ENTRIES)
    for number in count():
        entry = block[at + 2 + 12 * number : at + 14 + 12 * number]
        if number == entries or len(entry) < 12:
            return
        size = _BYTES_OF_TYPE.get(int.from_bytes(entry[2:4], order), 0)
        length = size * int.from_bytes(entry[4:8], order)
        tag = int.from_bytes(entry[:2], order)
        if length <= 4:
            yield tag, entry[8 : 8 + length]
        elif tag in _WANTED or tag == _SUB_DIRECTORY:
            start = int.from_bytes(entry[8:12], order)
            yield tag, block[start : start + length]


def _text(value: bytes, order: Order) -> str:
    """What a UserComment's first eight bytes say of its letters; ASCII fields have no such mark."""
    mark, rest = value[:8], value[8:]
    if mark == b"UNICODE\x00":
        return _utf16(rest, order)
    if mark in (b"ASCII\x00\x00\x00", bytes(8)):
        value = rest
    return value.rstrip(b"\x00").decode("utf-8", "replace")


def _utf16(text: bytes, order: Order) -> str:
    """Tools disagree about the order: that of the file, or always the large byte first.

    Latin letters have a zero in every second byte, and so have the first ones of nearly any text.
    """
    head = text[:200]
    zeros_first, zeros_second = head[::2].count(0), head[1::2].count(0)
    if zeros_first != zeros_second:
        order = "big" if zeros_first > zeros_second else "little"
    name = "utf-16-be" if order == "big" else "utf-16-le"
    return text.decode(name, "replace").rstrip("\x00")
