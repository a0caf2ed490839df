import json
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest

from backend.domain import errors
from backend.fal.requests_list import list_requests
from tests.unit.fal.wires import wire_to

SINCE = datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=1)))
ENDPOINT = "fal-ai/flux-pro/v1.1"


def page(*items, cursor=None):
    return httpx.Response(
        200, json={"items": list(items), "next_cursor": cursor, "has_more": cursor is not None}
    )


def item(request_id, **more):
    return {
        "request_id": request_id,
        "endpoint_id": ENDPOINT,
        "sent_at": "2026-11-21T08:31:00Z",
        "json_input": {"prompt": "a hill"},
        **more,
    }


async def test_the_endpoints_requests_since_then_are_asked_for_with_their_inputs():
    wire, far = wire_to(lambda _: page(item("one")))
    (found,) = await list_requests(wire, ENDPOINT, SINCE)
    assert found.request_id == "one"
    assert found.sent_at == datetime(2026, 11, 21, 8, 31, tzinfo=UTC)
    assert found.input == {"prompt": "a hill"}
    (request,) = far.requests
    assert request.url.copy_with(query=None) == httpx.URL(
        "https://api.fal.ai/v1/models/requests/by-endpoint"
    )
    assert dict(request.url.params) == {
        "endpoint_id": ENDPOINT,
        "start": "2026-11-21T08:30:00Z",
        "limit": "100",
        "expand": "payloads",
    }


async def test_pages_are_followed_by_their_cursor():
    def answer(request):
        cursor = request.url.params.get("cursor")
        return page(item("two")) if cursor == "next" else page(item("one"), cursor="next")

    wire, _ = wire_to(answer)
    found = await list_requests(wire, ENDPOINT, SINCE)
    assert [request.request_id for request in found] == ["one", "two"]


async def test_an_endless_list_ends_after_five_pages():
    wire, far = wire_to(lambda _: page(item("one"), cursor="again"))
    assert len(await list_requests(wire, ENDPOINT, SINCE)) == 5
    assert len(far.requests) == 5


@pytest.mark.parametrize(
    "broken",
    [None, 5, {}, {"request_id": None}, {"request_id": "../x"}, {"id": "one"}],
)
async def test_a_strange_row_is_left_out(broken):
    wire, _ = wire_to(lambda _: page(broken, item("good")))
    found = await list_requests(wire, ENDPOINT, SINCE)
    assert [request.request_id for request in found] == ["good"]


@pytest.mark.parametrize("sent_at", [None, 5, "yesterday", ""])
async def test_a_strange_time_is_none(sent_at):
    wire, _ = wire_to(lambda _: page(item("one", sent_at=sent_at)))
    assert (await list_requests(wire, ENDPOINT, SINCE))[0].sent_at is None


async def test_a_time_without_a_zone_is_utc():
    wire, _ = wire_to(lambda _: page(item("one", sent_at="2026-11-21T08:31:00")))
    found = await list_requests(wire, ENDPOINT, SINCE)
    assert found[0].sent_at == datetime(2026, 11, 21, 8, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (json.dumps({"prompt": "x"}), {"prompt": "x"}),
        ("not json", None),
        ("[1]", None),
        (None, None),
        ([1], None),
    ],
)
async def test_an_input_may_come_as_text(given, read):
    wire, _ = wire_to(lambda _: page(item("one", json_input=given)))
    assert (await list_requests(wire, ENDPOINT, SINCE))[0].input == read


@pytest.mark.parametrize(
    ("answer", "cls"),
    [
        (httpx.Response(401), errors.KeyRefused),
        (httpx.Response(403, json={"error": {"type": "authorization_error"}}), errors.KeyRefused),
        (httpx.Response(403, json={"detail": "User is locked."}), errors.AccountLocked),
        (httpx.Response(500), errors.Slow),
        (httpx.Response(429), errors.Slow),
        (httpx.Response(200, content=b"garbage"), errors.Slow),
        (httpx.Response(200, json=[1]), errors.Slow),
    ],
)
async def test_without_a_list_it_says_why(answer, cls):
    wire, _ = wire_to(lambda _: answer)
    with pytest.raises(cls):
        await list_requests(wire, ENDPOINT, SINCE)


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": "x"}])
async def test_a_list_that_is_none_is_empty(body):
    wire, _ = wire_to(lambda _: httpx.Response(200, json=body))
    assert await list_requests(wire, ENDPOINT, SINCE) == ()
