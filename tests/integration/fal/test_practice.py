"""Practice mode's own protocol: refusals, expiry, restart, the platform calls, the stream."""

import base64
import json
import signal
import struct
import time
import uuid
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from backend.fal.practice import Pace, PracticeFal, PracticeServer
from backend.fal.practice_queue import LARGE_RESULT_KEPT, RESULT_KEPT
from backend.fal.practice_store import FILE_KEPT
from tests.integration.fal.practice_world import (
    ENDPOINTS,
    KEY,
    V11,
    World,
    at_path,
    first_problem,
    half_mask,
    opened,
    png,
    practice,
)

FILL = "fal-ai/flux-pro/v1/fill"
HELD_OPEN = Pace(queue=30, run=30)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with practice() as running:
        yield running


class Clock:
    """A time that a test turns."""

    def __init__(self) -> None:
        self.at = time.time()

    def __call__(self) -> float:
        return self.at


# ── refusals ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Key"}])
async def test_without_a_key_nothing_is_accepted(world: World, header: dict[str, str]) -> None:
    async with httpx.AsyncClient(base_url=world.base, headers=header, trust_env=False) as stranger:
        answers = [
            await stranger.post(f"/{V11}", json={"prompt": "x"}),
            await stranger.get(f"/fal-ai/flux-pro/requests/{uuid.uuid4()}/status"),
            await stranger.post("/storage/auth/token"),
            await stranger.post("/files/upload", content=b"x"),
            await stranger.get(f"/v1/models/pricing?endpoint_id={V11}"),
        ]

    assert [one.status_code for one in answers] == [401] * 5
    assert world.script.submits == []


async def test_only_the_one_key_is_accepted_where_there_is_one() -> None:
    async with practice(key="right:one") as world:
        wrong = await world.client.post(f"/{V11}", json={"prompt": "x"})
        world.client.headers["Authorization"] = "Key right:one"
        right = await world.client.post(f"/{V11}", json={"prompt": "x"})

    assert (wrong.status_code, right.status_code) == (401, 200)


async def test_an_unknown_endpoint_is_a_404(world: World) -> None:
    reply = await world.client.post("/fal-ai/flux-pro/v9", json={"prompt": "x"})

    assert reply.status_code == 404
    assert "fal-ai/flux-pro/v9" in reply.json()["detail"]


@pytest.mark.parametrize(
    ("given", "loc", "kind"),
    [
        ({}, ["prompt"], "missing"),
        ({"prompt": 5}, ["prompt"], "string_type"),
        ({"prompt": ""}, ["prompt"], "sequence_too_short"),
        ({"prompt": "x", "num_images": 0}, ["num_images"], "greater_than_equal"),
        ({"prompt": "x", "num_images": 1.5}, ["num_images"], "int_type"),
        ({"prompt": "x", "sync_mode": "yes"}, ["sync_mode"], "bool_type"),
        ({"prompt": "x", "output_format": "bmp"}, ["output_format"], "one_of"),
        ({"prompt": "x", "image_size": "huge"}, ["image_size"], "one_of"),
        ({"prompt": "x", "image_size": 7}, ["image_size"], "type_error"),
        (
            {"prompt": "x", "image_size": {"width": 0, "height": 5}},
            ["image_size", "width"],
            "greater_than_equal",
        ),
    ],
)
async def test_a_wrong_field_is_named(
    world: World, given: dict[str, Any], loc: list[str], kind: str
) -> None:
    problem = first_problem(await world.client.post(f"/{V11}", json=given))

    assert problem["loc"] == ["body", *loc]
    assert problem["type"] == kind
    assert problem["msg"]


@pytest.mark.parametrize("body", [b"{", b'{"prompt": NaN}', b'{"prompt": "\\ud800"}', b"[1]"])
async def test_a_body_that_is_no_usable_object_is_a_422(world: World, body: bytes) -> None:
    reply = await world.client.post(f"/{V11}", content=body)

    assert reply.status_code == 422


async def test_a_field_that_the_endpoint_does_not_have_is_ignored_as_at_fal(world: World) -> None:
    reply = await world.submit(enable_safety_checker=True, seed=1)

    result = await world.get(reply["response_url"])

    assert result.status_code == 200


async def test_a_body_that_is_far_too_large_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.fal.practice_requests._LARGEST_INPUT", 100)
    monkeypatch.setattr("backend.fal.practice_files._LARGEST_FILE", 100)
    submit = await world.client.post(f"/{V11}", json={"prompt": "x" * 200})

    assert submit.status_code == 413
    with pytest.raises(AssertionError, match="too large"):
        await world.upload(b"x" * 200)


async def test_an_enhanced_prompt_is_told_with_the_result(world: World) -> None:
    reply = await world.submit(enhance_prompt=True)

    prompt = (await world.get(reply["response_url"])).json()["prompt"]

    assert prompt.startswith("a hill, ")


@pytest.mark.parametrize(
    "path",
    [
        "/files/..%2F..%2Fetc%2Fpasswd",
        "/files/%2e%2e",
        "/files/x.png",
        "/fal-ai/flux-pro/requests/..%2Fx/status",
        "/fal-ai/flux-pro/requests/not-a-uuid",
        f"/fal-ai/flux-pro/requests/{uuid.UUID(int=7)}",
    ],
)
async def test_a_path_that_names_nothing_of_ours_gives_nothing(world: World, path: str) -> None:
    assert (await world.get(path)).status_code in (404, 405)


async def test_a_request_is_not_found_under_another_app(world: World) -> None:
    reply = await world.submit()

    answer = await world.get(f"/fal-ai/other/requests/{reply['request_id']}/status")

    assert answer.status_code == 404


# ── pictures of the input ────────────────────────────────────────────────────────────────────


async def _fill(world: World, image_url: str, mask_url: str) -> httpx.Response:
    given = {"prompt": "x", "image_url": image_url, "mask_url": mask_url}
    reply = (await world.client.post(f"/{FILL}", json=given)).json()
    status = (await world.get(reply["status_url"])).json()
    assert status["status"] == "COMPLETED"
    result = await world.get(reply["response_url"])
    if result.status_code == 422:
        assert status["error_type"] == result.json()["detail"][0]["type"]
    return result


async def test_a_picture_that_is_not_here_fails_the_request_on_its_field(world: World) -> None:
    mask = await world.upload(half_mask((8, 8)))

    problem = first_problem(await _fill(world, "https://example.com/cat.png", mask))

    assert problem["loc"] == ["body", "image_url"]
    assert problem["type"] == "file_download_error"


async def test_a_file_that_is_no_picture_fails_the_request_on_its_field(world: World) -> None:
    image = await world.upload(b"<svg onload=alert(1)>", "image/svg+xml")

    problem = first_problem(await _fill(world, image, await world.upload(half_mask((8, 8)))))

    assert problem["type"] == "image_load_error"
    assert (await world.get(image)).headers["content-type"] == "application/octet-stream"


async def test_a_mask_of_another_size_fails_the_request_on_the_mask(world: World) -> None:
    image = await world.upload(png((8, 9), (1, 2, 3)))

    problem = first_problem(await _fill(world, image, await world.upload(half_mask((8, 8)))))

    assert problem["loc"] == ["body", "mask_url"]


@pytest.mark.parametrize("url", ["data:image/png;base64,%%%", "data:,x", "http://[", "x"])
async def test_an_address_that_leads_nowhere_fails_the_request_on_its_field(
    world: World, url: str
) -> None:
    problem = first_problem(await _fill(world, url, await world.upload(half_mask((8, 8)))))

    assert problem["type"] == "file_download_error"


async def test_a_picture_of_too_many_pixels_fails_the_request_on_its_field(world: World) -> None:
    for side in (8_500, 20_000):
        huge = await world.upload(_empty_png(side))
        problem = first_problem(await _fill(world, huge, await world.upload(half_mask((8, 8)))))
        assert problem["type"] == "image_too_large"


def _empty_png(side: int) -> bytes:
    """The beginning of a PNG that claims to be that large."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head
    data = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    checksum = struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + chunk + checksum + data


async def test_pictures_may_come_inline(world: World) -> None:
    image = f"data:image/png;base64,{base64.b64encode(png((8, 8), (1, 2, 3))).decode()}"
    mask = f"data:image/png;base64,{base64.b64encode(half_mask((8, 8))).decode()}"

    result = await _fill(world, image, mask)

    assert result.status_code == 200
    assert (result.json()["images"][0]["width"], result.json()["images"][0]["height"]) == (8, 8)


# ── the life of a request ────────────────────────────────────────────────────────────────────


async def test_a_request_goes_down_the_queue_runs_and_completes_by_the_clock() -> None:
    clock = Clock()
    async with practice(now=clock, pace=Pace(queue=3, run=10)) as world:
        reply = await world.submit()
        seen = []
        for step in (0.5, 1, 1, 1, 5, 6):
            clock.at += step
            answer = await world.get(reply["status_url"] + "?logs=1")
            body = answer.json()
            seen.append((answer.status_code, body["status"], body.get("queue_position")))
        early = await world.get(reply["status_url"])

    assert (reply["status"], reply["queue_position"]) == ("IN_QUEUE", 2)
    assert seen == [
        (202, "IN_QUEUE", 2),
        (202, "IN_QUEUE", 1),
        (202, "IN_QUEUE", 0),
        (202, "IN_PROGRESS", None),
        (202, "IN_PROGRESS", None),
        (200, "COMPLETED", None),
    ]
    assert early.json()["logs"] is None


async def test_the_stream_tells_every_step_and_ends() -> None:
    async with practice(pace=Pace(queue=0.06, run=0.12)) as world:
        reply = await world.submit()
        answer = await world.get(reply["status_url"] + "/stream?logs=1")

    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [json.loads(line[6:]) for line in answer.text.split("\n\n") if line]
    order = [event["status"] for event in events]
    assert order == sorted(order, key=["IN_QUEUE", "IN_PROGRESS", "COMPLETED"].index)
    assert order.count("COMPLETED") == 1
    assert len(events[-1]["logs"]) == 6
    assert {"message", "level", "source", "timestamp"} == set(events[-1]["logs"][0])


async def test_before_it_is_completed_there_is_no_result() -> None:
    async with practice(pace=HELD_OPEN) as world:
        reply = await world.submit()
        answer = await world.get(reply["response_url"])

    assert answer.status_code == 400


async def test_a_cancel_in_the_queue_and_one_too_late() -> None:
    async with practice(pace=HELD_OPEN) as world:
        reply = await world.submit()
        first = await world.client.put(reply["cancel_url"])
        second = await world.client.put(reply["cancel_url"])
        result = await world.get(reply["response_url"])

    assert (first.status_code, first.json()) == (202, {"status": "CANCELLATION_REQUESTED"})
    assert (second.status_code, second.json()) == (400, {"status": "ALREADY_COMPLETED"})
    assert (result.status_code, result.json()["error_type"]) == (499, "client_cancelled")


async def test_billed_units_are_images_or_megapixels_rounded_up(world: World) -> None:
    per_megapixel = await world.submit(image_size="square_hd", num_images=2)
    per_image = await world.submit("fal-ai/flux-pro/v1.1-ultra", num_images=2)

    units = [
        (await world.get(one["response_url"])).headers["x-fal-billable-units"]
        for one in (per_megapixel, per_image)
    ]

    assert units == ["4", "2"]


async def test_sync_mode_puts_the_picture_into_the_answer(world: World) -> None:
    reply = await world.submit(sync_mode=True, output_format="png", image_size="square")

    image = (await world.get(reply["response_url"])).json()["images"][0]

    head, _, body = image["url"].partition(",")
    assert head == "data:image/png;base64"
    assert opened(base64.b64decode(body)).size == (512, 512)


async def test_the_word_nsfw_shows_a_black_flagged_picture(world: World) -> None:
    reply = await world.submit(prompt="Something NSFW", output_format="png", image_size="square")

    result = (await world.get(reply["response_url"])).json()
    picture = opened((await world.get(result["images"][0]["url"])).content)

    assert result["has_nsfw_concepts"] == [True]
    assert picture.size == (512, 512)
    assert picture.getcolors() == [(512 * 512, (0, 0, 0))]


async def test_without_a_seed_each_run_is_another_picture_and_says_its_seed(world: World) -> None:
    results = []
    for _ in range(2):
        reply = await world.submit()
        results.append((await world.get(reply["response_url"])).json())
    again = await world.submit(seed=results[0]["seed"])
    results.append((await world.get(again["response_url"])).json())

    first, second, third = [(await world.get(one["images"][0]["url"])).content for one in results]
    assert results[0]["seed"] != results[1]["seed"]
    assert first != second
    assert results[2]["seed"] == results[0]["seed"]
    assert third == first


async def test_the_same_input_and_seed_give_the_same_bytes(world: World) -> None:
    contents = []
    for _ in range(2):
        reply = await world.submit(seed=11, num_images=2)
        images = (await world.get(reply["response_url"])).json()["images"]
        contents.append([(await world.get(one["url"])).content for one in images])

    assert contents[0] == contents[1]
    assert contents[0][0] != contents[0][1]


# ── what is kept, and for how long ───────────────────────────────────────────────────────────


async def test_requests_and_files_outlive_the_process_and_the_port(tmp_path: Path) -> None:
    async with practice(folder=tmp_path, pace=HELD_OPEN) as world:
        upload = await world.upload(png((6, 6), (1, 2, 3)))
        waiting = await world.submit()
    async with practice(folder=tmp_path) as world:
        finished = await world.submit(seed=3)
        first = (await world.get(finished["response_url"])).json()
        picture = (await world.get(first["images"][0]["url"])).content
    later = Clock()
    later.at += 61
    async with practice(folder=tmp_path, now=later) as world:
        status = await world.get(at_path(waiting["status_url"], world.base))
        result = await world.get(at_path(waiting["response_url"], world.base))
        second = (await world.get(at_path(finished["response_url"], world.base))).json()

        assert status.json()["status"] == "COMPLETED"
        assert result.json()["images"][0]["url"].startswith(world.base)
        assert second["seed"] == first["seed"] == 3
        assert (await world.get(second["images"][0]["url"])).content == picture
        assert (await world.get(at_path(upload, world.base))).status_code == 200


async def test_a_reference_that_was_uploaded_before_a_restart_is_still_known(
    tmp_path: Path,
) -> None:
    async with practice(folder=tmp_path) as world:
        url = await world.upload(png((6, 6), (1, 2, 3)))
    async with practice(folder=tmp_path) as world:
        reply = await world.submit("fal-ai/flux-pro/v1.1/redux", image_url=url)
        assert (await world.get(reply["response_url"])).status_code == 200


@pytest.mark.parametrize(
    ("more", "kept"), [({}, RESULT_KEPT), ({"sync_mode": True}, LARGE_RESULT_KEPT)]
)
async def test_a_result_is_gone_after_its_time(more: dict[str, Any], kept: float) -> None:
    clock = Clock()
    async with practice(now=clock) as world:
        reply = await world.submit(**more)
        clock.at += kept - 1
        in_time = await world.get(reply["response_url"])
        clock.at += 2
        late = await world.get(reply["response_url"])

    assert (in_time.status_code, late.status_code) == (200, 404)


async def test_files_are_gone_after_a_day_and_leave_the_folder(tmp_path: Path) -> None:
    clock = Clock()
    async with practice(now=clock, folder=tmp_path) as world:
        url = await world.upload(png((6, 6), (1, 2, 3)))
        reply = await world.submit()
        assert (await world.get(reply["response_url"])).status_code == 200
        clock.at += FILE_KEPT + 1
        assert (await world.get(url)).status_code == 404
    async with practice(now=clock, folder=tmp_path):
        assert _files_below(tmp_path) == []


async def test_a_broken_record_is_no_request(tmp_path: Path) -> None:
    folder = tmp_path / "requests"
    folder.mkdir()
    request_id = uuid.uuid4()
    (folder / f"{request_id}.json").write_text('{"half": ')
    async with practice(folder=tmp_path) as world:
        answer = await world.get(f"/fal-ai/flux-pro/requests/{request_id}/status")

    assert answer.status_code == 404


# ── platform ─────────────────────────────────────────────────────────────────────────────────


async def test_prices_are_those_of_the_endpoints(world: World) -> None:
    ids = ",".join(endpoint.endpoint_id for endpoint in ENDPOINTS)

    answer = (await world.get(f"/v1/models/pricing?endpoint_id={ids}")).json()
    unknown = await world.get("/v1/models/pricing?endpoint_id=nobody/knows")
    none = await world.get("/v1/models/pricing")

    assert len(answer["prices"]) == 9
    by_id = {one["endpoint_id"]: one for one in answer["prices"]}
    assert by_id[V11]["unit_price"] == 0.04
    assert (unknown.status_code, unknown.json()["error"]["type"]) == (404, "not_found")
    assert (none.status_code, none.json()["error"]["type"]) == (400, "validation_error")


async def test_the_list_of_requests_has_them_newest_first_with_their_input() -> None:
    clock = Clock()
    async with practice(now=clock) as world:
        ids = []
        for number in range(3):
            clock.at += 1
            ids.append((await world.submit(seed=number))["request_id"])
        start = quote(datetime.fromtimestamp(clock.at - 1.5, UTC).isoformat())
        path = f"/v1/models/requests/by-endpoint?endpoint_id={V11}"
        everything = (await world.get(f"{path}&expand=payloads")).json()
        recent = (await world.get(f"{path}&start={start}")).json()
        paged = (await world.get(f"{path}&limit=2")).json()
        rest = (await world.get(f"{path}&limit=2&cursor={paged['next_cursor']}")).json()
        one = (await world.get(f"{path}&request_id={ids[1]}&status=success")).json()
        none = (await world.get(f"{path}&status=error")).json()
        wrong = await world.get(f"{path}&start=yesterday")

    assert [item["request_id"] for item in everything["items"]] == ids[::-1]
    assert everything["items"][0]["json_input"]["seed"] == 2
    assert everything["items"][0]["status_code"] == 200
    assert ids[0] not in [item["request_id"] for item in recent["items"]]
    assert "json_input" not in recent["items"][0]
    assert [item["request_id"] for item in (*paged["items"], *rest["items"])] == ids[::-1]
    assert rest["has_more"] is False
    assert [item["request_id"] for item in one["items"]] == [ids[1]]
    assert none["items"] == []
    assert wrong.status_code == 400


# ── the server ───────────────────────────────────────────────────────────────────────────────


async def test_it_leaves_signals_to_the_app() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    async with practice():
        during = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    assert during == before


async def test_a_taken_port_is_an_error_and_stopping_twice_is_none() -> None:
    first = PracticeServer(PracticeFal(ENDPOINTS))
    base = await first.start()
    second = PracticeServer(PracticeFal(ENDPOINTS), port=httpx.URL(base).port or 0)
    with pytest.raises(OSError, match="in use"):
        await second.start()
    await first.stop()
    await first.stop()
    await second.stop()


async def test_the_apps_own_practice_mode_has_no_script_and_keeps_no_record() -> None:
    fal = PracticeFal(ENDPOINTS)
    server = PracticeServer(fal)
    base = await server.start()
    async with httpx.AsyncClient(base_url=base, headers=KEY, trust_env=False) as client:
        told = await client.post("/_script/lock", json={})
        await client.post(f"/{V11}", json={"prompt": "x"})
        seen = await client.get("/_script/seen")
    await server.stop()

    assert (told.status_code, seen.status_code) == (404, 405)
    assert fal.script.submits == []
    assert not fal.script.keys


def _files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
