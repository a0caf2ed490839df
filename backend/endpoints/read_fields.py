"""From the JSON Schema of an endpoint to neutral fields, once, at start."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from backend.domain.field import UNSET, Field, Kind
from backend.domain.sentence import Sentence
from backend.endpoints.errors import CatalogueBroken

JSON_TYPES: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "string",
    Kind.LONG_TEXT: "string",
    Kind.IMAGE: "string",
    Kind.MASK: "string",
    Kind.INTEGER: "integer",
    Kind.SEED: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
}
"""The kinds that a property can have without choices, and the JSON type that each needs."""

_BY_TYPE: Final = {
    "string": Kind.TEXT,
    "integer": Kind.INTEGER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
}
_BY_NAME: Final = {"prompt": Kind.LONG_TEXT, "seed": Kind.SEED}

Property = Mapping[str, Any]


def read_fields(file: str, schema: Mapping[str, Any], main: Sequence[str]) -> tuple[Field, ...]:
    """The fields of an endpoint in the order of its form: prompt, pictures, masks, the fields
    that people change (`main`, in its order) and other required ones, then the advanced ones.

    `file` is for messages. Raises CatalogueBroken for a shape that no field kind stands for.
    """
    properties: Mapping[str, Any] = schema["properties"]
    required = _required(file, schema, properties)
    for name in main:
        if name not in properties:
            raise CatalogueBroken(file, "main", f'"{name}" is not a field of its input')
    fields = [
        _read_field(file, name, shape, required=name in required, in_main=name in main)
        for name, shape in properties.items()
    ]
    _check_masks(file, fields)
    return tuple(sorted(fields, key=lambda field: _place(field, main)))


def _required(file: str, schema: Mapping[str, Any], properties: Mapping[str, Any]) -> set[str]:
    names: list[str] = schema.get("required", [])
    for name in names:
        if name not in properties:
            raise CatalogueBroken(file, "input.required", f'"{name}" is not a field of its input')
    return set(names)


def _place(field: Field, main: Sequence[str]) -> tuple[int, int]:
    if field.kind is Kind.LONG_TEXT and not field.advanced:
        return (0, 0)
    if field.kind is Kind.IMAGE:
        return (1, 0)
    if field.kind is Kind.MASK:
        return (2, 0)
    if field.name in main:
        return (3, main.index(field.name))
    return (5, 0) if field.advanced else (4, 0)


def _read_field(file: str, name: str, shape: Any, *, required: bool, in_main: bool) -> Field:
    if not isinstance(shape, Mapping):
        raise CatalogueBroken(file, name, "its shape is not an object")
    kind = _kind(file, name, shape)
    always_shown = kind in (Kind.LONG_TEXT, Kind.IMAGE, Kind.MASK) or required
    minimum, maximum = _limits(file, name, shape, kind)
    return Field(
        name=name,
        label=_said(file, name, "label", _text(file, name, shape, "title") or name),
        help=_said(file, name, "help", _text(file, name, shape, "description")),
        kind=kind,
        required=required,
        default=shape.get("default", UNSET),
        suggested=shape.get("x-suggested", UNSET),
        choices=_choices(file, name, shape, kind),
        open_choices=kind in (Kind.ASPECT_RATIO, Kind.IMAGE_SIZE),
        minimum=minimum,
        maximum=maximum,
        advanced=not (always_shown or in_main),
        named_sizes=_named_sizes(file, name, shape) if kind is Kind.IMAGE_SIZE else {},
        same_size_as=_same_size_as(file, name, shape) if kind is Kind.MASK else None,
    )


def _said(file: str, name: str, what: str, english: str) -> str:
    """A text of the file's as a sentence that can be said in other languages."""
    slug = file.removesuffix(".json")
    return Sentence(f"field.{slug}/{name}.{what}", english) if english else ""


def _kind(file: str, name: str, shape: Property) -> Kind:
    if "anyOf" in shape:
        return _kind_of_alternatives(file, name, shape)
    json_type = shape.get("type")
    if "enum" in shape:
        return _kind_of_enum(file, name, shape)
    if not isinstance(json_type, str) or json_type not in _BY_TYPE:
        raise CatalogueBroken(file, name, f"there is no kind of field for the type {json_type!r}")
    kind = _named_kind(file, name, shape)
    if JSON_TYPES.get(kind) != json_type:
        raise CatalogueBroken(file, name, f'a field of kind "{kind}" can\'t be a {json_type}')
    return kind


def _named_kind(file: str, name: str, shape: Property) -> Kind:
    """By `x-kind`, by `x-media`, by name where the type fits, else by type."""
    json_type: str = shape["type"]
    if "x-kind" in shape:
        return _known_kind(file, name, shape["x-kind"], tuple(JSON_TYPES))
    if "x-media" in shape:
        return _known_kind(file, name, shape["x-media"], (Kind.IMAGE, Kind.MASK))
    by_name = _BY_NAME.get(name)
    if by_name is not None and JSON_TYPES[by_name] == json_type:
        return by_name
    return _BY_TYPE[json_type]


def _known_kind(file: str, name: str, value: Any, allowed: Iterable[Kind]) -> Kind:
    for kind in allowed:
        if value == kind.value:
            return kind
    raise CatalogueBroken(file, name, f"there is no kind of field called {value!r}")


def _kind_of_enum(file: str, name: str, shape: Property) -> Kind:
    if shape.get("type") == "string" and _are_texts(shape["enum"]):
        return Kind.CHOICE
    raise CatalogueBroken(file, name, "choices have to be texts")


def _kind_of_alternatives(file: str, name: str, shape: Property) -> Kind:
    """A list of names beside a pattern is an aspect ratio, beside width and height a size."""
    alternatives = shape["anyOf"]
    if isinstance(alternatives, list) and len(alternatives) == 2:
        named, other = alternatives
        if _is_enum(named) and _is_pattern(other) and shape.get("x-open-enum") is True:
            return Kind.ASPECT_RATIO
        if _is_enum(named) and _is_size(other):
            return Kind.IMAGE_SIZE
    raise CatalogueBroken(file, name, "there is no kind of field for these alternatives")


def _is_enum(shape: Any) -> bool:
    return (
        isinstance(shape, Mapping)
        and shape.get("type") == "string"
        and _are_texts(shape.get("enum"))
    )


def _is_pattern(shape: Any) -> bool:
    return (
        isinstance(shape, Mapping)
        and shape.get("type") == "string"
        and isinstance(shape.get("pattern"), str)
    )


def _is_size(shape: Any) -> bool:
    if not isinstance(shape, Mapping) or shape.get("type") != "object":
        return False
    sides = shape.get("properties")
    return (
        isinstance(sides, Mapping)
        and set(sides) == {"width", "height"}
        and all(
            isinstance(side, Mapping) and side.get("type") == "integer" for side in sides.values()
        )
    )


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(v, str) for v in values)


def _choices(file: str, name: str, shape: Property, kind: Kind) -> tuple[str, ...]:
    if kind is Kind.CHOICE:
        names = shape["enum"]
    elif kind in (Kind.ASPECT_RATIO, Kind.IMAGE_SIZE):
        names = shape["anyOf"][0]["enum"]
    else:
        return ()
    if len(set(names)) != len(names):
        raise CatalogueBroken(file, name, "a choice is named twice")
    return tuple(names)


def _limits(file: str, name: str, shape: Property, kind: Kind) -> tuple[float | None, float | None]:
    """Minimum and maximum; of an image size those of its sides, which have to be the same."""
    if kind is not Kind.IMAGE_SIZE:
        return shape.get("minimum"), shape.get("maximum")
    sides = shape["anyOf"][1]["properties"]
    width, height = (
        (sides[side].get("minimum"), sides[side].get("maximum")) for side in ("width", "height")
    )
    if width != height:
        raise CatalogueBroken(file, name, "width and height have different limits")
    return width


def _named_sizes(file: str, name: str, shape: Property) -> dict[str, tuple[int, int]]:
    presets = shape.get("x-presets")
    names = shape["anyOf"][0]["enum"]
    if not isinstance(presets, Mapping) or set(presets) != set(names):
        raise CatalogueBroken(file, name, "x-presets has to give the pixels of each named size")
    for value in presets.values():
        if not (
            isinstance(value, list)
            and len(value) == 2
            and all(type(side) is int and side > 0 for side in value)
        ):
            raise CatalogueBroken(file, name, "x-presets has to give [width, height] in pixels")
    return {key: (presets[key][0], presets[key][1]) for key in names}


def _same_size_as(file: str, name: str, shape: Property) -> str | None:
    rule = shape.get("x-mask", {})
    other = rule.get("same_size_as") if isinstance(rule, Mapping) else rule
    if other is None or isinstance(other, str):
        return other
    raise CatalogueBroken(file, name, "x-mask.same_size_as has to name a field")


def _check_masks(file: str, fields: Sequence[Field]) -> None:
    pictures = {field.name for field in fields if field.kind is Kind.IMAGE}
    for field in fields:
        if field.same_size_as is not None and field.same_size_as not in pictures:
            raise CatalogueBroken(
                file, field.name, f'its picture "{field.same_size_as}" is not a picture field'
            )


def _text(file: str, name: str, shape: Property, key: str) -> str:
    value = shape.get(key, "")
    if not isinstance(value, str):
        raise CatalogueBroken(file, name, f"{key} has to be a text")
    return value
