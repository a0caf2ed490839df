"""Star, title, note and tags in the viewer of the real app."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.acceptance.app_process import App
from tests.browser.pages.app import AppPage, Faults

PRO = "fal-ai/flux-pro/v1.1"
HOSTILE = "<script>document.body.dataset.owned = 1</script> ${alert(1)} שלום \u202egnihtemos"


@pytest.fixture
def run_id(tab: AppPage) -> str:
    """A run with a picture, in the viewer."""
    body = {"endpoint_id": PRO, "input": {"prompt": "To be marked"}}
    started = tab.page.request.post(f"{tab.url}/api/v1/runs", data=body)
    assert started.ok, started.text()
    run_id = str(started.json()["id"])
    tab.open()
    tab.see_done(run_id)
    look_at(tab, run_id)
    return run_id


@pytest.fixture
def other(context: BrowserContext, app: App, faults: Faults) -> Iterator[AppPage]:
    """A second tab of the same person."""
    page = context.new_page()
    faults.watch(page)
    yield AppPage(page, app.url)
    page.close()


def look_at(tab: AppPage, run_id: str) -> None:
    tab.open(f"/gallery?run={run_id}")
    expect(tab.viewer.at(run_id)).to_be_visible()


def marks(tab: AppPage, run_id: str) -> dict[str, object]:
    found: dict[str, object] = tab.get(f"/api/v1/runs/{run_id}")["images"][0]["marks"]
    return found


def test_a_star_comes_and_goes_by_button_and_key(tab: AppPage, run_id: str) -> None:
    tab.viewer.star.click()
    expect(tab.viewer.star).to_have_attribute("aria-pressed", "true")
    assert marks(tab, run_id)["starred"]
    expect(tab.viewer.star).to_be_focused()
    tab.page.keyboard.press("s")
    expect(tab.viewer.star).to_have_attribute("aria-pressed", "false")
    tab.reload()
    expect(tab.viewer.star).to_have_attribute("aria-pressed", "false")


def test_title_and_note_are_written_and_stay_text(tab: AppPage, run_id: str) -> None:
    tab.viewer.write.click()
    dialog = tab.page.get_by_role("dialog", name="Title and note")
    dialog.get_by_label("Title").fill(HOSTILE)
    dialog.get_by_role("textbox", name="Note").fill(f"{HOSTILE}\nsecond line {'x' * 9_900}")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(tab.viewer.marks.get_by_role("heading")).to_have_text(HOSTILE)
    expect(tab.viewer.marks).to_contain_text("second line")
    assert tab.page.locator("body").get_attribute("data-owned") is None
    assert tab.page.evaluate("document.querySelector('dialog.viewer').scrollWidth") <= 1280
    # what the tags are typed into, and what is shown elsewhere of the picture, stays text, too
    tab.viewer.tag_box.fill("<b>bold</b>")
    tab.page.keyboard.press("Enter")
    expect(tab.viewer.tag("<b>bold</b>")).to_be_visible()
    expect(tab.viewer.marks.locator("b")).to_have_count(0)


def test_tags_are_added_completed_and_taken_away(tab: AppPage, run_id: str) -> None:
    tab.viewer.tag_box.fill("harbour, fog")
    tab.page.keyboard.press("Enter")
    expect(tab.viewer.tag("harbour")).to_be_visible()
    expect(tab.viewer.tag("fog")).to_be_visible()
    expect(tab.viewer.tag_box).to_be_focused()
    tab.viewer.tag_box.press_sequentially("har")
    only = tab.viewer.marks.locator("datalist option:only-child[value=harbour]")
    expect(only).to_have_count(1)
    tab.viewer.tag_box.fill("")
    tab.viewer.marks.get_by_role("button", name="Take the tag fog away").click()
    expect(tab.viewer.tag("fog")).to_have_count(0)
    assert marks(tab, run_id)["tags"] == ["harbour"]
    # keys that mean something in the viewer are letters here
    tab.viewer.tag_box.press_sequentially("s0+")
    expect(tab.viewer.tag_box).to_have_value("s0+")
    expect(tab.viewer.star).to_have_attribute("aria-pressed", "false")


def test_of_two_who_write_the_second_sees_the_first_and_decides(
    tab: AppPage, other: AppPage, run_id: str, faults: Faults
) -> None:
    faults.expect(r"status of 412")
    look_at(other, run_id)
    for one, note in ((tab, "mine"), (other, "theirs")):
        one.viewer.write.click()
        one.page.get_by_role("textbox", name="Note").fill(note)
    other.page.get_by_role("button", name="Save", exact=True).click()
    expect(other.viewer.marks).to_contain_text("theirs")
    dialog = tab.page.get_by_role("dialog", name="Title and note")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody has written here meanwhile")
    expect(dialog.get_by_role("alert")).to_contain_text("theirs")
    expect(dialog.get_by_role("textbox", name="Note")).to_have_value("mine")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog).to_have_count(0)
    assert marks(tab, run_id)["note"] == "mine"
    # the other tab hears of it
    expect(other.viewer.marks).to_contain_text("mine")


def test_two_tags_added_at_once_both_stay(
    tab: AppPage, other: AppPage, run_id: str, faults: Faults
) -> None:
    faults.expect(r"status of 412")
    look_at(other, run_id)
    other.page.route("**/api/v1/events**", lambda route: route.abort())
    body = {"tags": ["first"]}
    answer = tab.page.request.patch(
        f"{tab.url}/api/v1/runs/{run_id}/images/0", data=body, headers={"Origin": tab.url}
    )
    assert answer.ok
    other.viewer.tag_box.fill("second")
    other.page.keyboard.press("Enter")
    expect(other.viewer.tag("second")).to_be_visible()
    assert marks(tab, run_id)["tags"] == ["first", "second"]
