"""fal's books: bills by request id and the balance, by a key of their own."""

from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from backend.domain import errors
from backend.fal.billing import MOST_IDS, FalBilling, fetch_balance, fetch_bills
from backend.fal.hosts import FalHosts
from tests.unit.fal.wires import KEY, wire_to

SINCE = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def page(*events, cursor=None):
    body = {"billing_events": list(events), "next_cursor": cursor, "has_more": cursor is not None}
    return httpx.Response(200, json=body)


def event(request_id, total):
    return {"request_id": request_id, "endpoint_id": "fal-ai/flux-pro", "cost_total": total}


async def test_bills_are_asked_for_by_request_ids_with_the_key():
    wire, far = wire_to(lambda _: page(event("one", 0.04), event("two", 1)))
    bills = await fetch_bills(wire, ["one", "two", "three"], SINCE)
    assert {bill.request_id: bill.usd for bill in bills} == {
        "one": Decimal("0.04"),
        "two": Decimal(1),
    }
    (request,) = far.requests
    assert str(request.url.copy_with(query=None)) == "https://api.fal.ai/v1/models/billing-events"
    assert request.headers["authorization"] == f"Key {KEY}"
    assert dict(request.url.params) == {
        "request_id": "one,two,three",
        "start": "2026-11-20T08:00:00Z",
        "limit": "1000",
    }


async def test_several_events_of_a_request_are_one_bill_over_all_pages():
    def answer(request):
        if request.url.params.get("cursor") == "next":
            return page(event("one", -0.01))
        return page(event("one", 0.05), cursor="next")

    wire, _ = wire_to(answer)
    (bill,) = await fetch_bills(wire, ["one"], SINCE)
    assert bill.usd == Decimal("0.04")


async def test_a_list_without_an_end_is_no_bill():
    wire, _ = wire_to(lambda _: page(event("one", 0.01), cursor="again"))
    with pytest.raises(errors.Slow):
        await fetch_bills(wire, ["one"], SINCE)


@pytest.mark.parametrize(
    "row",
    [None, 7, {}, event("another", 0.01), event("one", "0.01"), event("one", None), event(None, 1)],
)
async def test_a_row_that_says_nothing_about_the_request_is_left_out(row):
    wire, _ = wire_to(lambda _: page(row))
    assert await fetch_bills(wire, ["one"], SINCE) == ()


async def test_many_requests_are_asked_about_in_batches():
    wire, far = wire_to(lambda _: page())
    billing = FalBilling(KEY, FalHosts(), "1")
    billing._wire = wire
    await billing.bills([f"r{number}" for number in range(MOST_IDS * 2 + 1)], SINCE)
    assert [len(one.url.params["request_id"].split(",")) for one in far.requests] == [
        MOST_IDS,
        MOST_IDS,
        1,
    ]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(401, json={"error": {"type": "authorization_error"}}), errors.KeyRefused),
        (httpx.Response(403, json={"error": {"type": "authorization_error"}}), errors.KeyRefused),
        (httpx.Response(500), errors.Slow),
        (httpx.Response(200, text="<html>"), errors.Slow),
        (httpx.Response(200, json={"billing_events": {}}), errors.Slow),
        (httpx.Response(302, headers={"location": "https://evil.example"}), errors.Slow),
    ],
)
async def test_no_clear_answer_is_no_bill(answer, error):
    wire, _ = wire_to(lambda _: answer)
    with pytest.raises(error):
        await fetch_bills(wire, ["one"], SINCE)


async def test_a_refusal_is_about_the_second_key_and_does_not_say_it():
    wire, _ = wire_to(lambda _: httpx.Response(403, text=f"key {KEY} may not"))
    billing = FalBilling(KEY, FalHosts(), "1")
    billing._wire = wire
    with pytest.raises(errors.KeyRefused) as caught:
        await billing.balance()
    assert "FAL_BILLING_KEY" in caught.value.message
    assert KEY not in repr((caught.value.message, billing))


async def test_the_balance_is_read_exactly():
    wire, far = wire_to(
        lambda _: httpx.Response(200, text='{"credits": {"current_balance": 12.340001}}')
    )
    assert await fetch_balance(wire) == Decimal("12.340001")
    assert far.urls == ["https://api.fal.ai/v1/account/billing?expand=credits"]


@pytest.mark.parametrize("body", [{}, {"credits": None}, {"credits": {"current_balance": "1"}}])
async def test_a_balance_that_is_none_is_no_answer(body):
    wire, _ = wire_to(lambda _: httpx.Response(200, json=body))
    with pytest.raises(errors.Slow):
        await fetch_balance(wire)
