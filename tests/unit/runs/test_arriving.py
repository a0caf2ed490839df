"""A picture that is being stored is shown to whoever made it, and to nobody else."""

import asyncio

from backend.pictures.preview import Preview
from backend.runs.arriving import Arriving
from tests.unit.runs.factories import a_run

PREVIEW = Preview(b"small", "jpeg", 4, 3)


async def test_its_owner_sees_the_preview_until_it_has_arrived() -> None:
    arriving, run = Arriving(), a_run()
    arriving.begin(run, 0, PREVIEW)
    assert arriving.preview(run.person_id, run.id, 0) is PREVIEW
    assert arriving.has(run.person_id, run.id, 0)
    assert not arriving.has(run.person_id, run.id, 1)
    arriving.end(run.id, 0)
    assert arriving.preview(run.person_id, run.id, 0) is None


async def test_nobody_else_is_told_of_it_or_kept_waiting() -> None:
    arriving, run = Arriving(), a_run()
    arriving.begin(run, 0, PREVIEW)
    assert arriving.preview("somebody else", run.id, 0) is None
    assert not arriving.has("somebody else", run.id, 0)
    await arriving.over("somebody else", run.id, 0)


async def test_whoever_asks_for_the_file_waits_until_it_is_stored() -> None:
    arriving, run = Arriving(), a_run()
    arriving.begin(run, 0, PREVIEW)
    waiting = asyncio.create_task(arriving.over(run.person_id, run.id, 0))
    await asyncio.sleep(0)
    assert not waiting.done()
    arriving.end(run.id, 0)
    await waiting
