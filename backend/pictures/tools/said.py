"""What another tool's text says, in our names, before it becomes part of an answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

#: longer ones are cut
MAX_LETTERS: Final = 20_000
MAX_REST: Final = 60
MAX_VALUE: Final = 300
CUT: Final = "…"
MAX_SIDE: Final = 100_000


@dataclass(frozen=True, kw_only=True)
class Said:
    """Fields of ours, and what has no place in them."""

    input: Mapping[str, Any]
    rest: tuple[tuple[str, str], ...] = ()
    #: in our own files only
    endpoint_id: str | None = None


def object_of(text: str | None) -> dict[str, Any] | None:
    """A JSON object; None for anything else, however deep or broken."""
    if not text or not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def words(value: Any) -> str | None:
    """A text that may be a prompt; None for what is none."""
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    return text if len(text) <= MAX_LETTERS else text[:MAX_LETTERS] + CUT


def whole(value: Any) -> int | None:
    """An integer, also one that is spelt as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < 2**64 else None
    if isinstance(value, str) and len(value) <= 20 and value.strip().lstrip("-").isdecimal():
        return int(value)
    return None


def number(value: Any) -> float | None:
    """A finite number of a usual size, also one that is spelt as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value if not isinstance(value, str) else value[:40])
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < 1e9 else None


def size(width: Any, height: Any) -> dict[str, int] | None:
    """A size of ours; None where one of the two is missing or makes no sense."""
    found = {"width": whole(width), "height": whole(height)}
    if not all(one is not None and 0 < one <= MAX_SIDE for one in found.values()):
        return None
    return {name: one for name, one in found.items() if one is not None}


def fields(**given: Any) -> dict[str, Any]:
    """Those that are there."""
    return {name: value for name, value in given.items() if value is not None}


def others(given: Mapping[str, Any], used: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Name and value of the simple ones that nothing was made of, shortened."""
    simple = (
        (str(name), value)
        for name, value in given.items()
        if name not in used and isinstance(value, str | int | float) and value != ""
    )
    return tuple((_short(name, 60), _short(str(value), MAX_VALUE)) for name, value in simple)[
        :MAX_REST
    ]


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + CUT
