"""Sample pictures of shipped presets: files beside them, which a preset names by `sample:`."""

from pathlib import Path
from typing import Final

from backend.domain.endpoint import Endpoint
from backend.domain.field import Value
from backend.domain.preset import Preset

SAMPLE: Final = "sample:"


def samples_of(preset: Preset, endpoint: Endpoint) -> dict[str, str]:
    """File names by picture field. Only a shipped preset has samples: what a person saved and
    begins with the same letters is a text."""
    if not preset.shipped:
        return {}
    pictures = {field.name for field in endpoint.fields if field.is_picture}
    return {
        name: sample_name(value)
        for name, value in preset.values.items()
        if name in pictures and is_sample(value)
    }


def is_sample(value: Value) -> bool:
    """Whether the value of a picture field names a picture that is shipped with presets."""
    return isinstance(value, str) and value.startswith(SAMPLE)


def sample_name(value: Value) -> str:
    """The file's name in the folder of samples; never a way out of it."""
    return Path(str(value).removeprefix(SAMPLE)).name
