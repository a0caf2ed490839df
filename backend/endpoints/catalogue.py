"""The catalogue: every endpoint file of a folder, read and checked once at start."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NoReturn

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from backend.domain.endpoint import Endpoint
from backend.domain.field import UNSET, Field, Kind
from backend.domain.sentence import Sentence
from backend.endpoints.errors import CatalogueBroken, EndpointUnknown
from backend.endpoints.price_rule import read_pricing
from backend.endpoints.read_fields import read_fields

__all__ = ["Catalogue", "CatalogueBroken", "EndpointUnknown", "load_catalogue"]

HERE: Final = Path(__file__).parent

_KEYS: Final[Mapping[str, type]] = {
    "endpoint_id": str,
    "slug": str,
    "label": str,
    "order": int,
    "category": str,
    "status": str,
    "links": dict,
    "input": dict,
    "pricing": dict,
}
_OPTIONAL_KEYS: Final[Mapping[str, type]] = {
    "about": str,
    "main": list,
    "output": dict,
    "facts": list,
    "sources": dict,
}
_IN_WORDS: Final = {str: "a text", int: "a whole number", dict: "an object", list: "a list"}
#: it becomes element ids, paths and folder names
_SLUG: Final = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_ENDPOINT_ID: Final = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9][A-Za-z0-9._-]*)+")
_STATUSES: Final = ("listed", "doubtful")


@dataclass(frozen=True)
class Catalogue:
    """All endpoints, in the order of their tabs."""

    endpoints: tuple[Endpoint, ...]

    def by_id(self, endpoint_id: str) -> Endpoint:
        """The endpoint of fal's id. Raises EndpointUnknown."""
        for endpoint in self.endpoints:
            if endpoint.endpoint_id == endpoint_id:
                return endpoint
        raise EndpointUnknown

    def by_slug(self, slug: str) -> Endpoint:
        """The endpoint of our slug. Raises EndpointUnknown."""
        for endpoint in self.endpoints:
            if endpoint.slug == slug:
                return endpoint
        raise EndpointUnknown


def load_catalogue(folder: Path = HERE) -> Catalogue:
    """Read every `*.json` of a folder. Raises CatalogueBroken at the first that can't be used."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise CatalogueBroken(f"{folder.name}/*.json", "endpoints", "there is no endpoint file")
    seen: dict[str, str] = {}
    endpoints = []
    for file in files:
        endpoint = _read_endpoint(file)
        for key, value in (("slug", endpoint.slug), ("endpoint_id", endpoint.endpoint_id)):
            other = seen.setdefault(f"{key} {value}", file.name)
            if other != file.name:
                raise CatalogueBroken(file.name, key, f'"{value}" is taken by {other}')
        endpoints.append(endpoint)
    return Catalogue(tuple(sorted(endpoints, key=lambda one: (one.order, one.slug))))


def _read_endpoint(file: Path) -> Endpoint:
    text = _read_text(file)
    raw = _parse(file.name, text, float)
    _check_keys(file.name, raw)
    schema: dict[str, Any] = raw["input"]
    _check_schema(file.name, schema)
    fields = read_fields(file.name, schema, _texts(file.name, "main", raw.get("main", [])))
    for field in fields:
        _check_values(file.name, field, schema["properties"][field.name])
    # money must not pass through a float, so the price is read from the text once more
    exact = _parse(file.name, text, Decimal)
    return Endpoint(
        endpoint_id=_matching(file.name, "endpoint_id", raw, _ENDPOINT_ID),
        slug=_matching(file.name, "slug", raw, _SLUG),
        label=_matching(file.name, "label", raw, re.compile(r".*\S.*")),
        order=raw["order"],
        about=Sentence(f"endpoint.{raw['slug']}.about", raw.get("about", "")),
        status=_status(file.name, raw["status"]),
        category=raw["category"],
        links=_links(file.name, raw["links"]),
        fields=fields,
        pricing=read_pricing(file.name, exact["pricing"], fields),
        schema=schema,
        facts=_texts(file.name, "facts", raw.get("facts", [])),
    )


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise CatalogueBroken(file.name, "file", "it can't be read as UTF-8 text") from problem


def _parse(file: str, text: str, numbers: type[float] | type[Decimal]) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise CatalogueBroken(file, key, "the key stands there twice")
            found[key] = value
        return found

    def refuse(constant: str) -> NoReturn:
        raise CatalogueBroken(file, "file", f"{constant} is not a number of JSON")

    try:
        raw = json.loads(text, parse_float=numbers, parse_constant=refuse, object_pairs_hook=unique)
    except json.JSONDecodeError as problem:
        place = f"line {problem.lineno}, column {problem.colno}"
        raise CatalogueBroken(file, "file", f"it is not JSON at {place}") from problem
    except (RecursionError, ValueError) as problem:
        if isinstance(problem, CatalogueBroken):
            raise
        raise CatalogueBroken(file, "file", "it is not JSON that can be read") from problem
    if not isinstance(raw, dict):
        raise CatalogueBroken(file, "file", "it has to hold one JSON object")
    return raw


def _check_keys(file: str, raw: Mapping[str, Any]) -> None:
    for key in _KEYS:
        if key not in raw:
            raise CatalogueBroken(file, key, "the key is missing")
    for key, value in raw.items():
        wanted = _KEYS.get(key) or _OPTIONAL_KEYS.get(key)
        if wanted is None:
            raise CatalogueBroken(file, key, "there is no such key")
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise CatalogueBroken(file, key, f"it has to be {_IN_WORDS[wanted]}")


def _check_schema(file: str, schema: Mapping[str, Any]) -> None:
    if schema.get("type") != "object":
        raise CatalogueBroken(file, "input.type", 'it has to be "object"')
    if not isinstance(schema.get("properties"), Mapping) or not schema["properties"]:
        raise CatalogueBroken(file, "input.properties", "it has to name the fields")
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as problem:
        path = [str(part) for part in problem.absolute_path]
        if len(path) > 1 and path[0] == "properties":
            raise CatalogueBroken(
                file, path[1], f"{path[-1]} is not valid JSON Schema"
            ) from problem
        where = ".".join(["input", *path])
        raise CatalogueBroken(file, where, "it is not valid JSON Schema") from problem


def _check_values(file: str, field: Field, shape: Mapping[str, Any]) -> None:
    """Default and suggestion have to obey the schema that they stand in."""
    for name, value in (("default", field.default), ("x-suggested", field.suggested)):
        if value is UNSET:
            continue
        whole = field.kind not in (Kind.INTEGER, Kind.SEED) or type(value) is int
        if not whole or not Draft202012Validator(shape).is_valid(value):
            raise CatalogueBroken(file, field.name, f"its {name} is not an allowed value")


def _matching(file: str, key: str, raw: Mapping[str, Any], pattern: re.Pattern[str]) -> str:
    value: str = raw[key]
    if pattern.fullmatch(value) is None:
        raise CatalogueBroken(file, key, f"{value!r} has characters that it must not have")
    return value


def _status(file: str, status: str) -> str:
    if status not in _STATUSES:
        raise CatalogueBroken(file, "status", f"it has to be one of {', '.join(_STATUSES)}")
    return status


def _links(file: str, links: Mapping[str, Any]) -> dict[str, str]:
    for name, value in links.items():
        if not isinstance(value, str):
            raise CatalogueBroken(file, f"links.{name}", "it has to be a text")
        if name in ("model", "api", "terms") and not value.startswith("https://"):
            raise CatalogueBroken(file, f"links.{name}", "it has to begin with https://")
    for name in ("model", "terms"):
        if name not in links:
            raise CatalogueBroken(file, f"links.{name}", "the key is missing")
    return dict(links)


def _texts(file: str, key: str, values: list[Any]) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise CatalogueBroken(file, key, "it has to be a list of texts")
    return tuple(values)
