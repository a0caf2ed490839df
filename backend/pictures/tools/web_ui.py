"""AUTOMATIC1111's web UI and Forge: the text `parameters` (a comment in JPEG and WebP).

The prompt, perhaps `Negative prompt: …`, and a last line of `Name: value` with commas between
(modules/infotext_utils.py there, read 2026-11). Our own files carry the same text, which is read
where their XMP was lost on the way.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from backend.pictures.tools.said import Said, fields, number, others, size, whole, words

KEYWORD: Final = "parameters"
#: a line of settings is some hundred letters; what is longer is none
MAX_LINE: Final = 20_000
MAX_PAIRS: Final = 200
#: as many names make a line one of settings, as the web UI has it
LEAST_PAIRS: Final = 3
_NEGATIVE: Final = "Negative prompt:"
_USED: Final = frozenset({"Steps", "CFG scale", "Distilled CFG Scale", "Seed", "Size", "Model"})
_OURS: Final = "FLUX pro playground"


def read(texts: Mapping[str, str]) -> Said | None:
    """None where there is no such text."""
    text = texts.get(KEYWORD, "")
    body, _, last = text.strip().rpartition("\n")
    pairs = dict(_pairs(last)) if len(last) <= MAX_LINE else {}
    if len(pairs) < LEAST_PAIRS or not {"Seed", "Steps", "Size"} & set(pairs):
        return None
    prompt, _, negative = body.partition(_NEGATIVE)
    width, _, height = pairs.get("Size", "").partition("x")
    given = fields(
        prompt=words(prompt),
        seed=whole(pairs.get("Seed")),
        num_inference_steps=whole(pairs.get("Steps")),
        # of a FLUX model the distilled one is its guidance; the other one is 1 there
        guidance_scale=number(pairs.get("Distilled CFG Scale", pairs.get("CFG scale"))),
        image_size=size(width, height),
    )
    rest = others(pairs, _USED)
    if negative.strip():
        rest = others({_NEGATIVE.rstrip(":"): negative.strip()}, frozenset()) + rest
    if pairs.get("Version", "").startswith(_OURS):
        own = {name: _json(value) for name, value in pairs.items() if name.islower()}
        return Said(input=given | own, endpoint_id=pairs.get("Model"))
    return Said(input=given, rest=rest + others({"Model": pairs.get("Model", "")}, frozenset()))


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    """`Name: value` between commas; a value in JSON quotes may hold commas."""
    decoder = json.JSONDecoder()
    at = 0
    for _ in range(MAX_PAIRS):
        colon = line.find(":", at)
        if colon < 0:
            return
        name = line[at:colon].strip()
        at = colon + 1
        while line[at : at + 1] == " ":
            at += 1
        value, end = None, at
        if line[at : at + 1] == '"':
            try:
                value, end = decoder.raw_decode(line, at)
            except (ValueError, RecursionError):
                value = None
        comma = line.find(",", end)
        comma = len(line) if comma < 0 else comma
        yield name, line[at:comma].strip() if value is None else str(value)
        at = comma + 1


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
