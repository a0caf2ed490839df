import base64
import json
from decimal import Decimal

import httpx
import pytest

from backend.domain import errors
from backend.domain.run import Handle
from backend.fal import result as result_module
from backend.fal.result import fetch_result
from tests.unit.fal.wires import TurnedClock, wire_to

BASE = "https://queue.fal.run/fal-ai/flux-pro/requests/one"
HANDLE = Handle(
    request_id="one", status_url=f"{BASE}/status", response_url=BASE, cancel_url=f"{BASE}/cancel"
)
GOOD = {"images": [{"url": "https://v3.fal.media/a.png"}], "seed": 1}


async def fetch(*answers):
    """Each call gets the next answer, the last one for good."""
    left = list(answers)
    wire, far = wire_to(lambda _: left.pop(0) if len(left) > 1 else left[0])
    clock = TurnedClock()
    try:
        return await fetch_result(wire, clock, HANDLE), far, clock
    except errors.FalError as error:
        return error, far, clock


def failing(status, kind, **more):
    return httpx.Response(status, json={"detail": "text", "error_type": kind}, **more)


async def test_the_result_comes_with_what_was_billed():
    got, far, _ = await fetch(
        httpx.Response(200, json=GOOD, headers={"X-Fal-Billable-Units": "1.5"})
    )
    assert got.billable_units == Decimal("1.5")
    assert got.images[0].url == "https://v3.fal.media/a.png"
    assert far.urls == [BASE]


@pytest.mark.parametrize("units", [None, "x", "-1", "NaN"])
async def test_a_bill_that_can_not_be_read_is_none(units):
    headers = {} if units is None else {"X-Fal-Billable-Units": units}
    got, _, _ = await fetch(httpx.Response(200, json=GOOD, headers=headers))
    assert got.billable_units is None


async def test_a_large_inline_result_is_read_whole():
    picture = bytes(range(256)) * 8_000
    url = "data:image/png;base64," + base64.b64encode(picture).decode()
    got, _, _ = await fetch(httpx.Response(200, json={"images": [{"url": url}]}))
    assert got.images[0].data == picture


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(202, json={"status": "IN_PROGRESS"}),
        httpx.Response(200, json={"status": "IN_QUEUE", "queue_position": 1}),
        httpx.Response(200, json={"status": "DREAMING"}),
        httpx.Response(200, text="garbage"),
        httpx.Response(200, json=[1]),
        httpx.Response(200, json={"images": "none"}),
        httpx.Response(400, json={"detail": "Request is still in progress"}),
        httpx.Response(401),
        httpx.Response(403, json={"detail": "User is locked."}),
        httpx.Response(429),
        httpx.Response(500, text="oops"),
        httpx.Response(502, text="<html>nginx</html>"),
        httpx.Response(302, headers={"location": "https://evil.example/"}),
    ],
)
async def test_no_usable_answer_is_slow(answer):
    got, far, _ = await fetch(answer)
    assert type(got) is errors.Slow
    assert len(far.requests) == 1


async def test_silence_is_slow():
    def silent(request):
        raise httpx.ReadTimeout("x", request=request)

    wire, _ = wire_to(silent)
    with pytest.raises(errors.Slow):
        await fetch_result(wire, TurnedClock(), HANDLE)


async def test_a_result_over_the_limit_is_slow(monkeypatch):
    monkeypatch.setattr(result_module, "LARGEST", 10)
    got, _, _ = await fetch(httpx.Response(200, json=GOOD))
    assert type(got) is errors.Slow


@pytest.mark.parametrize("body", [{"images": []}, {"seed": 1}])
async def test_a_result_without_a_picture_failed_when_it_was_said_twice(body):
    got, far, _ = await fetch(httpx.Response(200, json=body))
    assert type(got) is errors.RunFailedAtFal
    assert got.charged == "unknown"
    assert len(far.requests) == 2


async def test_the_models_own_422_counts_at_once():
    detail = [{"loc": ["body", "prompt"], "type": "content_policy_violation", "msg": "x"}]
    got, far, _ = await fetch(httpx.Response(422, json={"detail": detail}))
    assert type(got) is errors.ContentPolicy
    assert len(far.requests) == 1


@pytest.mark.parametrize(
    ("answer", "cls"),
    [
        (httpx.Response(404), errors.ResultGone),
        (httpx.Response(410), errors.ResultGone),
        (failing(504, "generation_timeout"), errors.TimedOutAtFal),
        (failing(503, "runner_disconnected"), errors.BrokeAtFal),
        (failing(400, "bad_request"), errors.RefusedOtherwise),
        (failing(499, "client_cancelled"), errors.CancelledAtFal),
    ],
)
async def test_any_other_failure_counts_when_it_was_said_twice(answer, cls):
    got, far, clock = await fetch(answer)
    assert type(got) is cls
    assert len(far.requests) == 2
    assert clock.slept == [2]


@pytest.mark.parametrize(
    "first",
    [
        httpx.Response(404),
        failing(500, "internal_error"),
        httpx.Response(200, json={"images": []}),
    ],
)
async def test_one_bad_answer_loses_no_picture(first):
    got, _, _ = await fetch(first, httpx.Response(200, json=GOOD))
    assert got.output.seed == 1


async def test_two_failures_that_contradict_each_other_are_slow():
    got, _, _ = await fetch(failing(499, "client_cancelled"), failing(504, "generation_timeout"))
    assert type(got) is errors.Slow


async def test_a_bad_answer_and_then_silence_is_slow():
    got, _, _ = await fetch(httpx.Response(404), httpx.Response(500, text="oops"))
    assert type(got) is errors.Slow


async def test_a_foreign_address_gets_no_key():
    wire, far = wire_to(lambda _: httpx.Response(200, content=json.dumps(GOOD).encode()))
    stolen = Handle(
        request_id="one",
        status_url="https://evil.example/",
        response_url="https://evil.example/",
        cancel_url="https://evil.example/",
    )
    with pytest.raises(errors.Slow):
        await fetch_result(wire, TurnedClock(), stolen)
    assert far.requests == []
