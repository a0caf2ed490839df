"""Text that a PNG carries, by keyword: written as other tools do, read with limits."""

import zlib
from typing import Final

from backend.pictures.png_parts import chunks

#: of one text once it is unpacked: a kilobyte can be packed from a gigabyte
MAX_TEXT_BYTES: Final = 1024 * 1024
#: a keyword has 1 to 79 letters
MAX_KEYWORD: Final = 80

_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_SIGNATURE_BYTES: Final = 8


def with_text(data: bytes, keyword: str, text: str) -> bytes:
    """The same PNG with this text behind its header, in the place of earlier ones of its keyword.

    As tEXt where Latin-1 can hold it and as iTXt else, which is what Pillow and so most tools do.
    Raises Damaged.
    """
    name = keyword.encode("latin-1") + b"\x00"
    kept = [
        chunk
        for kind, body, chunk in chunks(data)
        if not (kind in _TEXTS and body.startswith(name))
    ]
    try:
        new = _chunk(b"tEXt", name + text.encode("latin-1"))
    except UnicodeEncodeError:
        new = _chunk(b"iTXt", name + b"\x00\x00\x00\x00" + text.encode())
    return b"".join((data[:_SIGNATURE_BYTES], kept[0], new, *kept[1:]))


def texts_of(data: bytes, wanted: frozenset[str]) -> dict[str, str]:
    """Keyword to text, the first of each; what is packed too large is left out. Raises Damaged."""
    found: dict[str, str | None] = {}
    for kind, body, _ in chunks(data):
        if kind not in _TEXTS:
            continue
        keyword = body[:MAX_KEYWORD].partition(b"\x00")[0].decode("latin-1")
        # looked at once, also where it fails: a file may repeat a bomb a thousand times
        if keyword in wanted and keyword not in found:
            found[keyword] = _text(kind, body[len(keyword) + 1 :])
    return {keyword: text for keyword, text in found.items() if text is not None}


def _text(kind: bytes, rest: bytes) -> str | None:
    if kind == b"tEXt":
        return None if len(rest) > MAX_TEXT_BYTES else rest.decode("latin-1")
    if kind == b"zTXt":
        plain = _unpacked(rest[1:])
        return None if plain is None else plain.decode("latin-1")
    flag, rest = rest[:1], rest[2:]
    parts = rest.split(b"\x00", 2)
    if len(parts) < 3:
        return None
    whole = _unpacked(parts[2]) if flag == b"\x01" else parts[2]
    if whole is None or len(whole) > MAX_TEXT_BYTES:
        return None
    return whole.decode("utf-8", "replace")


def _unpacked(packed: bytes) -> bytes | None:
    """At most MAX_TEXT_BYTES; None for more, and for what is not packed so."""
    unpacking = zlib.decompressobj()
    try:
        plain = unpacking.decompress(packed, MAX_TEXT_BYTES)
    except zlib.error:
        return None
    return plain if unpacking.eof else None


def _chunk(kind: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(kind + body)
    return len(body).to_bytes(4) + kind + body + checksum.to_bytes(4)
