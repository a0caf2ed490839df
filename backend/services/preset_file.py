"""One preset as a file holds it: shipped, exported or to be imported (presets/README.md).

`presets/preset.schema.json` says the same to other programs; a test holds both to each other.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from backend.domain.preset import (
    DESCRIPTION_LENGTH,
    MOST_TAGS,
    NAME_LENGTH,
    TAG_LENGTH,
    Preset,
    are_tags,
    clean_tags,
    clean_text,
    is_name,
)
from backend.domain.sentence import Sentence

#: in the order in which a file has them; those that it has to have
KEYS: Final = ("endpoint_id", "title", "description", "tags", "values")
REQUIRED: Final = ("endpoint_id", "title", "values")

MISSING: Final = Sentence("preset_file.missing", "the key is missing.")
UNKNOWN: Final = Sentence("preset_file.unknown", "there is no such key.")


def unknown_keys(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Keys that a file of this format does not have."""
    return tuple(key for key in raw if key not in KEYS)


def faults_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with it, by key; values are looked at with their endpoint, elsewhere."""
    faults: dict[str, str] = {key: MISSING for key in REQUIRED if key not in raw}
    for key in KEYS:
        if key in raw and not _FITS[key](raw[key]):
            faults[key] = _WRONG[key]
    return faults


def preset_of(raw: Mapping[str, Any], preset_id: str) -> Preset:
    """The preset that it holds; only for one without faults."""
    return Preset(
        id=preset_id,
        endpoint_id=raw["endpoint_id"],
        name=clean_text(raw["title"]),
        description=raw.get("description", "").strip(),
        tags=clean_tags(tuple(raw.get("tags", ()))),
        values=raw["values"],
    )


def file_of(preset: Preset) -> dict[str, Any]:
    """What an exported file holds."""
    return {
        "endpoint_id": preset.endpoint_id,
        "title": preset.name,
        "description": preset.description,
        "tags": list(preset.tags),
        "values": dict(preset.values),
    }


def _has_tags(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_TAGS
        and all(isinstance(tag, str) and len(tag.strip()) > 0 for tag in value)
        and are_tags(tuple(value))
    )


def _has_description(value: object) -> bool:
    return isinstance(value, str) and len(value.strip()) <= DESCRIPTION_LENGTH


_FITS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "endpoint_id": lambda value: isinstance(value, str) and bool(value.strip()),
    "title": lambda value: isinstance(value, str) and is_name(value),
    "description": _has_description,
    "tags": _has_tags,
    "values": lambda value: isinstance(value, dict) and bool(value),
}
_WRONG: Final = {
    "endpoint_id": Sentence("preset_file.endpoint", "it has to be a text."),
    "title": Sentence(
        "preset_file.title", "it has to be a text of at most {most} characters.", most=NAME_LENGTH
    ),
    "description": Sentence(
        "preset_file.description",
        "it has to be a text of at most {most} characters.",
        most=DESCRIPTION_LENGTH,
    ),
    "tags": Sentence(
        "preset_file.tags",
        "it has to be a list of at most {most} words, each of at most {long} characters.",
        most=MOST_TAGS,
        long=TAG_LENGTH,
    ),
    "values": Sentence("preset_file.values", "it has to name at least one field."),
}
