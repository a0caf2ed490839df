"""The OpenAPI document: what FastAPI knows of the routes, and what only the endpoints' files know.

Inputs are described per endpoint, answers that lead to another call say so by links, and every
problem has its one shape.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import shapes
from api.bearer import refusal
from api.problems import MEDIA_TYPE
from api.who import COOKIE
from backend.domain.endpoint import Endpoint
from backend.domain.token import Scope
from backend.endpoints.input_schema import input_schema

Document = dict[str, Any]

#: shapes that hold an input: under which key, and whether it may be partial
KEYED: Final = (
    ("EstimateRequest", "input", False),
    ("RunRequest", "input", False),
    ("PresetRequest", "values", True),
)

METHODS: Final = ("get", "post", "put", "patch", "delete")
#: what FastAPI says of its own refusals; ours are problems
FOREIGN_SHAPES: Final = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI, endpoints: Iterable[Endpoint], *, door: bool) -> Document:
    """The document. `door`: people come in by a cookie."""
    known = tuple(endpoints)
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    schemas = document["components"]["schemas"]
    for name in FOREIGN_SHAPES:
        schemas.pop(name, None)
    for shape in (shapes.Problem, shapes.Fault):
        schemas[shape.__name__] = shape.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        schemas[shape.__name__].pop("$defs", None)
    _describe_inputs(schemas, known)
    for operation in _operations(document):
        _name_slugs(operation, [endpoint.slug for endpoint in known])
        _own_problems(operation)
    if door:
        document["components"]["securitySchemes"] = {
            "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            "token": {"type": "http", "scheme": "bearer"},
        }
        document["security"] = [{"session": []}, {"token": []}]
        _name_refused_tokens(document)
    return document


def _operations(document: Document) -> Iterator[Document]:
    for calls in document["paths"].values():
        yield from (calls[method] for method in METHODS if method in calls)


def _name_refused_tokens(document: Document) -> None:
    """A token that may only look, and at some calls any token, is answered with 403."""
    for path, calls in document["paths"].items():
        for method in METHODS:
            if method in calls and refusal(Scope.READ, method.upper(), path) is not None:
                answers = calls[method]["responses"]
                for status, shape in shapes.problems(403).items():
                    answers.setdefault(str(status), shape)


def _describe_inputs(schemas: Document, endpoints: Iterable[Endpoint]) -> None:
    """One alternative for each endpoint, told apart by its id."""
    for name, key, partial in KEYED:
        whole = schemas[name]
        for endpoint in endpoints:
            own = {
                "endpoint_id": {"type": "string", "const": endpoint.endpoint_id},
                key: input_schema(endpoint, partial=partial),
            }
            schemas[f"{name}-{endpoint.slug}"] = {
                **whole,
                "title": f"{name} of {endpoint.label}",
                "properties": {**whole["properties"], **own},
            }
        references = {
            endpoint.endpoint_id: f"#/components/schemas/{name}-{endpoint.slug}"
            for endpoint in endpoints
        }
        schemas[name] = {
            "title": name,
            "description": whole.get("description", ""),
            "oneOf": [{"$ref": reference} for reference in references.values()],
            "discriminator": {"propertyName": "endpoint_id", "mapping": references},
        }


def _name_slugs(operation: Document, slugs: list[str]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] in ("slug", "endpoint"):
            # an empty one that may be left out counts as left out
            more = [] if parameter.get("required", False) else [""]
            parameter["schema"] = {"type": "string", "enum": [*slugs, *more]}


def _own_problems(operation: Document) -> None:
    """What FastAPI refuses by itself is a problem, too."""
    refused = operation["responses"].get("422")
    if refused is not None:
        refused["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
