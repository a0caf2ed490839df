"""The settings of a dropped picture, over HTTP."""

import io

import httpx
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.integration.api.site import Site
from tests.integration.playground import World

ADDRESS = "/api/v1/pictures/settings"


def with_parameters(text: str) -> bytes:
    info = PngInfo()
    info.add_text("parameters", text)
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


async def test_a_picture_of_ours_names_its_endpoint_and_everything_else(
    alice: httpx.AsyncClient, world: World
) -> None:
    run = await world.done(await world.start(prompt="a pier", num_images=2))
    data = (await alice.get(f"/media/{run.id}/0?download=1")).content
    told = (await alice.post(ADDRESS, files={"file": ("a.jpeg", data)})).json()
    assert (told["found"], told["tool"]) == (True, "playground")
    assert (told["endpoint_id"], told["slug"]) == ("fal-ai/flux-pro/v1.1", "v1.1")
    assert run.output is not None
    assert told["input"] == {**run.input, "seed": run.output.seed}


async def test_another_tool_s_picture_tells_what_fits_and_the_rest(
    alice: httpx.AsyncClient,
) -> None:
    data = with_parameters("a pier\nSteps: 20, Sampler: Euler, Seed: 3, Size: 64x64")
    told = (await alice.post(ADDRESS, files={"file": ("a.png", data)})).json()
    assert (told["tool"], told["slug"]) == ("web_ui", None)
    assert told["input"]["prompt"] == "a pier"
    assert told["rest"] == [{"name": "Sampler", "value": "Euler"}]


async def test_a_picture_that_says_nothing_is_no_error(alice: httpx.AsyncClient) -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "GIF")
    response = await alice.post(ADDRESS, files={"file": ("a.gif", out.getvalue())})
    assert response.status_code == 200
    told = response.json()
    assert (told["found"], told["input"], told["rest"]) == (False, {}, [])


async def test_what_is_no_picture_gets_a_sentence(alice: httpx.AsyncClient) -> None:
    response = await alice.post(ADDRESS, files={"file": ("a.svg", b"<svg/>")})
    assert response.status_code == 422
    assert "an SVG drawing" in str(response.json())
    assert (await alice.post(ADDRESS, data={"file": "text"})).status_code == 422


async def test_nothing_of_it_is_kept(alice: httpx.AsyncClient, site: Site) -> None:
    await alice.post(ADDRESS, files={"file": ("a.png", with_parameters("a"))})
    folder = site.world.folder / "pictures" / "uploads"
    assert not folder.exists()


async def test_nobody_is_answered_without_signing_in(nobody: httpx.AsyncClient) -> None:
    response = await nobody.post(ADDRESS, files={"file": ("a.png", with_parameters("a"))})
    assert response.status_code == 401
