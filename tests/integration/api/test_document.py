"""The OpenAPI document, its page, and the two health addresses."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from jsonschema import Draft202012Validator

from tests.integration.api.site import Site, opened
from tests.integration.playground import V11, Fal, World, started


@pytest.fixture
async def document(alice: httpx.AsyncClient) -> dict[str, Any]:
    """The document."""
    response = await alice.get("/api/v1/openapi.json")
    assert response.status_code == 200
    body: dict[str, Any] = response.json()
    return body


def everything(value: Any) -> Iterator[Any]:
    """Every value of a JSON document."""
    yield value
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in below:
        yield from everything(one)


def at(document: dict[str, Any], reference: str) -> Any:
    """What a reference points to. Raises KeyError."""
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


async def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = {
        value["$ref"]
        for value in everything(document)
        if isinstance(value, dict) and "$ref" in value
    }
    assert "#/components/schemas/Problem" in references
    for reference in references:
        assert reference.startswith("#/")
        assert isinstance(at(document, reference), dict)


async def test_every_call_has_answers_a_sentence_and_a_name(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert set(document["info"]) >= {"title", "version"}
    names = []
    for path, calls in document["paths"].items():
        assert path.startswith("/api/v1/")
        for method, call in calls.items():
            assert call["responses"], f"{method} {path}"
            assert call["description"].endswith("."), f"{method} {path}"
            assert "401" in call["responses"]
            assert any(status.startswith("2") for status in call["responses"])
            names.append(call["operationId"])
            asked = set(re.findall(r"{(\w+)}", path))
            told = {one["name"] for one in call.get("parameters", []) if one["in"] == "path"}
            assert asked == told
    assert len(names) == len(set(names))


async def test_every_schema_is_one(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


async def test_every_call_of_the_api_is_documented(document: dict[str, Any], site: Site) -> None:
    told = {(method.upper(), path) for path, calls in document["paths"].items() for method in calls}
    served = {
        (method, str(context.path))
        for context in iter_route_contexts(site.app.router.routes)
        for method in context.methods or ()
        if str(context.path).startswith("/api/v1/")
    }
    assert served - told == {("GET", "/api/v1/openapi.json"), ("GET", "/api/v1/docs")}
    assert told <= served
    assert {"/api/v1/runs", "/api/v1/estimates", "/api/v1/events", "/api/v1/uploads"} <= {
        path for _, path in told
    }


async def test_real_answers_fit_the_document(
    alice: httpx.AsyncClient, world: World, document: dict[str, Any]
) -> None:
    run = await world.done(await world.start())
    body = {"endpoint_id": V11, "input": {}}
    for name, answer in (
        ("Run", await alice.get(f"/api/v1/runs/{run.id}")),
        ("Runs", await alice.get("/api/v1/runs")),
        ("Estimate", await alice.post("/api/v1/estimates", json={**body, "input": run.input})),
        ("Problem", await alice.post("/api/v1/runs", json=body)),
        ("Problem", await alice.get("/api/v1/runs/nothing")),
    ):
        schema = {
            **at(document, f"#/components/schemas/{name}"),
            "components": document["components"],
        }
        Draft202012Validator(schema).validate(answer.json())


async def test_every_link_names_a_call_and_its_parameters(document: dict[str, Any]) -> None:
    calls = {
        call["operationId"]: {one["name"] for one in call.get("parameters", [])}
        for paths in document["paths"].values()
        for call in paths.values()
    }
    links = [
        link
        for paths in document["paths"].values()
        for call in paths.values()
        for answer in call["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    assert len(links) >= 20
    for link in links:
        assert set(link.get("parameters", {})) <= calls[link["operationId"]]


async def test_the_input_of_each_endpoint_is_described_as_it_is_checked(
    document: dict[str, Any], site: Site
) -> None:
    schemas = document["components"]["schemas"]
    for endpoint in site.world.services.catalogue.endpoints:
        own = schemas[f"RunRequest-{endpoint.slug}"]["properties"]
        assert own["endpoint_id"]["const"] == endpoint.endpoint_id
        assert set(own["input"]["properties"]) == {field.name for field in endpoint.fields}
        defaults = {name: value for name, value in endpoint.defaults.items() if value != ""}
        shape = {**own["input"], "required": []}
        Draft202012Validator(shape).validate(defaults)


async def test_a_document_behind_a_door_tells_of_the_cookie(document: dict[str, Any]) -> None:
    assert document["security"] == [{"session": []}, {"token": []}]
    assert document["components"]["securitySchemes"]["session"]["name"] == "playground"


async def test_a_body_that_is_not_what_it_says_is_badly_shaped(alice: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await alice.post("/api/v1/runs", content=b'{"\xff": 1}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "badly_shaped")
    assert answer.json()["detail"][0]["loc"] == ["body"]


async def test_the_upload_call_tells_both_of_its_bodies(document: dict[str, Any]) -> None:
    content = document["paths"]["/api/v1/uploads"]["post"]["requestBody"]["content"]
    assert set(content) == {"multipart/form-data", "application/json"}


async def test_the_documents_page_loads_nothing_from_elsewhere(alice: httpx.AsyncClient) -> None:
    page = await alice.get("/api/v1/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses
    for address in addresses:
        assert address.startswith("/static/api/")
        file = await alice.get(address)
        assert file.status_code == 200
        if not address.endswith("swagger-ui-bundle.js"):
            assert not re.search(r"https?://(?!www\.w3\.org|.*\.org/licenses)", file.text)
    assert "/api/v1/openapi.json" in (await alice.get("/static/api/docs.js")).text


# ── health ───────────────────────────────────────────────────────────────────────────────────


async def test_alive_and_ready_are_told_to_anybody_without_a_secret(
    nobody: httpx.AsyncClient,
) -> None:
    alive, ready = await nobody.get("/healthz"), await nobody.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert ready.status_code == 200
    body = ready.json()
    assert {"ready", "database", "storage", "owner", "key", "practice"} == set(body)
    assert (body["ready"], body["database"], body["storage"], body["owner"]) == (True,) * 4


async def test_not_ready_while_another_process_owns_the_database(fal: Fal, tmp_path: Path) -> None:
    async with started(fal, tmp_path), opened(fal, tmp_path, owning=False) as site:
        nobody = await site.browser()
        ready = await nobody.get("/readyz")
        assert ready.status_code == 503
        assert (ready.json()["ready"], ready.json()["owner"]) == (False, False)
        assert (await nobody.get("/healthz")).status_code == 200


async def test_not_ready_once_the_server_stops_taking_runs(
    nobody: httpx.AsyncClient, world: World
) -> None:
    world.services.runner.close_intake()
    ready = await nobody.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (503, False)


async def test_not_ready_where_pictures_can_not_be_stored(
    nobody: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: object) -> bool:
        return False

    monkeypatch.setattr(type(world.services.gallery.pictures), "ready", full)
    ready = await nobody.get("/readyz")
    assert (ready.status_code, ready.json()["storage"]) == (503, False)
