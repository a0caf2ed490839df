"""Statuses of an accepted request: one stream, then fal-client's polls."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from itertools import pairwise

import pytest

from backend.domain import errors
from backend.fal.pace import Pace
from tests.integration.fal.raw_fal import (
    ENDPOINT,
    ID,
    KEY,
    PATIENT,
    REQUEST,
    SHORT,
    QuickClock,
    Reply,
    events,
    gateway_at,
    raw_fal,
    reply,
)

STREAM = f"{REQUEST}/status/stream"
STATUS = f"{REQUEST}/status"
LINE = {"message": "step 1", "timestamp": "1", "level": "INFO", "source": "USER"}
LINE_2 = {**LINE, "message": "step 2", "timestamp": "2"}
QUEUED = {"status": "IN_QUEUE", "queue_position": 2}
RUNNING = {"status": "IN_PROGRESS", "logs": [LINE]}
COMPLETED = {"status": "COMPLETED", "logs": [LINE, LINE_2], "metrics": {"inference_time": 1.0}}


async def follow(gateway):
    """(state, position, new log lines) of each status."""
    return [
        (status.state, status.position, [line.message for line in status.logs])
        async for status in gateway.follow(gateway.handle(ENDPOINT, ID))
    ]


WHOLE_STORY = [("queued", 2, []), ("running", None, ["step 1"]), ("completed", None, ["step 2"])]


async def test_the_stream_tells_the_whole_story_in_one_call():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("GET", STREAM, events(QUEUED, QUEUED, RUNNING, COMPLETED))
        assert await follow(gateway) == WHOLE_STORY
        (request,) = fal.seen
        assert request.target == f"{STREAM}?logs=1"
        assert request.headers["accept"] == "text/event-stream"
        assert request.headers["authorization"] == f"Key {KEY}"


async def test_a_stream_that_stays_open_after_completed_is_left():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("GET", STREAM, events(COMPLETED, then="hang"))
        assert await follow(gateway) == [("completed", None, ["step 1", "step 2"])]
        assert len(fal.seen) == 1


async def test_an_error_in_a_completed_status_is_passed_on():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        failed = {**COMPLETED, "error": "x", "error_type": "generation_timeout"}
        fal.on("GET", STREAM, events(failed))
        (status,) = [s async for s in gateway.follow(gateway.handle(ENDPOINT, ID))]
        assert type(gateway.problem(status)) is errors.TimedOutAtFal


BROKEN_STREAMS = {
    "no such address": reply(404, b""),
    "not allowed": reply(405, b""),
    "500": reply(500, b""),
    "a redirect": reply(307, b"", location="/elsewhere"),
    "not a stream": reply(200, {"status": "COMPLETED"}),
    "dropped": Reply(then="close"),
    "reset": Reply(then="reset"),
    "never answered": Reply(then="hang"),
    "nothing but silence": events(then="hang"),
    "nothing but comments": events(": ping\n\n" * 50, then="hang"),
    "nothing but garbage": events("data: <<<\n\ndata: []\n\ndata: {}\n\n", then="hang"),
    "an unknown status": events({"status": "PAUSED"}, then="close"),
    "ended at once": events(),
}


QUICKLY_TIRED = replace(PATIENT, silence=0.5)


@pytest.mark.parametrize("broken", BROKEN_STREAMS.values(), ids=BROKEN_STREAMS)
async def test_where_the_stream_fails_polls_take_over(broken):
    async with raw_fal() as fal, gateway_at(fal.base, QUICKLY_TIRED) as gateway:
        fal.on("GET", STREAM, broken)
        fal.on("GET", STATUS, reply(202, QUEUED), reply(202, RUNNING), reply(200, COMPLETED))
        assert await follow(gateway) == WHOLE_STORY


@pytest.mark.parametrize("then", ["close", "reset", "hang"])
async def test_a_stream_that_breaks_off_is_continued_by_polls_without_telling_a_line_twice(then):
    async with raw_fal() as fal, gateway_at(fal.base, QUICKLY_TIRED) as gateway:
        fal.on("GET", STREAM, events(QUEUED, RUNNING, then=then))
        fal.on("GET", STATUS, reply(202, RUNNING), reply(200, COMPLETED))
        assert await follow(gateway) == WHOLE_STORY


async def test_polls_ask_through_fal_client_with_logs_and_slow_down():
    clock = QuickClock()
    async with raw_fal() as fal, gateway_at(fal.base, clock=clock) as gateway:
        fal.on("GET", STREAM, reply(404, b""))
        fal.on("GET", STATUS, *[reply(202, QUEUED)] * 8, reply(200, COMPLETED))
        await follow(gateway)
        polls = fal.calls("GET", STATUS)
        assert len(polls) == 9
        assert all("fal-client" in poll.headers["user-agent"] for poll in polls)
        assert all(poll.target.endswith("?logs=true") for poll in polls)
        assert all(poll.headers["authorization"] == f"Key {KEY}" for poll in polls)
        assert clock.slept[0] == 0.25
        assert clock.slept[-1] == 2
        assert clock.slept == sorted(clock.slept)


@pytest.mark.parametrize(
    "status",
    [
        {"status": "IN_QUEUE"},
        {"status": "IN_PROGRESS"},
        {"status": "IN_PROGRESS", "logs": None},
    ],
)
async def test_a_poll_without_the_usual_keys_is_an_answer(status):
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("GET", STREAM, reply(404, b""))
        fal.on("GET", STATUS, reply(202, status), reply(200, {"status": "COMPLETED"}))
        assert [state for state, _, _ in await follow(gateway)][1:] == ["completed"]


USELESS = {
    "401": reply(401, {"detail": "no"}),
    "403": reply(403, {"detail": "User is locked."}),
    "500": reply(500, b"oops"),
    "garbage": reply(200, b"<<<"),
    "a list": reply(200, [1]),
    "null": reply(200, None),
    "unknown status": reply(200, {"status": "PAUSED"}),
    "no status": reply(200, {}),
    "408 for good": reply(408, b""),
    "dropped": Reply(then="close"),
    "never answered": Reply(then="hang"),
    "cut": Reply(reply(200, {"status": "COMPLETED", "pad": "x" * 500}).raw[:-200], then="close"),
}


@pytest.mark.parametrize("useless", USELESS.values(), ids=USELESS)
async def test_the_first_poll_without_a_usable_answer_is_slow(useless):
    async with raw_fal() as fal, gateway_at(fal.base, SHORT) as gateway:
        fal.on("GET", STREAM, reply(500, b""))
        fal.on("GET", STATUS, useless)
        with pytest.raises(errors.Slow):
            await follow(gateway)


async def test_following_again_tries_the_stream_again():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("GET", STREAM, reply(500, b""), events(QUEUED, RUNNING, COMPLETED))
        fal.on("GET", STATUS, reply(500, b""))
        with pytest.raises(errors.Slow):
            await follow(gateway)
        assert await follow(gateway) == WHOLE_STORY


@pytest.mark.parametrize("status", [404, 410])
async def test_a_request_that_fal_does_not_know_is_gone_when_it_was_said_twice(status):
    clock = QuickClock()
    async with raw_fal() as fal, gateway_at(fal.base, clock=clock) as gateway:
        fal.on("GET", STREAM, reply(status, b""))
        fal.on("GET", STATUS, reply(status, {"detail": "not found"}))
        with pytest.raises(errors.ResultGone):
            await follow(gateway)
        assert len(fal.calls("GET", STATUS)) == 2
        assert clock.slept == [2]


async def test_one_not_found_loses_no_run():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("GET", STREAM, reply(404, b""))
        fal.on("GET", STATUS, reply(404, b""), reply(202, QUEUED), reply(200, COMPLETED))
        assert [state for state, _, _ in await follow(gateway)] == ["queued", "completed"]


async def test_a_closed_port_is_slow_within_the_bound_of_a_poll():
    async with raw_fal() as fal:
        base = fal.base
    async with gateway_at(base, SHORT) as gateway, asyncio.timeout(10):
        with pytest.raises(errors.Slow):
            await follow(gateway)


async def test_an_address_of_an_earlier_start_is_followed_at_todays():
    async with raw_fal() as fal, gateway_at("http://127.0.0.1:1") as earlier:
        handle = earlier.handle(ENDPOINT, ID)
        async with gateway_at(fal.base) as gateway:
            fal.on("GET", STREAM, reply(404, b""))
            fal.on("GET", STATUS, reply(200, COMPLETED))
            states = [status.state async for status in gateway.follow(handle)]
        assert states == ["completed"]


async def test_one_who_stops_listening_closes_the_stream():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("GET", STREAM, events(QUEUED, then="hang"))
        async with aclosing(gateway.follow(gateway.handle(ENDPOINT, ID))) as statuses:
            assert (await anext(statuses)).position == 2
        assert gateway._wire._warm()._transport._pool.connections == []


async def test_a_cancelled_listener_closes_the_stream():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("GET", STREAM, events(QUEUED, then="hang"))
        heard = asyncio.Event()

        async def listen():
            async for _ in gateway.follow(gateway.handle(ENDPOINT, ID)):
                heard.set()

        listening = asyncio.create_task(listen())
        await asyncio.wait_for(heard.wait(), 5)
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
        assert gateway._wire._warm()._transport._pool.connections == []


async def test_polls_of_many_runs_keep_their_distance():
    pace = Pace(gap=0.01)
    loop = asyncio.get_running_loop()
    turns: list[float] = []

    async def poll():
        await pace.turn()
        turns.append(loop.time())

    await asyncio.gather(*(poll() for _ in range(10)))
    gaps = [later - earlier for earlier, later in pairwise(turns)]
    assert sum(gaps) >= 0.085


async def test_more_streams_than_a_pool_usually_holds_do_not_hold_up_a_submit():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        fal.on("GET", STREAM, events(QUEUED, then="hang"))
        fal.on("POST", f"/{ENDPOINT}", reply(200, {"request_id": ID}))
        handle = gateway.handle(ENDPOINT, ID)
        streams = [gateway.follow(handle) for _ in range(110)]
        for statuses in streams:
            assert (await anext(statuses)).state == "queued"
        assert (await gateway.submit(ENDPOINT, {"prompt": "x"})).request_id == ID
        for statuses in streams:
            await statuses.aclose()
