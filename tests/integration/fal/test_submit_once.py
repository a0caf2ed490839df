"""Whatever happens to the paid POST, it is sent at most once."""

import asyncio
import json

import pytest

from backend.domain import errors
from backend.domain.rules import Retention
from tests.integration.fal.raw_fal import (
    ENDPOINT,
    ID,
    KEY,
    REQUEST,
    Reply,
    bounds_for,
    events,
    gateway_at,
    raw_fal,
    reply,
)

PATH = f"/{ENDPOINT}"
ACCEPTED = {"request_id": ID}
CUT = reply(200, {**ACCEPTED, "pad": "x" * 2_000}, x_fal_request_id=ID).raw[:-1_000]
NGINX = b"<html><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></html>"

LOST = {
    "dropped without an answer": Reply(then="close"),
    "reset without an answer": Reply(then="reset"),
    "never answered": Reply(then="hang"),
    "dropped amid the headers": Reply(b"HTTP/1.1 200 OK\r\ncontent-le", then="close"),
    "not HTTP": Reply(b"SSH-2.0-OpenSSH_9\r\n", then="close"),
    "500": reply(500, {"detail": "Internal Server Error"}),
    "502 of an nginx": reply(502, NGINX),
    "503": reply(503, {"detail": "x", "error_type": "runner_scheduling_failure"}),
    "504": reply(504, b""),
    "408": reply(408, {"detail": "timeout"}),
    "409": reply(409, {"detail": "conflict"}),
    "a redirect": reply(307, b"", location="/elsewhere"),
    "garbage JSON": reply(200, b"<<< not json >>>"),
    "an empty reply": reply(200, b""),
    "no request id": reply(200, {"status": "IN_QUEUE"}),
    "a list": reply(200, [1, 2]),
    "cut amid the body": Reply(CUT, then="close"),
    "hanging amid the body": Reply(CUT, then="hang"),
    "too large": reply(200, {**ACCEPTED, "pad": "x" * 2_000_000}),
}
REFUSED = {
    "429": (reply(429, {"detail": "slow down"}), errors.FalBusy),
    "401": (reply(401, {"detail": "no"}), errors.KeyRefused),
    "403": (reply(403, {"detail": "no"}), errors.KeyRefused),
    "locked": (reply(403, {"detail": "User is locked. Reason: TOP_UP."}), errors.AccountLocked),
    "404": (reply(404, {"detail": "gone"}), errors.EndpointGone),
    "422": (
        reply(422, {"detail": [{"loc": ["body", "seed"], "type": "int_type", "msg": ""}]}),
        errors.FieldsRefused,
    ),
    "a cut 403": (Reply(reply(403, b"x" * 900).raw[:-500], then="close"), errors.KeyRefused),
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
async def test_a_lost_answer_is_unknown_and_nothing_is_sent_again(fault):
    async with raw_fal() as fal, gateway_at(fal.base, bounds_for(fault)) as gateway:
        fal.on("POST", PATH, fault)
        with pytest.raises(errors.Unknown):
            await gateway.submit(ENDPOINT, {"prompt": "a hill"})
        assert [request.target for request in fal.seen] == [PATH]


@pytest.mark.parametrize(("answer", "cls"), REFUSED.values(), ids=REFUSED)
async def test_a_clear_no_is_told_and_nothing_is_sent_again(answer, cls):
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("POST", PATH, answer)
        with pytest.raises(cls):
            await gateway.submit(ENDPOINT, {"prompt": "a hill"})
        assert len(fal.seen) == 1


@pytest.mark.parametrize("fault", ["cut amid the body", "hanging amid the body"])
async def test_the_request_id_in_a_header_survives_a_lost_body(fault):
    async with raw_fal() as fal, gateway_at(fal.base, bounds_for(LOST[fault])) as gateway:
        fal.on("POST", PATH, LOST[fault])
        with pytest.raises(errors.Unknown) as caught:
            await gateway.submit(ENDPOINT, {"prompt": "a hill"})
        assert caught.value.request_id == ID


async def test_a_closed_port_is_unreachable():
    async with raw_fal() as fal:
        base = fal.base
    async with gateway_at(base) as gateway:
        with pytest.raises(errors.FalUnreachable):
            await gateway.submit(ENDPOINT, {"prompt": "a hill"})


async def test_an_accepted_request_gives_its_handle():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("POST", PATH, reply(200, {**ACCEPTED, "status_url": f"{fal.base}/own/status"}))
        handle = await gateway.submit(ENDPOINT, {"prompt": "a hill"})
        assert handle.status_url == f"{fal.base}/own/status"
        assert handle.response_url == fal.base + REQUEST
        (request,) = fal.seen
        assert json.loads(request.body) == {"prompt": "a hill"}
        assert request.headers["authorization"] == f"Key {KEY}"
        assert request.headers["user-agent"].startswith("flux-pro-playground/")


async def test_what_fal_may_keep_is_said_in_headers():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("POST", PATH, reply(200, ACCEPTED))
        await gateway.submit(ENDPOINT, {"seed": 1}, Retention(payloads=False, pictures_s=86_400))
        await gateway.submit(ENDPOINT, {"seed": 2})
        said, unsaid = (request.headers for request in fal.seen)
        assert said["x-fal-store-io"] == "0"
        lasts = json.loads(said["x-fal-object-lifecycle-preference"])
        assert lasts == {"expiration_duration_seconds": 86_400}
        assert not {"x-fal-store-io", "x-fal-object-lifecycle-preference"} & set(unsaid)


async def test_a_connection_that_died_while_idle_does_not_send_twice():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("POST", PATH, reply(200, ACCEPTED, then="close"))
        for _ in range(3):
            await gateway.submit(ENDPOINT, {"prompt": "a hill"})
        assert len(fal.seen) == 3


async def test_calls_at_once_are_one_post_each():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("POST", PATH, reply(200, ACCEPTED))
        await asyncio.gather(*(gateway.submit(ENDPOINT, {"seed": n}) for n in range(20)))
        assert sorted(json.loads(request.body)["seed"] for request in fal.seen) == list(range(20))


async def test_a_cancelled_submit_has_sent_once():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("POST", PATH, Reply(then="hang"))
        sending = asyncio.create_task(gateway.submit(ENDPOINT, {"prompt": "x"}))
        await asyncio.wait_for(fal.came.wait(), 5)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert len(fal.seen) == 1


# ── the key ──────────────────────────────────────────────────────────────────────────────────


async def test_an_address_of_another_server_in_the_reply_is_never_called():
    async with raw_fal() as fal, raw_fal() as foreign, gateway_at(fal.base) as gateway:
        names = ("status_url", "response_url", "cancel_url")
        stolen = {name: f"{foreign.base}{REQUEST}/{name}" for name in names}
        fal.on("POST", PATH, reply(200, {**ACCEPTED, **stolen}))
        fal.on("GET", f"{REQUEST}/status_url/stream", events({"status": "COMPLETED"}))
        handle = await gateway.submit(ENDPOINT, {"prompt": "x"})
        assert [status.state async for status in gateway.follow(handle)] == ["completed"]
        with pytest.raises(errors.Slow):
            await gateway.result(handle)
        assert foreign.seen == []


async def test_a_redirect_to_another_server_gets_no_key():
    async with raw_fal() as fal, raw_fal() as foreign, gateway_at(fal.base) as gateway:
        handle = gateway.handle(ENDPOINT, ID)
        elsewhere = reply(307, b"", location=f"{foreign.base}/steal")
        for path in ("", "/status", "/status/stream"):
            fal.on("GET", REQUEST + path, elsewhere)
        fal.on("POST", PATH, elsewhere)
        fal.on("PUT", f"{REQUEST}/cancel", elsewhere)
        fal.on("GET", "/v1/models/pricing", elsewhere)
        with pytest.raises(errors.Unknown):
            await gateway.submit(ENDPOINT, {"prompt": "x"})
        with pytest.raises(errors.Slow):
            await gateway.result(handle)
        with pytest.raises(errors.Slow):
            await anext(aiter(gateway.follow(handle)))
        assert await gateway.cancel(handle) == "unclear"
        assert await gateway.key_state() == "unknown"
        assert foreign.seen == []
