"""A picture that is being stored is shown to whoever made it, and to nobody else."""

import asyncio

from backend.domain.run import Image
from backend.pictures.preview import Preview
from backend.runs.arriving import Arriving
from tests.unit.runs.factories import a_run

PREVIEW = Preview(b"small", "jpeg", 4, 3)


async def test_its_owner_sees_the_preview_until_it_has_arrived() -> None:
    arriving, run = Arriving(), a_run()
    arriving.begin(run, 0, PREVIEW)
    assert await arriving.preview(run.person_id, run.id, 0) is PREVIEW
    assert arriving.has(run.person_id, run.id, 0)
    assert not arriving.has(run.person_id, run.id, 1)
    arriving.end(run.id, 0)
    assert await arriving.preview(run.person_id, run.id, 0) is None


async def test_nobody_else_is_told_of_it_or_kept_waiting() -> None:
    arriving, run = Arriving(), a_run()
    arriving.begin(run, 0, PREVIEW)
    assert await arriving.preview("somebody else", run.id, 0) is None
    assert not arriving.has("somebody else", run.id, 0)
    assert await arriving.image("somebody else", run.id, 0) is None


async def test_whoever_asks_for_the_file_waits_until_it_is_stored() -> None:
    arriving, run = Arriving(), a_run()
    arriving.begin(run, 0, PREVIEW)
    waiting = asyncio.create_task(arriving.image(run.person_id, run.id, 0))
    await asyncio.sleep(0)
    assert not waiting.done()
    stored = Image(index=0, key="runs/0.jpeg")
    arriving.stored(run.id, stored)
    assert await waiting is stored


async def test_what_is_not_stored_after_all_is_not_waited_for() -> None:
    arriving, run = Arriving(), a_run()
    arriving.begin(run, 0, PREVIEW)
    waiting = asyncio.create_task(arriving.image(run.person_id, run.id, 0))
    await asyncio.sleep(0)
    arriving.end(run.id, 0)
    assert await waiting is None


async def test_a_preview_that_is_expected_is_waited_for() -> None:
    arriving, run = Arriving(), a_run()
    arriving.expect(run, 0)
    assert not arriving.has(run.person_id, run.id, 0)
    asked = asyncio.create_task(arriving.preview(run.person_id, run.id, 0))
    await asyncio.sleep(0)
    assert not asked.done()
    arriving.begin(run, 0, PREVIEW)
    assert await asked is PREVIEW


async def test_nobody_waits_for_what_does_not_come() -> None:
    arriving, run = Arriving(), a_run()
    arriving.expect(run, 0)
    asked = asyncio.create_task(arriving.preview(run.person_id, run.id, 0))
    await asyncio.sleep(0)
    arriving.end(run.id, 0)
    assert await asked is None
    assert await arriving.preview(run.person_id, run.id, 0) is None


async def test_nobody_waits_for_long() -> None:
    arriving, run = Arriving(patience_s=0.01), a_run()
    arriving.expect(run, 0)
    assert await arriving.preview(run.person_id, run.id, 0) is None
    assert await arriving.image(run.person_id, run.id, 0) is None
