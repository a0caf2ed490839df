"""The painter on a page of its own, and a server that keeps what it sends."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.pages.painter import PainterPage
from tests.browser.painter_app import Shelf, picture, served


@pytest.fixture(scope="module")
def server() -> Iterator[Shelf]:
    with served() as shelf:
        yield shelf


@pytest.fixture
def shelf(server: Shelf) -> Iterator[Shelf]:
    server.kept.clear()
    server.names.clear()
    server.refusal = None
    yield server
    server.gate.set()


# For the module, so that its scripts are fetched once; the painter remembers nothing in a browser.
@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(has_touch=True, viewport={"width": 1000, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, shelf: Shelf) -> Iterator[Page]:
    page = context.new_page()
    mishaps: list[str] = []
    page.on("pageerror", lambda error: mishaps.append(str(error)))
    page.goto(shelf.url)
    expect(page.locator("html")).to_have_attribute("data-ready", "1")
    yield page
    page.close()
    assert mishaps == []


@pytest.fixture
def bare(page: Page, shelf: Shelf) -> PainterPage:
    return PainterPage(page, shelf)


@pytest.fixture
def painter(bare: PainterPage) -> PainterPage:
    bare.paint_on(picture(600, 400))
    return bare
