"""What was deleted comes back for 30 days; then its files go, and what it cost stays."""

from datetime import timedelta
from pathlib import Path

import pytest

from backend.domain.errors import Conflict, NotAllowed, NotFound, StorageFailed
from backend.domain.run import Run
from backend.domain.usage import By, Month
from backend.fal.practice_script import Answer
from backend.services.uploads import PREFIX
from backend.store.files import FolderPictureStore
from tests.integration.playground import World
from tests.integration.services.pictures import a_picture

REDUX = "fal-ai/flux-pro/v1/redux"
ALMOST = timedelta(days=29, hours=23)
REST = timedelta(hours=2)


def files_of(world: World, run: Run) -> list[Path]:
    keys = [key for image in run.images for key in (image.key, image.preview_key) if key]
    return [path for key in keys if (path := world.folder / "pictures" / key).exists()]


async def deleted(world: World, **given: object) -> Run:
    run = await world.done(await world.start(**given))
    await world.services.control.delete(world.alice, run.id)
    return run


async def ids(world: World) -> list[str]:
    page = await world.services.deleted.list(world.alice)
    assert page.count == len(page.runs)
    return [one.run.id for one in page.runs]


async def test_a_deleted_run_is_listed_last_deleted_first_and_can_be_brought_back(
    world: World,
) -> None:
    first, second = await deleted(world), await deleted(world)
    assert await ids(world) == [second.id, first.id]
    await world.services.control.restore(world.alice, first.id)
    assert await ids(world) == [second.id]
    assert len(files_of(world, first)) == 2
    assert (await world.services.deleted.list(world.bob)).count == 0


async def test_after_thirty_days_files_and_words_go_and_money_stays(world: World) -> None:
    run = await deleted(world, prompt="not for ever")
    month = Month.of(run.created_at)
    services = world.services
    which = services.usage.asked(world.alice, month, everyone=False)
    before = await services.usage.summary(which, By.DAY)
    world.clock.ahead += ALMOST
    assert await services.deleted.purge() == 0
    assert len(files_of(world, run)) == 2
    world.clock.ahead += REST
    assert await services.deleted.purge() == 1
    assert files_of(world, run) == []
    assert await ids(world) == []
    kept = await services.control.store.get(run.id)
    assert kept is not None
    assert (dict(kept.input), kept.images, kept.output) == ({}, (), None)
    assert (kept.cost, kept.person_id, kept.request_id) == (run.cost, "alice", run.request_id)
    assert await services.usage.summary(which, By.DAY) == before
    assert await services.deleted.purge() == 0
    with pytest.raises(Conflict):
        await services.control.restore(world.alice, run.id)


async def test_a_run_whose_time_is_over_does_not_come_back_before_it_is_purged(
    world: World,
) -> None:
    run = await deleted(world)
    world.clock.ahead += ALMOST + REST
    with pytest.raises(Conflict):
        await world.services.control.restore(world.alice, run.id)


async def test_emptying_removes_ones_own_at_once_and_nobody_elses(world: World) -> None:
    one, two, three = await deleted(world), await deleted(world), await deleted(world)
    assert await world.services.deleted.empty(world.bob) == 0
    assert await world.services.deleted.empty(world.bob, [one.id]) == 0
    assert await world.services.deleted.empty(world.alice, [one.id, "nothing"]) == 1
    assert (files_of(world, one), len(files_of(world, two))) == ([], 2)
    assert await world.services.deleted.empty(world.alice) == 2
    assert files_of(world, two) == files_of(world, three) == []
    assert await ids(world) == []


async def test_a_picture_that_somebody_brought_stays_where_another_run_uses_it(
    world: World,
) -> None:
    upload = await world.services.uploads.add(world.alice, a_picture())
    given = {"image_url": f"{PREFIX}{upload.id}"}
    one, two = [
        await world.done(await world.services.generate.start(world.alice, REDUX, given))
        for _ in range(2)
    ]
    world.clock.ahead += timedelta(days=2)
    for run, left in ((one, True), (two, False)):
        await world.services.control.delete(world.alice, run.id)
        await world.services.deleted.empty(world.alice)
        await world.services.uploads.clean()
        assert (world.folder / "pictures" / upload.key).exists() is left


async def test_a_storage_that_refuses_keeps_the_rest_for_the_next_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await deleted(world)

    async def refuse(self: FolderPictureStore, key: str) -> None:
        raise StorageFailed

    with monkeypatch.context() as broken:
        broken.setattr(FolderPictureStore, "remove", refuse)
        assert await world.services.deleted.empty(world.alice) == 1
    assert len(files_of(world, run)) == 2
    assert await ids(world) == []
    assert await world.services.deleted.purge() == 1
    assert files_of(world, run) == []


# ── at fal ───────────────────────────────────────────────────────────────────────────────────


async def test_fal_deletes_its_copy_where_it_lets_the_key(world: World) -> None:
    run = await world.done(await world.start())
    said = await world.services.deleted.at_fal(world.alice, run.id)
    assert said["answer"] == "deleted"
    assert len(files_of(world, run)) == 2, "ours stay"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(403, {"error": {"type": "authorization_error"}}), "not_allowed"),
        (Answer(401, {"error": {"type": "authorization_error"}}), "not_allowed"),
        (Answer(404, {"error": {"type": "not_found"}}), "not_found"),
        (Answer(200, {"cdn_delete_results": [{"link": "x", "exception": "no"}]}), "partly"),
        (Answer(200, {"cdn_delete_results": [{"link": "x", "exception": None}]}), "deleted"),
    ],
)
async def test_what_fal_answers_is_said_as_it_is(world: World, answer: Answer, said: str) -> None:
    run = await world.done(await world.start())
    world.script.push("payloads", answer)
    told = await world.services.deleted.at_fal(world.alice, run.id)
    assert told["answer"] == said
    assert "fal" in told["message"]


async def test_only_ones_own_and_only_what_came_to_fal_is_asked_about(world: World) -> None:
    run = await world.done(await world.start())
    with pytest.raises(NotAllowed):
        await world.services.deleted.at_fal(world.bob, run.id)
    with pytest.raises(NotFound):
        await world.services.deleted.at_fal(world.alice, "nothing")
