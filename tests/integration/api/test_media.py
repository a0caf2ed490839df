"""Stored pictures over HTTP."""

import io
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from PIL import Image

from backend.domain.run import Run, RunState
from backend.pictures.metadata import read_metadata
from tests.integration.api.site import PASSWORD, Site, opened
from tests.integration.playground import Fal, World


@pytest.fixture
async def run(world: World) -> Run:
    """A done run of alice's with one large picture."""
    size = {"width": 1440, "height": 720}
    return await world.done(await world.start(seed=7, image_size=size))


async def stored(world: World, run: Run) -> bytes:
    """The bytes that the store keeps."""
    key = run.images[0].key
    assert key is not None
    return await world.services.gallery.pictures.read(key)


async def test_the_file_is_served_as_it_is_stored(
    alice: httpx.AsyncClient, world: World, run: Run
) -> None:
    data = await stored(world, run)
    for packing in ("identity", "gzip, deflate, br"):
        response = await alice.get(f"/media/{run.id}/0", headers={"accept-encoding": packing})
        assert response.status_code == 200
        assert response.content == data
        assert "content-encoding" not in response.headers
        assert response.headers["content-length"] == str(len(data))
    assert response.headers["content-type"] == run.images[0].content_type == "image/jpeg"
    assert response.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert "Cookie" in response.headers["vary"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["accept-ranges"] == "bytes"


async def test_the_name_of_the_file_is_telling(alice: httpx.AsyncClient, run: Run) -> None:
    shown = (await alice.get(f"/media/{run.id}/0")).headers["content-disposition"]
    saved = (await alice.get(f"/media/{run.id}/0?download=1")).headers["content-disposition"]
    name = f"flux-v1.1-{run.created_at:%Y-%m-%d}-7-0.jpeg"
    assert shown == f'inline; filename="{name}"'
    assert saved == f'attachment; filename="{name}"'


async def test_parts_of_the_file_are_given(
    alice: httpx.AsyncClient, world: World, run: Run
) -> None:
    data = await stored(world, run)
    size = len(data)
    for asked, start, end in (
        ("bytes=0-9", 0, 10),
        (f"bytes={size // 2}-{size // 2 + 99}", size // 2, size // 2 + 100),
        ("bytes=-25", size - 25, size),
        (f"bytes={size - 5}-", size - 5, size),
        (f"bytes=0-{size * 2}", 0, size),
    ):
        response = await alice.get(f"/media/{run.id}/0", headers={"range": asked})
        assert response.status_code == 206, asked
        assert response.content == data[start:end]
        assert response.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert response.headers["content-length"] == str(end - start)
        assert "content-encoding" not in response.headers


async def test_a_part_beyond_the_end_is_416_with_the_size(
    alice: httpx.AsyncClient, world: World, run: Run
) -> None:
    size = len(await stored(world, run))
    response = await alice.get(f"/media/{run.id}/0", headers={"range": f"bytes={size}-"})
    assert response.status_code == 416
    assert response.headers["content-range"] == f"bytes */{size}"
    assert response.content == b""


async def test_a_range_that_is_none_gives_the_whole_file(
    alice: httpx.AsyncClient, world: World, run: Run
) -> None:
    data = await stored(world, run)
    for asked in ("bytes=9-3", "bytes=0-1,4-5", "lines=1-2", "bytes=" + "9" * 5000 + "-"):
        response = await alice.get(f"/media/{run.id}/0", headers={"range": asked})
        assert (response.status_code, response.content) == (200, data), asked[:20]


async def test_head_tells_all_but_the_bytes(
    alice: httpx.AsyncClient, world: World, run: Run
) -> None:
    size = len(await stored(world, run))
    response = await alice.head(f"/media/{run.id}/0")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == str(size)
    assert response.headers["content-type"] == "image/jpeg"
    part = await alice.head(f"/media/{run.id}/0", headers={"range": "bytes=0-9"})
    assert (part.status_code, part.headers["content-length"]) == (206, "10")
    assert (await alice.head(f"/media/{run.id}/0/preview")).status_code == 200


async def test_the_preview_is_a_small_jpeg(alice: httpx.AsyncClient, run: Run) -> None:
    response = await alice.get(f"/media/{run.id}/0/preview")
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/jpeg"
    assert response.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert "Cookie" in response.headers["vary"]
    with Image.open(io.BytesIO(response.content)) as preview:
        assert (preview.format, preview.size) == ("JPEG", (1024, 512))


async def test_a_preview_of_an_earlier_version_is_still_served(
    alice: httpx.AsyncClient, world: World, run: Run
) -> None:
    image = (await world.get(run)).images[0]
    key = f"{(image.key or '').rpartition('.')[0]}.preview.webp"
    await world.services.gallery.pictures.write(key, b"a WebP of before")
    await world.services.gallery.store.put_image(run.id, replace(image, preview_key=key))
    response = await alice.get(f"/media/{run.id}/0/preview")
    assert response.headers["content-type"] == "image/webp"
    assert response.content == b"a WebP of before"


async def test_a_preview_whose_file_is_gone_is_made_again(
    alice: httpx.AsyncClient, world: World, run: Run
) -> None:
    first = (await alice.get(f"/media/{run.id}/0/preview")).content
    key = (await world.get(run)).images[0].preview_key
    assert key is not None
    await world.services.gallery.pictures.remove(key)
    again = await alice.get(f"/media/{run.id}/0/preview")
    assert (again.status_code, again.content) == (200, first)
    key = (await world.get(run)).images[0].preview_key
    assert key is not None
    assert await world.services.gallery.pictures.read(key) == first


async def test_a_picture_whose_file_is_gone_is_a_404(
    alice: httpx.AsyncClient, world: World, run: Run
) -> None:
    for key in (run.images[0].key, (await world.get(run)).images[0].preview_key):
        if key is not None:
            await world.services.gallery.pictures.remove(key)
    for path in ("", "/preview"):
        response = await alice.get(f"/media/{run.id}/0{path}")
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"


async def test_a_picture_that_is_not_there_is_a_404(alice: httpx.AsyncClient, run: Run) -> None:
    for path in (f"{run.id}/1", f"{run.id}/-1", f"{run.id}/99999999999999999999", "nothing/0"):
        for end in ("", "/preview"):
            assert (await alice.get(f"/media/{path}{end}")).status_code == 404, path
    assert (await alice.get("/media/uploads/nothing")).status_code in (404, 422)


async def test_a_picture_that_is_not_stored_yet_is_a_404(
    alice: httpx.AsyncClient, world: World
) -> None:
    world.script.hold("queued")
    run = await world.until(await world.start(), RunState.QUEUED)
    assert (await alice.get(f"/media/{run.id}/0")).status_code == 404
    world.script.release()


TRAVERSALS = (
    "/media/../playground.db",
    "/media/%2e%2e/playground.db",
    "/media/..%2f..%2fetc%2fpasswd/0",
    "/media/uploads/..%2f..%2fplayground.db",
    "/media/uploads/%2fetc%2fpasswd",
    "/media/uploads/....//playground.db",
    "/media/{run}/0%2f..%2f..%2fplayground.db",
    "/media/{run}/0/../../playground.db",
    "/media/%00/0",
    "/static/%2e%2e/%2e%2e/app.py",
    "/static/..%2f..%2fapp.py",
    "/static/api/..%2f..%2fapp.py",
    "/static/%5c..%5c..%5capp.py",
)


async def test_no_address_leads_out_of_the_folder(alice: httpx.AsyncClient, run: Run) -> None:
    for path in TRAVERSALS:
        response = await alice.get(path.format(run=run.id))
        assert response.status_code in (404, 405, 422), path
        assert b"SQLite" not in response.content
        assert b"def main" not in response.content


async def test_a_deleted_run_shows_its_pictures_to_its_owner_only(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, run: Run
) -> None:
    await alice.delete(f"/api/v1/runs/{run.id}")
    for path in (f"/media/{run.id}/0", f"/media/{run.id}/0/preview"):
        assert (await alice.get(path)).status_code == 200
        assert (await bob.get(path)).status_code == 404


async def test_nobody_sees_a_picture_without_a_person(
    site: Site, nobody: httpx.AsyncClient, run: Run
) -> None:
    for path in (f"/media/{run.id}/0", f"/media/{run.id}/0/preview", "/media/uploads/x"):
        response = await nobody.get(path)
        assert response.status_code == 401
        assert not re.search(r"image/", response.headers["content-type"])


async def test_prompts_are_kept_out_of_what_leaves_where_that_is_wished(
    fal: Fal, tmp_path: Path
) -> None:
    async with opened(fal, tmp_path, app_password=PASSWORD, prompts_in_downloads=False) as site:
        alice = await site.browser(site.world.alice)
        run = await site.world.done(await site.world.start(prompt="a secret garden", seed=7))
        data = await stored(site.world, run)
        assert b"secret garden" in data
        for address in (f"/media/{run.id}/0", f"/media/{run.id}/0?download=1"):
            response = await alice.get(address)
            assert b"secret" not in response.content
            assert b"s\x00e\x00c\x00r\x00e\x00t" not in response.content
            assert response.headers["content-length"] == str(len(response.content))
            found = read_metadata(response.content)
            assert found is not None
            assert (found.seed, "prompt" in found.input) == (7, False)
            assert pixels(response.content) == pixels(data)
        part = await alice.get(f"/media/{run.id}/0", headers={"range": "bytes=0-9"})
        assert (part.status_code, len(part.content)) == (206, 10)


def pixels(data: bytes) -> bytes:
    image = Image.open(io.BytesIO(data))
    return image.tobytes()
