"""Starting runs: every endpoint, nothing on a refused input, once for each key."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from backend.domain.endpoint import Endpoint
from backend.domain.errors import (
    InputRefused,
    IntakeClosed,
    KeyReused,
    NotAllowed,
)
from backend.domain.field import Kind
from backend.domain.run import RunState
from backend.endpoints.catalogue import load_catalogue
from backend.services.uploads import PREFIX
from tests.integration.playground import V11, World
from tests.integration.services.pictures import (
    SIZE,
    a_mask,
    a_picture,
    as_data_url,
    open_picture,
)
from tests.unit.services.inputs import PROMPT, complete_input

ENDPOINTS = load_catalogue().endpoints
BY_SLUG = {endpoint.slug: endpoint for endpoint in ENDPOINTS}
REDUX = "fal-ai/flux-pro/v1/redux"
FILL = "fal-ai/flux-pro/v1/fill"
OWN_ENDPOINT = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.slug)


async def as_data(world: World) -> dict[Kind, str]:
    """Picture and mask inline."""
    return {Kind.IMAGE: as_data_url(a_picture()), Kind.MASK: as_data_url(a_mask(mode="RGB"))}


async def as_uploads(world: World) -> dict[Kind, str]:
    """Picture and mask as uploads of alice's."""
    uploads = world.services.uploads
    picture = await uploads.add(world.alice, a_picture())
    mask = await uploads.add(world.alice, a_mask(mode="RGBA"))
    return {Kind.IMAGE: f"{PREFIX}{picture.id}", Kind.MASK: f"{PREFIX}{mask.id}"}


async def refused(world: World, endpoint_id: str, given: dict[str, Any]) -> dict[str, str]:
    """The messages of an input that starts nothing, by field."""
    before = (world.posts, len(await world.runs()), world.script.calls["upload"])
    with pytest.raises(InputRefused) as caught:
        await world.services.generate.start(world.alice, endpoint_id, given)
    assert (world.posts, len(await world.runs()), world.script.calls["upload"]) == before
    assert world.services.runner.in_flight == world.services.runner.waiting == 0
    return caught.value.fields


async def stored(world: World, value: str) -> bytes:
    """The bytes that an image field's `upload:{id}` stands for."""
    upload = await world.services.uploads.seen(world.alice, value.removeprefix(PREFIX))
    return await world.services.uploads.read(upload)


# ── every endpoint ───────────────────────────────────────────────────────────────────────────


@OWN_ENDPOINT
@pytest.mark.parametrize("bring", [as_data, as_uploads])
async def test_every_endpoint_makes_a_picture_from_a_complete_input(
    world: World, endpoint: Endpoint, bring: Callable[[World], Any]
) -> None:
    values = complete_input(endpoint, await bring(world))
    run = await world.services.generate.start(world.alice, endpoint.endpoint_id, values)
    run = await world.done(run)
    assert world.posts == 1
    assert all(image.key is not None for image in run.images)
    pictures = {field.name for field in endpoint.fields if field.is_picture}
    sent = world.script.submits[0].input
    assert world.script.submits[0].endpoint_id == endpoint.endpoint_id
    for name, value in values.items():
        if name in pictures:
            assert run.input[name].startswith(PREFIX)
            assert sent[name].startswith("http")
        else:
            assert run.input[name] == sent[name] == value
    assert set(sent) == set(run.input) == set(values)


@OWN_ENDPOINT
async def test_only_what_was_given_is_sent(world: World, endpoint: Endpoint) -> None:
    values = complete_input(endpoint, await as_uploads(world))
    needed = {field.name: values[field.name] for field in endpoint.fields if field.required}
    run = await world.services.generate.start(world.alice, endpoint.endpoint_id, needed)
    await world.until_it(run, lambda now: now.request_id is not None, "accepted")
    assert set(world.script.submits[0].input) == set(needed)
    assert run.defaults == endpoint.defaults


# ── pictures and masks ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "1"])
async def test_a_mask_becomes_one_channel_of_black_and_white_of_its_pictures_size(
    world: World, mode: str
) -> None:
    given = {
        "prompt": PROMPT,
        "image_url": as_data_url(a_picture(file_format="JPEG"), "image/jpeg"),
        "mask_url": as_data_url(a_mask(mode=mode)),
    }
    run = await world.done(await world.services.generate.start(world.alice, FILL, given))
    data = await stored(world, run.input["mask_url"])
    mask = open_picture(data)
    assert (mask.format, mask.mode, mask.size) == ("PNG", "L", SIZE)
    assert {level for level, count in enumerate(mask.histogram()) if count} == {0, 255}
    async with httpx.AsyncClient(trust_env=False) as client:
        at_fal = await client.get(world.script.submits[0].input["mask_url"])
    assert at_fal.content == data


async def test_a_feathered_mask_reaches_fal_with_every_grey_also_when_it_is_used_again(
    world: World,
) -> None:
    feathered = a_mask(mode="L")
    given = {
        "prompt": PROMPT,
        "image_url": as_data_url(a_picture()),
        "mask_url": as_data_url(feathered),
    }
    run = await world.done(await world.services.generate.start(world.alice, FILL, given))
    again = await world.done(
        await world.services.generate.start(world.alice, FILL, dict(run.input))
    )
    assert again.input["mask_url"] == run.input["mask_url"]
    async with httpx.AsyncClient(trust_env=False) as client:
        for submit in world.script.submits:
            at_fal = open_picture((await client.get(submit.input["mask_url"])).content)
            assert (at_fal.format, at_fal.mode) == ("PNG", "L")
            assert at_fal.tobytes() == open_picture(feathered).tobytes()


async def test_a_picture_and_a_mask_of_other_sizes_start_nothing(world: World) -> None:
    given = {
        "prompt": PROMPT,
        "image_url": as_data_url(a_picture()),
        "mask_url": as_data_url(a_mask(size=(64, 96))),
    }
    fields = await refused(world, FILL, given)
    assert list(fields) == ["mask_url"]
    assert "64 × 96" in fields["mask_url"]
    assert "96 × 64" in fields["mask_url"]


async def test_an_empty_mask_starts_nothing(world: World) -> None:
    given = {
        "prompt": PROMPT,
        "image_url": as_data_url(a_picture()),
        "mask_url": as_data_url(a_mask(white=False)),
    }
    fields = await refused(world, FILL, given)
    assert list(fields) == ["mask_url"]
    assert "empty" in fields["mask_url"]


@pytest.mark.parametrize("scheme", ["data:", "DATA:", "Data:"])
async def test_a_data_url_is_one_however_it_is_written(world: World, scheme: str) -> None:
    given = {"image_url": as_data_url(a_picture()).replace("data:", scheme)}
    run = await world.services.generate.start(world.alice, REDUX, given)
    assert await stored(world, run.input["image_url"]) == a_picture()


# ── refused inputs ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("slug", "change", "field"),
    [
        ("v1.1", {"prompt": "   "}, "prompt"),
        ("v1.1", {"prompt": "x" * 20_001}, "prompt"),
        ("v1.1", {"prompt": None}, "prompt"),
        ("v1.1", {"num_images": 5}, "num_images"),
        ("v1.1", {"num_images": 2.0}, "num_images"),
        ("v1.1", {"seed": "7"}, "seed"),
        ("v1.1", {"sync_mode": "yes"}, "sync_mode"),
        ("v1.1", {"image_size": {"width": 64}}, "image_size"),
        ("v1.1", {"enable_safety_checker": True}, "enable_safety_checker"),
        ("v1.1-ultra", {"aspect_ratio": "wide"}, "aspect_ratio"),
        ("v1.1-ultra-finetuned", {"finetune_id": ""}, "finetune_id"),
        ("v1.1-ultra-finetuned", {"finetune_strength": 2.5}, "finetune_strength"),
        ("v1-redux", {"image_url": ""}, "image_url"),
        ("v1-redux", {"image_url": "upload:0123456789abcdef01234567"}, "image_url"),
        ("v1-redux", {"image_url": "upload:../../etc/passwd"}, "image_url"),
        ("v1-redux", {"image_url": "file:///etc/passwd"}, "image_url"),
        ("v1-redux", {"image_url": "http://127.0.0.1/a.png"}, "image_url"),
        ("v1-redux", {"image_url": "http://[::1]/a.png"}, "image_url"),
        ("v1-redux", {"image_url": "http://169.254.169.254/latest"}, "image_url"),
        ("v1-redux", {"image_url": "data:image/png;base64,AAAA"}, "image_url"),
        ("v1-redux", {"image_url": "data:image/png;base64,%%%"}, "image_url"),
        ("v1-redux", {"image_url": "data:text/html;base64,PGI+"}, "image_url"),
        ("v1-redux", {"image_url": as_data_url(b"<svg xmlns='s'/>")}, "image_url"),
        ("v1-fill", {"mask_url": as_data_url(b"not a picture")}, "mask_url"),
    ],
    ids=lambda value: str(value)[:50],
)
async def test_nothing_is_posted_or_written_on_a_refused_input(
    world: World, slug: str, change: dict[str, Any], field: str
) -> None:
    endpoint = BY_SLUG[slug]
    values = complete_input(endpoint, await as_uploads(world))
    fields = await refused(world, endpoint.endpoint_id, {**values, **change})
    assert list(fields) == [field]
    assert len(fields[field]) > 10


@OWN_ENDPOINT
async def test_each_required_field_is_asked_for_at_once(world: World, endpoint: Endpoint) -> None:
    fields = await refused(world, endpoint.endpoint_id, {})
    assert set(fields) == {field.name for field in endpoint.fields if field.required}


async def test_an_endpoint_that_is_not_here_starts_nothing(world: World) -> None:
    assert await refused(world, "fal-ai/flux-pro/v0", {"prompt": PROMPT}) == {}


async def test_a_closed_intake_starts_nothing(world: World) -> None:
    world.services.runner.close_intake()
    with pytest.raises(IntakeClosed):
        await world.start()
    assert (world.posts, await world.runs()) == (0, ())


# ── what a prompt may hold ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "prompt",
    [
        "x" * 10_000,
        "👩‍🚀 rides a 🐎 under 𝔤𝔬𝔱𝔥𝔦𝔠 arches",
        "\u202eשלום עולם مرحبا بالعالم\u202c",
        "${alert(1)} {{7*7}} `id` $(id) %s {0}",
        "<img src=x onerror=alert(1)></textarea>",
        "line\nline\r\nline\u2028line\ttab",
        "' OR 1=1; DROP TABLE runs; --",
    ],
    ids=lambda prompt: ascii(prompt[:20]),
)
async def test_a_prompt_arrives_and_is_kept_letter_by_letter(world: World, prompt: str) -> None:
    run = await world.done(await world.start(prompt=prompt))
    assert world.script.submits[0].input["prompt"] == prompt
    assert run.input["prompt"] == prompt
    assert (await world.services.view.one(run, world.alice))["input"]["prompt"] == prompt


# ── idempotency ──────────────────────────────────────────────────────────────────────────────


async def test_the_same_key_twice_is_one_run(world: World) -> None:
    first = await world.start(key="press-1")
    second = await world.start(key="press-1")
    assert second.id == first.id
    await world.done(first)
    third = await world.start(key="press-1")
    assert (third.id, third.state) == (first.id, RunState.DONE)
    assert (world.posts, len(await world.runs())) == (1, 1)


async def test_the_same_key_with_the_same_picture_inline_is_one_run(world: World) -> None:
    given = {"image_url": as_data_url(a_picture())}
    start = world.services.generate.start
    first = await start(world.alice, REDUX, given, "press-1")
    assert (await start(world.alice, REDUX, given, "press-1")).id == first.id


@pytest.mark.parametrize(
    ("endpoint_id", "change"),
    [(V11, {"prompt": "another hill"}), (V11, {"seed": 1}), ("fal-ai/flux-pro", {})],
    ids=["other prompt", "one field more", "other endpoint"],
)
async def test_a_key_that_was_used_otherwise_is_refused(
    world: World, endpoint_id: str, change: dict[str, Any]
) -> None:
    first = await world.start(key="press-1")
    with pytest.raises(KeyReused):
        await world.start(endpoint_id, key="press-1", **change)
    await world.done(first)
    assert (world.posts, len(await world.runs())) == (1, 1)


async def test_a_key_belongs_to_the_person_who_used_it(world: World) -> None:
    hers = await world.start(key="press-1")
    his = await world.services.generate.start(world.bob, V11, hers.input, "press-1")
    assert his.id != hers.id


async def test_twenty_presses_at_once_with_one_key_buy_one_picture(world: World) -> None:
    runs = await asyncio.gather(*(world.start(key="press-1") for _ in range(20)))
    assert len({run.id for run in runs}) == 1
    await world.done(runs[0])
    assert (world.posts, len(await world.runs())) == (1, 1)


async def test_presses_without_a_key_are_a_run_each(world: World) -> None:
    runs = await asyncio.gather(*(world.start() for _ in range(5)))
    for run in runs:
        await world.done(run)
    assert world.posts == len(await world.runs()) == 5


# ── whose picture ────────────────────────────────────────────────────────────────────────────


async def test_a_picture_in_a_run_of_the_team_becomes_ones_own(world: World) -> None:
    hers = await world.services.generate.start(
        world.alice, REDUX, {"image_url": as_data_url(a_picture())}
    )
    his = await world.services.generate.start(world.bob, REDUX, hers.input)
    assert his.input["image_url"] != hers.input["image_url"]
    upload = await world.services.uploads.seen(
        world.bob, his.input["image_url"].removeprefix(PREFIX)
    )
    assert upload.person_id == world.bob.id
    assert await world.services.uploads.read(upload) == a_picture()


async def test_a_picture_that_nobody_has_used_is_its_owners_alone(world: World) -> None:
    upload = await world.services.uploads.add(world.alice, a_picture())
    messages = []
    for value in (upload.id, "f" * 24):
        with pytest.raises(InputRefused) as caught:
            await world.services.generate.start(world.bob, REDUX, {"image_url": f"{PREFIX}{value}"})
        messages.append(caught.value.fields)
    assert messages[0] == messages[1], "whether it exists is nobody's business"
    assert list(messages[0]) == ["image_url"]
    assert world.posts == 0


async def test_a_picture_of_a_deleted_run_is_its_owners_alone_again(world: World) -> None:
    run = await world.services.generate.start(
        world.alice, REDUX, {"image_url": as_data_url(a_picture())}
    )
    run = await world.done(run)
    await world.services.control.delete(world.alice, run.id)
    with pytest.raises(InputRefused):
        await world.services.generate.start(world.bob, REDUX, run.input)
    with pytest.raises(NotAllowed):
        await world.services.uploads.add_image(world.bob, run.id, 0)


async def test_what_a_run_of_the_team_made_can_be_a_reference(world: World) -> None:
    run = await world.done(await world.start())
    upload = await world.services.uploads.add_image(world.bob, run.id, 0)
    again = await world.services.generate.start(
        world.bob, REDUX, {"image_url": f"{PREFIX}{upload.id}"}
    )
    assert (upload.width, upload.height) == (64, 48)
    assert again.person_id == world.bob.id


# ── the price before ─────────────────────────────────────────────────────────────────────────


async def test_the_estimate_goes_by_the_picture_that_is_known(world: World) -> None:
    large = await world.services.uploads.add(world.alice, a_picture(size=(1500, 1000)))
    generate = world.services.generate
    given = {"prompt": PROMPT, "image_url": f"{PREFIX}{large.id}", "num_images": 2}
    hers = await generate.estimate(world.alice, FILL, given)
    assert hers.usd == Decimal("0.20")
    # bob may not even learn its size
    his = await generate.estimate(world.bob, FILL, given)
    assert his.usd == Decimal("0.40")
    assert world.posts == 0


async def test_a_check_gives_the_price_or_what_is_wrong(world: World) -> None:
    generate = world.services.generate
    price, wrong = await generate.check(world.alice, V11, {"prompt": PROMPT, "num_images": 3})
    assert price is not None
    assert (price.usd, wrong) == (Decimal("0.12"), {})
    nothing, wrong = await generate.check(world.alice, V11, {"num_images": 9})
    assert nothing is None
    assert set(wrong) == {"prompt", "num_images"}
    assert await world.runs() == ()
