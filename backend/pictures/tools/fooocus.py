"""Fooocus: JSON as the text `parameters` (its own scheme; its other one is the web UI's form).

Keys as in modules/meta_parser.py there (read 2026-11): prompt, negative_prompt, seed, steps,
guidance_scale, resolution as "(1024, 1024)", and more. Numbers may be spelt as text.
"""

import re
from collections.abc import Mapping
from typing import Final

from backend.pictures.tools.said import Said, fields, number, object_of, others, size, whole, words

_USED: Final = frozenset({"prompt", "seed", "steps", "guidance_scale", "resolution"})
_RESOLUTION: Final = re.compile(r"\((\d{1,5}), ?(\d{1,5})\)")


def read(texts: Mapping[str, str]) -> Said | None:
    """None where there is no such text."""
    found = object_of(texts.get("parameters"))
    if found is None or "prompt" not in found:
        return None
    shape = _RESOLUTION.fullmatch(str(found.get("resolution", ""))[:40])
    given = fields(
        prompt=words(found["prompt"]),
        seed=whole(found.get("seed")),
        num_inference_steps=whole(found.get("steps")),
        guidance_scale=number(found.get("guidance_scale")),
        image_size=None if shape is None else size(shape[1], shape[2]),
    )
    return Said(input=given, rest=others(found, _USED))
