"""A GIF: blocks. Only its first frame is kept."""

from itertools import count
from typing import Final

from backend.domain.sentence import Sentence
from backend.pictures.parts import CUT_OFF, Damaged, Parts, count_part

MAX_BLOCKS: Final = 500_000

_EXTENSION, _FRAME, _END = 0x21, 0x2C, 0x3B
_FRAME_CONTROL: Final = 0xF9


def take_apart_gif(data: bytes) -> Parts:
    """Header, colours, transparency and first frame. Raises Damaged."""
    if len(data) < 13:
        raise Damaged(CUT_OFF)
    at = 13 + _table_bytes(data[10])
    head, control = data[:at], b""
    for number in count():
        count_part(number, MAX_BLOCKS)
        kind = _byte(data, at)
        if kind == _FRAME:
            end = _end_of_frame(data, at)
            break
        if kind != _EXTENSION:
            raise Damaged(
                Sentence("damage.no_frame", "has no frame in it")
                if kind == _END
                else Sentence("damage.damaged", "is damaged")
            )
        end = _end_of_blocks(data, at + 2)
        if _byte(data, at + 1) == _FRAME_CONTROL:
            control = data[at:end]
        at = end
    frame = data[at:end]
    left, top, width, height = (int.from_bytes(frame[i : i + 2], "little") for i in (1, 3, 5, 7))
    return Parts(
        clean=head + control + frame + bytes((_END,)),
        width=max(int.from_bytes(data[6:8], "little"), left + width),
        height=max(int.from_bytes(data[8:10], "little"), top + height),
    )


def _table_bytes(flags: int) -> int:
    """Bytes of a colour table that may follow."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _end_of_frame(data: bytes, at: int) -> int:
    flags = _byte(data, at + 9)
    return _end_of_blocks(data, at + 10 + _table_bytes(flags) + 1)


def _end_of_blocks(data: bytes, at: int) -> int:
    """Behind a row of sub-blocks, each with its length, the last one empty."""
    while length := _byte(data, at):
        at += 1 + length
    return at + 1


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise Damaged(CUT_OFF)
    return data[at]
