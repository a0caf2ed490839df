"""Lists over HTTP, with few and many: gallery, runs, usage, presets, prompts, what is kept."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import httpx

from benchmarks.plan import Plan
from benchmarks.row import Row
from benchmarks.seed import RARE, seed
from benchmarks.seed_presets import seed_presets
from benchmarks.servers import playground, scripted_fal
from benchmarks.stats import p95

#: as the page asks (components/static/js/gallery.js), and a program
GALLERY = "/api/v1/runs?limit=48&pictures=1&everyone=1"
LISTS: Mapping[str, str] = {
    "gallery": GALLERY,
    "gallery of one endpoint": f"{GALLERY}&endpoint=v1-fill",
    "gallery, mine": "/api/v1/runs?limit=48&pictures=1",
    "run list": "/api/v1/runs?limit=24",
}
#: of the month that began 45 days ago: it is over, and full
USAGES: Mapping[str, str] = {
    "usage of a month, mine": "/api/v1/usage?by=day",
    "usage of a month, everybody's": "/api/v1/usage?by=person&everyone=true",
}
#: more of everything is added up where there is more, but out of as few rows
SUMS: Mapping[str, str] = {
    "what is kept, mine": "/api/v1/storage?by=endpoint",
    "what is kept, everybody's": "/api/v1/storage?by=person&everyone=true",
}
#: what somebody types, beside the gallery's own question: words that fit half of all runs and
#: words that fit hardly any, filters that narrow a little and a lot, and some that fit nothing
SEARCHES: Mapping[str, str] = {
    "a word of most runs": "a",
    "a word of a fifth": "lighthouse",
    "the beginning of a word": "ligh",
    "a rare word": RARE,
    "a phrase": '"a red kite seen from above"',
    "two words that never meet": "lighthouse kite",
    "all but a common word": "-a",
    "one person": "by:seed3",
    "a project and a shape": 'project:"harbour book" aspect:portrait',
    "a word, a person, an endpoint, a shape": "fog by:seed3 endpoint:v1-fill aspect:square",
    "a seed": "seed:77",
    "a cost and a state": "cost:>0.05 state:done -rain",
    "a cost that nothing has": "cost:>99 a",
    "one month": "on:2026-03 a",
    "before everything": "before:2001 a",
}
#: presets and prompts, as the page asks for them, far down and where nothing fits
KEPT: Mapping[str, str] = {
    "presets": "/api/v1/presets",
    "presets of an endpoint, last used first": "/api/v1/presets?endpoint=v1.1&sort=used",
    "presets, far down": "/api/v1/presets?cursor=saved-9000",
    "presets with a word": "/api/v1/presets?q=lighthouse",
    "presets with words that nothing has": "/api/v1/presets?q=nothing+has+this",
    "prompts": "/api/v1/prompts",
    "prompts with a word": "/api/v1/prompts?q=lighthouse",
    "prompts with words that nothing has": "/api/v1/prompts?q=nothing+has+this",
}
PRESETS = 10_000
FEW = 1_000
MOST_MS = 50
MOST_TIMES = 1.5
MOST_SEARCH_MS = 100
WARM = 10
#: pages that are walked to get deep into the gallery
DEEP = 15


async def measure(plan: Plan) -> list[Row]:
    """Both servers run at the same time and are asked in turn."""
    many, kept = (5_000, 1_000) if plan.quick else (100_000, PRESETS)
    folders = {count: plan.new_folder("seeded") for count in (FEW, many)}
    for count, folder in folders.items():
        await seed(folder, count)
    await seed_presets(folders[many], kept)
    async with (
        scripted_fal(plan) as fal,
        playground(plan, fal.url, data=folders[FEW]) as small,
        playground(plan, fal.url, data=folders[many]) as large,
        httpx.AsyncClient(base_url=small.url) as at_small,
        httpx.AsyncClient(base_url=large.url) as at_large,
    ):
        asked = {name: (path, path) for name, path in LISTS.items()}
        asked["gallery, far down"] = (
            await _far_down(at_small),
            await _far_down(at_large),
        )
        month = f"&month={datetime.now(UTC) - timedelta(days=45):%Y-%m}"
        asked |= {name: (path + month,) * 2 for name, path in USAGES.items()}
        asked |= {name: (path,) * 2 for name, path in SUMS.items()}
        rows: list[Row] = []
        for name, (few_path, many_path) in asked.items():
            few: list[float] = []
            lots: list[float] = []
            for number in range(WARM + plan.times(200, 5)):
                pair = (await _ask(at_small, few_path), await _ask(at_large, many_path))
                if number >= WARM:
                    few.append(pair[0])
                    lots.append(pair[1])
            # a month holds more of what is added up where there is more: its time alone has a limit
            rows += _rows(name, many, few, lots)[: 1 if name in USAGES or name in SUMS else 2]
        for name, q in SEARCHES.items():
            path = f"{GALLERY}&{urlencode({'q': q})}"
            took = [
                await _ask(at_large, path, or_nothing=True)
                for _ in range(WARM + plan.times(100, 5))
            ]
            rows.append(_search_row(f"search for {name} at {many:,} runs", took[WARM:]))
        for name, path in KEPT.items():
            took = [
                await _ask(at_large, path, or_nothing=True)
                for _ in range(WARM + plan.times(100, 5))
            ]
            beside = f"{kept:,} presets" if name.startswith("presets") else f"{many:,} runs"
            rows.append(_search_row(f"{name} at {beside}", took[WARM:]))
    return rows


async def _far_down(client: httpx.AsyncClient) -> str:
    """The address of a page that one reaches after much scrolling."""
    path = GALLERY
    for _ in range(DEEP):
        answer = await client.get(path)
        answer.raise_for_status()
        path = f"{GALLERY}&cursor={answer.json()['next_cursor']}"
    return path


async def _ask(client: httpx.AsyncClient, path: str, *, or_nothing: bool = False) -> float:
    """Milliseconds until the whole answer is there, which may be an empty page if so said."""
    began = time.perf_counter()
    answer = await client.get(path)
    took = (time.perf_counter() - began) * 1000
    answer.raise_for_status()
    told = answer.json()
    if not (or_nothing or told.get("runs") or told.get("groups")):
        raise ValueError("an empty page was measured")
    return took


def _search_row(what: str, took: list[float]) -> Row:
    return Row(
        what=f"{what}, p95",
        unit="ms",
        ours=p95(took),
        limit=MOST_SEARCH_MS,
        n=len(took),
        about_time=True,
        detail={"ms": took},
    )


def _rows(name: str, many: int, few: list[float], lots: list[float]) -> list[Row]:
    detail = {"few_ms": few, "many_ms": lots}
    return [
        Row(
            what=f"{name} at {many:,} runs, p95",
            unit="ms",
            ours=p95(lots),
            floor=p95(few),
            limit=MOST_MS,
            n=len(lots),
            about_time=True,
            detail=detail,
        ),
        Row(
            what=f"{name}: its figure at {FEW:,} runs, times",
            unit="",
            ours=p95(lots) / p95(few),
            limit=MOST_TIMES,
            n=len(lots),
            about_time=True,
        ),
    ]
