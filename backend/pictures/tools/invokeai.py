"""InvokeAI: `invokeai_metadata` since 3, `sd-metadata` in 2, and before that `Dream`, its command.

The first two are JSON (invokeai.ai's documentation and its core metadata node, read 2026-11).
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from backend.pictures.tools.said import Said, fields, number, object_of, others, size, whole, words

_USED: Final = frozenset(
    {"positive_prompt", "prompt", "seed", "steps", "cfg_scale", "guidance", "width", "height"}
)
_MAX_COMMAND: Final = 20_000
#: one switch and its number: -s 50, -S1234, -W 512
_SWITCH: Final = re.compile(r" -([sSWHC]) ?([0-9.]{1,20})")
_SWITCHES: Final = {"s": "steps", "S": "seed", "W": "width", "H": "height", "C": "cfg_scale"}


def read(texts: Mapping[str, str]) -> Said | None:
    """None where there is no such text."""
    new = object_of(texts.get("invokeai_metadata"))
    if new is not None:
        return _said(new, new.get("positive_prompt"))
    old = object_of(texts.get("sd-metadata"))
    if old is not None and isinstance(old.get("image"), dict):
        return _said(old["image"], _first_prompt(old["image"].get("prompt")))
    command = texts.get("Dream", "")[:_MAX_COMMAND]
    if not command.startswith('"'):
        return None
    prompt, _, switches = command[1:].rpartition('"')
    found = {_SWITCHES[name]: value for name, value in _SWITCH.findall(switches)}
    return _said(found, prompt)


def _said(found: Mapping[str, Any], prompt: Any) -> Said:
    given = fields(
        prompt=words(prompt),
        seed=whole(found.get("seed")),
        num_inference_steps=whole(found.get("steps")),
        # a FLUX graph has `guidance`, and a cfg_scale of 1 beside it
        guidance_scale=number(found.get("guidance", found.get("cfg_scale"))),
        image_size=size(found.get("width"), found.get("height")),
    )
    return Said(input=given, rest=others(found, _USED))


def _first_prompt(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return value[0].get("prompt")
    return value
