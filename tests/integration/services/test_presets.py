"""Presets: saved ones with their owner, shipped ones with their sample pictures."""

from typing import Any

import pytest

from backend.domain.errors import NameTaken, NotFound, PresetRefused
from backend.domain.preset import Preset
from backend.domain.run import RunState
from backend.domain.sharing import Visibility
from backend.endpoints.check_input import check_input
from backend.services.presets import Said
from backend.services.uploads import PREFIX
from tests.integration.playground import V11, World
from tests.integration.services.pictures import a_picture, as_data_url

V1 = "fal-ai/flux-pro"
REDUX = "fal-ai/flux-pro/v1/redux"
FILL = "fal-ai/flux-pro/v1/fill"
HILL = {"prompt": "a hill", "seed": 7}


async def save(
    world: World, name: str = "Hill", values: dict[str, Any] | None = None, endpoint_id: str = V11
) -> Preset:
    """A preset that is alice's alone."""
    given = HILL if values is None else values
    return await world.services.presets.save(
        world.alice, endpoint_id, Said(name=name, values=given), Visibility.PRIVATE
    )


async def own(world: World) -> list[str]:
    """The names of alice's presets, in the order of the list."""
    listed = await world.services.presets.list(world.alice)
    return [preset.name for preset in listed if preset.person_id == world.alice.id]


# ── saved ones ───────────────────────────────────────────────────────────────────────────────


async def test_a_saved_preset_is_there_with_exactly_its_values(world: World) -> None:
    saved = await save(world, "  My \n hill ")
    found = await world.services.presets.get(world.alice, saved.id)
    assert (found.name, found.values, found.endpoint_id) == ("My hill", HILL, V11)
    assert found.person_id == world.alice.id
    assert not found.shipped
    assert await world.services.preset_use.apply(world.alice, saved.id) == HILL


async def test_a_preset_may_name_any_part_of_an_input(world: World) -> None:
    saved = await save(world, values={"num_images": 2})
    assert await world.services.preset_use.apply(world.alice, saved.id) == {"num_images": 2}


async def test_own_presets_stand_before_the_shipped_ones_last_changed_first(world: World) -> None:
    first = await save(world, "First")
    await save(world, "Second")
    await world.services.presets.update(
        world.alice, first.id, Said(values={"prompt": "another hill"})
    )
    listed = await world.services.presets.list(world.alice)
    assert [preset.name for preset in listed[:2]] == ["First", "Second"]
    assert len(listed) > 20
    assert all(preset.shipped for preset in listed[2:])


async def test_the_list_can_be_one_endpoints(world: World) -> None:
    await save(world)
    await save(world, endpoint_id=V1)
    listed = await world.services.presets.list(world.alice, V1)
    assert {preset.endpoint_id for preset in listed} == {V1}
    assert listed[0].name == "Hill"


@pytest.mark.parametrize("name", ["Hill", "hILL", "  Hill "])
async def test_a_name_is_taken_once_for_each_person_and_endpoint(world: World, name: str) -> None:
    await save(world)
    with pytest.raises(NameTaken):
        await save(world, name)
    await save(world, name, endpoint_id=V1)
    await world.services.presets.save(world.bob, V11, Said(name=name, values=HILL))
    assert len(await own(world)) == 2


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x00b", "a\u202eb"], ids=ascii)
async def test_a_preset_needs_a_name_that_can_be_read(world: World, name: str) -> None:
    with pytest.raises(PresetRefused) as caught:
        await save(world, name)
    assert list(caught.value.fields) == ["name"]
    assert await own(world) == []


async def test_an_update_replaces_the_values_and_keeps_the_name(world: World) -> None:
    saved = await save(world)
    changed = await world.services.presets.update(
        world.alice, saved.id, Said(values={"prompt": "a valley"})
    )
    assert (changed.id, changed.name) == (saved.id, "Hill")
    assert changed.values == {"prompt": "a valley"}
    assert changed.created_at == saved.created_at
    assert saved.updated_at is not None
    assert changed.updated_at is not None
    assert changed.updated_at > saved.updated_at


async def test_a_removed_preset_is_gone_and_can_be_saved_again(world: World) -> None:
    saved = await save(world)
    removed = await world.services.presets.remove(world.alice, saved.id)
    assert await own(world) == []
    with pytest.raises(NotFound):
        await world.services.presets.get(world.alice, saved.id)
    await save(world, removed.name, dict(removed.values))
    assert await own(world) == ["Hill"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"prompt": "a hill", "colour": "red"}, "colour"),
        ({"num_images": 9}, "num_images"),
        ({"prompt": "  "}, "prompt"),
        ({"seed": 1.5}, "seed"),
    ],
    ids=str,
)
async def test_what_a_run_would_refuse_a_preset_refuses(
    world: World, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(PresetRefused) as caught:
        await save(world, values=values)
    assert list(caught.value.fields) == [field]
    saved = await save(world)
    with pytest.raises(PresetRefused):
        await world.services.presets.update(world.alice, saved.id, Said(values=values))
    assert await world.services.preset_use.apply(world.alice, saved.id) == HILL


# ── whose ────────────────────────────────────────────────────────────────────────────────────


async def test_somebody_elses_preset_is_not_there(world: World) -> None:
    saved = await save(world)
    presets = world.services.presets
    for attempt in (
        presets.get(world.bob, saved.id),
        world.services.preset_use.apply(world.bob, saved.id),
        presets.update(world.bob, saved.id, Said(values={"prompt": "mine now"})),
        presets.remove(world.bob, saved.id),
        presets.get(world.bob, "nothing"),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert saved.id not in {preset.id for preset in await presets.list(world.bob)}
    assert await world.services.preset_use.apply(world.alice, saved.id) == HILL


async def test_nobody_changes_a_shipped_preset(world: World) -> None:
    presets = world.services.presets
    (shipped, *_) = presets.shipped
    for attempt in (
        presets.update(world.alice, shipped.id, Said(values={"prompt": "mine now"})),
        presets.remove(world.alice, shipped.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await presets.get(world.alice, shipped.id) == shipped


# ── pictures ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", ["upload", "inline"])
async def test_a_picture_in_a_preset_is_kept_by_reference(world: World, way: str) -> None:
    upload = await world.services.uploads.add(world.alice, a_picture())
    reference = f"{PREFIX}{upload.id}"
    given = reference if way == "upload" else as_data_url(a_picture())
    saved = await save(world, values={"image_url": given}, endpoint_id=REDUX)
    assert saved.values == {"image_url": reference}
    values = await world.services.preset_use.apply(world.alice, saved.id)
    run = await world.services.generate.start(world.alice, REDUX, values)
    await world.done(run)


async def test_a_picture_that_is_not_ones_own_makes_no_preset(world: World) -> None:
    upload = await world.services.uploads.add(world.bob, a_picture())
    with pytest.raises(PresetRefused) as caught:
        await save(world, values={"image_url": f"{PREFIX}{upload.id}"}, endpoint_id=REDUX)
    assert list(caught.value.fields) == ["image_url"]
    assert await own(world) == []


@pytest.mark.parametrize("value", ["sample:lighthouse.jpg", "sample:../../README.md"])
async def test_a_person_can_not_name_a_file_of_the_server(world: World, value: str) -> None:
    with pytest.raises(PresetRefused):
        await save(world, values={"image_url": value}, endpoint_id=REDUX)


@pytest.mark.parametrize("prompt", ["sample:lighthouse.jpg", "sample: a hill", "sample:"])
async def test_a_prompt_that_begins_like_a_sample_stays_a_prompt(world: World, prompt: str) -> None:
    saved = await save(world, values={"prompt": prompt})
    assert await world.services.preset_use.apply(world.alice, saved.id) == {"prompt": prompt}


async def test_samples_become_uploads_of_whoever_applies_them(world: World) -> None:
    presets = world.services.presets
    shipped = next(preset for preset in presets.shipped if preset.endpoint_id == FILL)
    values = await world.services.preset_use.apply(world.alice, shipped.id)
    seen = []
    for name in ("image_url", "mask_url"):
        upload = await world.services.uploads.seen(world.alice, values[name].removeprefix(PREFIX))
        assert upload.person_id == world.alice.id
        seen.append((upload.width, upload.height))
    assert seen[0] == seen[1]
    again = await world.services.preset_use.apply(world.alice, shipped.id)
    assert again == values, "the same pictures are not kept twice"
    his = await world.services.preset_use.apply(world.bob, shipped.id)
    assert his["image_url"] != values["image_url"]
    assert shipped.values["image_url"].startswith("sample:")


async def test_every_shipped_preset_fits_its_form(world: World) -> None:
    presets = world.services.presets
    for shipped in presets.shipped:
        values = await world.services.preset_use.apply(world.alice, shipped.id)
        endpoint = world.services.catalogue.by_id(shipped.endpoint_id)
        missing = {"finetune_id"} if "finetuned" in shipped.endpoint_id else set()
        assert set(check_input(endpoint, values)) == missing, shipped.id


@pytest.mark.parametrize("slug", ["v1-fill", "v1-redux"])
async def test_shipped_presets_with_pictures_run_as_they_are(world: World, slug: str) -> None:
    presets = world.services.presets
    endpoint_id = world.services.catalogue.by_slug(slug).endpoint_id
    mine = [preset for preset in presets.shipped if preset.endpoint_id == endpoint_id]
    assert len(mine) >= 2
    for shipped in mine:
        values = await world.services.preset_use.apply(world.alice, shipped.id)
        run = await world.services.generate.start(world.alice, endpoint_id, values)
        ended = await world.until_it(run, lambda now: now.state.ended, "ended")
        assert ended.state is RunState.DONE, shipped.id
