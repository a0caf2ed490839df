"""What the server takes while nobody does anything, and what each open page adds."""

import asyncio
from contextlib import AsyncExitStack

from playwright.async_api import Browser

from benchmarks.browser import chromium
from benchmarks.people import invite
from benchmarks.plan import Plan
from benchmarks.process import Process
from benchmarks.row import Row
from benchmarks.servers import blank_page, playground, scripted_fal

#: opened before anything is counted: libraries load, pools fill
WARM_PAGES = 6
SETTLE_S = 1.0
#: for each open page
MOST_MB = 0.7


async def measure(plan: Plan) -> list[Row]:
    """Both servers at the same time, after one visit each; ours was started before."""
    data = plan.new_folder("data")
    await invite(data, 1)
    async with (
        scripted_fal(plan) as fal,
        playground(plan, fal.url, data=data) as app,
        blank_page(plan) as blank,
        chromium() as browser,
    ):
        for server in (app, blank):
            await _visit(browser, server, 1)
        rows = [_memory(app, blank), await _cpu(app, blank, plan.times(30, 3))]
        await _visit(browser, app, WARM_PAGES)
        many = plan.times(20, 6)
        rows.append(await _each_page(browser, app, "each open page: memory", many, MOST_MB))
        again = "each page opened after those were closed: memory"
        rows.append(await _each_page(browser, app, again, many, MOST_MB))
    return rows


def _memory(app: Process, blank: Process) -> Row:
    return Row(
        what="idle: memory",
        unit="MB",
        ours=app.memory_mb(),
        floor=blank.memory_mb(),
        limit=1.3 * blank.memory_mb(),
        n=1,
        # one process each: the blank one alone was 147 to 152 MB on one machine on one day
        about_time=True,
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


async def _each_page(browser: Browser, app: Process, what: str, pages: int, limit: float) -> Row:
    before = app.memory_mb()
    during = await _visit(browser, app, pages)
    return Row(
        what=what,
        unit="MB",
        ours=(during - before) / pages,
        limit=limit,
        n=pages,
        about_time=False,
    )


async def _visit(browser: Browser, server: Process, count: int) -> float:
    """Open so many pages, use each a little, and close them; the memory while all are open.

    Each is in a browser of its own: one browser keeps six connections to a host, and a headless
    page is never hidden, so its event stream stays.
    """
    async with AsyncExitStack() as stack:
        for _ in range(count):
            context = await browser.new_context()
            stack.push_async_callback(context.close)
            page = await context.new_page()
            await page.goto(server.url)
            await page.locator("textarea").first.fill("a bench by the sea")
        await asyncio.sleep(SETTLE_S)
        return server.memory_mb()
