"""What the API answers with, and how tests ask it."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx

from tests.integration.playground import V11

HILL = {"prompt": "a hill", "image_size": {"width": 64, "height": 48}}
PROBLEM = "application/problem+json"

TEXT = (str,)
MAYBE_TEXT = (str, type(None))
#: the documented keys of a run, with the types that each may have
RUN = {
    "id": TEXT,
    "endpoint_id": TEXT,
    "slug": MAYBE_TEXT,
    "state": TEXT,
    "request_id": MAYBE_TEXT,
    "input": (dict,),
    "defaults": (dict,),
    "person": TEXT,
    "person_name": TEXT,
    "mine": (bool,),
    "visibility": TEXT,
    "may_change": (bool,),
    "may_share": (bool,),
    "practice": (bool,),
    "created_at": TEXT,
    "state_at": TEXT,
    "finished_at": MAYBE_TEXT,
    "queue_position": (int, type(None)),
    "pictures_due": (int, type(None)),
    "before_you": (int, type(None)),
    "slow_since": MAYBE_TEXT,
    "cancel_requested": (bool,),
    "images": (list,),
    "output": (dict,),
    "estimate_usd": TEXT,
    "cost_usd": MAYBE_TEXT,
    "billed_usd": MAYBE_TEXT,
    "billable_units": MAYBE_TEXT,
    "error": (dict, type(None)),
    "warnings": (list,),
    "project": TEXT,
    "preset": TEXT,
    "template": (dict, type(None)),
    "again_of": MAYBE_TEXT,
    "deleted_at": MAYBE_TEXT,
}
IMAGE = {
    "marks": (dict,),
    "index": (int,),
    "url": MAYBE_TEXT,
    "preview_url": MAYBE_TEXT,
    "fal_url": MAYBE_TEXT,
    "width": (int, type(None)),
    "height": (int, type(None)),
    "content_type": MAYBE_TEXT,
    "bytes": (int, type(None)),
    "flagged": (bool,),
    "missing": (bool,),
}
OUTPUT = {"seed": (int, type(None)), "prompt": MAYBE_TEXT, "timings": (dict, type(None))}
ERROR = {
    "code": TEXT,
    "message": TEXT,
    "retryable": (bool,),
    "charged": TEXT,
    "fields": (dict,),
}


def has_shape(given: dict[str, Any], shape: dict[str, tuple[type, ...]]) -> None:
    """Exactly these keys, each of its types."""
    assert set(given) == set(shape)
    for name, types in shape.items():
        assert type(given[name]) in types, f"{name} is {given[name]!r}"


def is_a_run(given: dict[str, Any]) -> None:
    """A run as documented, all the way down."""
    has_shape(given, RUN)
    has_shape(given["output"], OUTPUT)
    for image in given["images"]:
        has_shape(image, IMAGE)
    if given["error"] is not None:
        has_shape(given["error"], ERROR)
    for name in ("created_at", "state_at", "finished_at", "slow_since", "deleted_at"):
        if given[name] is not None:
            assert given[name].endswith("Z")
            assert datetime.fromisoformat(given[name]).tzinfo is not None
    for name in ("estimate_usd", "cost_usd"):
        if given[name] is not None:
            assert given[name] == f"{Decimal(given[name]):f}"
            assert len(given[name].partition(".")[2]) >= 2


async def post(browser: httpx.AsyncClient, key: str | None = None, **given: Any) -> httpx.Response:
    """Start a run of v1.1."""
    headers = {} if key is None else {"idempotency-key": key}
    body = {"endpoint_id": V11, "input": {**HILL, **given}}
    return await send(browser, json.dumps(body), **headers)


async def send(browser: httpx.AsyncClient, body: str | bytes, **headers: str) -> httpx.Response:
    """A body as it is, under the name of JSON."""
    given = {"content-type": "application/json", **headers}
    return await browser.post("/api/v1/runs", content=body, headers=given)


def faults(response: httpx.Response) -> dict[str, str]:
    """Messages by the last word of `loc`, of an answer that has to be a 422."""
    assert response.status_code == 422
    assert response.headers["content-type"] == PROBLEM
    detail = response.json()["detail"]
    assert all(set(fault) == {"loc", "msg", "type"} for fault in detail)
    return {fault["loc"][-1]: fault["msg"] for fault in detail}


async def page(browser: httpx.AsyncClient, **params: Any) -> tuple[list[str], str | None]:
    """The ids of a page and where the next one begins."""
    response = await browser.get("/api/v1/runs", params=params)
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"runs", "next_cursor"}
    for run in body["runs"]:
        is_a_run(run)
    return [run["id"] for run in body["runs"]], body["next_cursor"]
