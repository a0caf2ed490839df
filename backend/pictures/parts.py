"""What is found in a picture file when it is taken apart."""

from dataclasses import dataclass
from typing import Final

from backend.domain.sentence import Sentence

CUT_OFF: Final = Sentence("damage.cut_off", "is cut off: its end is missing")


class Damaged(ValueError):
    """The file is not whole, or not what it says. The message ends a sentence about it."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What was found in a file."""

    #: the same picture without anything that its pixels do not need
    clean: bytes
    #: as the header says, before anything is decoded
    width: int
    height: int
    exif: bytes | None = None
    xmp: bytes | None = None
    #: more than one frame
    animated: bool = False
    #: more than 8 bits for each channel
    deep: bool = False


def count_part(number: int, most: int) -> None:
    """Raises Damaged over `most`: a file of nothing but headers would cost minutes to walk."""
    if number > most:
        raise Damaged(Sentence("damage.parts", "is made of too many small parts"))
