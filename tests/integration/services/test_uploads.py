"""Pictures that people bring: kept while something refers to them, gone a day later otherwise."""

import asyncio
from datetime import timedelta

import pytest

from backend.domain.errors import NotFound, PictureRefused
from backend.domain.person import Person
from backend.domain.picture import Upload
from backend.domain.preset import KEPT_DELETED
from backend.services.presets import Said
from backend.services.uploads import PREFIX
from tests.integration.playground import World
from tests.integration.services.pictures import SIZE, a_mask, a_picture

REDUX = "fal-ai/flux-pro/v1/redux"
ALMOST_A_DAY = timedelta(hours=23)
OVER_A_DAY = timedelta(hours=25)


async def there(world: World, person: Person, upload: Upload) -> bool:
    """Whether this person still has it, with its bytes."""
    try:
        seen = await world.services.uploads.seen(person, upload.id)
    except PictureRefused:
        return False
    return len(await world.services.uploads.read(seen)) == upload.bytes


async def file_there(world: World, upload: Upload) -> bool:
    """Whether its file is still kept."""
    try:
        return await world.services.uploads.pictures.size(upload.key) > 0
    except NotFound:
        return False


async def later(world: World, time: timedelta) -> int:
    """Clean after that time; how many went."""
    world.clock.ahead += time
    return await world.services.uploads.clean()


# ── what is kept ─────────────────────────────────────────────────────────────────────────────


async def test_an_unused_picture_goes_after_a_day_and_not_before(world: World) -> None:
    upload = await world.services.uploads.add(world.alice, a_picture())
    assert await later(world, ALMOST_A_DAY) == 0
    assert await there(world, world.alice, upload)
    assert await later(world, OVER_A_DAY - ALMOST_A_DAY) == 1
    assert not await there(world, world.alice, upload)
    assert not await file_there(world, upload)
    assert await later(world, timedelta()) == 0


async def test_a_picture_of_a_run_stays_even_of_a_deleted_one(world: World) -> None:
    upload = await world.services.uploads.add(world.alice, a_picture())
    reference = {"image_url": f"{PREFIX}{upload.id}"}
    run = await world.done(await world.services.generate.start(world.alice, REDUX, reference))
    assert await later(world, OVER_A_DAY) == 0
    await world.services.control.delete(world.alice, run.id)
    assert await later(world, OVER_A_DAY) == 0
    await world.services.control.restore(world.alice, run.id)
    assert (await world.services.control.again(world.alice, run.id)).input == reference
    assert await there(world, world.alice, upload)


async def test_a_picture_of_a_preset_stays_as_long_as_the_preset(world: World) -> None:
    upload = await world.services.uploads.add(world.alice, a_picture())
    presets = world.services.presets
    values = {"image_url": f"{PREFIX}{upload.id}"}
    saved = await presets.save(world.alice, REDUX, Said(name="Mine", values=values))
    assert await later(world, OVER_A_DAY) == 0
    assert await there(world, world.alice, upload)
    await presets.remove(world.alice, saved.id)
    assert await later(world, timedelta()) == 0, "it can be brought back"
    world.clock.ahead += KEPT_DELETED
    assert await presets.clean() == 1
    assert await later(world, timedelta()) == 1
    assert not await file_there(world, upload)


async def test_a_picture_of_an_earlier_version_stays_with_it(
    world: World,
) -> None:
    uploads, presets = world.services.uploads, world.services.presets
    old = await uploads.add(world.alice, a_picture(10))
    new = await uploads.add(world.alice, a_picture(20))
    saved = await presets.save(
        world.alice, REDUX, Said(name="Mine", values={"image_url": f"{PREFIX}{old.id}"})
    )
    await presets.update(world.alice, saved.id, Said(values={"image_url": f"{PREFIX}{new.id}"}))
    assert await later(world, OVER_A_DAY) == 0
    back = await presets.back_to(world.alice, saved.id, 1)
    assert back.values == {"image_url": f"{PREFIX}{old.id}"}
    assert await there(world, world.alice, old)
    assert await there(world, world.alice, new)


async def test_only_what_nobody_uses_goes(world: World) -> None:
    uploads = world.services.uploads
    kept, unused = [await uploads.add(world.alice, a_picture(n)) for n in (10, 20)]
    await world.services.generate.start(world.alice, REDUX, {"image_url": f"{PREFIX}{kept.id}"})
    world.clock.ahead += OVER_A_DAY
    young = await uploads.add(world.alice, a_picture(40))
    assert await uploads.clean() == 1
    assert await there(world, world.alice, kept)
    assert await there(world, world.alice, young)
    assert not await there(world, world.alice, unused)


# ── the same bytes twice ─────────────────────────────────────────────────────────────────────


async def test_one_person_bringing_the_same_picture_twice_has_it_once(world: World) -> None:
    uploads = world.services.uploads
    first = await uploads.add(world.alice, a_picture())
    assert await uploads.add(world.alice, a_picture()) == first
    at_once = await asyncio.gather(*(uploads.add(world.alice, a_picture()) for _ in range(8)))
    assert set(at_once) == {first}


async def test_a_file_of_two_people_stays_until_the_last_of_them_lets_go(world: World) -> None:
    uploads = world.services.uploads
    hers = await uploads.add(world.alice, a_picture())
    world.clock.ahead += ALMOST_A_DAY
    his = await uploads.add(world.bob, a_picture())
    assert (his.id != hers.id, his.key) == (True, hers.key)
    assert await later(world, OVER_A_DAY - ALMOST_A_DAY) == 1
    assert not await there(world, world.alice, hers)
    assert await there(world, world.bob, his)
    assert await later(world, ALMOST_A_DAY) == 1
    assert not await file_there(world, his)


async def test_what_went_can_be_brought_again(world: World) -> None:
    uploads = world.services.uploads
    first = await uploads.add(world.alice, a_picture())
    await later(world, OVER_A_DAY)
    again = await uploads.add(world.alice, a_picture())
    assert again.id != first.id
    assert await there(world, world.alice, again)


async def test_a_picture_that_is_brought_again_has_its_day_before_it_again(world: World) -> None:
    uploads = world.services.uploads
    await uploads.add(world.alice, a_picture())
    world.clock.ahead += OVER_A_DAY
    again = await uploads.add(world.alice, a_picture())
    assert await uploads.clean() == 0
    assert await there(world, world.alice, again)


async def test_a_picture_in_use_that_is_brought_again_stays_the_one_it_was(world: World) -> None:
    uploads = world.services.uploads
    upload = await uploads.add(world.alice, a_picture())
    await world.services.generate.start(world.alice, REDUX, {"image_url": f"{PREFIX}{upload.id}"})
    world.clock.ahead += OVER_A_DAY
    assert (await uploads.add(world.alice, a_picture())).id == upload.id


async def test_bringing_and_cleaning_at_once_loses_nothing(world: World) -> None:
    uploads = world.services.uploads
    for _ in range(5):
        await uploads.add(world.alice, a_picture())
        world.clock.ahead += OVER_A_DAY
        his, _ = await asyncio.gather(uploads.add(world.bob, a_picture()), uploads.clean())
        assert await there(world, world.bob, his)
        await later(world, OVER_A_DAY)


# ── whose ────────────────────────────────────────────────────────────────────────────────────


async def test_nobody_sees_what_another_only_brought(world: World) -> None:
    upload = await world.services.uploads.add(world.alice, a_picture())
    with pytest.raises(PictureRefused) as hers:
        await world.services.uploads.seen(world.bob, upload.id)
    with pytest.raises(PictureRefused) as nobodys:
        await world.services.uploads.seen(world.bob, "f" * 24)
    assert hers.value.message == nobodys.value.message


async def test_a_claimed_picture_is_a_row_of_ones_own_with_no_copy_at_fal(world: World) -> None:
    uploads = world.services.uploads
    upload = await uploads.add(world.alice, a_picture())
    run = await world.services.generate.start(
        world.alice, REDUX, {"image_url": f"{PREFIX}{upload.id}"}
    )
    await world.done(run)
    claimed = await uploads.claim(world.bob, upload.id)
    assert (claimed.person_id, claimed.key) == (world.bob.id, upload.key)
    assert claimed.fal_url is None
    assert await uploads.claim(world.bob, upload.id) == claimed
    assert (await uploads.claim(world.alice, upload.id)).id == upload.id


async def test_a_mask_is_kept_in_the_size_that_was_asked_for(world: World) -> None:
    uploads = world.services.uploads
    mask = await uploads.add_mask(world.alice, a_mask(mode="RGBA"), SIZE)
    assert (mask.width, mask.height, mask.content_type) == (*SIZE, "image/png")
    with pytest.raises(PictureRefused):
        await uploads.add_mask(world.alice, a_mask(), (SIZE[1], SIZE[0]))


async def test_an_image_that_is_not_there_can_not_be_taken(world: World) -> None:
    run = await world.done(await world.start())
    for run_id, index in ((run.id, 1), (run.id, -1), ("nothing", 0)):
        with pytest.raises(NotFound):
            await world.services.uploads.add_image(world.alice, run_id, index)
