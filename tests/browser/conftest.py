"""One Chromium for each module of browser tests, and one app as a process for all of them."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.acceptance.app_process import App
from tests.acceptance.scripted_fal import ScriptedFal
from tests.browser.app_process import running_app
from tests.browser.pages.app import AppPage, Faults

#: the first is the same engine without the browser's own windows: half the work for each page
CHROMIUMS = ("chromium-headless-shell", "chromium")
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
    """A real Chromium: CHROMIUM_PATH, the first of CHROMIUMS, or Playwright's own."""
    expect.set_options(
        timeout=15_000
    )  # a busy machine takes its time; what is there is not waited for
    found = (path for name in CHROMIUMS if (path := shutil.which(name)))
    path = os.environ.get("CHROMIUM_PATH") or next(found, None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def fal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedFal]:
    """fal's stand-in as a process that can be told to hold runs, and is quick otherwise."""
    with ScriptedFal(tmp_path_factory.mktemp("fal")) as stand_in:
        yield stand_in


@pytest.fixture(scope="session")
def scripted_app(tmp_path_factory: pytest.TempPathFactory, fal: ScriptedFal) -> Iterator[App]:
    """The app in practice mode before that stand-in; tests find their own runs in it."""
    folder = tmp_path_factory.mktemp("app")
    with running_app(folder, FAL_STAND_IN_URL=fal.url) as running:
        yield running


@pytest.fixture(scope="module")
def app(scripted_app: App) -> App:
    """What `tab` opens. A module that needs another has its own."""
    return scripted_app


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One person's browser on a desktop, for all tests of a module: modules load once."""
    made = browser.new_context(viewport={"width": 1280, "height": 800})
    made.grant_permissions(["clipboard-read", "clipboard-write"])
    yield made
    made.close()


@pytest.fixture
def faults(app: App) -> Iterator[Faults]:
    """At the end no page may have asked another host, or met an error."""
    noticed = Faults(app.url)
    yield noticed
    noticed.check()


@pytest.fixture
def tab(context: BrowserContext, app: App, faults: Faults) -> Iterator[AppPage]:
    """One tab of the app."""
    page = context.new_page()
    faults.watch(page)
    yield AppPage(page, app.url)
    page.close()
