"""Earlier prompts and snippets, by keys and by hand. Each test has words of its own."""

from uuid import uuid4

from playwright.sync_api import Locator, expect

from tests.browser.axe import violations
from tests.browser.pages.app import AppPage, Faults

V11 = "fal-ai/flux-pro/v1.1"
SLUG = "v1.1"


def box_of(tab: AppPage) -> Locator:
    """The prompt of a form that can be used."""
    tab.page.goto(f"{tab.url}/create/{SLUG}")
    tab.shell.ready()
    return tab.page.locator(f'[id="f-{SLUG}-prompt"] textarea')


def ran(tab: AppPage, prompt: str) -> None:
    """It was prompted once."""
    body = {"endpoint_id": V11, "input": {"prompt": prompt, "seed": 1}}
    assert tab.page.request.post(f"{tab.url}/api/v1/runs", data=body).status == 202


def dialog_of(tab: AppPage, part: str) -> Locator:
    """The dialog, opened by its key, with that part in front."""
    tab.page.keyboard.press("Control+k")
    dialog = tab.page.get_by_role("dialog", name="Prompts")
    dialog.get_by_role("tab", name=part).click()
    return dialog


def test_the_arrow_up_in_an_empty_prompt_walks_through_earlier_ones(tab: AppPage) -> None:
    box = box_of(tab)
    older, newer = f"older {uuid4().hex}", f"newer {uuid4().hex}"
    ran(tab, older)
    ran(tab, newer)
    box.press("ArrowUp")
    expect(box).to_have_value(newer)
    box.press("ArrowUp")
    expect(box).to_have_value(older)
    box.press("ArrowDown")
    expect(box).to_have_value(newer)
    box.press("ArrowDown")
    expect(box).to_have_value("")
    box.press("ArrowUp")
    expect(box).to_have_value(newer)
    box.press("Escape")
    expect(box).to_have_value("")


def test_what_one_typed_is_never_taken_away_by_an_arrow(tab: AppPage) -> None:
    box = box_of(tab)
    ran(tab, f"kept {uuid4().hex}")
    box.fill("my own words")
    for key in ("ArrowUp", "ArrowDown", "Escape"):
        box.press(key)
    expect(box).to_have_value("my own words")
    box.fill("")
    box.press("ArrowUp")
    expect(box).not_to_have_value("")
    brought = box.input_value()
    box.press_sequentially(", at dusk")
    for key in ("ArrowUp", "Escape"):
        box.press(key)
    expect(box).to_have_value(f"{brought}, at dusk")


def test_an_earlier_prompt_is_found_by_words_and_used_by_keys_alone(tab: AppPage) -> None:
    box = box_of(tab)
    mark = uuid4().hex
    ran(tab, f"A Fox {mark}")
    ran(tab, f"a kite {mark}")
    box.fill("what was there")
    dialog = dialog_of(tab, "History")
    search = dialog.get_by_role("searchbox")
    search.fill(f"fox {mark}")
    rows = dialog.locator("[data-prompt]")
    expect(rows).to_have_count(1)
    assert violations(tab.page) == []
    search.press("ArrowDown")
    tab.page.keyboard.press("Enter")
    expect(box).to_have_value(f"A Fox {mark}")
    expect(box).to_be_focused()
    tab.page.get_by_role("button", name="Undo").click()
    expect(box).to_have_value("what was there")


def test_a_prompt_is_inserted_at_the_caret_starred_and_removed(tab: AppPage) -> None:
    box = box_of(tab)
    mark = uuid4().hex
    ran(tab, f"wet slate {mark}")
    box.fill("A hill , in fog")
    box.evaluate("box => box.setSelectionRange(7, 7)")
    dialog = dialog_of(tab, "History")
    dialog.get_by_role("searchbox").fill(mark)
    row = dialog.locator("[data-prompt]")
    expect(row).to_have_count(1)
    star = row.get_by_role("button", name="Star to keep")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    dialog.get_by_label("Starred only").check()
    expect(row).to_have_count(1)
    row.get_by_role("button", name="Insert").click()
    expect(box).to_have_value(f"A hill wet slate {mark}, in fog")
    dialog = dialog_of(tab, "History")
    dialog.get_by_role("searchbox").fill(mark)
    expect(row).to_have_count(1)
    row.get_by_role("button", name="Remove from history").click()
    sure = tab.page.get_by_role("dialog", name="Remove from history")
    sure.get_by_role("button", name="Remove from history").click()
    expect(dialog.get_by_text("No prompt fits")).to_be_visible()


def test_a_prompt_is_kept_by_two_presses_and_a_used_name_is_a_question(
    tab: AppPage, faults: Faults
) -> None:
    faults.expect("409")
    box = box_of(tab)
    mark = uuid4().hex
    box.fill(f"{mark} on slate")
    tab.page.get_by_role("button", name="Prompts…").click()
    dialog = tab.page.get_by_role("dialog", name="Prompts")
    dialog.get_by_role("button", name="Keep", exact=True).click()
    row = dialog.locator("[data-prompt]").filter(has_text=mark)
    expect(row).to_be_visible()
    tab.page.keyboard.press("Escape")
    box.fill("other words")
    dialog = dialog_of(tab, "Library")
    dialog.get_by_label("Keep the prompt in the library as").fill(f"{mark} ON SLATE")
    dialog.get_by_role("button", name="Keep", exact=True).click()
    question = tab.page.get_by_role("dialog", name="You use this name already")
    expect(question).to_contain_text("other words")
    question.get_by_role("button", name="Cancel").click()
    expect(row).to_contain_text(f"{mark} on slate")
    dialog.get_by_role("button", name="Keep", exact=True).click()
    question.get_by_role("button", name="Write mine over it").click()
    expect(row).to_contain_text("other words")


def test_a_snippet_is_edited_deleted_and_brought_back(tab: AppPage) -> None:
    box = box_of(tab)
    mark = uuid4().hex
    body = {"name": mark, "text": "low sun"}
    assert tab.page.request.post(f"{tab.url}/api/v1/snippets", data=body).status == 201
    box.focus()
    dialog = dialog_of(tab, "Library")
    dialog.get_by_role("searchbox").fill(mark)
    row = dialog.locator("[data-prompt]")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(mark)
    assert violations(tab.page) == []
    row.get_by_role("button", name="More").click()
    tab.page.get_by_role("menuitem", name="Edit…").click()
    edit = tab.page.get_by_role("dialog", name="Edit snippet")
    edit.get_by_label("Text").fill("low sun, long shadows")
    edit.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("long shadows")
    row.get_by_role("button", name="More").click()
    tab.page.get_by_role("menuitem", name="Delete").click()
    expect(dialog.get_by_text("No snippet fits")).to_be_visible()
    tab.page.get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()
    row.get_by_role("button", name="More").click()
    tab.page.get_by_role("menuitem", name="Delete").click()
    dialog.get_by_role("button", name="Deleted…").click()
    gone = tab.page.get_by_role("dialog", name="Deleted snippets")
    expect(gone.get_by_role("listitem").filter(has_text=mark)).to_contain_text("low sun")
    assert violations(tab.page) == []
    gone.get_by_role("button", name=f"Bring back {mark}").click()
    expect(gone.get_by_role("listitem").filter(has_text=mark)).to_have_count(0)
    gone.get_by_role("button", name="Close").last.click()
    row.locator(".prompt-text").click()
    expect(box).to_have_value("low sun, long shadows")
