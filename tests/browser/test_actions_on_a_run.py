"""What a person does with a picture that is there."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.acceptance.scripted_fal import ScriptedFal
from tests.browser.pages.app import RUN_MS, AppPage, is_drawn
from tests.browser.pages.form import FormPage

SLUG = "v1.1"


def make(tab: AppPage, prompt: str, **also: str) -> str:
    """A finished run on the stage."""
    form = tab.create(SLUG)
    form.box("prompt").fill(prompt)
    for name, value in also.items():
        form.box(name).fill(value)
    return tab.make(form)


def test_same_again_starts_the_same_settings(tab: AppPage) -> None:
    run_id = make(tab, "Once more", seed="11")
    with tab.page.expect_response(lambda answer: answer.url.endswith(f"{run_id}/again")) as told:
        tab.stage.action("Same again").click()
    again = told.value.json()["id"]
    tab.see_done(again)
    assert tab.stored(again)["input"] == {"prompt": "Once more", "seed": 11}
    assert tab.stored(again)["again_of"] == run_id


def test_open_in_form_fills_the_form_of_its_endpoint(tab: AppPage) -> None:
    make(tab, "Back to the form", seed="12")
    tab.create("v1.1-ultra")
    tab.stage.action("Open in form").click()
    form = FormPage(tab.page, SLUG)
    expect(form.box("prompt")).to_have_value("Back to the form")
    expect(form.box("seed")).to_have_value("12")
    expect(tab.page).to_have_url(f"{tab.url}/create/{SLUG}")


def test_open_large_has_arrows_and_closes_with_escape(tab: AppPage) -> None:
    older = make(tab, "The older one")
    newer = make(tab, "The newer one")
    tab.stage.action("Open large").click()
    expect(tab.viewer.at(newer)).to_be_visible()
    is_drawn(tab.viewer.picture)
    tab.page.keyboard.press("ArrowRight")
    expect(tab.viewer.at(older)).to_be_visible()
    expect(tab.viewer.about).to_contain_text("The older one")
    tab.page.keyboard.press("ArrowLeft")
    expect(tab.viewer.at(newer)).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.viewer.dialog).to_have_count(0)
    expect(tab.stage.showing(newer)).to_be_visible()


def test_download_gives_the_stored_bytes(tab: AppPage) -> None:
    run_id = make(tab, "To take home")
    with tab.page.expect_download() as saved:
        tab.stage.action("Download").click()
    assert saved.value.path().read_bytes() == tab.bytes_of(f"/media/{run_id}/0")
    assert saved.value.suggested_filename.endswith(".jpeg")
    assert "v1.1" in saved.value.suggested_filename


def test_the_copied_link_opens_the_gallery_at_the_picture(tab: AppPage) -> None:
    run_id = make(tab, "To show around")
    tab.stage.action("Copy link").click()
    expect(tab.toast).to_contain_text("Link copied")
    link = urlsplit(tab.page.evaluate("navigator.clipboard.readText()"))
    tab.open(f"{link.path}?{link.query}")
    expect(tab.viewer.at(run_id)).to_be_visible()
    is_drawn(tab.viewer.picture)
    tab.viewer.close.click()
    expect(tab.gallery.picture(run_id)).to_be_visible()


def test_a_deleted_run_is_gone_and_comes_back_with_undo(tab: AppPage) -> None:
    run_id = make(tab, "Thrown away")
    tab.stage.action("Delete").click()
    expect(tab.stage.showing(run_id)).to_have_count(0)
    assert tab.runs_of("Thrown away") == []
    tab.toast.get_by_role("button", name="Undo").click()
    tab.see_done(run_id)
    tab.reload()
    tab.see_done(run_id)


def test_a_flagged_picture_is_covered_until_a_click(tab: AppPage) -> None:
    form = tab.create(SLUG)
    form.box("prompt").fill("A nsfw statue")
    run_id = tab.run(form)
    card = tab.stage.showing(run_id)
    expect(card).to_have_attribute("data-run-state", "done", timeout=RUN_MS)
    expect(tab.stage.cover).to_contain_text("content filter")
    # nothing of the picture shines through
    expect(tab.stage.cover).to_have_css("background-color", re.compile(r"^rgb\("))
    tab.stage.cover.click()
    expect(tab.stage.cover).to_have_count(0)
    is_drawn(tab.stage.picture(run_id))


def test_a_run_is_copied_as_exactly_its_code(tab: AppPage) -> None:
    make(tab, "This very run", seed="13")
    tab.stage.action("Copy as…").click()
    tab.dialog.get_by_role("tab", name="JSON").click()
    panel = tab.dialog.get_by_role("tabpanel")
    expect(panel).to_contain_text('"seed": 13')
    expect(panel).to_contain_text("This very run")


def test_a_failed_run_says_why_and_can_be_tried_again(tab: AppPage, fal: ScriptedFal) -> None:
    fal.tell("ends", error="The model is having a bad day", error_type="internal_error", status=500)
    form = tab.create(SLUG)
    form.box("prompt").fill("Unlucky")
    run_id = tab.run(form)
    card = tab.stage.showing(run_id)
    expect(card).to_have_attribute("data-run-state", "failed", timeout=RUN_MS)
    expect(tab.stage.hero).to_contain_text("nothing is ever charged")
    with tab.page.expect_response(lambda answer: answer.url.endswith("/again")) as told:
        tab.stage.action("Try again").click()
    tab.see_done(told.value.json()["id"])
