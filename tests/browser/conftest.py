"""One Chromium for each module of browser tests; each test opens its own context."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


# Not for the session: between its calls, Playwright's sync interface leaves a running event loop
# in the thread, and any asyncio test of another module would fail. A start takes 0.4 s.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium: CHROMIUM_PATH, the system's, or Playwright's own."""
    path = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield chromium
        chromium.close()
