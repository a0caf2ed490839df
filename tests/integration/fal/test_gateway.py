"""The whole way through the gateway, with practice mode at the other end."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from backend.domain import errors
from backend.fal.practice import Pace
from backend.fal.practice_script import Script
from tests.integration.fal.practice_world import ENDPOINTS, V11, png, practice
from tests.integration.fal.raw_fal import QuickClock, gateway_at


async def whole_run(gateway, endpoint_id, given):
    """The result of one run and its first picture."""
    handle = await gateway.submit(endpoint_id, given)
    states = [status.state async for status in gateway.follow(handle)]
    assert states[-1] == "completed"
    result = await gateway.result(handle)
    return result, await gateway.download(result.images[0].url)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.slug)
async def test_every_endpoint_makes_a_picture(endpoint):
    async with practice() as world, gateway_at(world.base) as gateway:
        given = await world.complete_input(endpoint)
        result, picture = await whole_run(gateway, endpoint.endpoint_id, given)
        image = result.images[0]
        assert Image.open(BytesIO(picture)).size == (image.width, image.height)
        assert result.output.seed is not None
        assert result.billable_units is not None


async def test_a_run_shows_its_queue_and_its_log():
    async with practice(pace=Pace(queue=0.1, run=0.2)) as world, gateway_at(world.base) as gateway:
        handle = await gateway.submit(V11, {"prompt": "a hill"})
        told = [status async for status in gateway.follow(handle)]
        assert told[0].state == "queued"
        assert "running" in {status.state for status in told}
        lines = [line for status in told for line in status.logs]
        assert lines
        assert len(lines) == len(set(lines))


async def test_an_uploaded_picture_can_be_used_and_an_inline_result_read():
    async with practice() as world, gateway_at(world.base) as gateway:
        url = await gateway.upload(png((64, 48), (1, 2, 3)), "image/png", "a.png")
        redux = next(endpoint for endpoint in ENDPOINTS if endpoint.slug == "v1.1-redux")
        handle = await gateway.submit(redux.endpoint_id, {"image_url": url, "sync_mode": True})
        assert [status.state async for status in gateway.follow(handle)][-1] == "completed"
        (image,) = (await gateway.result(handle)).images
        assert image.url is None
        assert Image.open(BytesIO(image.data)).width > 0


async def test_a_running_request_can_be_cancelled():
    async with practice(pace=Pace(queue=30, run=30)) as world, gateway_at(world.base) as gateway:
        handle = await gateway.submit(V11, {"prompt": "a hill"})
        assert await gateway.cancel(handle) == "requested"
        assert await gateway.cancel(gateway.handle(V11, "unknown-id")) == "not found"


async def test_a_request_whose_reply_was_lost_is_found_in_the_list():
    clock = QuickClock()
    async with practice() as world, gateway_at(world.base, clock=clock) as gateway:
        handle = await gateway.submit(V11, {"prompt": "a hill", "seed": 7})
        long_ago = clock.now() - timedelta(days=10_000)
        listed = await gateway.requests(V11, long_ago)
        (found,) = [request for request in listed if request.request_id == handle.request_id]
        assert found.input["prompt"] == "a hill"
        assert found.sent_at is not None
        again = gateway.handle(V11, found.request_id)
        assert [status.state async for status in gateway.follow(again)][-1] == "completed"


async def test_a_field_that_fal_refuses_is_named():
    async with practice() as world, gateway_at(world.base) as gateway:
        with pytest.raises(errors.Refused) as caught:
            await whole_run(gateway, V11, {"prompt": "x", "num_images": 99})
        assert list(caught.value.fields) == ["num_images"]


async def test_the_key_is_accepted_in_practice():
    async with practice(script=Script()) as world, gateway_at(world.base) as gateway:
        assert await gateway.key_state() == "accepted"
