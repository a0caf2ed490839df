"""The Usage view: a month's sums as bars and as a table, for eyes, keys and programs."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.pages.app import AppPage, Faults
from tests.browser.pages.view_menu import ViewMenu

SUMS = {
    "runs": 3,
    "practice_runs": 0,
    "estimate_usd": "0.18",
    "reserved_usd": "0.06",
    "charged_usd": "0.10",
    "billed_runs": 1,
    "billed_usd": "0.04",
    "difference_usd": "-0.02",
}
NOTHING = {**dict.fromkeys(SUMS, "0.00"), "runs": 0, "practice_runs": 0, "billed_runs": 0}


class Usage:
    """The view, with answers of the test's own and the questions that were asked."""

    def __init__(self, page: Page):
        self.page = page
        self.root = page.locator("#view-usage")
        self.asked: list[dict[str, str]] = []
        self.groups: list[dict[str, Any]] = [{"key": "2026-11-02", "name": "Ada", **SUMS}]
        self.status = 200
        page.route(re.compile(r"/api/v1/usage\?"), self._answer)

    def _answer(self, route: Route) -> None:
        query = {name: one[0] for name, one in parse_qs(urlsplit(route.request.url).query).items()}
        self.asked.append(query)
        body = {
            "month": query["month"],
            "by": query["by"],
            "everyone": "everyone" in query,
            "groups": self.groups,
            "total": SUMS if self.groups else NOTHING,
        }
        route.fulfill(status=self.status, content_type="application/json", body=json.dumps(body))

    def cells(self, row: int = 0) -> Locator:
        return self.root.locator("tbody tr").nth(row).locator("th, td")

    def choose(self, words: str) -> None:
        self.root.get_by_role("radio", name=words).check(force=True)


@pytest.fixture
def usage(tab: AppPage) -> Usage:
    return Usage(tab.page)


def opened(tab: AppPage, path: str = "/usage?by=person") -> None:
    tab.page.goto(tab.url + path)
    tab.shell.ready()


def test_practice_runs_are_counted_as_free(tab: AppPage) -> None:
    form = tab.create("v1.1")
    form.box("prompt").fill("A free hill")
    tab.make(form)
    tab.page.locator("#view-heading").focus()
    tab.page.keyboard.press("u")
    tab.shell.shows("Usage")
    expect(tab.page.locator("#view-usage tfoot")).to_contain_text("free")
    expect(tab.page.locator("#view-usage .usage-chart")).to_contain_text("Practice runs")


def test_the_estimate_stands_beside_what_was_charged_and_billed(tab: AppPage, usage: Usage) -> None:
    opened(tab)
    expect(usage.cells()).to_have_text(
        ["Ada", "3", "$0.18", "$0.06", "$0.10", "$0.04 of 1 of 3", "−$0.02"]
    )
    expect(usage.root.get_by_role("img")).to_have_accessible_name(
        re.compile(r"\$0\.10 charged, \$0\.18 estimated and \$0\.06 set aside.*Ada")
    )


def test_choices_are_asked_for_kept_in_the_address_and_in_the_csv(
    tab: AppPage, usage: Usage
) -> None:
    opened(tab, "/usage")
    this = f"{datetime.now(UTC):%Y-%m}"
    expect(usage.root.locator("tbody tr")).to_have_count(1)
    assert usage.asked[-1] == {"month": this, "by": "day"}
    usage.choose("Project")
    usage.choose("Everyone")
    usage.root.get_by_role("button", name="Month before").press("Enter")
    month = usage.root.get_by_label("Month", exact=True)
    expect(month).not_to_have_value(this)
    before = month.input_value()
    csv = usage.root.get_by_role("link", name="CSV")
    query = f"month={before}&by=project&everyone=true"
    expect(csv).to_have_attribute("href", f"/api/v1/usage.csv?{query}")
    expect(tab.page).to_have_url(re.compile(rf"/usage\?by=project&who=everyone&month={before}$"))
    tab.page.reload()
    tab.shell.ready()
    expect(usage.root.get_by_role("radio", name="Project")).to_be_checked()
    assert usage.asked[-1] == {"month": before, "by": "project", "everyone": "true"}


def test_no_month_is_offered_that_is_still_to_come(tab: AppPage, usage: Usage) -> None:
    opened(tab, "/usage?month=2999-01")
    this = f"{datetime.now(UTC):%Y-%m}"
    expect(usage.root.get_by_label("Month", exact=True)).to_have_value(this)
    after = usage.root.get_by_role("button", name="Next month")
    expect(after).to_have_attribute("aria-disabled", "true")
    expect(usage.root.locator("tbody tr")).to_have_count(1)
    after.press("Enter")
    assert {one["month"] for one in usage.asked} == {this}


def test_whoever_is_no_admin_sees_their_own_also_by_an_admins_link(
    tab: AppPage, usage: Usage, faults: Faults
) -> None:
    faults.expect("status of 403")
    me = tab.get("/api/v1/me")
    me["person"]["role"] = "member"
    tab.page.route("**/api/v1/me", lambda route: route.fulfill(json=me))
    refused = {"status": 403, "title": "Only an admin can do this."}
    tab.page.route(
        re.compile(r"/api/v1/usage\?.*everyone"),
        lambda route: route.fulfill(status=403, json=refused),
    )
    opened(tab, "/usage?by=person&who=everyone")
    expect(usage.cells().first).to_have_text("Ada")
    expect(usage.root.get_by_role("radio", name="Everyone")).to_have_count(0)
    expect(tab.page).to_have_url(re.compile(r"/usage\?by=person$"))


def test_hidden_prices_are_hidden_here_as_well(tab: AppPage, usage: Usage) -> None:
    opened(tab)
    expect(usage.cells().nth(2)).to_have_text("$0.18")
    menu = ViewMenu(tab.page)
    menu.hide_prices_and_logs()
    expect(usage.root.locator(".usage-chart")).to_be_hidden()
    assert "$" not in usage.root.inner_text()
    expect(usage.cells().nth(1)).to_be_visible()
    menu.hidden_note.click()
    expect(usage.cells().nth(2)).to_have_text("$0.18")


def test_an_empty_month_and_a_failure_say_what_to_do(
    tab: AppPage, usage: Usage, faults: Faults
) -> None:
    faults.expect("status of 500")
    faults.expect("ApiError")
    usage.groups = []
    opened(tab)
    expect(usage.root.locator("[data-note=empty]")).to_contain_text("Nothing was run in")
    usage.status = 500
    usage.choose("Endpoint")
    expect(usage.root.get_by_role("alert")).to_contain_text("could not be loaded")
    usage.status, usage.groups = 200, [{"key": "2026-11-02", "name": "Ada", **SUMS}]
    usage.root.get_by_role("alert").get_by_role("button").click()
    expect(usage.cells().first).to_have_text("Ada")


def test_on_a_phone_only_the_table_scrolls_sideways(tab: AppPage, usage: Usage) -> None:
    tab.page.set_viewport_size({"width": 390, "height": 844})
    usage.groups = [{"key": "2026-11-02", "name": "A very long name of a project " * 3, **SUMS}]
    opened(tab)
    expect(usage.root.locator(".usage-table")).to_be_visible()
    assert tab.shell.sideways() <= 0
