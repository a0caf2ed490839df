"""Reads presets/<slug>/*.json, the presets that come with the playground (presets/README.md)."""

import json
from pathlib import Path
from typing import Any

from backend.domain.preset import Preset
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.check_input import check_input
from backend.services.presets import SAMPLE
from backend.services.uploads import PREFIX

KEYS = {"title", "description", "values"}


class PresetBroken(ValueError):
    """A shipped preset's file is wrong; the message is one sentence that names it."""


def read_shipped(folder: Path, catalogue: Catalogue) -> tuple[Preset, ...]:
    """Every shipped preset, in the order of file names. Raises PresetBroken.

    A folder of an endpoint that the catalogue does not have is an error, too.
    """
    presets = []
    for directory in sorted(path for path in folder.iterdir() if path.is_dir()):
        if directory.name == "samples":
            continue
        for file in sorted(directory.glob("*.json")):
            presets.append(_read(file, directory.name, folder / "samples", catalogue))
    return tuple(presets)


def _read(file: Path, slug: str, samples: Path, catalogue: Catalogue) -> Preset:
    try:
        raw: Any = json.loads(file.read_text(encoding="utf-8"))
        endpoint = catalogue.by_slug(slug)
    except (ValueError, OSError) as error:
        raise PresetBroken(f"{slug}/{file.name} can't be read: {error}.") from error
    if not isinstance(raw, dict) or set(raw) != KEYS or not isinstance(raw["values"], dict):
        raise PresetBroken(f"{slug}/{file.name} needs exactly {', '.join(sorted(KEYS))}.")
    values = raw["values"]
    for name, value in values.items():
        if _is_sample(value) and not (samples / Path(value.removeprefix(SAMPLE)).name).is_file():
            raise PresetBroken(f"{slug}/{file.name}: {name} names a sample that is not there.")
    refused = check_input(
        endpoint,
        {name: f"{PREFIX}sample" if _is_sample(value) else value for name, value in values.items()},
    )
    for name, message in refused.items():
        if name in values:
            raise PresetBroken(f"{slug}/{file.name}: {name}: {message}")
    return Preset(
        id=f"{slug}--{file.stem}",
        endpoint_id=endpoint.endpoint_id,
        name=raw["title"],
        description=raw["description"],
        values=values,
    )


def _is_sample(value: object) -> bool:
    return isinstance(value, str) and value.startswith(SAMPLE)
