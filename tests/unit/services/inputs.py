"""A complete input for any endpoint, made from its fields."""

from collections.abc import Mapping
from typing import Any

from backend.domain.endpoint import Endpoint
from backend.domain.field import Field, Kind

PROMPT = "a lighthouse at dusk"


def complete_input(endpoint: Endpoint, pictures: Mapping[Kind, str]) -> dict[str, Any]:
    """A value for every field; picture and mask are `pictures[Kind.IMAGE]` and `[Kind.MASK]`."""
    return {
        field.name: pictures[field.kind] if field.is_picture else _value(field)
        for field in endpoint.fields
    }


def _value(field: Field) -> Any:
    match field.kind:
        case Kind.LONG_TEXT:
            return PROMPT
        case Kind.TEXT:
            return "some-id"
        case Kind.SEED:
            return 4182934112
        case Kind.INTEGER:
            return int(field.minimum or 1)
        case Kind.NUMBER:
            return field.maximum
        case Kind.BOOLEAN:
            return True
        case Kind.CHOICE:
            return field.choices[-1]
        case Kind.ASPECT_RATIO:
            return "5:4"
        case Kind.IMAGE_SIZE:
            return {"width": 96, "height": 64}
    raise AssertionError(f"no value for {field.kind}")
