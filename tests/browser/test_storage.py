"""How much is kept, in the View menu."""

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.pages.app import AppPage
from tests.browser.pages.view_menu import ViewMenu

HELD = {
    "pictures": 1200,
    "bytes": 2_300_000_000,
    "uploads": 3,
    "upload_bytes": 1_400_000,
    "deleted_pictures": 2,
    "deleted_bytes": 512_000,
}
NOTHING = dict.fromkeys(HELD, 0)


def answered(page: Page, total: dict[str, int]) -> list[str]:
    """The test's own answers; the questions that were asked."""
    asked: list[str] = []
    groups = {
        "month": {"key": "2026-11", "name": None},
        "endpoint": {"key": "", "name": None},
        "person": {"key": "ada", "name": "Ada"},
    }

    def answer(route: Route) -> None:
        asked.append(route.request.url.partition("?")[2])
        by = re.findall(r"by=(\w+)", route.request.url)[0]
        found: list[dict[str, Any]] = [{**groups[by], **total}] if any(total.values()) else []
        body = {"by": by, "everyone": "everyone" in asked[-1], "groups": found, "total": total}
        body["keep_days"] = 90
        route.fulfill(content_type="application/json", body=json.dumps(body))

    page.route(re.compile(r"/api/v1/storage\?"), answer)
    return asked


def opened(tab: AppPage) -> Locator:
    tab.open()
    ViewMenu(tab.page).choose("Storage")
    dialog = tab.page.get_by_role("dialog", name="Storage")
    expect(dialog).to_be_visible()
    return dialog


def test_what_was_made_and_what_was_deleted_is_added_up(tab: AppPage) -> None:
    form = tab.create("v1.1")
    form.box("prompt").fill("Kept for long")
    tab.make(form)
    dialog = opened(tab)
    expect(dialog.locator("tbody tr").first).to_contain_text(re.compile(r"20\d\d"))
    dialog.get_by_role("radio", name="Endpoint").check(force=True)
    expect(dialog.locator("tbody")).to_contain_text("1.1")
    told = tab.get("/api/v1/storage")["total"]
    expect(dialog.locator("tfoot")).to_contain_text(f"{told['pictures']:,}")
    assert violations(tab.page) == []


def test_an_admin_looks_at_everybody_and_oneself(tab: AppPage) -> None:
    asked = answered(tab.page, HELD)
    dialog = opened(tab)
    expect(dialog).to_contain_text("1,200 pictures, 2.3 GB; 3 uploads, 1.4 MB")
    expect(dialog.get_by_role("radio", name="Person")).to_have_count(0)
    dialog.get_by_role("radio", name="Endpoint").check(force=True)
    expect(dialog.locator("tbody th")).to_have_text("Uploads")
    dialog.get_by_role("radio", name="Everyone").check(force=True)
    expect(dialog.get_by_role("button", name="Show Recently deleted")).to_have_count(0)
    dialog.get_by_role("radio", name="Person").check(force=True)
    expect(dialog.locator("tbody th")).to_have_text("Ada")
    dialog.get_by_role("radio", name="Mine").check(force=True)
    expect(dialog.locator("tbody th")).to_have_text("November 2026")
    assert asked == [
        "by=month",
        "by=endpoint",
        "by=endpoint&everyone=true",
        "by=person&everyone=true",
        "by=month",
    ]


def test_room_can_be_made_in_recently_deleted(tab: AppPage) -> None:
    answered(tab.page, HELD)
    dialog = opened(tab)
    expect(dialog).to_contain_text("older than 90 days go to Recently deleted by themselves")
    expect(dialog).to_contain_text("2 pictures in Recently deleted still take 512 KB")
    dialog.get_by_role("button", name="Show Recently deleted").click()
    expect(tab.page.get_by_role("dialog", name="Recently deleted")).to_be_visible()


def test_that_nothing_is_kept_is_said(tab: AppPage) -> None:
    answered(tab.page, NOTHING)
    expect(opened(tab)).to_contain_text("No picture is kept here yet")
