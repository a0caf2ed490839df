"""AUTH=password as a new owner meets it: from the printed link to two people, by keys alone."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.acceptance.app_process import App
from tests.acceptance.processes import said
from tests.browser.app_process import running_app
from tests.browser.axe import violations
from tests.browser.pages.app import AppPage, Faults

LINK = r"(http\S+/join/\S+)"
PASSWORDS = {"Ada": "three words of ada", "Ben": "four words of ben here"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app that nobody has an account of."""
    with running_app(tmp_path_factory.mktemp("accounts"), AUTH="password") as running:
        yield running


@pytest.fixture
def arrive(browser: Browser, faults: Faults) -> Iterator[Callable[..., Page]]:
    """Somebody's own browser, on a phone."""
    contexts: list[BrowserContext] = []

    def come(scheme: Literal["light", "dark"] = "light", locale: str = "en-GB") -> Page:
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, color_scheme=scheme, locale=locale
        )
        contexts.append(context)
        page = context.new_page()
        faults.watch(page)
        return page

    yield come
    for context in contexts:
        context.close()


def fills(page: Page, *words: str) -> None:
    """Type into one box after the other, and press Enter."""
    boxes = page.locator("input:not([type=hidden]):not([readonly])")
    expect(boxes).to_have_count(len(words))
    for number, word in enumerate(words):
        boxes.nth(number).fill(word)
    page.keyboard.press("Enter")


def invite(admin: Page, name: str) -> None:
    """On the Admin page."""
    people = admin.locator("[data-part=people]")
    people.get_by_label("Name", exact=True).fill(name)
    people.get_by_role("button", name="Invite").click()
    admin.get_by_role("dialog").get_by_role("button", name="Close", exact=True).last.click()


def test_from_the_printed_link_to_two_people_and_a_new_password(
    app: App, arrive: Callable[..., Page], faults: Faults
) -> None:
    ada = arrive()
    ada.goto(said(app.process, LINK))
    assert violations(ada) == []
    fills(ada, "Ada", PASSWORDS["Ada"])
    tab = AppPage(ada, app.url)
    tab.shell.ready()
    expect(tab.shell.chip("person")).to_have_text("Ada")

    made = ada.request.post(f"{app.url}/api/v1/people/invitations", data={"name": "Ben"})
    ben = arrive("dark")
    ben.goto(made.json()["link"])
    expect(ben.get_by_label("Your name")).to_have_value("Ben")
    assert violations(ben) == []
    fills(ben, "Ben", PASSWORDS["Ben"])
    tab = AppPage(ben, app.url)
    tab.shell.ready()

    ada.goto(f"{app.url}/admin")
    ada.get_by_role("row").filter(has_text="Ben").get_by_role("button", name="Hand over").click()
    dialog = ada.get_by_role("dialog", name="Hand over what Ben made")
    expect(dialog.get_by_label("To", exact=True).locator("option")).to_have_text(["Ada"])
    assert violations(ada) == []
    dialog.get_by_role("button", name="Hand over").click()
    expect(ada.get_by_text("Handed over: 0 runs, 0 presets.")).to_be_attached()

    invite(ada, "Cleo")
    waiting = ada.get_by_role("region", name="Invitations that nobody has used yet")
    expect(waiting.get_by_role("row").filter(has_text="Cleo")).to_contain_text("Member")
    expect(waiting).not_to_contain_text("Ben")
    assert violations(ada) == []
    waiting.get_by_role("button", name="Withdraw").click()
    expect(waiting).to_have_count(0)
    people = ada.request.get(f"{app.url}/api/v1/people/invitations").json()
    assert people["invitations"] == []

    tab.shell.chip("person").click()
    expect(ben.get_by_label("New password")).to_be_visible()
    assert violations(ben) == []
    fills(ben, PASSWORDS["Ben"], "five words of ben are here")
    expect(ben.get_by_text("Your password is changed.")).to_be_visible()

    faults.expect("status of 403")
    late = arrive(locale="de-DE")
    late.goto(made.json()["link"])
    expect(late.get_by_role("alert")).to_contain_text("Dieser Link wurde schon benutzt")
    assert violations(late) == []
    late.get_by_role("link", name="Anmelden").click()
    fills(late, "Ben", PASSWORDS["Ben"])
    expect(late.get_by_role("alert")).to_have_text("Name und Passwort passen nicht zusammen.")
    fills(late, "Ben", "five words of ben are here")
    AppPage(late, app.url).shell.ready()
