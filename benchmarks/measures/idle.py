"""What the server takes while nobody does anything, and what each open page adds."""

import asyncio
from collections.abc import Sequence

import httpx
from playwright.async_api import Browser

from benchmarks.browser import chromium
from benchmarks.plan import Plan
from benchmarks.process import Process
from benchmarks.row import Row
from benchmarks.servers import blank_page, playground, scripted_fal

#: opened before anything is counted: libraries load, pools fill
WARM_PAGES = 3
SETTLE_S = 1.0
#: more sessions than the page keeps (SESSIONS in components/page.py)
SESSIONS_KEPT = 300


async def measure(plan: Plan) -> list[Row]:
    """Both servers at the same time, after one visit each."""
    async with (
        scripted_fal(plan) as fal,
        playground(plan, fal.url) as app,
        blank_page(plan) as blank,
        chromium() as browser,
    ):
        for server in (app, blank):
            await _open(browser, server, 1)
        rows = [
            _memory(app, blank),
            await _cpu(app, blank, plan.times(30, 3)),
            await _each_page(browser, app, plan.times(20, 4)),
        ]
        if not plan.quick:
            rows.append(await _bounded(app))
        return rows


def _memory(app: Process, blank: Process) -> Row:
    return Row(
        what="idle: memory",
        unit="MB",
        ours=app.memory_mb(),
        floor=blank.memory_mb(),
        limit=1.3 * blank.memory_mb(),
        n=1,
        about_time=False,
    )


async def _cpu(app: Process, blank: Process, seconds: float) -> Row:
    before = [server.cpu_seconds() for server in (app, blank)]
    await asyncio.sleep(seconds)
    after = [server.cpu_seconds() for server in (app, blank)]
    ours, floor = ((now - then) / seconds * 100 for then, now in zip(before, after, strict=True))
    return Row(
        what="idle: CPU",
        unit="%",
        ours=ours,
        floor=floor,
        limit=floor + 0.5,
        n=int(seconds),
        about_time=True,
    )


async def _each_page(browser: Browser, app: Process, pages: int) -> Row:
    await _open(browser, app, WARM_PAGES)
    await asyncio.sleep(SETTLE_S)
    before = app.memory_mb()
    await _open(browser, app, pages)
    await asyncio.sleep(SETTLE_S)
    return Row(
        what="each open page: memory",
        unit="MB",
        ours=(app.memory_mb() - before) / pages,
        limit=0.7,
        n=pages,
        about_time=False,
    )


async def _open(browser: Browser, server: Process, count: int) -> None:
    """Each in a browser of its own: one browser keeps six connections to a host, and a headless
    page is never hidden, so its event stream stays. Each is used a little, too.
    """
    for _ in range(count):
        page = await browser.new_page()
        await page.goto(server.url)
        await page.locator("textarea").first.fill("a bench by the sea")


async def _bounded(app: Process) -> Row:
    """Sessions beyond those that are kept take no more memory."""
    async with httpx.AsyncClient(base_url=app.url) as client:
        await _sessions(client, range(2 * SESSIONS_KEPT))
        before = app.memory_mb()
        await _sessions(client, range(2 * SESSIONS_KEPT, 3 * SESSIONS_KEPT))
    return Row(
        what=f"{SESSIONS_KEPT} more pages than are kept: memory of each",
        unit="MB",
        ours=max(0.0, (app.memory_mb() - before) / SESSIONS_KEPT),
        limit=0.07,
        n=SESSIONS_KEPT,
        about_time=False,
    )


async def _sessions(client: httpx.AsyncClient, numbers: Sequence[int]) -> None:
    for number in numbers:
        data = [{"slug": "v1.1", "parts": {}}]
        told = {"data": data, "session_hash": f"bench{number}"}
        (await client.post("/gradio_api/run/form_price", json=told)).raise_for_status()
