"""What a picture was made from and what was made from it, for whoever may see both."""

from typing import Any

import httpx
import pytest

from backend.domain.run import Run
from backend.domain.sharing import Visibility
from backend.services.uploads import PREFIX
from tests.integration.playground import World

REDUX = "fal-ai/flux-pro/v1/redux"


async def made_from(world: World, parent: Run, **given: Any) -> Run:
    """A run of alice's that was given the first picture of another run."""
    upload = await world.services.uploads.add_image(world.alice, parent.id, 0)
    values = {"image_url": f"{PREFIX}{upload.id}", **given}
    return await world.done(await world.services.generate.start(world.alice, REDUX, values))


async def kin(browser: httpx.AsyncClient, run: Run) -> dict[str, list[tuple[str, int | None]]]:
    """The relatives' ids, and the pictures that connect them."""
    answer = await browser.get(f"/api/v1/runs/{run.id}/lineage")
    assert answer.status_code == 200, answer.text
    return {
        kind: [(one["run"]["id"], one["index"]) for one in relatives]
        for kind, relatives in answer.json().items()
    }


async def share(world: World, run: Run, visibility: str) -> None:
    await world.services.control.share(world.alice, run.id, Visibility(visibility))


async def test_a_chain_is_walked_in_both_directions(alice: httpx.AsyncClient, world: World) -> None:
    first = await world.done(await world.start())
    second = await made_from(world, first)
    third = await made_from(world, second, seed=7)
    assert await kin(alice, first) == {"parents": [], "children": [(second.id, 0)]}
    assert await kin(alice, second) == {"parents": [(first.id, 0)], "children": [(third.id, 0)]}
    assert await kin(alice, third) == {"parents": [(second.id, 0)], "children": []}


async def test_a_repeated_run_is_a_child_of_no_picture_in_particular(
    alice: httpx.AsyncClient, world: World
) -> None:
    first = await world.done(await world.start())
    second = await world.done(await world.services.control.again(world.alice, first.id))
    assert await kin(alice, first) == {"parents": [], "children": [(second.id, None)]}
    assert await kin(alice, second) == {"parents": [(first.id, None)], "children": []}


async def test_a_picture_that_came_as_a_file_before_knows_its_run_from_then_on(
    alice: httpx.AsyncClient, world: World
) -> None:
    first = await world.done(await world.start())
    data = (await alice.get(f"/media/{first.id}/0")).content
    brought = await world.services.uploads.add(world.alice, data)
    assert brought.source_run_id is None
    taken = await world.services.uploads.add_image(world.alice, first.id, 0)
    assert (taken.id, taken.source_run_id, taken.source_index) == (brought.id, first.id, 0)


async def test_a_parent_that_one_may_not_see_is_not_there(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, world: World
) -> None:
    first = await world.done(await world.start())
    child = await made_from(world, first)
    again = await world.done(await world.services.control.again(world.alice, first.id))
    await share(world, first, "private")
    for run in (child, again):
        await share(world, run, "team")
        assert (await kin(bob, run))["parents"] == []
        assert (await kin(alice, run))["parents"] != []
        seen = (await bob.get(f"/api/v1/runs/{run.id}")).text
        assert first.id not in seen
    await share(world, first, "team")
    assert (await kin(bob, child))["parents"] == [(first.id, 0)]
    await share(world, child, "private")
    await share(world, again, "private")
    assert (await kin(bob, first))["children"] == []


async def test_what_bob_makes_of_a_picture_of_alices_stays_his(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, world: World
) -> None:
    first = await world.done(await world.start())
    await share(world, first, "team")
    child = await made_from(world, first)
    await share(world, child, "team")
    his = await world.services.control.again(world.bob, child.id)
    his = await world.done(his)
    assert await kin(bob, his) == {"parents": [(child.id, None), (first.id, 0)], "children": []}
    await world.services.control.share(world.bob, his.id, Visibility.PRIVATE)
    assert (await kin(alice, first))["children"] == [(child.id, 0)]
    await share(world, first, "private")
    assert (await kin(bob, his))["parents"] == [(child.id, None)]


@pytest.mark.parametrize("back", [False, True])
async def test_a_deleted_relative_is_not_shown_until_it_is_back(
    alice: httpx.AsyncClient, world: World, back: bool
) -> None:
    first = await world.done(await world.start())
    child = await made_from(world, first)
    for run in (first, child):
        await world.services.control.delete(world.alice, run.id)
        if back:
            await world.services.control.restore(world.alice, run.id)
    assert await kin(alice, first) == {"parents": [], "children": [(child.id, 0)] if back else []}
    assert await kin(alice, child) == {"parents": [(first.id, 0)] if back else [], "children": []}


async def test_a_run_keeps_its_parent_when_the_upload_is_another_pictures(
    alice: httpx.AsyncClient, world: World
) -> None:
    first = await world.done(await world.start(seed=1))
    child = await made_from(world, first)
    twin = await world.done(await world.start(seed=1))
    other = await made_from(world, twin)
    assert (await kin(alice, child))["parents"] == [(first.id, 0)]
    assert (await kin(alice, other))["parents"] == [(twin.id, 0)]
