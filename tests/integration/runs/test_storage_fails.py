"""A storage that does not answer for a while: no run is forgotten, and none is sent twice."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from backend.domain.errors import StorageFailed
from backend.domain.ports import NewRun
from backend.domain.run import Run, RunState
from backend.fal.practice_script import Answer, Drop
from backend.store.lock import FileOwnerLock
from backend.store.runs import SqlRunStore
from tests.integration.playground import WITHIN_S, Fal, World, started


class FailsAtFirst:
    """Stands before a method and raises StorageFailed the first times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, times: int):
        self.left = times
        self._over = asyncio.Event()
        method = getattr(owner, name)

        async def instead(*given: Any, **named: Any) -> Any:
            if self.left:
                self.left -= 1
                if not self.left:
                    self._over.set()
                raise StorageFailed
            return await method(*given, **named)

        monkeypatch.setattr(owner, name, instead)

    async def over(self) -> None:
        """Until it has failed that often."""
        await asyncio.wait_for(self._over.wait(), WITHIN_S)


@pytest.mark.parametrize(
    ("owner", "name"), [(SqlRunStore, "in_states"), (FileOwnerLock, "acquire")]
)
async def test_a_start_asks_the_storage_again(
    fal: Fal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, name: str
) -> None:
    fal.script.hold("queued")
    async with started(fal, tmp_path) as world:
        run = await world.until(await world.start(), RunState.QUEUED)
    fal.script.release()
    failing = FailsAtFirst(monkeypatch, owner, name, 2)
    async with started(fal, tmp_path) as world:
        await world.done(run)
        assert failing.left == 0
        assert world.posts == 1


async def test_a_practice_run_ends_although_the_storage_refuses_at_first(
    fal: Fal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fal.script.hold("queued")
    async with started(fal, tmp_path, fal_key=None) as world:
        run = await world.until(await world.start(), RunState.QUEUED)
    FailsAtFirst(monkeypatch, SqlRunStore, "move", 2)
    async with started(fal, tmp_path) as world:
        assert (await world.get(run)).state is RunState.FAILED


async def test_a_run_goes_on_although_it_can_neither_be_moved_nor_read_for_a_while(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.script.hold("queued")
    run = await world.until(await world.start(), RunState.QUEUED)
    moving = FailsAtFirst(monkeypatch, SqlRunStore, "move", 1)
    reading = FailsAtFirst(monkeypatch, SqlRunStore, "get", 2)
    world.script.hold("running", run.request_id)
    await moving.over()
    await reading.over()
    world.script.release(run.request_id)
    world.script.release()
    await world.done(run)
    assert world.posts == 1


async def test_an_uncertain_run_is_looked_up_again_after_a_read_that_failed(
    fal: Fal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fal.script.push("submit", Drop(after_accepting=True))
    fal.script.always("requests", Answer(500, "oops"))
    async with started(fal, tmp_path) as world:
        run = await world.until(await world.start(), RunState.UNCERTAIN)
    fal.script.always("requests", None)
    reading = FailsAtFirst(monkeypatch, SqlRunStore, "get", 1)
    async with started(fal, tmp_path) as world:
        await reading.over()
        await world.done(run)
        assert world.posts == 1


@pytest.mark.parametrize("unreadable", [0, 2])
async def test_a_run_that_was_written_although_the_storage_said_no_goes_on_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch, unreadable: int
) -> None:
    add = SqlRunStore.add

    async def written_and_refused(self: SqlRunStore, new: NewRun) -> tuple[Run, bool]:
        monkeypatch.setattr(SqlRunStore, "add", add)
        await add(self, new)
        raise StorageFailed

    monkeypatch.setattr(SqlRunStore, "add", written_and_refused)
    reading = FailsAtFirst(monkeypatch, SqlRunStore, "get", unreadable) if unreadable else None
    with pytest.raises(StorageFailed):
        await world.start(key="one press")
    if reading is not None:
        await reading.over()
    again = await world.start(key="one press")
    await world.done(again)
    assert world.posts == 1
    assert len(await world.runs()) == 1


async def test_a_run_that_was_not_written_is_not_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    FailsAtFirst(monkeypatch, SqlRunStore, "add", 1)
    with pytest.raises(StorageFailed):
        await world.start()
    await world.done(await world.start())
    assert len(await world.runs()) == 1


async def test_a_run_that_was_found_is_followed_although_the_storage_said_no(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = SqlRunStore.move
    refused = []

    async def moved_and_refused(
        self: SqlRunStore, run_id: str, source: RunState, target: RunState, **changes: Any
    ) -> Run | None:
        moved = await move(self, run_id, source, target, **changes)
        if source is RunState.UNCERTAIN and not refused:
            refused.append(run_id)
            raise StorageFailed
        return moved

    monkeypatch.setattr(SqlRunStore, "move", moved_and_refused)
    world.script.push("submit", Drop(after_accepting=True))
    run = await world.done(await world.start())
    assert refused == [run.id]
    assert world.posts == 1
