"""Saved presets."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.domain.errors import InputRefused, NameTaken, NotFound, PresetChanged
from backend.domain.preset import Cover, Preset, PresetFilter
from backend.domain.sharing import Possession, Visibility
from backend.store.presets import SqlPresetStore
from backend.store.runs import SqlRunStore
from tests.integration.store.making import NOON, TestClock, a_preset, a_run, written


async def of_alice(presets: SqlPresetStore, **which: Any) -> tuple[Preset, ...]:
    return await presets.list(PresetFilter(person_id="alice", **which))


async def test_a_preset_is_read_as_it_was_given(presets: SqlPresetStore) -> None:
    given = a_preset(
        name="Ünïcode 🎨\u200f", description="x" * 5000, values={"seed": 0, "raw": False}
    )
    assert await presets.add(given) == given
    assert await presets.get(given.id) == given
    assert await presets.get("nothing") is None


async def test_a_preset_without_times_gets_those_of_now(
    presets: SqlPresetStore, clock: TestClock
) -> None:
    added = await presets.add(a_preset(created_at=None, updated_at=None))
    assert (added.created_at, added.updated_at) == (clock.now(), clock.now())


async def test_a_shipped_preset_can_not_be_saved(presets: SqlPresetStore) -> None:
    with pytest.raises(ValueError, match="person"):
        await presets.add(a_preset(person_id=None))


@pytest.mark.parametrize("name", ["Warm light", "WARM LIGHT", " warm light ", "warm ｌight"])
async def test_a_name_is_taken_whatever_its_case(presets: SqlPresetStore, name: str) -> None:
    first = await presets.add(a_preset(name="Warm light"))
    with pytest.raises(NameTaken) as caught:
        await presets.add(a_preset(name=name))
    assert list(caught.value.fields) == ["name"]
    assert await of_alice(presets) == (first,)


async def test_a_name_is_free_for_another_person_and_another_endpoint(
    presets: SqlPresetStore,
) -> None:
    await presets.add(a_preset(name="Warm"))
    await presets.add(a_preset(name="Warm", person_id="bob"))
    await presets.add(a_preset(name="Warm", endpoint_id="fal-ai/flux-pro"))
    assert len(await of_alice(presets)) == 2


async def test_two_at_once_can_not_have_one_name(presets: SqlPresetStore) -> None:
    answers = await asyncio.gather(
        *(presets.add(a_preset(name="Warm")) for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(answer, NameTaken) for answer in answers) == 7


async def test_a_persons_presets_come_last_updated_first(
    presets: SqlPresetStore, clock: TestClock
) -> None:
    first = await presets.add(a_preset())
    second = await presets.add(a_preset(updated_at=NOON + timedelta(minutes=1)))
    await presets.add(a_preset(person_id="bob"))
    assert await of_alice(presets) == (second, first)
    clock.time += timedelta(hours=1)
    updated = await presets.update(first)
    assert await of_alice(presets) == (updated, second)


async def test_an_update_changes_values_name_and_description_only(
    presets: SqlPresetStore, clock: TestClock
) -> None:
    preset = await presets.add(a_preset())
    clock.time += timedelta(hours=1)
    wanted = replace(preset, name="New", description="d", values={"seed": 1})
    stolen = replace(wanted, person_id="bob", endpoint_id="other", created_at=clock.now())
    updated = await presets.update(stolen)
    assert updated == replace(wanted, updated_at=clock.now(), version=2)
    assert await presets.get(preset.id) == updated


async def test_an_update_to_a_taken_name_changes_nothing(presets: SqlPresetStore) -> None:
    await presets.add(a_preset(name="Warm"))
    cold = await presets.add(a_preset(name="Cold"))
    with pytest.raises(NameTaken):
        await presets.update(replace(cold, name="warm"))
    assert await presets.get(cold.id) == cold
    assert (await presets.update(replace(cold, name="COLD"))).name == "COLD"


async def test_a_preset_that_is_gone_can_not_be_updated(presets: SqlPresetStore) -> None:
    preset = await presets.add(a_preset())
    await presets.remove(preset.id)
    await presets.remove(preset.id)
    kept = await presets.get(preset.id)
    assert kept is not None
    assert kept.deleted_at is not None
    assert await of_alice(presets) == ()
    with pytest.raises(NotFound):
        await presets.update(preset)


async def test_a_preset_whose_picture_is_gone_is_refused_on_its_field(
    presets: SqlPresetStore,
) -> None:
    preset = a_preset(values={"image_url": "upload:gone"})
    with pytest.raises(InputRefused) as caught:
        await presets.add(preset, ["gone"])
    assert list(caught.value.fields) == ["image_url"]
    assert await presets.get(preset.id) is None


# ── versions, locks, places, deleted ones ────────────────────────────────────────────────────


async def test_each_update_is_a_version_with_who_made_it(
    presets: SqlPresetStore, clock: TestClock
) -> None:
    first = await presets.add(a_preset(name="Warm", tags=("a",), values={"seed": 1}))
    clock.time += timedelta(hours=1)
    await presets.update(replace(first, name="Cold", values={"seed": 2}), by="bob")
    new, old = await presets.versions(first.id)
    assert (new.version, new.person_id, new.name, new.values) == (2, "bob", "Cold", {"seed": 2})
    assert (old.version, old.person_id, old.name, old.tags) == (1, "alice", "Warm", ("a",))
    assert (new.at, old.at) == (clock.now(), NOON)


async def test_of_two_who_have_changed_one_version_the_second_is_told(
    presets: SqlPresetStore,
) -> None:
    read = await presets.add(a_preset(name="Warm"))
    ways = [presets.update(replace(read, name=f"By {who}"), by=who) for who in ("alice", "bob")]
    answers = await asyncio.gather(*ways, return_exceptions=True)
    assert sum(isinstance(answer, PresetChanged) for answer in answers) == 1
    assert len(await presets.versions(read.id)) == 2


async def test_a_deleted_preset_comes_back_as_it_was_and_its_name_was_free(
    presets: SqlPresetStore,
) -> None:
    warm = await presets.add(a_preset(name="Warm"))
    await presets.remove(warm.id)
    other = await presets.add(a_preset(name="warm"))
    with pytest.raises(NameTaken):
        await presets.restore(warm.id)
    await presets.remove(other.id)
    assert await presets.restore(warm.id) == warm
    assert await of_alice(presets) == (warm,)
    assert [one.id for one in await of_alice(presets, deleted=True)] == [other.id]


async def test_what_was_deleted_long_ago_goes_for_good_with_its_history_and_uses(
    presets: SqlPresetStore, clock: TestClock
) -> None:
    old, young, kept = [await presets.add(a_preset()) for _ in range(3)]
    await presets.used(old.id, "bob")
    await presets.remove(old.id)
    clock.time += timedelta(days=1)
    await presets.remove(young.id)
    assert await presets.clean(clock.now()) == 1
    assert await presets.get(old.id) is None
    assert await presets.versions(old.id) == ()
    assert await presets.uses("bob") == {}
    assert await presets.get(young.id) is not None
    assert await of_alice(presets) == (kept,)


async def test_places_come_before_times_and_others_keep_theirs(presets: SqlPresetStore) -> None:
    a, b, c = [
        await presets.add(a_preset(updated_at=NOON + timedelta(minutes=n), person_id=who))
        for n, who in enumerate(("alice", "alice", "bob"))
    ]
    await presets.arrange("alice", [a.id, c.id, b.id])
    assert [one.id for one in await of_alice(presets)] == [a.id, b.id]
    found = await presets.get(c.id)
    assert found is not None
    assert found.place == 0
    await presets.arrange(None, [c.id])
    found = await presets.get(c.id)
    assert found is not None
    assert found.place == 1


async def test_a_lock_and_who_sees_it_are_no_new_version(presets: SqlPresetStore) -> None:
    preset = await presets.add(a_preset())
    shared = await presets.share(preset.id, Visibility.TEAM, None)
    assert (shared.visibility, shared.locked, shared.version) == (Visibility.TEAM, False, 1)
    locked = await presets.share(preset.id, None, True)
    assert (locked.visibility, locked.locked) == (Visibility.TEAM, True)
    with pytest.raises(NotFound):
        await presets.share("nothing", None, True)


async def test_uses_are_counted_for_all_and_dated_for_each(
    presets: SqlPresetStore, clock: TestClock
) -> None:
    preset = await presets.add(a_preset())
    await presets.used(preset.id, "alice")
    clock.time += timedelta(hours=1)
    await presets.used(preset.id, "bob")
    await presets.used("v1.1--line-icon", "bob")
    hers = (await presets.uses("alice"))[preset.id]
    assert (hers.count, hers.last_at) == (2, NOON)
    assert (await presets.uses("bob"))[preset.id].last_at == clock.now()
    assert (await presets.uses("alice"))["v1.1--line-icon"].last_at is None


async def test_lists_have_pages_words_and_whose(presets: SqlPresetStore, clock: TestClock) -> None:
    mine = [await presets.add(a_preset(tags=("Kühl",), description=f"d{n}")) for n in range(3)]
    team = await presets.add(a_preset(person_id="bob", visibility=Visibility.TEAM))
    await presets.add(a_preset(person_id="bob"))
    assert len(await of_alice(presets, with_team=True)) == 4
    assert await of_alice(presets, with_team=True, with_own=False) == (team,)
    assert await of_alice(presets, with_own=False) == ()
    first = await of_alice(presets, limit=2)
    assert (*first, *await of_alice(presets, offset=2, limit=2)) == await of_alice(presets)
    assert await of_alice(presets, words=("KÜHL", "D1")) == (mine[1],)
    assert await of_alice(presets, words=("%",)) == ()
    assert len(await of_alice(presets, words=("harbour",))) == 3
    await presets.used(mine[0].id, "alice")
    clock.time += timedelta(hours=1)
    await presets.used(mine[2].id, "bob")
    assert (await of_alice(presets, by_use=True))[0] == mine[0]


async def test_a_cover_says_whose_its_run_is(presets: SqlPresetStore, runs: SqlRunStore) -> None:
    run = await written(runs, a_run(visibility=Visibility.TEAM))
    preset = await presets.add(a_preset(cover=Cover(run_id=run.id, index=0)))
    whose = Possession(person_id="alice", visibility=Visibility.TEAM)
    assert preset.cover == Cover(run_id=run.id, index=0, run=whose)
    gone = await presets.add(a_preset(cover=Cover(run_id="gone", index=1)))
    assert gone.cover == Cover(run_id="gone", index=1)
    await runs.delete(run.id, NOON)
    found = await presets.get(preset.id)
    assert found is not None
    assert found.cover == Cover(run_id=run.id, index=0)
