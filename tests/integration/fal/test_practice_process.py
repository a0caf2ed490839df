"""Practice mode as a process of its own, and its script over HTTP."""

import asyncio
import base64
import sys
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.fal.practice_process import serve
from tests.integration.fal.practice_world import KEY, THUMBNAIL, V11, World, png, practice


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with practice(scripted_over_http=True) as running:
        yield running


async def _tell(world: World, verb: str, **told: Any) -> None:
    reply = await world.client.post(f"/_script/{verb}", json=told)
    assert reply.status_code == 200, reply.text


async def test_faults_can_be_pushed_and_made_lasting(world: World) -> None:
    await _tell(world, "push", stage="submit", action={"kind": "answer", "status": 503}, times=2)
    await _tell(world, "always", stage="pricing", action={"kind": "garbage"})

    codes = [
        (await world.client.post(f"/{V11}", json={"prompt": "x"})).status_code for _ in range(3)
    ]
    garbage = await world.get(f"/v1/models/pricing?endpoint_id={V11}")
    await _tell(world, "always", stage="pricing")
    prices = await world.get(f"/v1/models/pricing?endpoint_id={V11}")

    assert codes == [503, 503, 200]
    assert garbage.text.startswith("<<<")
    assert prices.json()["prices"]


async def test_requests_can_be_held_released_and_lost(world: World) -> None:
    await _tell(world, "hold", state="queued")
    reply = await world.submit()
    held = (await world.get(reply["status_url"])).json()["status"]
    await _tell(world, "release")
    released = (await world.get(reply["status_url"])).json()["status"]
    await _tell(world, "lose", request_id=reply["request_id"])
    lost = await world.get(reply["status_url"])

    assert (held, released, lost.status_code) == ("IN_QUEUE", "COMPLETED", 404)


async def test_ends_pace_lock_and_reset_work_over_http(world: World) -> None:
    picture = png((3, 2), (1, 2, 3))
    await _tell(world, "ends", pictures=[base64.b64encode(picture).decode()], flagged=True)
    mine = await world.submit()
    result = (await world.get(mine["response_url"])).json()
    await _tell(world, "pace", queue=60, run=60)
    slow = (await world.get((await world.submit())["status_url"])).json()["status"]
    await _tell(world, "pace")
    await _tell(world, "lock")
    locked = (await world.client.post(f"/{V11}", json={"prompt": "x"})).status_code
    await _tell(world, "ignore_cancel")
    await _tell(world, "reset")

    assert result["has_nsfw_concepts"] == [True]
    assert (result["images"][0]["width"], result["images"][0]["height"]) == (3, 2)
    assert slow == "IN_QUEUE"
    assert locked == 403
    assert not world.script.locked
    assert not world.script.ignores_cancel
    assert (await world.get("/_script/seen")).json()["submits"] == []


async def test_what_arrived_can_be_asked_for(world: World) -> None:
    reply = await world.submit(seed=3)
    await world.get(reply["status_url"])

    seen = (await world.get("/_script/seen")).json()

    (submit,) = seen["submits"]
    assert submit["endpoint_id"] == V11
    assert submit["input"] == {"prompt": "a hill", "image_size": THUMBNAIL, "seed": 3}
    assert submit["accepted_request_id"] == reply["request_id"]
    assert seen["calls"] == {"submit": 1, "status": 1}
    assert seen["keys"][f"/{V11}"] == [KEY["Authorization"]]


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("brew", "{}", 404),
        ("push", '{"stage": "tea", "action": {"kind": "drop"}}', 400),
        ("push", '{"stage": "submit", "action": {"kind": "tea"}}', 400),
        ("ends", '{"pictures": ["%"]}', 400),
        ("hold", "not json", 400),
    ],
)
async def test_a_wrong_instruction_is_refused(
    world: World, verb: str, body: str, status: int
) -> None:
    reply = await world.client.post(f"/_script/{verb}", content=body)

    assert reply.status_code == status


class Said(StringIO):
    """Tells when a whole line is there."""

    def __init__(self) -> None:
        super().__init__()
        self.line = asyncio.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        if "\n" in text:
            self.line.set()
        return written


async def test_it_serves_until_told_to_stop(tmp_path: Path) -> None:
    out, stop = Said(), asyncio.Event()
    serving = asyncio.create_task(serve(["--queue", "0", "--run", "0"], out, stop))
    async with asyncio.timeout(10), httpx.AsyncClient(headers=KEY, trust_env=False) as client:
        await out.line.wait()
        base = out.getvalue().strip()
        reply = (await client.post(f"{base}/{V11}", json={"prompt": "x"})).json()
        status = (await client.get(reply["status_url"])).json()["status"]
        stop.set()
        await serving

    assert status == "COMPLETED"


async def test_as_a_process_it_can_be_scripted_killed_and_started_again(tmp_path: Path) -> None:
    first = await _process(tmp_path)
    base = await _base(first)
    async with httpx.AsyncClient(headers=KEY, trust_env=False) as client:
        await client.post(
            f"{base}/_script/push",
            json={"stage": "submit", "action": {"kind": "drop", "after_accepting": True}},
        )
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post(f"{base}/{V11}", json={"prompt": "a hill"})
        seen = (await client.get(f"{base}/_script/seen")).json()
        first.kill()
        await first.wait()

        second = await _process(tmp_path)
        base = await _base(second)
        request_id = seen["submits"][0]["accepted_request_id"]
        status = await client.get(f"{base}/fal-ai/flux-pro/requests/{request_id}/status")
        second.terminate()
        assert await second.wait() == 0

    assert status.status_code in (200, 202)


async def _process(folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "backend.fal.practice", "--scripted", "--folder", str(folder)),
        stdout=asyncio.subprocess.PIPE,
    )


async def _base(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()
