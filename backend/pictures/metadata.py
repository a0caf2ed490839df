"""What a stored picture keeps about its run, inside the file; its pixels stay as they are.

As XMP, and once more as the text that other tools of this field read (parameters.py). Beside our
own properties stand the ones that other programs know: creator tool, date, description (the prompt)
and IPTC's mark of a picture made by a model (https://cv.iptc.org/newscodes/digitalsourcetype/).
EXIF and colour profile of the file stay.
"""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, Final

from backend.domain.errors import PictureRefused
from backend.domain.field import Input
from backend.domain.picture import MAX_BYTES, Preserved
from backend.pictures.containers import take_apart
from backend.pictures.parameters import parameters_text
from backend.pictures.parts import Damaged
from backend.pictures.png_text import with_text
from backend.pictures.sniff import content_type
from backend.pictures.xmp import NAMESPACE, read_properties

DIGITAL_SOURCE_TYPE: Final = (
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
)
TOOL: Final = "FLUX pro playground"
CUT: Final = " … [cut here: the file had no room for more]"
#: a JPEG keeps its packet in one segment of at most 65,535 bytes
JPEG_PACKET_BYTES: Final = 60_000
PACKET_BYTES: Final = 1_000_000
#: the same segment's limit, for EXIF; two bytes a letter, and room for what fal wrote
COMMENT_BYTES: Final = 40_000
#: the keyword that tools look for in a PNG
KEYWORD: Final = "parameters"

_PREFIX: Final = "fluxpro"
_IPTC: Final = ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "Iptc4xmpExt")
_SHORT_DESCRIPTION: Final = 500
#: what XML 1.0 can't hold, and what XMP's library turns into spaces
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: exiv2 keeps its namespaces for the whole process, without a lock of its own
_EXIV2: Final = threading.Lock()


class MetadataFailed(ValueError):
    """The metadata can't be written; the picture may be stored without."""


def write_metadata(data: bytes, kept: Preserved, size: tuple[int, int]) -> bytes:
    """The same JPEG, PNG or WebP with its run written into it. Raises MetadataFailed.

    `size`: its width and height.

    Where a JPEG has no room for everything the description is shortened first, then the longest
    text of the input, with a mark at its end.
    """
    with _EXIV2:
        exiv2 = _exiv2()
    try:
        kind = content_type(data)
        if kind not in ("image/jpeg", "image/png", "image/webp"):
            raise MetadataFailed(f"{kind} is not a type that metadata is written into")
        most = JPEG_PACKET_BYTES if kind == "image/jpeg" else PACKET_BYTES
        parameters = parameters_text(kept, size, TOOL)
        comment = None if kind == "image/png" else parameters
        with _EXIV2:
            written = _embed(data, _fitting(kept, most), comment)
        return with_text(written, KEYWORD, parameters) if comment is None else written
    except MetadataFailed:
        raise
    except Damaged as problem:
        raise MetadataFailed(str(problem)) from problem
    except PictureRefused as problem:
        raise MetadataFailed(problem.message) from problem
    except (exiv2.Exiv2Error, SystemError, TypeError, ValueError, RecursionError) as problem:
        raise MetadataFailed(f"exiv2: {type(problem).__name__}") from problem


def write_again(data: bytes, kept: Preserved, size: tuple[int, int]) -> bytes:
    """The same picture with this about its run and nothing else that was in the file.

    Raises MetadataFailed.
    """
    try:
        parts = take_apart(content_type(data), data)
    except (PictureRefused, Damaged) as problem:
        raise MetadataFailed(str(problem)) from problem
    if parts is None:
        raise MetadataFailed("AVIF is not a type that metadata is written into")
    return write_metadata(parts.clean, kept, size)


def read_metadata(data: bytes) -> Preserved | None:
    """The run of a picture of ours; None where there is none, or none that can be understood.

    Anybody can write such a file: the input is to be checked like any other.
    """
    if len(data) > MAX_BYTES:
        return None
    try:
        parts = take_apart(content_type(data), data)
    except (PictureRefused, Damaged):
        return None
    if parts is None or parts.xmp is None:
        return None
    return preserved_in(parts.xmp)


def preserved_in(packet: bytes) -> Preserved | None:
    """The run that an XMP packet tells; None where it is none of ours."""
    return _preserved(read_properties(packet))


# ── writing ──────────────────────────────────────────────────────────────────────────────────


@cache
def _exiv2() -> Any:
    """The library, prepared once for the process, inside the lock.

    It is read with the first picture, not with this file: a server that waits needs its 11 MB not.
    """
    import exiv2  # noqa: PLC0415

    exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)
    exiv2.XmpParser.initialize()
    exiv2.XmpProperties.registerNs(NAMESPACE, _PREFIX)
    exiv2.XmpProperties.registerNs(*_IPTC)
    return exiv2


def _embed(data: bytes, packet: Any, comment: str | None) -> bytes:
    image = _exiv2().ImageFactory.open(data)
    image.readMetadata()
    image.setXmpData(packet)
    if comment is not None:
        image.exifData()["Exif.Photo.UserComment"] = _comment(comment)
    image.writeMetadata()
    target = image.io()
    target.open()
    return bytes(target.data())


def _comment(text: str) -> Any:
    """EXIF's form of a comment beyond ASCII.

    In UTF-16 with the large byte first whatever order the file has: so do the tools that read it.
    """
    encoded = text.encode("utf-16-be")
    if len(encoded) > COMMENT_BYTES:
        last = text.rpartition("\n")[2]
        room = COMMENT_BYTES - len(f"{CUT}\n{last}".encode("utf-16-be"))
        start = encoded[: max(0, room) // 4 * 4].decode("utf-16-be", "ignore")
        encoded = f"{start}{CUT}\n{last}".encode("utf-16-be")[:COMMENT_BYTES]
    exiv2 = _exiv2()
    return exiv2.DataValue(b"UNICODE\0" + encoded)


def _fitting(kept: Preserved, most: int) -> Any:
    """The fullest packet that has room."""
    prompt = kept.input.get("prompt")
    description = prompt if isinstance(prompt, str) else ""
    packet = _packet(kept, kept.input, description)
    if _size(packet) > most:
        description = description[:_SHORT_DESCRIPTION]
        packet = _packet(kept, kept.input, description)
    if _size(packet) > most and kept.template is not None:
        kept = replace(kept, template=None)
        packet = _packet(kept, kept.input, description)
    room = most
    while _size(packet) > most:
        room //= 2
        packet = _packet(kept, _shortened(kept.input, room), description)
    return packet


def _shortened(given: Input, most: int) -> dict[str, Any]:
    """Every text of the input that is longer is cut. Raises MetadataFailed when none is left."""
    if most < len(CUT):
        raise MetadataFailed("the input is too large")
    return {
        name: value[:most] + CUT if isinstance(value, str) and len(value) > most else value
        for name, value in given.items()
    }


def _size(packet: Any) -> int:
    code, text = _exiv2().XmpParser.encode(packet)
    if code != 0:
        raise MetadataFailed(f"exiv2 could not write the packet: {code}")
    return len(text.encode())


def _packet(kept: Preserved, given: Input, description: str) -> Any:
    packet = _exiv2().XmpData()
    own = {
        "Input": _json(given),
        "Endpoint": kept.endpoint_id,
        "RunId": kept.run_id,
        "RequestId": kept.request_id,
        "Seed": None if kept.seed is None else str(kept.seed),
        "CreatedAt": kept.created_at.isoformat(),
        "AppVersion": kept.app_version,
        "Template": None if kept.template is None else _json(kept.template),
    }
    for name, value in own.items():
        if value is not None:
            packet[f"Xmp.{_PREFIX}.{name}"] = _NOT_XML.sub("", value)
    packet["Xmp.xmp.CreatorTool"] = f"{TOOL} {kept.app_version}"
    packet["Xmp.xmp.CreateDate"] = kept.created_at.isoformat(timespec="seconds")
    packet[f"Xmp.{_IPTC[1]}.DigitalSourceType"] = DIGITAL_SOURCE_TYPE
    if description:
        # a language has to be named: exiv2 would read one out of a prompt that begins with lang=
        text = _NOT_XML.sub("", description)
        packet["Xmp.dc.description"] = f'lang="x-default" {text}'
    return packet


def _json(given: Input) -> str:
    """Readable JSON without any character that XML can't hold: those are escaped."""
    text = json.dumps(dict(given), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _NOT_XML.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


# ── reading ──────────────────────────────────────────────────────────────────────────────────


def _preserved(found: Mapping[str, str]) -> Preserved | None:
    given = _object(found.get("Input", ""))
    if given is None or "Endpoint" not in found:
        return None
    try:
        created_at = datetime.fromisoformat(found.get("CreatedAt", ""))
    except ValueError:
        return None
    if created_at.tzinfo is None:
        return None
    return Preserved(
        run_id=found.get("RunId", ""),
        endpoint_id=found["Endpoint"],
        request_id=found.get("RequestId"),
        input=given,
        seed=_whole(found.get("Seed", "")),
        created_at=created_at,
        app_version=found.get("AppVersion", ""),
        template=_object(found.get("Template", "")),
    )


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,20}", text) else None
