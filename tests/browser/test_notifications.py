"""A finished run in the tab's title, and as a note of the system's where that is allowed."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.gallery_app import NOW, Script, Scripted, run_json, served
from tests.browser.pages.opening import OpenPage, pages_of
from tests.browser.pages.shell import Shell
from tests.browser.pages.stage import HIDE
from tests.browser.pages.view_menu import ViewMenu

#: stands in for the browser's: headless ones have no permission to ask for
NOTIFICATION = """(() => {
  window.told = [];
  window.asked = 0;
  window.Notification = class {
    static permission = "%s";
    static async requestPermission() {
      window.asked += 1;
      return (this.permission = "%s");
    }
    constructor(title, { body, tag }) { window.told.push([title, body, tag]); }
  };
})()"""
#: a hidden page asks every five seconds
ASKS_WITHIN_MS = 6_000
RUNNING = {"state": "running", "mine": True, "images": [], "finished_at": None}


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Two runs on their way."""
    with served(Script(runs=[run_json(n, **RUNNING) for n in range(2)])) as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[OpenPage]:
    with pages_of(browser, NOW) as open_page:
        yield open_page


def opened(new_page: OpenPage, server: Scripted, permission: str, answer: str = "granted") -> Page:
    """The page in a browser with that permission, which answers a question so."""
    page = new_page()
    page.clock.install(time=NOW)
    page.add_init_script(NOTIFICATION % (permission, answer))
    Shell(page, server.url).open()
    expect(page.locator("[data-run-state=running]")).to_be_visible()
    return page


def told(page: Page) -> list[Any]:
    """The notes, in order: title, body, tag."""
    notes: list[Any] = page.evaluate("window.told")
    return notes


def finish(server: Scripted, page: Page, number: int) -> None:
    """That run is done: the hidden page asks, as it does after some seconds, and hears of it."""
    server.script.runs[number] = run_json(number, mine=True)
    page.evaluate(HIDE, "hidden")
    page.clock.fast_forward(ASKS_WITHIN_MS)


def test_nobody_is_asked_on_load_and_one_press_asks(server: Scripted, new_page: OpenPage) -> None:
    page = opened(new_page, server, "default")
    assert page.evaluate("window.asked") == 0
    page.get_by_role("button", name="Tell me when it is done").click()
    expect(page.get_by_text("You will be told")).to_be_visible()
    assert page.evaluate("window.asked") == 1
    ViewMenu(page).button.click()
    item = ViewMenu(page).item("Tell me when a run is done")
    expect(item).to_have_attribute("aria-checked", "true")


def test_the_menu_asks_too_and_says_when_it_is_refused(
    server: Scripted, new_page: OpenPage
) -> None:
    page = opened(new_page, server, "default", "denied")
    menu = ViewMenu(page)
    menu.choose("Tell me when a run is done")
    expect(page.locator(".toast")).to_contain_text("does not allow notifications")
    menu.button.click()
    expect(menu.item("Tell me when a run is done")).to_contain_text("not allowed")


def test_every_run_is_told_once_and_the_title_says_it(server: Scripted, new_page: OpenPage) -> None:
    page = opened(new_page, server, "granted")
    finish(server, page, 1)
    page.wait_for_function("window.told.length === 1")
    expect(page).to_have_title("✓ Done – Create · FLUX Playground")
    finish(server, page, 0)
    page.wait_for_function("window.told.length === 2")
    assert {title for title, _, _ in told(page)} == {"Done. Picture ready."}
    assert {tag for _, _, tag in told(page)} == {"run9999", "run9998"}
    page.evaluate(HIDE, "visible")
    expect(page).to_have_title("Create · FLUX Playground")


@pytest.mark.parametrize("permission", ["default", "denied"])
def test_without_a_permission_the_title_alone_says_it(
    server: Scripted, new_page: OpenPage, permission: str
) -> None:
    page = opened(new_page, server, permission)
    ask = page.get_by_role("button", name="Tell me when it is done")
    expect(ask).to_have_count(1 if permission == "default" else 0)
    finish(server, page, 1)
    expect(page).to_have_title("✓ Done – Create · FLUX Playground")
    assert told(page) == []
    assert page.evaluate("window.asked") == 0


def test_who_switched_it_off_is_not_told_though_the_browser_allows_it(
    server: Scripted, new_page: OpenPage
) -> None:
    page = opened(new_page, server, "granted")
    ViewMenu(page).choose("Tell me when a run is done")
    finish(server, page, 1)
    expect(page).to_have_title("✓ Done – Create · FLUX Playground")
    assert told(page) == []


def test_a_page_that_is_looked_at_needs_no_note(server: Scripted, new_page: OpenPage) -> None:
    page = opened(new_page, server, "granted")
    server.feed.send("run", run_json(1, mine=True))
    expect(page.locator("[data-announcer]")).to_have_text("Another run: Done. Picture ready.")
    assert told(page) == []
    expect(page).to_have_title("Create · FLUX Playground")
