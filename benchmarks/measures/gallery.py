"""Scrolling along 5,000 pictures: how many elements the page has, and what it keeps in memory."""

import asyncio
from typing import Any

from playwright.async_api import CDPSession, Page

from benchmarks.browser import VIEWPORT, chromium
from benchmarks.plan import Plan
from benchmarks.row import Row
from benchmarks.seed import seed
from benchmarks.servers import playground, scripted_fal

PICTURES = 5_000
#: after the first pages of pictures, when everything that is loaded once is there
SETTLED = 500
MOST_NODES = 3_000
#: the runs' own JSON, some 4 kB each, is kept for the viewer; elements and pictures are not
MOST_GROWTH_MB = 32.0
TOO_LONG_S = 240.0
LOADED = "Number(document.querySelector('.gallery-days')?.dataset.loaded ?? 0)"
END = "window.scrollTo(0, document.documentElement.scrollHeight)"
NODES = "document.querySelectorAll('*').length"


async def measure(plan: Plan) -> list[Row]:
    """One long scroll to the end, page after page, as somebody who looks for something old."""
    folder = plan.new_folder("seeded")
    await seed(folder, PICTURES)
    async with (
        scripted_fal(plan) as fal,
        playground(plan, fal.url, data=folder) as app,
        chromium() as browser,
    ):
        context = await browser.new_context(viewport=VIEWPORT)
        page = await context.new_page()
        session = await context.new_cdp_session(page)
        await page.goto(f"{app.url}/gallery")
        await page.wait_for_selector(".gallery-days[data-loaded]")
        nodes: list[int] = []
        await _scroll(page, SETTLED, nodes)
        before = await _heap_mb(session)
        await _scroll(page, PICTURES, nodes)
        after = await _heap_mb(session)
    detail = {"before_mb": before, "after_mb": after}
    return [
        Row(
            what=f"elements while {PICTURES:,} pictures are scrolled through, most",
            unit="",
            ours=float(max(nodes)),
            limit=MOST_NODES,
            n=len(nodes),
            about_time=False,
        ),
        Row(
            what=f"memory of the page, from {SETTLED} to {PICTURES:,} pictures",
            unit="MB",
            ours=after - before,
            limit=MOST_GROWTH_MB,
            n=1,
            about_time=False,
            detail=detail,
        ),
    ]


async def _scroll(page: Page, until: int, nodes: list[int]) -> None:
    """To the end of what is loaded, again and again, until so many pictures are."""
    async with asyncio.timeout(TOO_LONG_S):
        loaded = int(await page.evaluate(LOADED))
        while loaded < until:
            await page.evaluate(END)
            await page.wait_for_function(f"{LOADED} > {loaded}")
            loaded = int(await page.evaluate(LOADED))
            nodes.append(int(await page.evaluate(NODES)))


async def _heap_mb(session: CDPSession) -> float:
    """What scripts hold, after the collector has run."""
    await session.send("HeapProfiler.collectGarbage")
    usage: dict[str, Any] = await session.send("Runtime.getHeapUsage")
    return float(usage["usedSize"]) / 1e6
