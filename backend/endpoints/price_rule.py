"""The price rule of an endpoint file, read and checked."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, get_args

from backend.domain.endpoint import Certainty, Pricing
from backend.domain.field import Field, Kind
from backend.endpoints.errors import CatalogueBroken

_UP: Final = "up_to_next_whole_megapixel"
_KEYS: Final = frozenset(
    {
        "amount_usd",
        "unit",
        "rounding",
        "confidence",
        "megapixel",
        "size_from",
        "worst_case_pixels",
        "note",
    }
)


def read_pricing(file: str, raw: Mapping[str, Any], fields: Sequence[Field]) -> Pricing:
    """The rule as data. Raises CatalogueBroken where it can't be computed with."""
    for key in raw:
        if key not in _KEYS:
            raise CatalogueBroken(file, f"pricing.{key}", "there is no such key")
    unit = raw.get("unit")
    if unit not in ("image", "megapixel"):
        raise CatalogueBroken(file, "pricing.unit", "it has to be image or megapixel")
    if raw.get("rounding") != (_UP if unit == "megapixel" else None):
        raise CatalogueBroken(file, "pricing.rounding", f"a price by {unit} has another rounding")
    size_from = _size_from(file, raw, fields)
    worst_case_pixels = _pixels(file, raw, "worst_case_pixels")
    if unit == "megapixel" and size_from is None and worst_case_pixels is None:
        raise CatalogueBroken(
            file, "pricing.size_from", "a price by megapixel needs it, or worst_case_pixels"
        )
    return Pricing(
        amount_usd=_amount(file, raw.get("amount_usd")),
        unit=unit,
        certainty=_certainty(file, raw.get("confidence")),
        megapixel=_pixels(file, raw, "megapixel") or Pricing.megapixel,
        size_from=size_from,
        worst_case_pixels=worst_case_pixels,
    )


def _certainty(file: str, value: Any) -> Certainty:
    known: tuple[Certainty, ...] = get_args(Certainty)
    for certainty in known:
        if value == certainty:
            return certainty
    raise CatalogueBroken(file, "pricing.confidence", f"it has to be one of {', '.join(known)}")


def _amount(file: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise CatalogueBroken(file, "pricing.amount_usd", "it has to be a number")
    if not 0 < value < 1000:
        raise CatalogueBroken(file, "pricing.amount_usd", "it has to be above 0 and below 1000")
    return Decimal(value)


def _pixels(file: str, raw: Mapping[str, Any], key: str) -> int | None:
    value = raw.get(key)
    if value is not None and (type(value) is not int or value <= 0):
        raise CatalogueBroken(file, f"pricing.{key}", "it has to be a whole number of pixels")
    return value


def _size_from(file: str, raw: Mapping[str, Any], fields: Sequence[Field]) -> str | None:
    name = raw.get("size_from")
    if name is None:
        return None
    field = next((field for field in fields if field.name == name), None)
    if field is None:
        raise CatalogueBroken(file, "pricing.size_from", f"{name!r} is not a field of its input")
    if field.kind not in (Kind.IMAGE_SIZE, Kind.IMAGE):
        raise CatalogueBroken(file, "pricing.size_from", f"{name!r} is neither size nor picture")
    return field.name
