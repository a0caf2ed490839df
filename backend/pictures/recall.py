"""The settings that a dropped picture tells: our own, or those that another tool wrote into it.

Anybody can write such a file. What is looked at is bounded (bytes, depth, count), nothing is
decoded or unpacked beyond a limit, and what comes out is to be checked like any other input.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from backend.domain.errors import PictureRefused
from backend.domain.picture import MAX_BYTES
from backend.domain.sentence import Sentence
from backend.pictures.containers import take_apart
from backend.pictures.exif_texts import DESCRIPTION, MAKE, MODEL, USER_COMMENT, exif_texts
from backend.pictures.metadata import KEYWORD, preserved_in
from backend.pictures.parts import Damaged, Parts
from backend.pictures.png_text import texts_of
from backend.pictures.sniff import content_type
from backend.pictures.tools import comfyui, fooocus, invokeai, web_ui
from backend.pictures.tools.said import Said

Tool = Literal["playground", "web_ui", "invokeai", "comfyui", "fooocus"]

#: in this order: Fooocus writes JSON where the web UI has lines, and files of ComfyUI may hold
#: lines for the web UI's sake, which say more plainly what was meant
_READERS: Final[tuple[tuple[Tool, Callable[[Mapping[str, str]], Said | None]], ...]] = (
    ("fooocus", fooocus.read),
    ("web_ui", web_ui.read),
    ("invokeai", invokeai.read),
    ("comfyui", comfyui.read),
)
#: the texts that they read
KEYWORDS: Final = frozenset({KEYWORD, "invokeai_metadata", "sd-metadata", "Dream", "prompt"})


@dataclass(frozen=True, kw_only=True)
class Recalled:
    """What a picture says about how it was made."""

    tool: Tool
    #: by our names of fields
    input: Mapping[str, Any]
    #: where the file names one; it may not be one of ours
    endpoint_id: str | None = None
    #: what else it says and no field of ours has a place for: name and value
    rest: tuple[tuple[str, str], ...] = ()


def recall(data: bytes) -> Recalled | None:
    """None where it says nothing. Raises PictureRefused for what is no picture, or a broken one."""
    if len(data) > MAX_BYTES:
        raise PictureRefused
    kind = content_type(data)
    try:
        parts = take_apart(kind, data)
        texts = texts_of(data, KEYWORDS) if kind == "image/png" else {}
    except Damaged as problem:
        raise PictureRefused(
            Sentence("image.damaged", "This picture {problem}.", problem=problem.args[0])
        ) from problem
    if parts is None:
        return None
    return _ours(parts) or _theirs({**_from_exif(parts), **texts})


def _ours(parts: Parts) -> Recalled | None:
    kept = None if parts.xmp is None else preserved_in(parts.xmp)
    if kept is None:
        return None
    # the seed that fal used makes the same picture again, also where none was asked for
    seed = {} if kept.seed is None else {"seed": kept.seed}
    return Recalled(tool="playground", input={**kept.input, **seed}, endpoint_id=kept.endpoint_id)


def _theirs(texts: Mapping[str, str]) -> Recalled | None:
    for tool, read in _READERS:
        said = read(texts)
        if said is not None and said.input:
            ours = said.endpoint_id is not None
            return Recalled(
                tool="playground" if ours else tool,
                input=said.input,
                endpoint_id=said.endpoint_id,
                rest=said.rest,
            )
    return None


def _from_exif(parts: Parts) -> dict[str, str]:
    """The texts of a JPEG or WebP under the names that the same tools use in a PNG."""
    found = exif_texts(parts.exif or b"")
    texts = {}
    if USER_COMMENT in found:
        texts[KEYWORD] = found[USER_COMMENT]
    for tag in (MODEL, MAKE, DESCRIPTION):
        # ComfyUI's form in a WebP: `prompt:{…}` in the camera's fields
        name, colon, value = found.get(tag, "").partition(":")
        if colon and name.lower() in ("prompt", "workflow"):
            texts.setdefault(name.lower(), value)
    return texts
