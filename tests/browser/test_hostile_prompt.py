"""A prompt is text wherever it is shown, whatever it holds."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.pages.app import AppPage, is_drawn
from tests.browser.pages.form import FormPage

BAD = (
    "${document.title='x'}{{7*7}}<img src=x onerror=alert(1)><script>alert(2)</script>"
    "\u202e\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 👩\u200d🚀🦊 </textarea> "
)
LENGTH = 10_000
PROMPT = (BAD + "long " * LENGTH)[: LENGTH - 1] + "."
SLUG = "v1.1-ultra"


@pytest.fixture
def harmless(tab: AppPage) -> Iterator[AppPage]:
    """A tab in which nothing of the prompt may have become markup or script."""
    yield tab
    assert tab.page.title() == "Create · FLUX Playground"
    assert tab.page.locator("img[onerror], img[src='x']").count() == 0
    assert tab.shell.sideways() <= 0


def test_it_is_text_on_every_view(harmless: AppPage) -> None:
    tab = harmless
    form = tab.create(SLUG)
    form.box("prompt").fill(PROMPT)
    run_id = tab.make(form)
    assert tab.stored(run_id)["input"]["prompt"] == PROMPT
    assert tab.stage.picture(run_id).get_attribute("alt") == PROMPT
    expect(tab.stage.card).to_contain_text("${document.title='x'}{{7*7}}<img src=x")

    tab.reload()
    tab.see_done(run_id)
    tab.stage.action("Open large").click()
    expect(tab.viewer.about).to_contain_text("<script>alert(2)</script>")
    tab.page.keyboard.press("Escape")
    tab.stage.action("Copy as…").click()
    expect(tab.dialog.get_by_role("tabpanel")).to_contain_text("onerror=alert(1)")
    tab.page.keyboard.press("Escape")

    tab.go("Gallery")
    is_drawn(tab.gallery.picture(run_id))
    assert tab.gallery.picture(run_id).get_attribute("alt") == PROMPT
    tab.gallery.tile(run_id).hover()
    tab.go("Create")


def test_it_comes_back_into_the_form_as_it_was(harmless: AppPage) -> None:
    tab = harmless
    form = tab.create(SLUG)
    form.box("prompt").fill(PROMPT)
    tab.make(form)
    tab.create("v1.1")
    tab.stage.action("Open in form").click()
    expect(FormPage(tab.page, SLUG).box("prompt")).to_have_value(PROMPT)


def test_it_is_text_as_a_presets_name_and_value(harmless: AppPage) -> None:
    tab = harmless
    form = tab.create(SLUG)
    name = BAD[:70].strip()
    form.box("prompt").fill(BAD)
    form.root.get_by_role("button", name="Save as…").click()
    tab.dialog.get_by_label("Name").fill(name)
    tab.dialog.get_by_role("button", name="Save", exact=True).click()
    expect(form.presets.locator("option:checked")).to_have_text(name)
    tab.go("Presets")
    expect(tab.page.locator("#view-presets")).to_contain_text("${document.title='x'}{{7*7}}<img")
    tab.go("Create")
    form.root.get_by_role("button", name="Delete").click()
    tab.dialog.get_by_role("button", name="Delete").click()
    expect(form.presets.locator("option:checked")).to_have_text("Preset…")
