"""Prices and logs are hidden while the screen is shown to others."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.app_process import App
from tests.browser.gallery_app import NOW, Script, Scripted, me_json, run_json, served
from tests.browser.pages.app import AppPage
from tests.browser.pages.opening import OpenPage, pages_of
from tests.browser.pages.shell import Shell
from tests.browser.pages.view_menu import ViewMenu

PRIVATE = re.compile(r"\$\s?\d|req-|Request id|sampling")
REASON = "The limit of $20.00 for today is reached."
HIDDEN = "playground.discreet"

#: whether a frame was drawn in which somebody could read an amount
WATCH = r"""() => {
  const look = () => {
    const text = document.body?.innerText ?? "";
    if (/\$\d/.test(text)) window.seen = text.match(/.{0,20}\$\d.{0,20}/)[0];
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@pytest.fixture
def server() -> Iterator[Scripted]:
    """A finished run before a failed one that names an amount; everybody's money; a notice."""
    error = {"code": "limit", "message": REASON, "retryable": True, "charged": "no", "fields": {}}
    failed = run_json(1, state="failed", images=[], error=error, cost_usd=None)
    script = Script(runs=[failed, *(run_json(n) for n in range(2, 12))])
    script.me = me_json(notices=[{"level": "warn", "text": "$19.58 of today's $20 is spent."}])
    with served(script) as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[OpenPage]:
    with pages_of(browser, NOW) as open_page:
        yield open_page


def readable(page: Page) -> str:
    """What eyes and screen readers get of the whole page."""
    return str(page.locator("body").inner_text()) + page.locator("body").aria_snapshot()


def expect_nothing_private(page: Page) -> None:
    """On the page as it is now."""
    found = PRIVATE.search(readable(page))
    assert found is None, readable(page)[max(0, found.start() - 80) : found.end() + 40]


def test_no_view_shows_money_or_request_ids(server: Scripted, new_page: OpenPage) -> None:
    shell = Shell(new_page(), server.url).open()
    menu = ViewMenu(shell.page)
    expect(shell.page.locator(".well-reason")).to_have_text(REASON)
    assert PRIVATE.search(readable(shell.page))
    menu.hide_prices_and_logs()
    assert "The limit of a hidden amount for today is reached." in readable(shell.page)
    expect_nothing_private(shell.page)
    expect(shell.page.get_by_role("button", name="Try again")).to_have_attribute(
        "title", "Runs the same settings once more"
    )
    shell.link("Gallery").click()
    picture = shell.page.locator("#view-gallery .tile-link").first
    expect(picture).to_be_visible()
    expect_nothing_private(shell.page)
    picture.click()
    expect(shell.page.locator(".viewer-details")).to_contain_text("Seed")
    expect_nothing_private(shell.page)


def test_it_is_remembered_and_one_press_shows_everything_again(
    server: Scripted, new_page: OpenPage
) -> None:
    shell = Shell(new_page(), server.url).open()
    menu = ViewMenu(shell.page)
    menu.hide_prices_and_logs()
    shell.open("/gallery")
    spoken = shell.page.locator("[data-announcer]")
    expect(spoken).to_have_text(re.compile("pictures loaded"))
    expect(menu.hidden_note).to_be_visible()
    expect_nothing_private(shell.page)
    menu.hidden_note.click()
    expect(menu.hidden_note).to_be_hidden()
    expect(menu.button).to_be_focused()
    expect(shell.chip("spent")).to_have_text("Today $0.42 of $20")
    expect(spoken).to_have_text("Prices and logs are shown.")
    shell.open()
    expect(shell.chip("spent")).to_be_visible()


def test_log_lines_are_hidden_while_a_run_is_on_its_way(
    server: Scripted, new_page: OpenPage
) -> None:
    shell = Shell(new_page(), server.url).open()
    expect(shell.page.locator(".well-reason")).to_be_visible()
    server.feed.send("run", run_json(0, id="new", mine=True, state="running", images=[]))
    lines = [{"message": "sampling 3 of 28", "timestamp": NOW.isoformat(), "level": "INFO"}]
    server.feed.send("log", {"run_id": "new", "lines": lines})
    log = shell.page.locator(".run-log")
    expect(log).to_have_text("sampling 3 of 28")
    ViewMenu(shell.page).hide_prices_and_logs()
    expect(log).to_be_hidden()
    expect_nothing_private(shell.page)


def test_another_tab_of_this_browser_follows(server: Scripted, new_page: OpenPage) -> None:
    first = Shell(new_page(), server.url).open()
    second = Shell(first.page.context.new_page(), server.url).open()
    expect(second.chip("spent")).to_be_visible()
    ViewMenu(first.page).hide_prices_and_logs()
    expect(second.chip("spent")).to_be_hidden()
    expect(ViewMenu(second.page).hidden_note).to_be_visible()


def test_a_refusal_that_comes_while_they_are_hidden_names_no_amount(
    server: Scripted, new_page: OpenPage
) -> None:
    shell = Shell(new_page(), server.url).open()
    menu = ViewMenu(shell.page)
    menu.hide_prices_and_logs()
    shell.page.evaluate(
        "(text) => import('/static/js/announce.js').then(({ toast }) => toast(text))", REASON
    )
    expect(shell.page.locator(".toast-text")).to_be_visible()
    spoken = shell.page.locator("[data-announcer]")
    expect(spoken).to_have_text("The limit of a hidden amount for today is reached.")
    expect_nothing_private(shell.page)


def test_the_run_button_loses_its_price_and_gets_it_back(tab: AppPage) -> None:
    form = tab.create("v1.1")
    expect(form.run).to_have_text("Run · $0.04")
    menu = ViewMenu(tab.page)
    menu.hide_prices_and_logs()
    expect(form.run).to_have_text("Run")
    form.choose("num_images", "2")
    other = form.open_tab("v1.1-ultra")
    expect(other.run).to_have_text("Run")
    form = other.open_tab("v1.1")
    menu.hidden_note.click()
    expect(form.run).to_have_text(form.price("$0.08"))


def test_no_frame_of_a_loading_page_shows_an_amount(browser: Browser, app: App) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    tab = AppPage(context.new_page(), app.url)
    tab.open()
    tab.page.evaluate(f"localStorage.setItem('{HIDDEN}', 'on')")
    tab.page.add_init_script(f"({WATCH})()")
    for path in ("/", "/create/v1-fill"):
        tab.open(path)
        expect(ViewMenu(tab.page).hidden_note).to_be_visible()
        assert tab.page.evaluate("window.seen ?? null") is None
    tab.page.evaluate(f"localStorage.removeItem('{HIDDEN}')")
    tab.open()
    tab.page.wait_for_function("window.seen")  # the watch does see one
    context.close()
