"""From the press of *Run* until the picture is decoded in a real Chromium, over fal's own time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from playwright.async_api import Page

from benchmarks.browser import VIEWPORT, chromium
from benchmarks.floor import bare_run, warm_client
from benchmarks.pictures import photograph, small_picture
from benchmarks.plan import Plan
from benchmarks.row import Row
from benchmarks.scripted_fal import ScriptedFal
from benchmarks.servers import playground, scripted_fal
from benchmarks.stats import median

SLUG = "v1.1"
PROMPT = {"prompt": "a bench by the sea"}
WARM = 2
WITHIN_MS = 60_000

#: Waits for the next run's picture on the stage. The press is the click's own time stamp: what
#: Playwright does before it is no part of it. The original is asked for once the preview is there.
WATCH = """(original) => {
  const shown = () => [...document.querySelectorAll("#stage .run-card img[data-run-id]")];
  const seen = new Set(shown().map((img) => img.dataset.runId));
  const fresh = () => shown().find((img) => !seen.has(img.dataset.runId));
  window.bench = new Promise((tell, fail) => {
    let pressed = null;
    const click = (event) => (pressed ??= event.timeStamp);
    addEventListener("click", click, { capture: true, once: true });
    const look = async () => {
      const img = fresh();
      if (!img) return;
      observer.disconnect();
      try {
        await img.decode();
        const preview = performance.now() - pressed;
        if (!original) return tell({ run: img.dataset.runId, preview });
        const large = new Image();
        large.src = `/media/${img.dataset.runId}/${img.dataset.index}`;
        await large.decode();
        tell({ run: img.dataset.runId, preview, original: performance.now() - pressed });
      } catch (reason) {
        fail(reason);
      }
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true, attributes: true });
  });
}"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One line of the table, or two where the original is waited for."""

    name: str
    picture: Callable[[], bytes]
    fal_takes: float
    #: milliseconds over the floor until the preview is decoded, and the original
    preview: float
    original: float | None = None


@dataclass(frozen=True)
class Times:
    """Milliseconds over fal's own time."""

    floor: list[float] = field(default_factory=list)
    preview: list[float] = field(default_factory=list)
    original: list[float] = field(default_factory=list)


CASES = (
    Case(name="1024×768, fal takes 0 s", picture=small_picture, fal_takes=0, preview=70),
    Case(name="1024×768, fal takes 2.2 s", picture=small_picture, fal_takes=2.2, preview=70),
    Case(
        name="2048×2048, fal takes 0 s",
        picture=photograph,
        fal_takes=0,
        preview=100,
        original=180,
    ),
    Case(
        name="2048×2048, fal takes 2.2 s",
        picture=photograph,
        fal_takes=2.2,
        preview=100,
        original=180,
    ),
)


async def measure(plan: Plan) -> list[Row]:
    """Medians; each press of ours is followed by a bare run, so that both meet the same machine."""
    times = plan.times(15, 3)
    rows: list[Row] = []
    async with (
        scripted_fal(plan) as fal,
        playground(plan, fal.url) as app,
        chromium() as browser,
        warm_client() as client,
    ):
        page = await browser.new_page(viewport=VIEWPORT)
        await page.goto(f"{app.url}/create/{SLUG}")
        await page.wait_for_selector("html[data-ready='1']")
        await page.locator(f'[id="f-{SLUG}-prompt"] textarea').fill(PROMPT["prompt"])
        for case in CASES:
            rows += _rows(case, await _times(case, times, fal, page, client))
    return rows


async def _times(
    case: Case, times: int, fal: ScriptedFal, page: Page, client: httpx.AsyncClient
) -> Times:
    took = Times()
    await fal.takes(case.fal_takes)
    for number in range(WARM + times):
        await fal.makes(case.picture(), times=2)
        pressed = await _press(page, with_original=case.original is not None)
        bare = await bare_run(client, fal.url, PROMPT)
        if number < WARM:
            continue
        took.floor.append((bare - case.fal_takes) * 1000)
        took.preview.append(pressed["preview"] - case.fal_takes * 1000)
        if case.original is not None:
            took.original.append(pressed["original"] - case.fal_takes * 1000)
    return took


async def _press(page: Page, *, with_original: bool) -> dict[str, Any]:
    """One press; it is over when its run has ended, so that nothing of it meets the next one."""
    await page.evaluate(WATCH, with_original)
    await page.locator(f'[id="run-{SLUG}"]').click()
    pressed: dict[str, Any] = await page.evaluate("window.bench")
    await page.wait_for_selector(
        f'#stage [data-run-id="{pressed["run"]}"][data-run-state="done"]', timeout=WITHIN_MS
    )
    return pressed


def _rows(case: Case, took: Times) -> list[Row]:
    rows = [_row(f"press to preview, {case.name}", took.preview, took.floor, case.preview)]
    if case.original is not None:
        name = f"press to original, {case.name}"
        rows.append(_row(name, took.original, took.floor, case.original))
    return rows


def _row(what: str, ours: list[float], floor: list[float], over: float) -> Row:
    return Row(
        what=what,
        unit="ms",
        ours=median(ours),
        floor=median(floor),
        limit=median(floor) + over,
        n=len(ours),
        about_time=True,
        detail={"ours": ours, "floor": floor},
    )
