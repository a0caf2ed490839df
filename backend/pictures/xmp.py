"""Reading an XMP packet of a file that somebody dropped on the page.

By a parser that keeps no tree: a stranger's packet may nest a million deep. Only simple properties
of our own namespace are picked up, whether they stand as attributes or as elements.
"""

from typing import Any, Final
from xml.parsers import expat

NAMESPACE: Final = "urn:flux-pro-playground:run:1.0#"
MAX_PACKET_BYTES: Final = 1024 * 1024


def read_properties(packet: bytes) -> dict[str, str]:
    """Name to text of our properties; none where the packet is broken, too large or not XML."""
    if len(packet) > MAX_PACKET_BYTES:
        return {}
    found: dict[str, str] = {}
    texts: list[str] = []
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    # comes in pieces otherwise, of which a hostile packet has millions
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        texts.clear()
        for key, value in attributes.items():
            _keep(found, key, value)

    def end(name: str) -> None:
        _keep(found, name, "".join(texts))
        texts.clear()

    def refuse(*_: Any) -> None:
        raise _NotPlain

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = texts.append
    # entities are declared there; XMP has none
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(packet.rstrip(b"\x00"), True)
    except (expat.ExpatError, _NotPlain):
        return {}
    return found


class _NotPlain(ValueError):
    """The packet declares a document type."""


def _keep(found: dict[str, str], name: str, value: str) -> None:
    namespace, _, short = name.rpartition(" ")
    if namespace == NAMESPACE:
        found.setdefault(short, value)
