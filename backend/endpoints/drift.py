"""What differs between an endpoint's file and fal's own OpenAPI document. Nothing is fetched here.

fal's document comes from outside: whatever its shape, the answer is a list of differences or one
sentence about why there is none.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Schema = Mapping[str, Any]

#: references within a document, and alternatives within alternatives
DEEPEST: Final = 20
MOST_SHOWN: Final = 160
_ABSENT: Final = object()


class NotComparable(ValueError):
    """Why a document can't be compared. The message is one sentence."""


@dataclass(frozen=True)
class Difference:
    """One line: which field, what of it, in our file and at fal."""

    field: str
    what: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        return f"{_name(self.field)}: {self.what}: our file {self.ours}, fal {self.theirs}"


@dataclass(frozen=True)
class _Facts:
    """What is compared of one property."""

    types: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()
    default: Any = _ABSENT
    minimum: float | None = None
    maximum: float | None = None
    description: str = ""
    #: of an object's own properties
    inner: Mapping[str, "_Facts"] = field(default_factory=dict)


def input_of(document: Any, endpoint_id: str) -> tuple[Schema, Schema]:
    """(the schema of the endpoint's input, the document that its references lead into).

    Raises NotComparable.
    """
    paths = document.get("paths") if isinstance(document, Mapping) else None
    if not isinstance(paths, Mapping):
        raise NotComparable("it is no OpenAPI document")
    call = _at(paths, f"/{endpoint_id}", "post", "requestBody", "content", "application/json")
    schema = _resolved(_at(call, "schema"), document)
    if not isinstance(schema.get("properties"), Mapping):
        raise NotComparable("it does not say what the endpoint takes")
    return schema, document


def names_endpoint(document: Any, endpoint_id: str) -> bool:
    """Whether the document describes that endpoint."""
    paths = document.get("paths") if isinstance(document, Mapping) else None
    return isinstance(paths, Mapping) and f"/{endpoint_id}" in paths


def drift(
    ours: Schema, theirs: Schema, root: Schema, *, descriptions: bool = False
) -> list[Difference]:
    """Every difference between two input schemas; `root` is the document of `theirs`."""
    mine, fals = _properties(ours, ours), _properties(theirs, root)
    found = [Difference(name, "field", "has it", "does not") for name in mine if name not in fals]
    found += [Difference(name, "field", "does not", "has it") for name in fals if name not in mine]
    must, fals_must = _required(ours), _required(theirs)
    for name in mine:
        if name not in fals:
            continue
        if (name in must) != (name in fals_must):
            found.append(Difference(name, "required", _yes(name in must), _yes(name in fals_must)))
        found += _compared(name, mine[name], fals[name], descriptions=descriptions)
    return found


def _compared(
    name: str, ours: _Facts, theirs: _Facts, *, descriptions: bool
) -> Iterator[Difference]:
    pairs: list[tuple[str, Any, Any]] = [
        ("type", sorted(ours.types), sorted(theirs.types)),
        ("choices", sorted(ours.choices), sorted(theirs.choices)),
        ("default", ours.default, theirs.default),
        ("minimum", ours.minimum, theirs.minimum),
        ("maximum", ours.maximum, theirs.maximum),
    ]
    if descriptions:
        pairs.append(("description", ours.description, theirs.description))
    for what, mine, fals in pairs:
        if not _same(mine, fals):
            yield Difference(name, what, _shown(mine), _shown(fals))
    for side in sorted({*ours.inner, *theirs.inner}):
        nothing = _Facts()
        mine_in, fals_in = ours.inner.get(side, nothing), theirs.inner.get(side, nothing)
        yield from _compared(f"{name}.{side}", mine_in, fals_in, descriptions=descriptions)


def _same(ours: Any, theirs: Any) -> bool:
    """1 and 1.0 are the same, 1 and true are not."""
    if isinstance(ours, bool) != isinstance(theirs, bool):
        return False
    return bool(ours == theirs)


def _properties(schema: Schema, root: Schema) -> dict[str, _Facts]:
    return {str(name): _facts(shape, root) for name, shape in schema["properties"].items()}


def _required(schema: Schema) -> set[str]:
    names = schema.get("required")
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()


def _facts(shape: Any, root: Schema) -> _Facts:
    """The facts of a property, its alternatives put together."""
    top = _resolved(shape, root)
    default = top.get("default", _ABSENT)
    parts = [part for part in _alternatives(top, root, DEEPEST) if part.get("type") != "null"]
    inner: dict[str, _Facts] = {}
    for part in parts:
        properties = part.get("properties")
        if isinstance(properties, Mapping):
            inner |= {str(name): _leaf(_resolved(one, root)) for name, one in properties.items()}
    text = top.get("description")
    leaves = [_leaf(part) for part in parts]
    return _Facts(
        types=frozenset().union(*(leaf.types for leaf in leaves)),
        choices=frozenset().union(*(leaf.choices for leaf in leaves)),
        default=_ABSENT if default is None else default,
        minimum=next((leaf.minimum for leaf in leaves if leaf.minimum is not None), None),
        maximum=next((leaf.maximum for leaf in leaves if leaf.maximum is not None), None),
        description=text if isinstance(text, str) else "",
        inner=inner,
    )


def _leaf(part: Schema) -> _Facts:
    choices = part.get("enum", [part["const"]] if "const" in part else [])
    listed = choices if isinstance(choices, list) else []
    kind = part.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    default = part.get("default", _ABSENT)
    return _Facts(
        types=frozenset(one for one in kinds if isinstance(one, str) and one != "null"),
        choices=frozenset(_shown(one) for one in listed),
        default=_ABSENT if default is None else default,
        minimum=_limit(part, "minimum", "exclusiveMinimum", 1),
        maximum=_limit(part, "maximum", "exclusiveMaximum", -1),
    )


def _limit(part: Schema, inclusive: str, exclusive: str, step: int) -> float | None:
    """Whole numbers above 0 are those from 1."""
    value, beyond = part.get(inclusive), part.get(exclusive)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(beyond, int | float) and not isinstance(beyond, bool):
        return beyond + step if part.get("type") == "integer" else beyond
    return None


def _alternatives(shape: Schema, root: Schema, deep: int) -> Iterator[Schema]:
    """The schema itself, or what its anyOf, oneOf and allOf hold."""
    for key in ("anyOf", "oneOf", "allOf"):
        parts = shape.get(key)
        if isinstance(parts, list) and deep:
            for part in parts:
                yield from _alternatives(_resolved(part, root), root, deep - 1)
            return
    yield shape


def _resolved(shape: Any, root: Schema) -> Schema:
    """The schema behind `$ref`s within the document. Raises NotComparable."""
    for _ in range(DEEPEST):
        if not isinstance(shape, Mapping):
            raise NotComparable("a part of it is no schema")
        reference = shape.get("$ref")
        if reference is None:
            return shape
        if not isinstance(reference, str) or not reference.startswith("#/"):
            raise NotComparable("it refers to another document")
        shape = _at(root, *reference.removeprefix("#/").split("/"))
    raise NotComparable("its references lead in a circle")


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        if not isinstance(value, Mapping) or key not in value:
            raise NotComparable("it does not say what the endpoint takes")
        value = value[key]
    return value


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _name(name: str) -> str:
    """A name from outside, in characters that do nothing to a terminal."""
    return name if name.isascii() and name.isprintable() and " " not in name else _shown(name)


def _shown(value: Any) -> str:
    """One line in ASCII, whatever somebody has written into a document."""
    if value is _ABSENT or value is None or value == []:
        return "none"
    listed = isinstance(value, list) and all(isinstance(one, str) for one in value)
    text = ", ".join(map(_name, value)) if listed else json.dumps(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
