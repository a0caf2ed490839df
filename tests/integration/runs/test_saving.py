"""Every picture that fal made is stored, or named missing; nothing else ends a paid run."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any

import pytest

from backend.domain.errors import StorageFailed
from backend.domain.run import Run, RunState
from backend.fal.practice_script import (
    Action,
    Answer,
    Drop,
    Ends,
    Hang,
    Oversized,
    Truncate,
    WrongType,
)
from backend.runs.feed import Listener
from tests.integration.playground import World

PASSING: list[Action] = [
    Drop(),
    Truncate(),
    WrongType(),
    Oversized(),
    Hang(seconds=1.5),
    Answer(500, "oops"),
    Answer(404, "not yet"),
    Answer(200, b"", {"content-type": "image/jpeg"}),
    Answer(302, "", {"location": "http://169.254.169.254/latest"}),
]


@pytest.mark.parametrize("fault", PASSING, ids=repr)
async def test_a_picture_that_can_not_be_had_yet_is_tried_again(
    world: World, fault: Action
) -> None:
    world.script.push("picture", fault, fault)
    run = await world.done(await world.start())
    assert run.images[0].key is not None
    assert not run.images[0].missing


async def test_the_hash_of_the_file_is_kept_as_it_is_stored(world: World) -> None:
    run = await world.done(await world.start())
    image = run.images[0]
    data = (world.folder / "pictures" / (image.key or "")).read_bytes()
    assert image.file_sha256 == hashlib.sha256(data).hexdigest()
    assert image.sha256 != image.file_sha256, "fal's bytes had no settings in them"


async def test_fals_own_address_is_there_meanwhile(world: World) -> None:
    world.script.always("picture", Answer(500, "oops"))
    run = await world.until(await world.start(), RunState.SAVING)
    drawn = await world.services.view.one(run, world.alice)
    assert drawn["images"][0]["fal_url"]
    assert drawn["images"][0]["url"] is None
    world.script.always("picture", None)
    done = await world.services.view.one(await world.done(run), world.alice)
    assert done["images"][0]["fal_url"] is None


async def test_a_vanished_picture_is_named_missing_and_the_others_are_kept(world: World) -> None:
    world.script.push("picture", Answer(404, "gone"))
    world.script.always("picture", Answer(404, "gone"))
    run = await world.start(num_images=2)
    await world.until(run, RunState.SAVING)
    world.clock.ahead = timedelta(minutes=3)
    done = await world.done(run)
    assert all(image.missing for image in done.images)
    assert done.cost is not None


async def test_one_word_that_a_picture_is_gone_after_two_minutes_of_failures_is_not_believed(
    world: World,
) -> None:
    world.script.always("picture", Answer(500, "oops"))
    run = await world.until(await world.start(), RunState.SAVING)
    await world.script.until_called("picture", 2)
    world.clock.ahead = timedelta(minutes=3)
    world.script.push("picture", Answer(404, "gone"))
    world.script.always("picture", None)
    assert (await world.done(run)).images[0].key is not None


async def test_a_picture_that_never_comes_is_given_up_after_a_day(world: World) -> None:
    world.script.always("picture", Answer(500, "oops"))
    run = await world.until(await world.start(), RunState.SAVING)
    world.clock.ahead = timedelta(hours=25)
    assert (await world.done(run)).images[0].missing


async def test_what_is_no_picture_is_never_stored(world: World) -> None:
    world.script.ends(Ends(pictures=(b"<html>nothing</html>",)))
    run = await world.until(await world.start(), RunState.SAVING)
    world.clock.ahead = timedelta(hours=25)
    assert (await world.done(run)).images[0].missing


class _Refusing:
    """A picture store whose disk is full for some writes."""

    def __init__(self, inner: object, times: int):
        self._inner = inner
        self._times = times

    async def write(self, key: str, data: bytes) -> None:
        if self._times:
            self._times -= 1
            raise StorageFailed("The disk is full.")
        await self._inner.write(key, data)  # type: ignore[attr-defined]


@pytest.mark.parametrize("inline", [True, False])
async def test_a_full_disk_loses_nothing_that_was_paid(
    world: World, monkeypatch: pytest.MonkeyPatch, inline: bool
) -> None:
    saver = world.services.runner._parts.saver
    monkeypatch.setattr(saver, "_pictures", _Refusing(saver._pictures, times=3))
    run: Run = await world.done(await world.start(sync_mode=inline))
    assert run.images[0].key is not None
    assert world.posts == 1


async def test_a_picture_is_asked_for_while_the_database_takes_down_that_it_was_made(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    saver = world.services.runner._parts.saver
    move = saver._store.move

    async def move_late(run_id: str, source: RunState, target: RunState, **changes: Any) -> Any:
        if target is RunState.SAVING:
            await asyncio.wait_for(world.script.until_called("picture"), 10)
        return await move(run_id, source, target, **changes)

    monkeypatch.setattr(saver, "_store", _Moving(saver._store, move_late))
    run = await world.done(await world.start())
    assert run.images[0].key is not None


class _Moving:
    """A run store with a move of the test's own."""

    def __init__(self, inner: object, move: object):
        self._inner = inner
        self.move = move

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Slow:
    """A picture store whose disk takes its time over everything but previews."""

    def __init__(self, inner: object):
        self._inner = inner
        self.go_on = asyncio.Event()
        self.refuses = False

    async def write(self, key: str, data: bytes) -> None:
        await self.go_on.wait()
        if self.refuses:
            self.refuses = False
            raise StorageFailed("The disk is full.")
        await self._inner.write(key, data)  # type: ignore[attr-defined]


async def test_a_preview_is_shown_while_it_is_being_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    saver, services = world.services.runner._parts.saver, world.services
    slow = _Slow(saver._pictures)
    monkeypatch.setattr(saver, "_pictures", slow)
    with services.feed.listen(world.alice.id) as listener:
        run = await world.start()
        shown = await _drawn(world, listener, with_picture=True)
    assert shown["state"] == "saving"
    small, content_type = await services.gallery.preview(world.alice, run.id, 0)
    assert (small[:2], content_type) == (b"\xff\xd8", "image/jpeg")
    original = asyncio.create_task(services.gallery.image(world.alice, run.id, 0))
    slow.go_on.set()
    assert (await original)[1].key is not None
    assert (await services.gallery.preview(world.alice, run.id, 0))[0] == small
    await world.done(run)


async def test_a_picture_that_was_shown_and_not_stored_is_taken_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    saver, services = world.services.runner._parts.saver, world.services
    slow = _Slow(saver._pictures)
    slow.refuses = True
    monkeypatch.setattr(saver, "_pictures", slow)
    with services.feed.listen(world.alice.id) as listener:
        run = await world.start()
        await _drawn(world, listener, with_picture=True)
        slow.go_on.set()
        taken_back = await _drawn(world, listener, with_picture=False)
    assert taken_back["images"][0]["fal_url"]
    assert (await world.done(run)).images[0].key is not None


async def _drawn(world: World, listener: Listener, *, with_picture: bool) -> dict[str, Any]:
    while True:
        change = await listener.next(10)
        assert change is not None
        drawn = await world.services.view.one(change.run, world.alice)
        if drawn["images"] and bool(drawn["images"][0]["preview_url"]) is with_picture:
            return drawn
