"""Run is pressed once, twice, by keys; the page is loaded again; many tabs are open."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.acceptance.scripted_fal import ScriptedFal
from tests.browser.pages.app import RUN_MS, AppPage, Faults, started
from tests.browser.pages.form import FormPage

SLUG = "v1.1"


@pytest.fixture
def held(fal: ScriptedFal) -> Iterator[ScriptedFal]:
    """Runs stay running until they are released."""
    fal.tell("hold", state="running")
    yield fal
    fal.tell("release")


def bought(fal: ScriptedFal, prompt: str) -> int:
    """How many paid POSTs with that prompt fal has seen."""
    return sum(one["input"].get("prompt") == prompt for one in fal.submits())


@pytest.fixture
def form(tab: AppPage) -> FormPage:
    return tab.create(SLUG)


def test_control_and_enter_run(tab: AppPage, form: FormPage, fal: ScriptedFal) -> None:
    form.box("prompt").fill("By the keys")
    with tab.starting() as ids:
        form.box("prompt").press("Control+Enter")
    tab.see_done(ids[0])
    assert bought(fal, "By the keys") == 1


def test_a_double_click_buys_one(tab: AppPage, form: FormPage, fal: ScriptedFal) -> None:
    form.box("prompt").fill("Clicked twice")
    with tab.starting() as ids:
        form.run.dblclick()
    tab.see_done(ids[0])
    expect(form.run).to_be_enabled()
    assert bought(fal, "Clicked twice") == 1
    assert len(tab.runs_of("Clicked twice")) == 1


def test_two_presses_buy_two(tab: AppPage, form: FormPage, fal: ScriptedFal) -> None:
    form.box("prompt").fill("Pressed twice")
    first = tab.run(form)
    expect(form.run).to_be_enabled()
    second = tab.run(form)
    assert first != second
    tab.see_done(second)
    tab.stage.choose(first)
    tab.see_done(first)
    assert bought(fal, "Pressed twice") == 2


def test_a_page_loaded_again_shows_the_run_and_then_its_picture(
    tab: AppPage, form: FormPage, held: ScriptedFal
) -> None:
    form.box("prompt").fill("Looked away")
    run_id = tab.run(form)
    card = tab.stage.showing(run_id)
    expect(card).to_have_attribute("data-run-state", "running", timeout=RUN_MS)
    tab.reload()
    expect(card).to_have_attribute("data-run-state", "running")
    expect(tab.stage.elapsed).to_contain_text("s")
    held.tell("release")
    tab.see_done(run_id)
    assert bought(held, "Looked away") == 1


def test_a_running_run_is_cancelled(tab: AppPage, form: FormPage, held: ScriptedFal) -> None:
    form.box("prompt").fill("Not this one")
    run_id = tab.run(form)
    card = tab.stage.showing(run_id)
    expect(card).to_have_attribute("data-run-state", "running", timeout=RUN_MS)
    tab.stage.action("Cancel").click()
    expect(card).to_have_attribute("data-run-state", "cancelled", timeout=RUN_MS)
    expect(tab.stage.action("Try again")).to_be_visible()


def test_two_tabs_of_a_person_show_the_same_run(
    context: BrowserContext, tab: AppPage, form: FormPage, faults: Faults
) -> None:
    page = context.new_page()
    faults.watch(page)
    other = AppPage(page, tab.url).open()
    form.box("prompt").fill("For both eyes")
    run_id = tab.make(form)
    other.see_done(run_id)
    page.close()


def test_eight_tabs_work(context: BrowserContext, tab: AppPage, faults: Faults) -> None:
    tabs = [tab]
    for _ in range(7):
        page = context.new_page()
        faults.watch(page)
        tabs.append(AppPage(page, tab.url))
    # a tab that goes to the background says so; headless ones have to be told
    for before, one in zip([None, *tabs], tabs, strict=False):
        if before is not None:
            before.stage.hide()
        one.create(SLUG)
    last = tabs[-1]
    form = FormPage(last.page, SLUG)
    form.box("prompt").fill("Eight of them")
    with last.page.expect_response(lambda answer: answer.url.endswith("/form/start")) as answered:
        form.run.click()
    run_id = started(answered.value)
    last.see_done(run_id)
    last.stage.hide()
    for one in tabs[:-1]:
        one.stage.show()
        one.see_done(run_id)
        one.stage.hide()
    for one in tabs[1:]:
        one.page.close()


def test_a_tab_in_the_background_gives_its_connection_back(tab: AppPage, form: FormPage) -> None:
    page = tab.page
    with page.expect_event("requestfailed", lambda gone: "/api/v1/events" in gone.url) as closed:
        tab.stage.hide()
    assert closed.value.failure == "net::ERR_ABORTED"
    with page.expect_request(lambda sent: "/api/v1/events?after=" in sent.url):
        tab.stage.show()


def test_gradio_holds_no_connection_of_its_own(tab: AppPage) -> None:
    assert tab.get("/config")["connect_heartbeat"] is False
