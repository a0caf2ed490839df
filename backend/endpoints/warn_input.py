"""What is allowed but doubtful: the person is told, the run is not stopped.

fal documents no limits of the models behind these endpoints. Black Forest Labs and resellers of
the same models state 256 to 1440 pixels a side in multiples of 32, and aspect ratios between 21:9
and 9:21.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from backend.domain.endpoint import Endpoint
from backend.domain.field import Field, Input, Kind, Value
from backend.domain.sentence import Sentence

SMALLEST_SIDE: Final = 256
LARGEST_SIDE: Final = 1440
STEP: Final = 32
WIDEST: Final = Fraction(21, 9)

_RATIO: Final = re.compile(r"([1-9][0-9]{0,4}):([1-9][0-9]{0,4})")


def warnings(endpoint: Endpoint, input: Input) -> dict[str, str]:
    """Warnings by field name. Values that the input check refuses are passed over."""
    found = {}
    for field in endpoint.fields:
        warning = _warning(field, input.get(field.name))
        if warning is not None:
            found[field.name] = warning
    return found


def _warning(field: Field, value: Value) -> str | None:
    if field.kind is Kind.IMAGE_SIZE and isinstance(value, Mapping):
        return _size_warning(field, value)
    if field.kind is Kind.ASPECT_RATIO and isinstance(value, str):
        return _ratio_warning(field, value)
    return None


def _size_warning(field: Field, size: Mapping[str, Value]) -> str | None:
    sides = [size.get("width"), size.get("height")]
    whole = [side for side in sides if type(side) is int]
    if any(not SMALLEST_SIDE <= side <= LARGEST_SIDE for side in whole):
        return Sentence(
            "warn.sides",
            "{label}: the model is said to draw sides from {low} to {high} pixels; "
            "fal may refuse this size or change it.",
            label=field.label,
            low=SMALLEST_SIDE,
            high=LARGEST_SIDE,
        )
    if any(side % STEP for side in whole):
        return Sentence(
            "warn.step",
            "{label}: the model is said to draw sides in multiples of {step} pixels; "
            "the picture may come out a little smaller or larger.",
            label=field.label,
            step=STEP,
        )
    return None


def _ratio_warning(field: Field, value: str) -> str | None:
    ratio = _RATIO.fullmatch(value)
    if ratio is None:
        return None
    if 1 / WIDEST <= Fraction(int(ratio[1]), int(ratio[2])) <= WIDEST:
        return None
    return Sentence(
        "warn.ratio",
        "{label}: the model is said to draw shapes from 21:9 to 9:21; "
        "fal may refuse this one or change it.",
        label=field.label,
    )
