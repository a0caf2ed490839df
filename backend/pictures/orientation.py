"""How a camera was held: the one thing of EXIF that changes what people see."""

from typing import Final, Literal

from PIL import Image

_TAG: Final = 0x0112
_SHORT: Final = 3
#: from this value on width and height change places
TURNED: Final = 5

#: what brings a picture upright, by the value of the tag (EXIF 2.32, section 4.6.4)
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_orientation(exif: bytes | None) -> int:
    """1 to 8; 1, upright, where EXIF is missing or makes no sense."""
    if exif is None:
        return 1
    tiff = exif[6:] if exif.startswith(b"Exif\x00") else exif
    order: Literal["little", "big"]
    if tiff[:4] == b"II*\x00":
        order = "little"
    elif tiff[:4] == b"MM\x00*":
        order = "big"
    else:
        return 1
    at = int.from_bytes(tiff[4:8], order)
    for number in range(int.from_bytes(tiff[at : at + 2], order)):
        entry = tiff[at + 2 + 12 * number : at + 14 + 12 * number]
        if len(entry) < 12:
            return 1
        tag, kind = int.from_bytes(entry[:2], order), int.from_bytes(entry[2:4], order)
        if tag == _TAG:
            value = int.from_bytes(entry[8:10], order)
            return value if kind == _SHORT and value in _TURNS else 1
    return 1


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as it was seen."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)
