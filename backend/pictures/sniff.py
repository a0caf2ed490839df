"""What a file really is, by its first bytes; its name and declared type count for nothing."""

from typing import Final

from backend.domain.errors import PictureRefused
from backend.domain.sentence import Sentence

#: first bytes of what people try, and what it is called in the sentence to them
_OTHERS: Final = (
    (b"%PDF", Sentence("looks.pdf", "a PDF document")),
    (b"II*\x00", Sentence("looks.tiff", "a TIFF or camera raw picture")),
    (b"MM\x00*", Sentence("looks.tiff", "a TIFF or camera raw picture")),
    (b"BM", Sentence("looks.bmp", "a BMP picture")),
    (b"8BPS", Sentence("looks.photoshop", "a Photoshop document")),
    (b"\x00\x00\x01\x00", Sentence("looks.icon", "an icon")),
    (b"\x00\x00\x00\x0cJXL ", Sentence("looks.jxl", "a JPEG XL picture")),
    (b"\xff\x0a", Sentence("looks.jxl", "a JPEG XL picture")),
    (b"\x00\x00\x00\x0cjP  ", Sentence("looks.jp2", "a JPEG 2000 picture")),
    (b"PK\x03\x04", Sentence("looks.zip", "a ZIP archive or an office document")),
    (b"\x1f\x8b", Sentence("looks.compressed", "a compressed file")),
    (b"MZ", Sentence("looks.program", "a program")),
    (b"\x7fELF", Sentence("looks.program", "a program")),
    (b"\x1aE\xdf\xa3", Sentence("looks.video", "a video")),
)
_HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF: Final = frozenset({b"avif", b"avis"})


def content_type(data: bytes) -> str:
    """One of the accepted types. Raises PictureRefused with what the file looks like instead."""
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if _brands(data) & _AVIF:
        return "image/avif"
    raise PictureRefused(
        Sentence(
            "image.other",
            "This looks like {what}, not like a picture for here: use JPEG, PNG, WebP, GIF or "
            "AVIF.",
            what=_name(data),
        )
    )


def _brands(data: bytes) -> set[bytes]:
    """The brands of an ISO media file (AVIF, HEIC, MP4): four letters each."""
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4]), 256, len(data))
    return {data[8:12]} | {data[at : at + 4] for at in range(16, end - 3, 4)}


def _name(data: bytes) -> str:
    if not data:
        return Sentence("looks.empty", "an empty file")
    brands = _brands(data)
    if brands:
        return (
            Sentence("looks.heic", "a HEIC photo")
            if brands & _HEIC
            else Sentence("looks.video", "a video")
        )
    for start, name in _OTHERS:
        if data.startswith(start):
            return name
    return _name_of_text(data[:2048])


def _name_of_text(head: bytes) -> str:
    text = head.decode("utf-8", "ignore").lstrip("\ufeff \t\r\n").lower()
    if "<svg" in text:
        return Sentence("looks.svg", "an SVG drawing")
    if text.startswith(("<!doctype html", "<html")) or "<script" in text:
        return Sentence("looks.page", "a web page")
    if text.startswith("<"):
        return Sentence("looks.xml", "an XML document")
    readable = sum(c.isprintable() or c in "\r\n\t" for c in text)
    return (
        Sentence("looks.text", "a text")
        if readable > 0.95 * len(head)
        else Sentence("looks.other", "something else")
    )
