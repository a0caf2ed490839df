"""The Admin page of the real app: on loopback the one local person is an admin."""

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from backend.domain.audit import Act
from tests.browser.axe import violations
from tests.browser.pages.app import AppPage, Faults


def part(tab: AppPage, name: str) -> Locator:
    return tab.page.locator(f"[data-part={name}]")


@pytest.fixture
def admin(tab: AppPage) -> AppPage:
    tab.open("/admin")
    expect(part(tab, "audit")).to_be_visible()
    return tab


def test_an_admin_finds_the_page_in_the_bar_and_by_its_key(tab: AppPage) -> None:
    tab.create("v1.1")
    expect(tab.shell.link("Admin")).to_be_visible()
    tab.page.keyboard.press("a")
    expect(part(tab, "people")).to_contain_text("You")
    expect(tab.page).to_have_url(re.compile("/admin$"))


def test_new_runs_are_stopped_and_let_go_again(admin: AppPage) -> None:
    now = part(admin, "runs")
    now.get_by_label("Reason").fill("lunch")
    now.get_by_role("button", name="Stop new runs").click()
    expect(now).to_contain_text("New runs are stopped. lunch")
    again = now.get_by_role("button", name="Let runs start again")
    expect(again).to_be_focused()
    again.click()
    expect(now).to_contain_text("New runs start as usual.")
    expect(part(admin, "audit")).to_be_visible()


def test_a_budget_is_set_counted_and_taken_away(admin: AppPage) -> None:
    budgets = part(admin, "budgets")
    budgets.get_by_label("US dollars").fill("12.50")
    budgets.get_by_role("button", name="Set budget").click()
    row = budgets.get_by_role("row").filter(has_text="$12.50")
    expect(row).to_contain_text("all together")
    row.get_by_role("button", name="Delete").click()
    expect(budgets).to_contain_text("No budgets yet")


def test_an_amount_that_is_none_is_refused_with_a_sentence(admin: AppPage, faults: Faults) -> None:
    faults.expect("status of 422")
    budgets = part(admin, "budgets")
    budgets.get_by_label("US dollars").fill("a lot")
    budgets.get_by_role("button", name="Set budget").click()
    expect(admin.toast).to_be_visible()
    expect(budgets.get_by_label("US dollars")).to_have_value("a lot")


def test_a_closed_endpoint_has_no_tab_and_a_ceiling_hides_looser_filters(admin: AppPage) -> None:
    rules = part(admin, "rules")
    rules.get_by_label("1.0 redux").uncheck()
    rules.get_by_label("Admin").select_option("3")
    rules.get_by_role("button", name="Save rules").click()
    expect(part(admin, "audit")).to_be_visible()
    try:
        form = admin.create("v1.1")
        tabs = admin.page.get_by_role("tab")
        expect(tabs.filter(has_text="1.0 redux")).to_be_hidden()
        form.more()
        expect(form.radio("safety_tolerance", "3")).to_be_attached()
        levels = form.field("safety_tolerance").locator("label:visible")
        expect(levels).to_have_text(["1", "2", "3"])
    finally:
        everything = admin.page.request.put(f"{admin.url}/api/v1/rules", data={})
        assert everything.ok


def test_what_was_done_is_in_the_audit_log(admin: AppPage) -> None:
    form = admin.create("v1.1")
    form.box("prompt").fill("A lighthouse")
    run_id = admin.run(form)
    admin.go("Admin")
    log = part(admin, "audit")
    log.get_by_label("Act").select_option("run.start")
    expect(log.get_by_role("row").filter(has_text=run_id)).to_contain_text("You")


def test_the_log_can_be_asked_for_every_act(admin: AppPage) -> None:
    acts = part(admin, "audit").get_by_label("Act").locator("option")
    values = acts.evaluate_all("options => options.map((option) => option.value)")
    assert values == ["", *Act]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(tab: AppPage, scheme: str, width: int) -> None:
    tab.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    tab.page.set_viewport_size({"width": width, "height": 844})
    tab.open("/admin")
    expect(part(tab, "audit")).to_be_visible()
    assert violations(tab.page) == []


def test_a_page_that_is_no_admins_has_no_link_to_it(tab: AppPage) -> None:
    def as_member(route: Route) -> None:
        answer = route.fetch()
        me = answer.json()
        me["person"]["role"] = "member"
        route.fulfill(response=answer, json=me)

    tab.page.route("**/api/v1/me", as_member)
    tab.open("/gallery")
    expect(tab.shell.link("Gallery")).to_be_visible()
    expect(tab.page.locator('.shell-nav a[data-view="admin"]')).to_be_hidden()


def test_old_pictures_go_by_themselves_only_after_a_question(admin: AppPage) -> None:
    rules = part(admin, "rules")
    days = rules.get_by_label("Days after which pictures are deleted")
    save = rules.get_by_role("button", name="Save rules")
    sure = admin.page.get_by_role("dialog", name="Delete old pictures by themselves?")
    try:
        days.fill("3000")
        save.click()
        expect(sure).to_contain_text("older than 3,000 days")
        sure.get_by_role("button", name="Cancel").click()
        assert admin.get("/api/v1/rules")["keep_days"] is None
        save.click()
        sure.get_by_role("button", name="Delete what is older").click()
        expect(admin.page.locator("[data-announcer]")).to_have_text("Rules saved.")
        assert admin.get("/api/v1/rules")["keep_days"] == 3000
        days.fill("")
        with admin.page.expect_response("**/api/v1/rules"):
            save.click()
        assert admin.get("/api/v1/rules")["keep_days"] is None
    finally:
        assert admin.page.request.put(f"{admin.url}/api/v1/rules", data={}).ok
