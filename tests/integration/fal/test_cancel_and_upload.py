"""What goes through fal-client beside polls: cancel and uploads."""

import asyncio
import json

import pytest

from backend.domain import errors
from backend.fal.gateway import FalGateway
from backend.fal.hosts import FalHosts
from tests.integration.fal.raw_fal import (
    ENDPOINT,
    ID,
    KEY,
    PATIENT,
    REQUEST,
    SHORT,
    QuickClock,
    Reply,
    gateway_at,
    raw_fal,
    reply,
)

CANCEL = f"{REQUEST}/cancel"
TOKEN_PATH = "/storage/auth/token"
UPLOAD = "/files/upload"
TOKEN = {
    "token": "upload-token",
    "token_type": "Bearer",
    "base_url": "https://evil.example",
    "expires_at": "2999-01-01T00:00:00Z",
}


# ── cancel ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply(202, {"status": "CANCELLATION_REQUESTED"}), "requested"),
        (reply(200, {"status": "OK"}), "requested"),
        (reply(200, {"success": True}), "requested"),
        (reply(400, {"status": "ALREADY_COMPLETED"}), "already completed"),
        (reply(400, {"detail": "?"}), "unclear"),
        (reply(404, {"status": "NOT_FOUND"}), "not found"),
        (reply(405, b""), "unclear"),
    ],
)
async def test_fals_answer_to_a_cancel_is_told(answer, said):
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("PUT", CANCEL, answer)
        assert await gateway.cancel(gateway.handle(ENDPOINT, ID)) == said
        assert fal.seen[0].headers["authorization"] == f"Key {KEY}"


@pytest.mark.parametrize(
    "answer",
    [
        reply(401, b""),
        reply(403, b""),
        reply(409, b""),
        reply(429, b""),
        reply(500, b""),
        reply(502, b"nginx"),
        Reply(then="close"),
        Reply(then="hang"),
    ],
)
async def test_a_cancel_without_an_answer_is_slow_and_bounded(answer):
    async with raw_fal() as fal, gateway_at(fal.base, SHORT) as gateway, asyncio.timeout(10):
        fal.on("PUT", CANCEL, answer)
        with pytest.raises(errors.Slow):
            await gateway.cancel(gateway.handle(ENDPOINT, ID))


# ── uploads ──────────────────────────────────────────────────────────────────────────────────


async def upload(gateway, data=b"picture"):
    return await gateway.upload(data, "image/png", "a.png")


async def test_an_upload_goes_to_the_storage_for_a_day():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("POST", TOKEN_PATH, reply(200, TOKEN))
        fal.on("POST", UPLOAD, reply(200, {"access_url": f"{fal.base}/files/1.png"}))
        assert await upload(gateway) == f"{fal.base}/files/1.png"
        token, put = fal.seen
        assert token.headers["authorization"] == f"Key {KEY}"
        assert put.headers["authorization"] == "Bearer upload-token"
        assert put.headers["content-type"] == "image/png"
        assert put.body == b"picture"
        assert json.loads(put.headers["x-fal-object-lifecycle"]) == {
            "expiration_duration_seconds": 86_400
        }


async def test_the_upload_token_is_kept():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("POST", TOKEN_PATH, reply(200, TOKEN))
        fal.on("POST", UPLOAD, reply(200, {"access_url": f"{fal.base}/files/1.png"}))
        await upload(gateway)
        await upload(gateway)
        assert len(fal.calls("POST", TOKEN_PATH)) == 1


async def test_after_a_failure_a_new_token_is_fetched():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("POST", TOKEN_PATH, reply(200, {**TOKEN, "expires_at": "never"}), reply(200, TOKEN))
        fal.on("POST", UPLOAD, reply(200, {"access_url": f"{fal.base}/files/1.png"}))
        with pytest.raises(errors.NotAccepted):
            await upload(gateway)
        assert await upload(gateway) == f"{fal.base}/files/1.png"


async def test_a_token_without_a_time_zone_does_not_break_later_uploads():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        naive = {**TOKEN, "expires_at": "2999-01-01T00:00:00"}
        fal.on("POST", TOKEN_PATH, reply(200, naive), reply(200, TOKEN))
        fal.on("POST", UPLOAD, reply(200, {"access_url": f"{fal.base}/files/1.png"}))
        await upload(gateway)
        with pytest.raises(errors.NotAccepted):
            await upload(gateway)
        assert await upload(gateway) == f"{fal.base}/files/1.png"


BAD_STORAGE = {
    "401": (reply(401, {"detail": "no"}), errors.KeyRefused),
    "locked": (reply(403, {"detail": "User is locked. Reason: TOP_UP."}), errors.AccountLocked),
    "413": (reply(413, b""), errors.RefusedOtherwise),
    "500": (reply(500, b""), errors.NotAccepted),
    "garbage": (reply(200, b"<<<"), errors.NotAccepted),
    "a list": (reply(200, [1]), errors.NotAccepted),
    "empty": (reply(200, {}), errors.NotAccepted),
    "dropped": (Reply(then="close"), errors.NotAccepted),
    "never answered": (Reply(then="hang"), errors.NotAccepted),
}


@pytest.mark.parametrize("where", [TOKEN_PATH, UPLOAD])
@pytest.mark.parametrize(("answer", "cls"), BAD_STORAGE.values(), ids=BAD_STORAGE)
async def test_a_failing_storage_is_told_and_costs_nothing(where, answer, cls):
    # fal-client repeats itself for half a minute where the connection is dropped
    bounds = PATIENT if answer.then == "keep" else SHORT
    async with raw_fal() as fal, gateway_at(fal.base, bounds) as gateway:
        fal.on("POST", TOKEN_PATH, reply(200, TOKEN))
        fal.on("POST", where, answer)
        with pytest.raises(cls) as caught:
            await upload(gateway)
        assert caught.value.charged == "no"


async def test_there_is_no_second_way_that_would_give_the_key_away():
    async with raw_fal() as fal, raw_fal() as google, gateway_at(fal.base) as gateway:
        fal.on("POST", TOKEN_PATH, reply(200, TOKEN))
        fal.on("POST", UPLOAD, reply(500, b""))
        signed = {"upload_url": f"{google.base}/put", "file_url": f"{google.base}/file"}
        fal.on("POST", "/storage/upload/initiate", reply(200, signed))
        with pytest.raises(errors.NotAccepted):
            await upload(gateway)
        assert google.seen == []
        assert fal.calls("POST", "/storage/upload/initiate") == []


@pytest.mark.parametrize("address", ["https://evil.example/a.png", "", 5, None, "/files/1.png"])
async def test_a_foreign_address_from_the_storage_is_not_used(address):
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("POST", TOKEN_PATH, reply(200, TOKEN))
        fal.on("POST", UPLOAD, reply(200, {"access_url": address}))
        with pytest.raises(errors.NotAccepted):
            await upload(gateway)


async def test_an_upload_is_refused_where_fal_client_points_elsewhere():
    async with raw_fal() as fal, gateway_at(fal.base):
        other = FalGateway(KEY, FalHosts.stand_in_at("http://127.0.0.1:1"), QuickClock(), "1")
        with pytest.raises(AssertionError, match="point_fal_client"):
            await upload(other)
        assert fal.seen == []
