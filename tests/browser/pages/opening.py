"""Opens pages of their own context, and notices what a person would not see at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Response

OpenPage = Callable[..., Page]


@contextmanager
def pages_of(browser: Browser, now: datetime) -> Iterator[OpenPage]:
    """A function that opens a page; at the end, scripts' errors and missing icons are faults."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def heard(response: Response) -> None:
        if response.status >= 400 and "/static/icons/" in response.url:
            faults.append(f"{response.status} {response.url}")

    def open_page(width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, timezone_id="UTC", **options
        )
        contexts.append(context)
        context.clock.set_fixed_time(now)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("response", heard)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
