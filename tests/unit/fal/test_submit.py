import json
import logging

import httpx
import pytest

from backend.domain import errors
from backend.fal.hosts import FalHosts
from backend.fal.submit import submit
from tests.unit.fal.wires import KEY, wire_to

ENDPOINT = "fal-ai/flux-pro/v1.1-ultra"
ID = "8a1e6a0c-0f3f-4d8e-9a80-1234567890ab"
BASE = f"https://queue.fal.run/fal-ai/flux-pro/requests/{ID}"
REPLY = {
    "request_id": ID,
    "status_url": f"{BASE}/status",
    "response_url": f"{BASE}/response",
    "cancel_url": f"{BASE}/cancel",
    "queue_position": 0,
}


def answering(status=200, body=None, **headers):
    return lambda _: httpx.Response(status, json=body if body is not None else REPLY, **headers)


async def test_the_input_goes_to_the_endpoint_with_the_key_once():
    wire, far = wire_to(answering())
    await submit(wire, ENDPOINT, {"prompt": "a hill", "num_images": 2})
    (request,) = far.requests
    assert (request.method, str(request.url)) == ("POST", f"https://queue.fal.run/{ENDPOINT}")
    assert request.headers["authorization"] == f"Key {KEY}"
    assert json.loads(request.content) == {"prompt": "a hill", "num_images": 2}


async def test_the_replys_addresses_are_used_as_they_are():
    wire, _ = wire_to(answering())
    handle = await submit(wire, ENDPOINT, {})
    assert handle.request_id == ID
    assert handle.response_url == f"{BASE}/response"
    assert (handle.status_url, handle.cancel_url) == (f"{BASE}/status", f"{BASE}/cancel")


@pytest.mark.parametrize(
    "address",
    [
        f"https://evil.example/fal-ai/flux-pro/requests/{ID}",
        f"http://queue.fal.run/requests/{ID}",
        "https://queue.fal.run@evil.example/x",
        "http://127.0.0.1:8000/x",
        "",
        5,
        {"a": 1},
    ],
)
async def test_a_foreign_address_in_the_reply_is_replaced_by_ours(address, caplog):
    body = {**REPLY, "status_url": address, "response_url": address, "cancel_url": address}
    wire, _ = wire_to(answering(body=body))
    with caplog.at_level(logging.WARNING, logger="backend.fal.submit"):
        handle = await submit(wire, ENDPOINT, {})
    assert (handle.status_url, handle.cancel_url) == (f"{BASE}/status", f"{BASE}/cancel")
    assert handle.response_url == BASE
    assert "not fal's" in caplog.text
    assert "evil" not in caplog.text


async def test_missing_addresses_are_built():
    wire, _ = wire_to(answering(body={"request_id": ID}))
    handle = await submit(wire, ENDPOINT, {})
    assert (handle.response_url, handle.status_url) == (BASE, f"{BASE}/status")


async def test_a_stand_ins_own_addresses_are_kept():
    hosts = FalHosts.stand_in_at("http://127.0.0.1:4711")
    body = {"request_id": ID, "status_url": "http://127.0.0.1:4711/other/status"}
    wire, far = wire_to(answering(body=body), hosts)
    handle = await submit(wire, ENDPOINT, {})
    assert far.urls == [f"http://127.0.0.1:4711/{ENDPOINT}"]
    assert handle.status_url == "http://127.0.0.1:4711/other/status"
    assert handle.response_url == f"http://127.0.0.1:4711/fal-ai/flux-pro/requests/{ID}"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        5,
        {"request_id": None},
        {"request_id": 5},
        {"request_id": ""},
        {"request_id": "../../admin"},
        {"request_id": "a b"},
        {"request_id": "x" * 500},
    ],
)
async def test_a_2xx_without_a_usable_request_id_is_unknown(body):
    wire, far = wire_to(answering(body=body, headers={"x-fal-request-id": ID}))
    with pytest.raises(errors.Unknown) as caught:
        await submit(wire, ENDPOINT, {})
    assert caught.value.request_id == ID
    assert len(far.requests) == 1


@pytest.mark.parametrize("status", [200, 500, 502, 408, 409])
async def test_a_request_id_that_is_none_is_not_passed_on(status):
    wire, _ = wire_to(answering(status, body={}, headers={"x-fal-request-id": "../x"}))
    with pytest.raises(errors.Unknown) as caught:
        await submit(wire, ENDPOINT, {})
    assert caught.value.request_id is None


async def test_the_safety_checker_of_older_pages_is_never_sent():
    wire, far = wire_to(answering())
    await submit(wire, ENDPOINT, {"prompt": "x", "enable_safety_checker": False})
    assert json.loads(far.requests[0].content) == {"prompt": "x"}


@pytest.mark.parametrize(
    "prompt", ["\ud800 lone", "😀 עברית", "${x} <img onerror=…>", "x" * 10_000]
)
async def test_any_prompt_arrives_as_it_is(prompt):
    wire, far = wire_to(answering())
    await submit(wire, ENDPOINT, {"prompt": prompt})
    assert json.loads(far.requests[0].content) == {"prompt": prompt}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), b"bytes"])
async def test_what_is_not_json_is_refused_before_it_is_sent(value):
    wire, far = wire_to(answering())
    with pytest.raises(errors.FieldsRefused) as caught:
        await submit(wire, ENDPOINT, {"seed": value})
    assert caught.value.charged == "no"
    assert far.requests == []


@pytest.mark.parametrize("endpoint", ["", "x", "../x", "fal-ai/../admin", "fal-ai/x?y=1", "//e/x"])
async def test_an_endpoint_id_that_is_none_is_a_fault_of_ours(endpoint):
    wire, far = wire_to(answering())
    with pytest.raises(ValueError, match="endpoint id"):
        await submit(wire, endpoint, {})
    assert far.requests == []


async def test_a_redirect_is_not_followed():
    wire, far = wire_to(answering(307, headers={"location": "https://evil.example/"}))
    with pytest.raises(errors.Unknown):
        await submit(wire, ENDPOINT, {})
    assert len(far.requests) == 1


async def test_the_key_shows_in_no_error_and_no_repr():
    def broken(request):
        raise httpx.ReadError("broken", request=request)

    wire, _ = wire_to(broken)
    with pytest.raises(errors.Unknown) as caught:
        await submit(wire, ENDPOINT, {"prompt": "x"})
    seen = f"{caught.value!r} {caught.value} {wire!r} {caught.value.__cause__!r}"
    assert "key-secret" not in seen
