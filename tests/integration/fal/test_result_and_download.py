"""Results and pictures over a real socket."""

from dataclasses import replace

import pytest

from backend.domain import errors
from tests.integration.fal.raw_fal import (
    ENDPOINT,
    ID,
    KEY,
    PATIENT,
    REQUEST,
    Reply,
    gateway_at,
    raw_fal,
    reply,
)

PICTURE = b"\x89PNG" + bytes(2_000)


def picture(*, announced: int, then="close") -> Reply:
    raw = reply(200, PICTURE, content_length=str(announced)).raw
    return Reply(raw, then)


async def test_the_result_and_its_bill_are_read():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        body = {"images": [{"url": f"{fal.base}/files/1.png", "width": 4, "height": 3}]}
        fal.on("GET", REQUEST, reply(200, body, X_Fal_Billable_Units="2"))
        result = await gateway.result(gateway.handle(ENDPOINT, ID))
        assert (result.billable_units, result.images[0].width) == (2, 4)
        assert fal.seen[0].headers["authorization"] == f"Key {KEY}"


BROKEN = {
    "dropped": Reply(then="close"),
    "reset": Reply(then="reset"),
    "never answered": Reply(then="hang"),
    "cut": Reply(reply(200, {"images": [], "pad": "x" * 900}).raw[:-500], then="close"),
    "hanging": Reply(reply(200, {"images": [], "pad": "x" * 900}).raw[:-500], then="hang"),
    "garbage": reply(200, b"<<<"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
async def test_a_broken_answer_is_slow_and_the_next_one_counts(broken):
    bounds = replace(PATIENT, result=2) if broken.then == "hang" else PATIENT
    async with raw_fal() as fal, gateway_at(fal.base, bounds) as gateway:
        handle = gateway.handle(ENDPOINT, ID)
        good = reply(200, {"images": [{"url": f"{fal.base}/files/1.png"}]})
        fal.on("GET", REQUEST, broken, good)
        with pytest.raises(errors.Slow):
            await gateway.result(handle)
        assert len((await gateway.result(handle)).images) == 1


async def test_a_picture_is_fetched_whole_and_without_the_key():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("GET", "/files/1.png", picture(announced=len(PICTURE)))
        assert await gateway.download(f"{fal.base}/files/1.png") == PICTURE
        assert "authorization" not in fal.seen[0].headers


@pytest.mark.parametrize(
    "broken",
    [
        picture(announced=len(PICTURE) + 10),
        Reply(then="close"),
        Reply(then="reset"),
        reply(500, b""),
        reply(403, b""),
    ],
)
async def test_a_broken_picture_is_fetched_again_later(broken):
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("GET", "/files/1.png", broken)
        with pytest.raises(errors.PictureUnavailable):
            await gateway.download(f"{fal.base}/files/1.png")


async def test_a_vanished_picture_is_gone():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("GET", "/files/1.png", reply(404, b""))
        with pytest.raises(errors.PictureGone):
            await gateway.download(f"{fal.base}/files/1.png")


async def test_a_picture_at_another_port_of_this_machine_is_not_fetched():
    async with raw_fal() as fal, raw_fal() as other, gateway_at(fal.base) as gateway:
        fal.on("GET", "/admin", reply(404, b""))
        with pytest.raises(errors.PictureGone):
            await gateway.download(f"{other.base}/admin")
        assert other.seen == []
