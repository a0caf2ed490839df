"""What the page says about money before and at a press on Run."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, expect

from tests.acceptance.app_process import App
from tests.acceptance.scripted_fal import ScriptedFal
from tests.browser.app_process import running_app
from tests.browser.axe import violations
from tests.browser.pages.app import START, AppPage
from tests.browser.pages.view_menu import ViewMenu

TEAM = {"scope": "team", "period": "day", "kind": "hard", "usd": "9"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, fal: ScriptedFal) -> Iterator[App]:
    """Runs above five cents are asked about."""
    given = {"ASK_ABOVE_USD": "0.05", "FAL_STAND_IN_URL": fal.url}
    with running_app(tmp_path_factory.mktemp("money"), **given) as running:
        yield running


@pytest.fixture
def budgets(tab: AppPage) -> Iterator[None]:
    """Those that a test sets are gone afterwards."""
    yield
    for one in tab.get("/api/v1/budgets")["budgets"]:
        tab.page.request.delete(f"{tab.url}/api/v1/budgets/{one['id']}")


def put_budget(tab: AppPage, **changes: str) -> None:
    """As an admin does it."""
    answer = tab.page.request.put(f"{tab.url}/api/v1/budgets", data={**TEAM, **changes})
    assert answer.ok, answer.text()


def starts_of(tab: AppPage) -> list[str]:
    """The presses that reach the server from now on."""
    posts: list[str] = []
    tab.page.on(
        "request", lambda sent: posts.append(sent.url) if sent.url.endswith(START) else None
    )
    return posts


def question(tab: AppPage) -> Locator:
    """The dialog before an expensive run."""
    return tab.page.get_by_role("dialog", name="Start this run?")


def test_an_expensive_run_is_asked_about_before_anything_is_sent(tab: AppPage) -> None:
    form = tab.create("v1.1-ultra")
    form.box("prompt").fill("An expensive hill")
    posts = starts_of(tab)
    form.run.click()
    expect(question(tab)).to_contain_text("This run can cost $0.06.")
    question(tab).get_by_role("button", name="Cancel").click()
    expect(question(tab)).to_have_count(0)
    expect(form.run).to_be_enabled()
    assert posts == []
    form.run.click()
    with tab.starting() as ids:
        question(tab).get_by_role("button", name="Start it").click()
    tab.see_done(ids[0])
    assert len(posts) == 1


def test_a_run_below_the_amount_starts_without_a_question(tab: AppPage) -> None:
    form = tab.create("v1.1")
    form.box("prompt").fill("A cheap hill")
    posts = starts_of(tab)
    tab.see_done(tab.run(form))
    assert len(posts) == 1


def test_an_amount_of_ones_own_is_set_on_the_page_and_counts_at_once(tab: AppPage) -> None:
    form = tab.create("v1.1")
    form.box("prompt").fill("A hill of my own")
    ViewMenu(tab.page).choose("Ask before spending")
    box = tab.dialog.get_by_label("Amount in US dollars")
    expect(tab.dialog).to_contain_text("This server asks everybody above $0.05.")
    assert violations(tab.page) == []
    box.fill("little")
    box.press("Enter")
    expect(tab.dialog.get_by_role("alert")).to_have_text(
        "Write an amount in US dollars, such as 0.50."
    )
    box.fill("0,03")
    box.press("Enter")
    expect(tab.dialog).to_have_count(0)
    form.run.click()
    expect(question(tab)).to_contain_text("This run can cost $0.04.")
    question(tab).get_by_role("button", name="Cancel").click()

    ViewMenu(tab.page).choose("Ask before spending")
    expect(box).to_have_value("0.03")
    box.fill("")
    tab.dialog.get_by_role("button", name="Save").click()
    expect(tab.dialog).to_have_count(0)
    assert tab.get("/api/v1/me/budget")["own_ask_above_usd"] is None
    tab.see_done(tab.run(form))


def test_a_repetition_is_asked_about_as_well(tab: AppPage) -> None:
    form = tab.create("v1.1-ultra")
    form.box("prompt").fill("Twice as expensive")
    form.run.click()
    with tab.starting() as ids:
        question(tab).get_by_role("button", name="Start it").click()
    tab.see_done(ids[0])
    tab.stage.showing(ids[0]).get_by_role("button", name="Same again", exact=True).click()
    question(tab).get_by_role("button", name="Start it").click()
    expect(question(tab)).to_have_count(0)
    expect(tab.stage.showing(ids[0])).to_have_count(0)
    assert len(tab.runs_of("Twice as expensive")) == 2


@pytest.mark.usefixtures("budgets")
def test_what_is_left_is_in_the_bar_until_prices_are_hidden(tab: AppPage) -> None:
    put_budget(tab, usd="500")
    put_budget(tab, usd="20", scope="each", period="month")
    spent = Decimal(tab.get("/api/v1/me")["spent_today_usd"])
    tab.open()
    left = tab.shell.chip("left")
    expect(left).to_have_text(f"${20 - spent} left")
    expect(left).to_have_attribute("title", "Left of your budget for this month, $20")
    ViewMenu(tab.page).hide_prices_and_logs()
    expect(left).to_be_hidden()
    ViewMenu(tab.page).hidden_note.click()
    expect(left).to_be_visible()


@pytest.mark.usefixtures("budgets")
def test_beyond_a_soft_budget_the_run_starts_and_the_form_says_so(tab: AppPage) -> None:
    put_budget(tab, usd="0.01", kind="soft")
    form = tab.create("v1.1")
    form.box("prompt").fill("Beyond a soft budget")
    tab.see_done(tab.run(form))
    expect(form.notes).to_contain_text("goes beyond a budget (all together, today: $0.01)")


@pytest.mark.usefixtures("budgets")
def test_beyond_a_hard_budget_the_form_says_whom_to_ask(tab: AppPage) -> None:
    put_budget(tab, usd="0.01")
    left = max(Decimal(0), Decimal("0.01") - Decimal(tab.get("/api/v1/me")["spent_today_usd"]))
    form = tab.create("v1.1")
    form.box("prompt").fill("Beyond a hard budget")
    form.run.click()
    expect(form.said).to_contain_text(
        "This run would go beyond a budget (all together, today: $0.01)"
    )
    expect(form.said).to_contain_text("Ask for more: You.")
    expect(tab.shell.chip("left")).to_have_text(f"${left:.2f} left")
    assert tab.runs_of("Beyond a hard budget") == []


def test_a_stopped_intake_is_a_notice(tab: AppPage) -> None:
    switch = f"{tab.url}/api/v1/intake"
    told = tab.page.request.put(switch, data={"open": False, "reason": "The card has expired"})
    try:
        assert told.ok
        form = tab.create("v1.1")
        expect(tab.shell.notices.filter(has_text="The card has expired")).to_be_visible()
        form.box("prompt").fill("Stopped")
        form.run.click()
        expect(form.said).to_contain_text(
            "New runs are stopped at the moment: The card has expired."
        )
        assert tab.runs_of("Stopped") == []
    finally:
        tab.page.request.put(switch, data={"open": True})


def test_an_open_page_is_told_that_runs_are_stopped_and_that_they_go_again(tab: AppPage) -> None:
    switch = f"{tab.url}/api/v1/intake"
    tab.open()
    notice = tab.shell.notices.filter(has_text="A look at the bill")
    tab.page.request.put(switch, data={"open": False, "reason": "A look at the bill"})
    try:
        expect(notice).to_be_visible()
    finally:
        tab.page.request.put(switch, data={"open": True})
    expect(notice).to_have_count(0)
