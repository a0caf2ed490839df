"""What was deleted, in the View menu: back, for good, at fal, too."""

from playwright.sync_api import Locator, expect

from tests.browser.axe import violations
from tests.browser.pages.app import AppPage
from tests.browser.pages.view_menu import ViewMenu


def make_deleted(tab: AppPage, prompt: str) -> str:
    form = tab.create("v1.1")
    form.box("prompt").fill(prompt)
    run_id = tab.make(form)
    answer = tab.page.request.delete(f"{tab.url}/api/v1/runs/{run_id}")
    assert answer.ok
    return run_id


def open_bin(tab: AppPage) -> Locator:
    ViewMenu(tab.page).choose("Recently deleted")
    dialog = tab.page.get_by_role("dialog", name="Recently deleted")
    expect(dialog).to_contain_text("30 days")
    return dialog


def row(dialog: Locator, run_id: str) -> Locator:
    return dialog.locator(f'[data-run="{run_id}"]')


def test_what_was_deleted_is_listed_brought_back_and_deleted_for_good(tab: AppPage) -> None:
    back, gone = make_deleted(tab, "Comes back"), make_deleted(tab, "Goes for good")
    dialog = open_bin(tab)
    expect(row(dialog, back)).to_contain_text("Comes back")
    assert violations(tab.page) == []
    row(dialog, back).get_by_role("button", name="Restore").click()
    expect(row(dialog, back)).to_have_count(0)
    assert tab.stored(back)["deleted_at"] is None
    row(dialog, gone).get_by_role("button", name="Delete at fal, too").click()
    expect(tab.toast.last).to_contain_text("fal has deleted what it kept")
    row(dialog, gone).get_by_role("button", name="Delete for good").click()
    sure = tab.page.get_by_role("dialog", name="Delete for good")
    sure.get_by_role("button", name="Delete for good").click()
    expect(row(dialog, gone)).to_have_count(0)
    assert tab.page.request.get(f"{tab.url}/media/{gone}/0").status == 404


def test_more_is_shown_at_a_press_and_what_was_loaded_stays(tab: AppPage) -> None:
    first, *newer = [make_deleted(tab, f"Deleted {number}") for number in range(3)]
    tab.page.route(
        "**/api/v1/deleted?limit=50*",
        lambda route: route.continue_(url=route.request.url.replace("limit=50", "limit=2")),
    )
    dialog = open_bin(tab)
    rows = dialog.locator("[data-run]")
    expect(rows).to_have_count(2)
    dialog.get_by_role("button", name="Show more").click()
    expect(row(dialog, first)).to_be_visible()
    expect(row(dialog, first).get_by_role("button", name="Restore")).to_be_focused()
    row(dialog, newer[0]).get_by_role("button", name="Restore").click()
    expect(row(dialog, newer[0])).to_have_count(0)
    expect(row(dialog, first)).to_be_visible()
    expect(row(dialog, newer[1])).to_be_visible()


def test_it_is_emptied_after_a_question(tab: AppPage) -> None:
    run_id = make_deleted(tab, "Emptied")
    dialog = open_bin(tab)
    dialog.get_by_role("button", name="Empty now").click()
    sure = tab.page.get_by_role("dialog", name="Empty it now?")
    sure.get_by_role("button", name="Empty now").click()
    expect(row(dialog, run_id)).to_have_count(0)
    expect(dialog).to_contain_text("Nothing is deleted here")
    expect(dialog.get_by_role("button", name="Empty now")).to_be_hidden()
    assert tab.get("/api/v1/deleted")["count"] == 0
