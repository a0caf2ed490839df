"""The page beside the blank one: until one can type, and what goes over the wire."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page

from benchmarks.browser import VIEWPORT, chromium
from benchmarks.plan import Plan
from benchmarks.process import Process
from benchmarks.row import Row
from benchmarks.servers import blank_page, playground, scripted_fal
from benchmarks.stats import median

#: The first frame in which a text box is there to be typed into, and the first with one of
#: Gradio's own; milliseconds since navigation.
CAN_TYPE = """
  const first = (among) => new Promise((tell) => {
    const look = () => {
      const box = document.querySelector(among);
      const there = box && !box.disabled && box.getBoundingClientRect().height > 0;
      if (there) tell(performance.now());
      else requestAnimationFrame(look);
    };
    look();
  });
  window.canType = first("textarea");
  window.drawn = first("gradio-app textarea");
"""
TYPE = "document.querySelector('textarea').focus()"
TYPED = "a lighthouse"
#: what was typed first has to be in Gradio's box in the end, or nobody could type
KEPT = "text => document.querySelector('gradio-app textarea')?.value === text"
#: a page is whole when it has asked for nothing for so long
QUIET_S = 1.0


@dataclass(frozen=True, kw_only=True)
class Load:
    """One opening of a page."""

    can_type: float
    drawn: float
    requests: int
    wire_bytes: int
    html_bytes: int


class Wire:
    """Counts what a page's network does, as Chromium's own developer tools do."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._bytes: dict[str, int] = {}
        self._document = ""
        self._news = asyncio.Event()
        self.requests = 0

    async def open(self) -> None:
        """Count from now on."""
        self._session.on("Network.requestWillBeSent", self._asked)
        self._session.on("Network.responseReceived", self._answered)
        self._session.on("Network.dataReceived", self._received)
        self._session.on("Network.loadingFinished", self._finished)
        await self._session.send("Network.enable")

    @property
    def wire_bytes(self) -> int:
        """Headers and compressed bodies of all answers."""
        return sum(self._bytes.values())

    @property
    def html_bytes(self) -> int:
        """Those of the document."""
        return self._bytes.get(self._document, 0)

    async def until_quiet(self) -> None:
        """Until nothing was asked or answered for a while."""
        with suppress(TimeoutError):
            while True:
                self._news.clear()
                await asyncio.wait_for(self._news.wait(), QUIET_S)

    def _asked(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.requests += 1
            self._news.set()
            if event["type"] == "Document":
                self._document = event["requestId"]

    def _answered(self, event: dict[str, Any]) -> None:
        self._add(event["requestId"], event["response"]["encodedDataLength"])

    def _received(self, event: dict[str, Any]) -> None:
        self._add(event["requestId"], event["encodedDataLength"])

    def _finished(self, event: dict[str, Any]) -> None:
        self._bytes[event["requestId"]] = int(event["encodedDataLength"])
        self._news.set()

    def _add(self, request_id: str, size: float) -> None:
        self._bytes[request_id] = self._bytes.get(request_id, 0) + int(size)


async def measure(plan: Plan) -> list[Row]:
    """Each load of ours is followed by one of the blank page; cold in a context of its own."""
    cold: dict[str, list[Load]] = {"ours": [], "blank": []}
    warm: dict[str, list[Load]] = {"ours": [], "blank": []}
    async with (
        scripted_fal(plan) as fal,
        playground(plan, fal.url) as app,
        blank_page(plan) as blank,
        chromium() as browser,
    ):
        servers = {"ours": app, "blank": blank}
        for number in range(1 + plan.times(11, 2)):
            for name, server in servers.items():
                first, second = await _visit(browser, server)
                if number:
                    cold[name].append(first)
                    warm[name].append(second)
    return [
        _typing("cold cache", cold, 1.3),
        _typing("warm", warm, 1.1),
        _drawn("cold cache", cold),
        _drawn("warm", warm),
        _weight("bytes on the wire", "kB", cold, lambda load: load.wire_bytes / 1000, 90),
        _weight("requests", "", cold, lambda load: load.requests, 30),
        _weight("requests, warm", "", warm, lambda load: load.requests, None),
        _html(cold),
    ]


async def _visit(browser: Browser, server: Process) -> tuple[Load, Load]:
    context = await browser.new_context(viewport=VIEWPORT)
    try:
        return await _load(context, server), await _load(context, server)
    finally:
        await context.close()


async def _load(context: BrowserContext, server: Process) -> Load:
    page: Page = await context.new_page()
    try:
        await page.add_init_script(CAN_TYPE)
        wire = Wire(await context.new_cdp_session(page))
        await wire.open()
        await page.goto(server.url)
        can_type = await page.evaluate("window.canType")
        await page.evaluate(TYPE)
        await page.keyboard.insert_text(TYPED)
        drawn = await page.evaluate("window.drawn")
        await page.wait_for_function(KEPT, arg=TYPED)
        await wire.until_quiet()
        return Load(
            can_type=can_type,
            drawn=drawn,
            requests=wire.requests,
            wire_bytes=wire.wire_bytes,
            html_bytes=wire.html_bytes,
        )
    finally:
        await page.close()


def _typing(how: str, loads: dict[str, list[Load]], times: float) -> Row:
    ours, floor = ([load.can_type for load in loads[name]] for name in ("ours", "blank"))
    return Row(
        what=f"page until one can type, {how}",
        unit="ms",
        ours=median(ours),
        floor=median(floor),
        limit=times * median(floor),
        n=len(ours),
        about_time=True,
        detail={"ours": ours, "blank": floor},
    )


def _drawn(how: str, loads: dict[str, list[Load]]) -> Row:
    ours, floor = ([load.drawn for load in loads[name]] for name in ("ours", "blank"))
    return Row(
        what=f"page until Gradio's own text box, {how}",
        unit="ms",
        ours=median(ours),
        floor=median(floor),
        limit=None,
        n=len(ours),
        about_time=True,
        detail={"ours": ours, "blank": floor},
    )


def _weight(
    what: str,
    unit: str,
    loads: dict[str, list[Load]],
    of: Callable[[Load], float],
    more: float | None,
) -> Row:
    ours, floor = (median([of(load) for load in loads[name]]) for name in ("ours", "blank"))
    return Row(
        what=f"page: {what}",
        unit=unit,
        ours=ours,
        floor=floor,
        limit=None if more is None else floor + more,
        n=len(loads["ours"]),
        about_time=False,
    )


def _html(loads: dict[str, list[Load]]) -> Row:
    ours, floor = (median([load.html_bytes for load in loads[n]]) for n in ("ours", "blank"))
    return Row(
        what="page: HTML compressed",
        unit="kB",
        ours=ours / 1000,
        floor=floor / 1000,
        limit=15,
        n=len(loads["ours"]),
        about_time=False,
    )
