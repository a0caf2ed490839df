"""What pictures are called in a ZIP: by a person's template, harmless everywhere, no two alike."""

import re
from collections.abc import Mapping
from typing import Final

from backend.domain.errors import InputRefused
from backend.domain.run import Image, Run
from backend.domain.sentence import Sentence

DEFAULT: Final = "{date}-{endpoint}-{seed}-{n}.{ext}"
MAX_TEMPLATE: Final = 200
PLACES: Final = ("date", "time", "endpoint", "seed", "n", "run", "index", "ext")
#: of a name without its number and ending; the usual file systems take 255 bytes
MAX_STEM: Final = 120

_PLACE: Final = re.compile(r"\{([^{}]*)\}")
#: letters and digits of any writing, and what is harmless on every system
_STRANGE: Final = re.compile(r"[^\w .,()+@-]")
#: names that Windows keeps for devices, whatever ending they have
_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def checked_template(template: str) -> str:
    """The template. Raises InputRefused with what is wrong with it."""
    wanted = template.strip() or DEFAULT
    unknown = [name for name in _PLACE.findall(wanted) if name not in PLACES]
    plain = _PLACE.sub("", wanted)
    if len(wanted) > MAX_TEMPLATE:
        why = Sentence("zip.template_long", "This template is too long: 200 characters at most.")
    elif unknown or "{" in plain or "}" in plain:
        why = Sentence(
            "zip.template_unknown",
            "{names} can't be filled in. Use {places}.",
            names="{" + (unknown[0][:40] if unknown else "") + "}",
            places=", ".join(f"{{{name}}}" for name in PLACES),
        )
    else:
        return wanted
    raise InputRefused(fields={"template": why})


class Names:
    """Gives each picture its name; one that was given already gets a number behind it."""

    def __init__(self, template: str, slugs: Mapping[str, str], count: int):
        """`slugs` by endpoint id; `count`: how many pictures, for the zeros of {n}."""
        self._template = template
        self._slugs = slugs
        self._digits = len(str(count))
        self._given: set[str] = set()
        self._number = 0

    def of(self, run: Run, image: Image) -> str:
        """The name of the next picture."""
        self._number += 1
        extension = (image.content_type or "image/jpeg").partition("/")[2]
        seed = run.output.seed if run.output and run.output.seed is not None else run.id[:8]
        filled = {
            "date": f"{run.created_at:%Y-%m-%d}",
            "time": f"{run.created_at:%H%M%S}",
            "endpoint": self._slugs.get(run.endpoint_id, "run"),
            "seed": str(seed),
            "n": f"{self._number:0{self._digits}}",
            "run": run.id,
            "index": str(image.index),
            "ext": "",
        }
        text = _PLACE.sub(lambda place: filled[place[1]], self._template.replace(".{ext}", ""))
        stem = _STRANGE.sub("-", text).strip(" .")[:MAX_STEM] or "picture"
        if _DEVICES.match(stem):
            stem = f"_{stem}"
        return self._unlike_others(stem, extension)

    def _unlike_others(self, stem: str, extension: str) -> str:
        """Without case: many file systems have none."""
        name, again = f"{stem}.{extension}", 1
        while name.casefold() in self._given:
            again += 1
            name = f"{stem}-{again}.{extension}"
        self._given.add(name.casefold())
        return name
