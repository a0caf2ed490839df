"""Saved presets."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.domain.errors import InputRefused, NameTaken, NotFound
from backend.store.presets import SqlPresetStore
from tests.integration.store.making import NOON, TestClock, a_preset


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
    assert await presets.list("alice") == (first,)


async def test_a_name_is_free_for_another_person_and_another_endpoint(
    presets: SqlPresetStore,
) -> None:
    await presets.add(a_preset(name="Warm"))
    await presets.add(a_preset(name="Warm", person_id="bob"))
    await presets.add(a_preset(name="Warm", endpoint_id="fal-ai/flux-pro"))
    assert len(await presets.list("alice")) == 2


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
    assert await presets.list("alice") == (second, first)
    clock.time += timedelta(hours=1)
    updated = await presets.update(first)
    assert await presets.list("alice") == (updated, second)


async def test_an_update_changes_values_name_and_description_only(
    presets: SqlPresetStore, clock: TestClock
) -> None:
    preset = await presets.add(a_preset())
    clock.time += timedelta(hours=1)
    wanted = replace(preset, name="New", description="d", values={"seed": 1})
    stolen = replace(wanted, person_id="bob", endpoint_id="other", created_at=clock.now())
    updated = await presets.update(stolen)
    assert updated == replace(wanted, updated_at=clock.now())
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
    assert await presets.get(preset.id) is None
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
