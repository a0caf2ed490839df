"""Old pictures go by themselves where an admin wants that; nothing goes where nobody does."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.domain.audit import Act, AuditFilter
from backend.domain.marks import PictureId
from backend.domain.person import Person, Role
from backend.domain.preset import Cover
from backend.domain.run import Run, RunState
from backend.domain.sharing import Visibility
from backend.services.marking import Edit
from backend.services.presets import Said
from backend.services.rule_book import Wanted
from tests.integration.playground import V11, Fal, World, started

CAROL = Person(id="carol", name="Carol", role=Role.ADMIN, created_at=datetime.now(UTC))
NOTHING = Wanted(
    endpoints=None, ceilings={}, payloads=True, pictures_s=None, keep_days=None, banner=""
)
MONTH = timedelta(days=30)


async def ruled(world: World, days: int | None) -> None:
    await world.services.rules.set(CAROL, replace(NOTHING, keep_days=days))


async def made(world: World, **given: object) -> Run:
    return await world.done(await world.start(**given))


async def in_the_bin(world: World) -> set[str]:
    page = await world.services.deleted.list(world.alice)
    return {one.run.id for one in page.runs}


async def test_without_a_rule_nothing_ever_goes(world: World) -> None:
    run = await made(world)
    for _ in range(3):
        world.clock.ahead += 100 * MONTH
        assert await world.services.expiry.sweep() == 0
        assert await world.services.deleted.purge() == 0
    assert await world.services.control.see(world.alice, run.id) == run
    path = world.folder / "pictures" / (run.images[0].key or "")
    assert path.exists()


async def test_what_is_older_goes_to_recently_deleted_and_comes_back_whole(world: World) -> None:
    old = await made(world)
    world.clock.ahead += timedelta(days=20)
    young = await made(world)
    await ruled(world, 30)
    assert await world.services.expiry.sweep() == 0
    world.clock.ahead += timedelta(days=11)
    assert await world.services.expiry.sweep() == 1
    assert await in_the_bin(world) == {old.id}
    assert (await world.services.control.see(world.alice, young.id)).deleted_at is None
    back = await world.services.control.restore(world.alice, old.id)
    assert back == old


async def test_what_somebody_brought_back_has_its_whole_time_again(world: World) -> None:
    run = await made(world)
    await ruled(world, 30)
    world.clock.ahead += timedelta(days=31)
    assert await world.services.expiry.sweep() == 1
    await world.services.control.restore(world.alice, run.id)
    world.clock.ahead += timedelta(days=29)
    assert await world.services.expiry.sweep() == 0
    world.clock.ahead += timedelta(days=2)
    assert await world.services.expiry.sweep() == 1


async def test_thirty_days_later_files_and_words_go(world: World) -> None:
    run = await made(world)
    await ruled(world, 30)
    world.clock.ahead += timedelta(days=31)
    await world.services.expiry.sweep()
    world.clock.ahead += timedelta(days=29)
    assert await world.services.deleted.purge() == 0
    world.clock.ahead += timedelta(days=2)
    assert await world.services.deleted.purge() == 1
    assert not (world.folder / "pictures" / (run.images[0].key or "")).exists()


async def test_a_star_of_anybody_keeps_a_picture(world: World) -> None:
    starred, bare = await made(world), await made(world)
    picture = PictureId(run_id=starred.id, index=0)
    await world.services.control.share(world.alice, starred.id, Visibility.TEAM)
    await world.services.marking.edit(world.bob, picture, Edit(starred=True))
    await ruled(world, 30)
    world.clock.ahead += timedelta(days=31)
    assert await world.services.expiry.sweep() == 1
    assert await in_the_bin(world) == {bare.id}


async def test_the_cover_of_a_preset_stays_also_of_an_earlier_version(world: World) -> None:
    cover, earlier, bare = [await made(world) for _ in range(3)]
    said = Said(name="Fox", values={"prompt": "a fox"}, cover=Cover(run_id=earlier.id, index=0))
    presets = world.services.presets
    preset = await presets.save(world.alice, V11, said)
    await presets.update(
        world.alice, preset.id, Said(cover=Cover(run_id=cover.id, index=0)), preset.version
    )
    await ruled(world, 30)
    world.clock.ahead += timedelta(days=31)
    assert await world.services.expiry.sweep() == 1
    assert await in_the_bin(world) == {bare.id}


async def test_a_run_that_has_not_ended_or_has_no_picture_stays(world: World) -> None:
    run = await made(world)
    await world.services.control.store.note(run.id, images=())
    await ruled(world, 30)
    world.clock.ahead += timedelta(days=31)
    assert await world.services.expiry.sweep() == 0
    assert (await world.services.control.see(world.alice, run.id)).state is RunState.DONE


async def test_many_go_in_parts_and_the_log_says_how_many_and_that_nobody_did_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.services.expiry.AT_ONCE", 2)
    ids = {(await made(world)).id for _ in range(5)}
    await ruled(world, 1)
    world.clock.ahead += timedelta(days=2)
    assert await world.services.expiry.sweep() == 5
    assert await in_the_bin(world) == ids
    entries = await world.services.audit.store.page(AuditFilter(act=Act.RUN_EXPIRE))
    assert sorted(entry.facts["runs"] for entry in entries) == [1, 2, 2]
    assert {(entry.actor_id, entry.facts["days"]) for entry in entries} == {(None, 1)}


async def test_the_rule_stands_after_a_restart_and_the_server_obeys_it_by_itself(
    fal: Fal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.playground.CLEAN_EVERY_S", 0.05)
    async with started(fal, tmp_path) as world:
        run = await made(world)
        await ruled(world, 30)
    async with started(fal, tmp_path) as world, asyncio.timeout(20):
        world.clock.ahead += timedelta(days=31)
        while True:
            if await in_the_bin(world) == {run.id}:
                break
            await asyncio.sleep(0.01)
