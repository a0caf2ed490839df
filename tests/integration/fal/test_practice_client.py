"""fal's own Python client works with practice mode as with fal."""

from collections.abc import AsyncIterator
from io import BytesIO

import httpx
import pytest
from fal_client import AsyncClient, Completed, FalClientHTTPError, InProgress, Queued
from fal_client import client as library
from PIL import Image

from backend.domain.endpoint import Endpoint
from backend.fal.practice import Pace
from tests.integration.fal.practice_world import ENDPOINTS, V11, World, half_mask, png, practice


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with practice(pace=Pace(queue=0.06, run=0.12)) as running:
        monkeypatch.setattr(library, "QUEUE_URL_FORMAT", f"{running.base}/")
        monkeypatch.setattr(library, "REST_URL", running.base)
        monkeypatch.setattr(library, "CDN_URL", running.base)
        yield running


@pytest.fixture
async def fal(world: World) -> AsyncIterator[AsyncClient]:
    client = AsyncClient(key="a:b", default_timeout=10)
    yield client
    inner = await client._client
    await inner.aclose()


async def test_a_request_is_queued_runs_completes_and_gives_a_picture(
    fal: AsyncClient, world: World
) -> None:
    handle = await fal.submit(V11, {"prompt": "a lake", "seed": 4, "image_size": "square"})
    seen = [event async for event in handle.iter_events(with_logs=True, interval=0.01)]
    result = await handle.get(interval=0.01)

    assert isinstance(seen[0], Queued)
    assert isinstance(seen[-1], Completed)
    assert seen[-1].error is None
    assert seen[-1].metrics["inference_time"] == pytest.approx(0.12)
    messages = [line["message"] for line in seen[-1].logs or ()]
    assert messages[0].startswith("Practice mode")
    assert len(messages) > 3
    (image,) = result["images"]
    assert (image["width"], image["height"]) == (512, 512)
    assert result["seed"] == 4
    assert result["prompt"] == "a lake"
    assert result["has_nsfw_concepts"] == [False]
    data = (await world.get(image["url"])).content
    with Image.open(BytesIO(data)) as picture:
        assert picture.size == (512, 512)
        assert picture.format == "JPEG"


async def test_the_handle_that_the_client_builds_from_an_id_finds_the_request(
    fal: AsyncClient,
) -> None:
    handle = await fal.submit("fal-ai/flux-pro/v1.1-ultra", {"prompt": "a hill"})
    assert "/fal-ai/flux-pro/requests/" in handle.status_url

    built = await fal.get_handle("fal-ai/flux-pro/v1.1-ultra", handle.request_id)

    assert built.status_url == handle.status_url
    assert isinstance(await built.status(), Queued | InProgress)


async def test_a_wrong_input_is_a_422_in_fals_shape(fal: AsyncClient) -> None:
    with pytest.raises(FalClientHTTPError) as caught:
        await fal.submit(V11, {"prompt": "x", "num_images": 9})

    assert caught.value.status_code == 422
    (problem,) = caught.value.response.json()["detail"]
    assert problem["loc"] == ["body", "num_images"]
    assert problem["type"] == "less_than_equal"
    assert problem["ctx"] == {"le": 4}
    assert problem["input"] == 9


async def test_uploads_go_in_and_come_out_as_they_were(fal: AsyncClient, world: World) -> None:
    data = png((20, 10), (9, 8, 7))

    url = await fal.upload(data, "image/png", file_name="x.png")

    async with httpx.AsyncClient(trust_env=False) as stranger:
        reply = await stranger.get(url)
    assert reply.content == data
    assert reply.headers["content-type"] == "image/png"
    assert world.script.keys[httpx.URL(url).path] == {""}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.slug)
async def test_every_endpoint_makes_a_picture(
    fal: AsyncClient, world: World, endpoint: Endpoint
) -> None:
    given = await world.complete_input(endpoint)

    result = await fal.subscribe(endpoint.endpoint_id, given, interval=0.02)

    (image,) = result["images"]
    data = (await world.get(image["url"])).content
    with Image.open(BytesIO(data)) as picture:
        assert picture.size == (image["width"], image["height"])


async def test_fill_keeps_the_black_part_and_repaints_the_white_one(
    fal: AsyncClient, world: World
) -> None:
    source = png((120, 80), (10, 200, 30))
    given = {
        "prompt": "hills",
        "image_url": await world.upload(source),
        "mask_url": await world.upload(half_mask((120, 80))),
        "output_format": "png",
    }

    result = await fal.subscribe("fal-ai/flux-pro/v1/fill", given, interval=0.02)

    data = (await world.get(result["images"][0]["url"])).content
    with Image.open(BytesIO(data)) as picture:
        assert picture.size == (120, 80)
        assert picture.crop((0, 0, 60, 80)).getcolors() == [(4800, (10, 200, 30))]
        assert len(picture.crop((60, 0, 120, 80)).getcolors(10_000) or ()) > 50


async def test_cancelling_in_the_queue_ends_it_without_a_picture(
    fal: AsyncClient, world: World
) -> None:
    world.script.hold("queued")
    handle = await fal.submit(V11, {"prompt": "a hill"})

    await handle.cancel()
    status = await handle.status()

    assert isinstance(status, Completed)
    assert status.error_type == "client_cancelled"
    with pytest.raises(FalClientHTTPError) as caught:
        await fal.result(V11, handle.request_id)
    assert caught.value.status_code == 499
