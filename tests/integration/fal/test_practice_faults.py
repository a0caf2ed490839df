"""A script's faults are real on the wire."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from backend.fal.practice import Pace
from backend.fal.practice_script import (
    Answer,
    Drip,
    Drop,
    Ends,
    Garbage,
    Hang,
    Oversized,
    Truncate,
    WrongType,
)
from tests.integration.fal.practice_world import THUMBNAIL, V11, World, opened, png, practice


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with practice() as running:
        yield running


async def test_a_dropped_submit_shows_as_a_lost_connection_and_nothing_was_accepted(
    world: World,
) -> None:
    world.script.push("submit", Drop())

    with pytest.raises(httpx.RemoteProtocolError):
        await world.submit()

    assert [seen.accepted_request_id for seen in world.script.submits] == [None]


async def test_a_reset_shows_as_a_read_error(world: World) -> None:
    world.script.push("submit", Drop(reset=True))

    with pytest.raises(httpx.ReadError):
        await world.submit()


async def test_a_submit_dropped_after_accepting_lives_on_under_an_id_nobody_was_told(
    world: World,
) -> None:
    world.script.push("submit", Drop(after_accepting=True))

    with pytest.raises(httpx.RemoteProtocolError):
        await world.submit(seed=9)

    (seen,) = world.script.submits
    assert seen.accepted_request_id is not None
    listed = await world.get(f"/v1/models/requests/by-endpoint?endpoint_id={V11}&expand=payloads")
    (item,) = listed.json()["items"]
    assert item["request_id"] == seen.accepted_request_id
    assert item["json_input"] == {"prompt": "a hill", "image_size": THUMBNAIL, "seed": 9}


async def test_the_connection_works_again_after_a_drop(world: World) -> None:
    world.script.push("status", Drop())
    reply = await world.submit()

    with pytest.raises(httpx.RemoteProtocolError):
        await world.get(reply["status_url"])

    assert (await world.get(reply["status_url"])).json()["status"] == "COMPLETED"


async def test_an_error_after_accepting_can_name_the_request(world: World) -> None:
    world.script.push(
        "submit",
        Answer(504, {"detail": "late"}, after_accepting=True, with_request_id=True),
    )

    reply = await world.client.post(f"/{V11}", json={"prompt": "x"})

    assert reply.status_code == 504
    assert reply.headers["x-fal-request-id"] == world.script.submits[0].accepted_request_id


async def test_a_hang_lasts_until_it_is_let_go_and_then_tells_the_truth(world: World) -> None:
    world.script.push("submit", Hang())
    submitting = asyncio.create_task(world.submit())
    await world.script.until_called("submit")

    assert world.script.submits[0].accepted_request_id is None
    world.script.let_go()
    reply = await submitting

    assert world.script.submits[0].accepted_request_id == reply["request_id"]


async def test_a_client_that_leaves_during_a_hang_leaves_nothing_accepted(world: World) -> None:
    world.script.push("submit", Hang())

    with pytest.raises(httpx.ReadTimeout):
        await world.client.post(f"/{V11}", json={"prompt": "x"}, timeout=0.05)
    await world.submit()
    world.script.let_go()
    await world.submit()

    accepted = [one.accepted_request_id is not None for one in world.script.submits]
    assert accepted == [False, True, True]


async def test_a_short_hang_only_delays(world: World) -> None:
    world.script.push("pricing", Hang(seconds=0.05))
    began = asyncio.get_running_loop().time()

    reply = await world.get(f"/v1/models/pricing?endpoint_id={V11}")

    assert reply.status_code == 200
    assert asyncio.get_running_loop().time() - began >= 0.05


async def test_garbage_is_a_200_that_is_no_json(world: World) -> None:
    reply = await world.submit()
    world.script.push("result", Garbage())

    answer = await world.get(reply["response_url"])

    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


async def test_a_truncated_picture_breaks_off(world: World) -> None:
    url = await world.upload(png((40, 40), (1, 2, 3)))
    world.script.push("picture", Truncate())

    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        await world.get(url)

    assert opened((await world.get(url)).content).size == (40, 40)


async def test_a_picture_may_be_a_web_page_or_far_too_large(world: World) -> None:
    url = await world.upload(png((40, 40), (1, 2, 3)))
    world.script.push("picture", WrongType(), Oversized(size=600_000))

    page, flood = await world.get(url), await world.get(url)

    assert page.headers["content-type"].startswith("text/html")
    assert len(flood.content) == 600_000
    assert flood.headers["content-length"] == "600000"


async def test_a_locked_account_refuses_submits_and_uploads_but_answers_for_its_requests(
    world: World,
) -> None:
    reply = await world.submit()
    world.script.locked = True

    refused = await world.client.post(f"/{V11}", json={"prompt": "x"})
    token = await world.client.post("/storage/auth/token")
    status = await world.get(reply["status_url"])

    assert refused.status_code == token.status_code == 403
    assert "User is locked" in refused.json()["detail"]
    assert status.json()["status"] == "COMPLETED"


async def test_an_upload_whose_token_was_given_before_the_lock_is_refused(world: World) -> None:
    token = (await world.client.post("/storage/auth/token")).json()["token"]
    world.script.locked = True

    reply = await world.client.post(
        "/files/upload", content=b"x", headers={"Authorization": f"Bearer {token}"}
    )

    assert reply.status_code == 403


async def test_an_upload_can_be_lost_after_it_was_kept(world: World) -> None:
    world.script.push("upload", Drop(after_accepting=True), Answer(500, "no"))

    with pytest.raises(httpx.RemoteProtocolError):
        await world.upload(png((4, 4), (1, 2, 3)))
    with pytest.raises(AssertionError):
        await world.upload(png((4, 4), (1, 2, 3)))
    assert world.script.calls["upload"] == 2


async def test_a_prepared_body_is_the_result_as_it_is(world: World) -> None:
    world.script.ends(Ends(body={"images": "none"}, headers={"X-Fal-Billable-Units": "7"}))
    reply = await world.submit()

    result = await world.get(reply["response_url"])

    assert result.json() == {"images": "none"}
    assert result.headers["x-fal-billable-units"] == "7"


async def test_a_prepared_error_shows_in_status_and_result(world: World) -> None:
    world.script.ends(Ends(error="Runner gone", error_type="runner_disconnected", status=503))
    reply = await world.submit()

    status = (await world.get(reply["status_url"])).json()
    result = await world.get(reply["response_url"])

    assert (status["error"], status["error_type"]) == ("Runner gone", "runner_disconnected")
    assert result.status_code == 503
    assert result.headers["x-fal-error-type"] == "runner_disconnected"
    assert (await world.submit())["request_id"] != reply["request_id"]


async def test_a_test_may_bring_its_own_pictures(world: World) -> None:
    bytes_of_test = png((7, 5), (1, 2, 3))
    world.script.ends(Ends(pictures=(bytes_of_test, b"nonsense"), content_type="image/png"))
    reply = await world.submit()

    result = (await world.get(reply["response_url"])).json()

    assert (result["images"][0]["width"], result["images"][0]["height"]) == (7, 5)
    assert (await world.get(result["images"][0]["url"])).content == bytes_of_test
    assert (await world.get(result["images"][1]["url"])).content == b"nonsense"


async def test_a_lost_request_is_a_404_everywhere(world: World) -> None:
    reply = await world.submit()
    world.script.lose(reply["request_id"])

    answers = [
        await world.get(reply["status_url"]),
        await world.get(reply["status_url"] + "/stream"),
        await world.get(reply["response_url"]),
        await world.client.put(reply["cancel_url"]),
    ]

    assert [one.status_code for one in answers] == [404] * 4


async def test_a_held_request_waits_until_it_is_released(world: World) -> None:
    world.script.hold("queued")
    reply = await world.submit()
    async with world.client.stream("GET", reply["status_url"] + "/stream?logs=1") as stream:
        lines = (line async for line in stream.aiter_lines() if line.startswith("data:"))
        assert "IN_QUEUE" in await anext(lines)
        world.script.hold("running")
        assert "IN_PROGRESS" in await anext(lines)
        assert (await world.get(reply["response_url"])).status_code == 400
        world.script.release()
        assert "COMPLETED" in await anext(lines)
        assert [line async for line in lines] == []


async def test_one_request_can_be_held_alone(world: World) -> None:
    held, free = await world.submit(), await world.submit()
    world.script.hold("running", held["request_id"])

    states = [(await world.get(one["status_url"])).json()["status"] for one in (held, free)]

    assert states == ["IN_PROGRESS", "COMPLETED"]


async def test_a_stream_may_break_in_the_middle(world: World) -> None:
    world.script.hold("running")
    reply = await world.submit()
    world.script.push("stream", Drop(after_events=1))

    async with world.client.stream("GET", reply["status_url"] + "/stream") as stream:
        lines = (line async for line in stream.aiter_lines() if line)
        assert "IN_PROGRESS" in await anext(lines)
        with pytest.raises(httpx.RemoteProtocolError):
            await anext(lines)


async def test_a_stream_may_say_something_unknown_and_go_on(world: World) -> None:
    reply = await world.submit()
    world.script.push("stream", Garbage('{"status": "PAUSED"}'))

    lines = (await world.get(reply["status_url"] + "/stream")).text.split("\n\n")

    assert "PAUSED" in lines[0]
    assert "COMPLETED" in lines[1]


async def test_a_stream_that_hangs_says_nothing_until_let_go(world: World) -> None:
    reply = await world.submit()
    world.script.push("stream", Hang())

    async with world.client.stream("GET", reply["status_url"] + "/stream") as stream:
        assert stream.status_code == 200
        world.script.let_go()
        assert "COMPLETED" in await anext(line async for line in stream.aiter_lines() if line)


async def test_a_quiet_stream_sends_comments() -> None:
    async with practice(pace=Pace(queue=0, run=0, heartbeat=0.02)) as world:
        world.script.hold("running")
        reply = await world.submit()
        async with world.client.stream("GET", reply["status_url"] + "/stream") as stream:
            lines = (line async for line in stream.aiter_lines() if line)
            assert (await anext(lines)).startswith("data:")
            assert (await anext(lines)).startswith(":")


async def test_a_fault_can_stay_until_it_is_taken_back(world: World) -> None:
    reply = await world.submit()
    world.script.always("status", Answer(500, "oops"))

    codes = [(await world.get(reply["status_url"])).status_code for _ in range(3)]
    world.script.always("status", None)

    assert codes == [500, 500, 500]
    assert (await world.get(reply["status_url"])).status_code == 200
    assert world.script.calls["status"] == 4


async def test_a_partner_model_may_ignore_a_cancel(world: World) -> None:
    world.script.ignores_cancel = True
    world.script.hold("running")
    reply = await world.submit()

    cancel = await world.client.put(reply["cancel_url"])
    world.script.release()

    assert cancel.status_code == 202
    status = (await world.get(reply["status_url"])).json()
    assert status["status"] == "COMPLETED"
    assert "error" not in status


async def test_stopping_is_quick_and_closes_open_streams() -> None:
    async with practice() as world:
        world.script.hold("running")
        reply = await world.submit()
        async with world.client.stream("GET", reply["status_url"] + "/stream") as stream:
            lines = (line async for line in stream.aiter_lines() if line)
            await anext(lines)
            world.script.push("status", Hang())
            hanging = asyncio.create_task(world.get(reply["status_url"]))
            await world.script.until_called("status")
            async with asyncio.timeout(5):
                await world.server.stop()
            with pytest.raises(httpx.RemoteProtocolError):
                await anext(lines)
            with pytest.raises(httpx.HTTPError):
                await hanging


async def test_half_an_answer_may_say_that_it_is_whole(world: World) -> None:
    world.script.push("submit", Truncate(announced=False))
    reply = await world.client.post(f"/{V11}", json={"prompt": "a hill", "image_size": THUMBNAIL})
    assert reply.status_code == 200
    assert int(reply.headers["content-length"]) == len(reply.content)
    with pytest.raises(ValueError, match="Unterminated"):
        reply.json()


async def test_a_dripping_answer_is_the_true_one(world: World) -> None:
    world.script.push("submit", Drip(seconds=0.05))
    answer = await world.submit()
    (seen,) = world.script.submits
    assert answer["request_id"] == seen.accepted_request_id
