"""All prompts of a template at once: one question, each bought once, an end that says what was."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.acceptance.app_process import App
from tests.browser.app_process import running_app
from tests.browser.axe import violations
from tests.browser.pages.app import RUN_MS, AppPage, Faults
from tests.browser.pages.form import FormPage
from tests.browser.pages.view_menu import ViewMenu

ONE = re.compile("/form/combination$")
OPTIONS = ("oil", "ink", "chalk")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Runs above three cents are asked about: once for all of them."""
    with running_app(tmp_path_factory.mktemp("all"), ASK_ABOVE_USD="0.03") as running:
        yield running


@pytest.fixture
def name() -> str:
    """A word that no earlier run has."""
    return f"hill-{uuid4().hex[:8]}"


def offered(form: FormPage) -> Locator:
    return form.root.get_by_role("button", name=re.compile("^Run all"))


def written(tab: AppPage, name: str, options: tuple[str, ...] = OPTIONS) -> FormPage:
    """A form whose prompt becomes one for each of these."""
    form = tab.create("v1.1")
    form.box("prompt").fill(f"{name} in {{{'|'.join(options)}}}")
    expect(offered(form)).to_have_text(f"Run all {len(options)}…")
    return form


def asked(tab: AppPage, form: FormPage) -> Locator:
    """The one question."""
    offered(form).click()
    dialog = tab.page.get_by_role("dialog", name=re.compile("^Run all .* prompts"))
    expect(dialog).to_be_visible()
    return dialog


def begun(tab: AppPage, name: str) -> list[str]:
    """The prompts of all runs of that name, in the order of their beginning."""
    found = [run["input"].get("prompt", "") for run in reversed(tab.runs())]
    return [prompt for prompt in found if prompt.startswith(name)]


def main(dialog: Locator) -> Locator:
    return dialog.locator(".btn.main")


def test_one_question_then_each_prompt_is_a_run(tab: AppPage, name: str) -> None:
    form = written(tab, name)
    dialog = asked(tab, form)
    expect(dialog).to_contain_text("3 runs, one for each prompt below.")
    expect(dialog).to_contain_text("All together cost at most $0.12, each of them $0.04.")
    expect(dialog.get_by_role("listitem")).to_have_text([f"{name} in {one}" for one in OPTIONS])
    expect(main(dialog)).to_have_text("Run 3 · up to $0.12")
    expect(main(dialog)).to_be_focused()
    assert violations(tab.page) == []
    tab.page.keyboard.press("Enter")
    expect(tab.toast).to_contain_text("All 3 runs have begun.")
    expect(tab.dialog).to_have_count(0)
    expect(offered(form)).to_be_focused()
    assert begun(tab, name) == [f"{name} in {one}" for one in OPTIONS]
    last = tab.runs_of(f"{name} in chalk")[0]
    assert last["template"]["combination"] == 2
    assert "seed" not in last["input"]
    tab.see_done(last["id"])

    tab.stage.picture(last["id"]).click()
    expect(tab.viewer.fact("Combination")).to_have_text("3")
    tab.page.keyboard.press("Escape")
    tab.stage.showing(last["id"]).get_by_role("button", name="Same again", exact=True).click()
    tab.dialog.get_by_role("button", name="Start it").click()
    expect(tab.stage.showing(last["id"])).to_have_count(0)
    again = tab.runs_of(f"{name} in chalk")
    assert [run["template"]["combination"] for run in again] == [2, 2]
    form.box("prompt").fill("")
    tab.stage.action("Open in form").click()
    expect(form.box("prompt")).to_have_value(f"{name} in {{oil|ink|chalk}}")


def test_a_closed_question_begins_nothing(tab: AppPage, name: str) -> None:
    form = written(tab, name)
    dialog = asked(tab, form)
    dialog.get_by_role("button", name="Cancel").click()
    expect(tab.dialog).to_have_count(0)
    asked(tab, form)
    tab.page.keyboard.press("Escape")
    expect(tab.dialog).to_have_count(0)
    assert begun(tab, name) == []


def test_a_double_click_begins_each_once(tab: AppPage, name: str) -> None:
    form = written(tab, name)
    offered(form).dblclick()
    dialog = tab.page.get_by_role("dialog", name="Run all 3 prompts?")
    main(dialog).dblclick()
    expect(tab.toast).to_contain_text("All 3 runs have begun.")
    expect(tab.dialog).to_have_count(0)
    assert begun(tab, name) == [f"{name} in {one}" for one in OPTIONS]


def test_what_is_typed_meanwhile_changes_no_run_that_was_confirmed(tab: AppPage, name: str) -> None:
    form = written(tab, name)
    dialog = asked(tab, form)
    held = holding(tab, after=1)
    main(dialog).click()
    expect(dialog.locator(".all-status")).to_have_text("1 of 3 begun.")
    # a modal dialog keeps people out, not scripts and extensions
    form.box("prompt").fill("{something|else}", force=True)
    held.pop().continue_()
    tab.page.unroute(ONE)
    expect(tab.toast).to_contain_text("All 3 runs have begun.")
    assert begun(tab, name) == [f"{name} in {one}" for one in OPTIONS]


def holding(tab: AppPage, after: int) -> list[Route]:
    """Lets so many starts through; the next one waits in this list."""
    held: list[Route] = []
    seen: list[Route] = []

    def meet(route: Route) -> None:
        seen.append(route)
        if len(seen) == after + 1:
            held.append(route)
        else:
            route.continue_()

    tab.page.route(ONE, meet)
    return held


def test_stop_ends_it_and_it_can_go_on(tab: AppPage, name: str) -> None:
    form = written(tab, name)
    dialog = asked(tab, form)
    held = holding(tab, after=1)
    main(dialog).click()
    expect(dialog.locator(".all-status")).to_have_text("1 of 3 begun.")
    dialog.get_by_role("button", name="Stop").click()
    held.pop().continue_()
    expect(dialog.locator(".all-status")).to_have_text("2 of 3 begun.")
    expect(main(dialog)).to_have_text("Run the last one · up to $0.04")
    assert violations(tab.page) == []
    assert begun(tab, name) == [f"{name} in oil", f"{name} in ink"]
    main(dialog).click()
    expect(tab.toast).to_contain_text("All 3 runs have begun.")
    assert begun(tab, name) == [f"{name} in {one}" for one in OPTIONS]


def test_a_dialog_that_is_closed_midway_begins_no_more(tab: AppPage, name: str) -> None:
    form = written(tab, name)
    dialog = asked(tab, form)
    held = holding(tab, after=1)
    main(dialog).click()
    expect(dialog.locator(".all-status")).to_have_text("1 of 3 begun.")
    tab.page.keyboard.press("Escape")
    expect(tab.dialog).to_have_count(0)
    held.pop().continue_()
    expect(tab.toast).to_contain_text("2 of 3 begun.")
    assert begun(tab, name) == [f"{name} in oil", f"{name} in ink"]


def test_a_page_that_is_loaded_again_midway_keeps_what_was_begun(
    tab: AppPage, name: str, faults: Faults
) -> None:
    faults.expect("Failed to fetch|ERR_")
    form = written(tab, name)
    dialog = asked(tab, form)
    holding(tab, after=1)
    main(dialog).click()
    expect(dialog.locator(".all-status")).to_have_text("1 of 3 begun.")
    tab.reload()
    tab.page.unroute_all(behavior="ignoreErrors")
    (first,) = tab.runs_of(f"{name} in oil")
    expect(tab.stage.showing(first["id"])).to_be_visible()
    assert begun(tab, name) == [f"{name} in oil"]


def test_a_lost_answer_is_asked_for_again_and_buys_nothing_twice(
    tab: AppPage, name: str, faults: Faults
) -> None:
    faults.expect("ERR_|Failed to load")
    form = written(tab, name)
    dialog = asked(tab, form)
    keys: list[str] = []

    def lose(route: Route) -> None:
        body = route.request.post_data_json
        if body["combination"] == 1:
            keys.append(body["key"])
        if keys and len(keys) < 3:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    tab.page.route(ONE, lose)
    main(dialog).click()
    expect(tab.toast).to_contain_text("All 3 runs have begun.")
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert begun(tab, name) == [f"{name} in {one}" for one in OPTIONS]


def test_answers_that_stay_lost_are_told_and_going_on_buys_nothing_twice(
    tab: AppPage, name: str, faults: Faults
) -> None:
    faults.expect("ERR_|Failed to load")
    form = written(tab, name)
    dialog = asked(tab, form)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    tab.page.route(ONE, lose)
    main(dialog).click()
    expect(dialog.locator(".pg-error")).to_contain_text("The answer was lost")
    tab.page.unroute(ONE)
    dialog.get_by_role("button", name="Close").last.click()
    dialog = asked(tab, form)
    main(dialog).click()
    expect(tab.toast.last).to_contain_text("All 3 runs have begun.")
    assert begun(tab, name) == [f"{name} in {one}" for one in OPTIONS]


def test_a_budget_that_is_used_up_midway_ends_it_with_its_reason(tab: AppPage, name: str) -> None:
    form = written(tab, name)
    spent = float(tab.get("/api/v1/me")["spent_today_usd"])
    team = {"scope": "team", "period": "day", "kind": "hard", "usd": f"{spent + 0.09:.2f}"}
    budgets = f"{tab.url}/api/v1/budgets"
    kept = tab.page.request.put(budgets, data=team).json()
    try:
        dialog = asked(tab, form)
        expect(dialog).to_contain_text(
            "Your limits leave $0.09 for now. That is enough for 2 of them; the others will be"
        )
        main(dialog).click()
        expect(dialog.locator(".pg-error")).to_contain_text("would go beyond a budget")
        expect(dialog.locator(".all-status")).to_have_text("2 of 3 begun.")
        expect(main(dialog)).to_have_text("Run the last one · up to $0.04")
        assert violations(tab.page) == []
        main(dialog).click()
        expect(dialog.locator(".pg-error")).to_contain_text("would go beyond a budget")
        assert begun(tab, name) == [f"{name} in oil", f"{name} in ink"]
    finally:
        tab.page.request.delete(f"{budgets}/{kept['id']}")
    main(dialog).click()
    expect(tab.toast).to_contain_text("All 3 runs have begun.")
    assert begun(tab, name) == [f"{name} in {one}" for one in OPTIONS]


def test_a_list_that_somebody_changes_meanwhile_ends_it(tab: AppPage, name: str) -> None:
    lists = f"{tab.url}/api/v1/lists"
    kept = tab.page.request.post(lists, data={"name": name, "lines": ["dawn", "dusk"]}).json()
    form = tab.create("v1.1")
    form.box("prompt").fill(f"{name} at __{name}__")
    dialog = asked(tab, form)
    changed = {"name": name, "lines": ["noon", "dawn"]}
    tab.page.request.put(f"{lists}/{kept['id']}", data=changed, headers={"If-Match": '"1"'})
    main(dialog).click()
    expect(dialog.locator(".pg-error")).to_contain_text("has been changed meanwhile")
    assert begun(tab, name) == []


def test_it_is_offered_for_two_to_a_hundred(tab: AppPage, name: str) -> None:
    ten = "{0|1|2|3|4|5|6|7|8|9}"
    form = tab.create("v1.1")
    box = form.root.get_by_role("region", name="Variables and choices of the prompt")
    form.box("prompt").fill(name + ten * 2)
    expect(offered(form)).to_have_text("Run all 100…")
    form.box("prompt").fill(name + ten * 2 + "{a|b}")
    expect(box).to_contain_text("at most 100 can be run together")
    expect(offered(form)).to_have_count(0)
    form.box("prompt").fill(name + " {pet}")
    expect(box.get_by_role("textbox")).to_have_count(1)
    expect(offered(form)).to_have_count(0)


def test_what_is_missing_is_told_in_the_form(tab: AppPage, name: str) -> None:
    form = tab.create("v1.1")
    form.box("prompt").fill(name + " {pet} in {oil|ink}")
    offered(form).click()
    expect(form.error("prompt")).to_contain_text("Say what {pet} stands for")
    expect(tab.dialog).to_have_count(0)


def test_hidden_prices_are_not_in_the_question(tab: AppPage, name: str) -> None:
    form = written(tab, name)
    ViewMenu(tab.page).hide_prices_and_logs()
    try:
        dialog = asked(tab, form)
        expect(main(dialog)).to_have_accessible_name("Run 3")
        assert "$" not in dialog.inner_text()
        tab.page.keyboard.press("Escape")
    finally:
        ViewMenu(tab.page).hidden_note.click()


def test_a_phone_does_it_as_well(browser: Browser, app: App, faults: Faults, name: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    faults.watch(page)
    tab = AppPage(page, app.url)
    form = written(tab, name)
    dialog = asked(tab, form)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    main(dialog).click()
    expect(tab.toast).to_contain_text("All 3 runs have begun.", timeout=RUN_MS)
    assert begun(tab, name) == [f"{name} in {one}" for one in OPTIONS]
    context.close()
