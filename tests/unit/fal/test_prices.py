import json
from decimal import Decimal

import httpx
import pytest

from backend.domain import errors
from backend.domain.ports import UnitPrice
from backend.fal.prices import fetch_prices
from tests.unit.fal.wires import wire_to

V11 = "fal-ai/flux-pro/v1.1"
FILL = "fal-ai/flux-pro/v1/fill"


def row(endpoint_id=V11, **more):
    return {
        "endpoint_id": endpoint_id,
        "unit_price": 0.04,
        "unit": "megapixels",
        "currency": "USD",
        **more,
    }


def prices(*rows):
    return httpx.Response(200, json={"prices": list(rows), "next_cursor": None, "has_more": False})


def asked_ids(request):
    return request.url.params["endpoint_id"].split(",")


async def test_all_prices_come_by_one_call():
    wire, far = wire_to(lambda _: prices(row(), row(FILL, unit_price=0.05)))
    found = await fetch_prices(wire, [V11, FILL])
    assert found == (
        UnitPrice(endpoint_id=V11, amount=Decimal("0.04"), unit="megapixels", currency="USD"),
        UnitPrice(endpoint_id=FILL, amount=Decimal("0.05"), unit="megapixels", currency="USD"),
    )
    (request,) = far.requests
    assert (request.url.host, request.url.path) == ("api.fal.ai", "/v1/models/pricing")
    assert asked_ids(request) == [V11, FILL]


async def test_money_does_not_pass_through_a_float():
    text = f'{{"prices": [{{"endpoint_id": "{V11}", "unit_price": 0.1000000000000000055, '
    wire, _ = wire_to(
        lambda _: httpx.Response(200, text=text + '"unit": "images", "currency": "USD"}]}')
    )
    (price,) = await fetch_prices(wire, [V11])
    assert price.amount == Decimal("0.1000000000000000055")


async def test_more_than_fifty_endpoints_are_asked_for_in_parts():
    wire, far = wire_to(lambda request: prices(*[row(one) for one in asked_ids(request)]))
    found = await fetch_prices(wire, [f"fal-ai/x/{number}" for number in range(60)])
    assert len(found) == 60
    assert [len(asked_ids(request)) for request in far.requests] == [50, 10]


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_one_endpoint_that_is_gone_does_not_hide_the_others(status):
    def answer(request):
        return httpx.Response(status) if FILL in asked_ids(request) else prices(row())

    wire, far = wire_to(answer)
    assert [one.endpoint_id for one in await fetch_prices(wire, [V11, FILL])] == [V11]
    assert [asked_ids(request) for request in far.requests] == [[V11, FILL], [V11], [FILL]]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(401), errors.KeyRefused),
        (httpx.Response(403, json={"detail": "no"}), errors.KeyRefused),
        (httpx.Response(403, json={"detail": "User is locked."}), errors.AccountLocked),
        (httpx.Response(429), errors.Slow),
        (httpx.Response(500), errors.Slow),
        (httpx.Response(200, text="<html>"), errors.Slow),
        (httpx.Response(200, json={"prices": {}}), errors.Slow),
        (httpx.Response(200, json=[]), errors.Slow),
        (httpx.Response(200, text='{"prices": [1.5e9999999999999999999]}'), errors.Slow),
    ],
)
async def test_an_answer_without_prices_is_an_error(answer, error):
    wire, _ = wire_to(lambda _: answer)
    with pytest.raises(error):
        await fetch_prices(wire, [V11])


@pytest.mark.parametrize("value", [None, "0.04", True, [], {}, float("nan"), float("inf")])
async def test_a_row_whose_price_is_no_number_is_left_out(value):
    text = httpx.Response(200, content=json.dumps({"prices": [row(unit_price=value), row(FILL)]}))
    wire, _ = wire_to(lambda _: text)
    assert [one.endpoint_id for one in await fetch_prices(wire, [V11, FILL])] == [FILL]


@pytest.mark.parametrize("broken", [None, 5, [], {}, row(unit=None), row(currency=1), row(None)])
async def test_a_strange_row_is_left_out(broken):
    wire, _ = wire_to(lambda _: prices(broken, row(FILL)))
    assert [one.endpoint_id for one in await fetch_prices(wire, [V11, FILL])] == [FILL]


async def test_without_a_connection_it_is_slow():
    def broken(request):
        raise httpx.ConnectError("x", request=request)

    wire, _ = wire_to(broken)
    with pytest.raises(errors.Slow):
        await fetch_prices(wire, [V11])
