"""The `parameters` text that other tools of this field read out of a picture.

The form is that of AUTOMATIC1111's web UI (modules/infotext_utils.py there, read 2026-11): the
prompt, then one line of `Name: value` with commas between, a value in JSON quotes where it holds a
comma, a colon or a line break.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from backend.domain.picture import Preserved

#: our field to the name that those tools know it by; all others keep our name
_NAMES: Final[Mapping[str, str]] = {
    "num_inference_steps": "Steps",
    "guidance_scale": "CFG scale",
}
#: said once elsewhere in the text, or of no use outside this playground
_ELSEWHERE: Final = frozenset({"prompt", "seed", "image_size", "image_url", "mask_url"})
#: what neither a PNG's text nor UTF-16 can hold
_NOT_TEXT: Final = re.compile("[\x00\ud800-\udfff]")


def parameters_text(kept: Preserved, size: tuple[int, int], tool: str) -> str:
    """The prompt, if there is one, and a line of what else is known. `Steps` only where it is."""
    prompt = kept.input.get("prompt")
    said = {
        _NAMES.get(name, name): value
        for name, value in kept.input.items()
        if name not in _ELSEWHERE
    }
    line: dict[str, Any] = {name: said.pop(name) for name in _NAMES.values() if name in said}
    if kept.seed is not None:
        line["Seed"] = kept.seed
    line["Size"] = f"{size[0]}x{size[1]}"
    line["Model"] = kept.endpoint_id
    line |= said
    line["Version"] = f"{tool} {kept.app_version}"
    last = ", ".join(f"{name}: {_value(value)}" for name, value in line.items())
    text = f"{prompt}\n{last}" if isinstance(prompt, str) and prompt else last
    return _NOT_TEXT.sub("", text)


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return json.dumps(text, ensure_ascii=False) if re.search(r"[,:\n]", text) else text
