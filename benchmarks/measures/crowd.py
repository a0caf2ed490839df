"""Fifty and a hundred people who press at once, each with an event stream of their own."""

import asyncio
from contextlib import AsyncExitStack

from benchmarks.caller import Caller
from benchmarks.floor import bare_run, warm_client
from benchmarks.machine import cores
from benchmarks.people import PASSWORD, invite
from benchmarks.pictures import small_picture
from benchmarks.plan import Plan
from benchmarks.process import Process
from benchmarks.row import Row
from benchmarks.scripted_fal import ScriptedFal
from benchmarks.servers import playground, scripted_fal
from benchmarks.stats import median, p95

FAL_TAKES = 2.0
PROMPT = {"prompt": "a bench by the sea"}


async def measure(plan: Plan) -> list[Row]:
    """The floor is as many bare runs at once, out of one script."""
    rows: list[Row] = []
    for people in (10,) if plan.quick else (50, 100):
        data = plan.new_folder("data")
        cookies = await invite(data, people)
        settings = {"APP_PASSWORD": PASSWORD, "MAX_RUNS_IN_FLIGHT": "100"}
        async with (
            scripted_fal(plan) as fal,
            playground(plan, fal.url, data=data, settings=settings) as app,
        ):
            for _ in range(plan.times(3, 1)):
                rows += await _round(fal, app, cookies)
    return _of_rounds(rows)


async def _round(fal: ScriptedFal, app: Process, cookies: list[str]) -> list[Row]:
    people = len(cookies)
    await fal.takes(0)
    async with AsyncExitStack() as stack:
        callers = [await stack.enter_async_context(Caller.at(app.url, one)) for one in cookies]
        await fal.makes(small_picture(), times=1 + 2 * people)
        await callers[0].run(PROMPT)
        await fal.takes(FAL_TAKES)
        floor = await _floor(fal.url, people)
        before = app.cpu_seconds()
        ended = await asyncio.gather(*(caller.run(PROMPT) for caller in callers))
        cpu = (app.cpu_seconds() - before) / people
    times = [took - FAL_TAKES for state, took in ended if state == "done"]
    all_done = Row(
        what=f"{people} people at once: runs that did not end at done",
        unit="",
        ours=people - len(times),
        limit=0,
        n=people,
        about_time=False,
    )
    if not times:
        return [all_done]
    over = Row(
        what=f"{people} people at once: p95 over fal's 2 s",
        unit="ms",
        ours=p95(times) * 1000,
        floor=p95(floor) * 1000,
        limit=(p95(floor) + people * cpu / cores()) * 1000,
        n=people,
        about_time=True,
        detail={
            "median_ms": median(times) * 1000,
            "cpu_ms_a_run": cpu * 1000,
            "floor_median_ms": median(floor) * 1000,
        },
    )
    return [all_done, over]


async def _floor(fal_url: str, people: int) -> list[float]:
    async with warm_client() as client:
        took = await asyncio.gather(*(bare_run(client, fal_url, PROMPT) for _ in range(people)))
    return [one - FAL_TAKES for one in took]


def _of_rounds(rows: list[Row]) -> list[Row]:
    """Of several rounds the middle one; of what must never happen, the worst."""
    rounds: dict[str, list[Row]] = {}
    for row in rows:
        rounds.setdefault(row.what, []).append(row)
    return [
        sorted(same, key=_over)[len(same) // 2 if same[0].about_time else -1]
        for same in rounds.values()
    ]


def _over(row: Row) -> float:
    return row.ours - (row.limit or 0)
