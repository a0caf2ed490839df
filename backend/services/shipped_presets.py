"""Reads presets/<slug>/*.json, the presets that come with the playground (presets/README.md)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend.domain.endpoint import Endpoint
from backend.domain.field import Input, Value
from backend.domain.preset import Preset
from backend.domain.sentence import Sentence
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.check_input import check_input
from backend.endpoints.errors import EndpointUnknown
from backend.services.preset_file import MISSING, UNKNOWN, faults_of, unknown_keys
from backend.services.preset_samples import SAMPLE, is_sample, sample_name
from backend.services.uploads import PREFIX

SAMPLES = "samples"


class PresetBroken(ValueError):
    """A shipped preset's file is wrong; the message is one sentence that names file and field."""


def read_shipped(folder: Path, catalogue: Catalogue) -> tuple[Preset, ...]:
    """Every shipped preset, in the order of file names. Raises PresetBroken.

    A folder of an endpoint that the catalogue does not have is an error, too.
    """
    presets = []
    for directory in sorted(path for path in folder.iterdir() if path.is_dir()):
        if directory.name == SAMPLES or directory.name.startswith("."):
            continue
        endpoint = _endpoint(directory.name, catalogue)
        for file in sorted(directory.glob("*.json")):
            presets.append(_read(file, endpoint, folder / SAMPLES))
    return tuple(presets)


def _endpoint(slug: str, catalogue: Catalogue) -> Endpoint:
    try:
        return catalogue.by_slug(slug)
    except EndpointUnknown as error:
        raise PresetBroken(f"Presets folder {slug}: there is no endpoint of that slug.") from error


def _read(file: Path, endpoint: Endpoint, samples: Path) -> Preset:
    where = f"Preset {endpoint.slug}/{file.name}"
    raw = _parse(where, file)
    _check_keys(where, raw, endpoint)
    _check_values(where, endpoint, raw["values"], samples)
    return Preset(
        id=f"{endpoint.slug}--{file.stem}",
        endpoint_id=endpoint.endpoint_id,
        name=Sentence(f"shipped.{endpoint.slug}/{file.stem}.name", raw["title"]),
        description=Sentence(f"shipped.{endpoint.slug}/{file.stem}.about", raw["description"]),
        tags=tuple(Sentence(f"shipped.tag.{tag.replace(' ', '_')}", tag) for tag in raw["tags"]),
        values=raw["values"],
    )


def _parse(where: str, file: Path) -> dict[str, Any]:
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise PresetBroken(f"{where} is not JSON at {place}.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise PresetBroken(f"{where} can't be read as JSON in UTF-8.") from error
    if not isinstance(raw, dict):
        raise PresetBroken(f"{where} has to hold one JSON object.")
    return raw


def _check_keys(where: str, raw: Mapping[str, Any], endpoint: Endpoint) -> None:
    """Beyond what any file has to have, a shipped one says what it is good for."""
    faults = faults_of(raw)
    faults |= dict.fromkeys(unknown_keys(raw), UNKNOWN)
    faults |= {key: MISSING for key in ("description", "tags") if not raw.get(key)}
    for key, fault in faults.items():
        raise PresetBroken(f"{where}, {key}: {fault}")
    if raw["endpoint_id"] != endpoint.endpoint_id:
        told = f"in this folder it has to be {endpoint.endpoint_id}."
        raise PresetBroken(f"{where}, endpoint_id: {told}")


def _check_values(where: str, endpoint: Endpoint, values: Input, samples: Path) -> None:
    """A preset may be partial: only the fields that it names are checked."""
    stand_ins: dict[str, Value] = {}
    for name, value in values.items():
        field = endpoint.field(name)
        if field is not None and field.is_picture and is_sample(value):
            _check_sample(where, name, value, samples)
            stand_ins[name] = f"{PREFIX}sample"
    for name, message in check_input(endpoint, {**values, **stand_ins}).items():
        if name in values:
            raise PresetBroken(f"{where}, {name}: {message}")


def _check_sample(where: str, name: str, value: str, samples: Path) -> None:
    file = sample_name(value)
    if f"{SAMPLE}{file}" != value or not (samples / file).is_file():
        raise PresetBroken(f"{where}, {name}: it names a sample that is not in {SAMPLES}/.")
