"""The main job without a mouse: every stop is seen, nothing traps, nothing loses the focus."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.acceptance.scripted_fal import ScriptedFal
from tests.browser.pages.app import RUN_MS, AppPage
from tests.browser.pages.form import FormPage
from tests.browser.pages.keys import Keys
from tests.browser.sample_pictures import picture

SLUG = "v1.1"
#: or at the browser's own controls, between the last stop and the first
WITHIN = """dialog => {
  const held = document.activeElement;
  return dialog.contains(held) || held === document.body;
}"""


@pytest.fixture
def keys(tab: AppPage) -> Keys:
    return Keys(tab.page)


@pytest.fixture
def held(fal: ScriptedFal) -> Iterator[None]:
    """fal holds each run, until the end of the test."""
    fal.hold("running")
    yield
    fal.obey()


def run_by_keys(tab: AppPage, keys: Keys, prompt: str) -> str:
    """From the page's first stop to a run; its id."""
    form = tab.create(SLUG)
    keys.press("Tab")
    expect(tab.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("Enter")
    keys.tab_to(form.box("prompt"))
    keys.type(prompt)
    with tab.starting() as ids:
        keys.press("Control+Enter")
    keys.expect_kept(form.box("prompt"))
    return ids[0]


def test_a_picture_is_made_looked_at_copied_and_made_again(tab: AppPage, keys: Keys) -> None:
    run_id = run_by_keys(tab, keys, "A lighthouse, typed")
    tab.see_done(run_id)
    expect(tab.stage.spoken).to_have_text("Done. Picture ready.")

    link = tab.stage.card.locator("a.picture-open")
    keys.tab_to(link)
    keys.press("Enter")
    expect(tab.viewer.at(run_id)).to_be_visible()
    keys.expect_kept(tab.viewer.close)
    keys.tab_to(tab.viewer.action("Copy as"))
    keys.press("Escape")
    expect(tab.viewer.dialog).to_have_count(0)
    keys.expect_kept(link)

    copy = tab.stage.action("Copy as")
    keys.tab_to(copy)
    keys.press("Enter")
    expect(tab.dialog).to_be_visible()
    keys.tab_to(tab.dialog.get_by_role("button", name="Copy", exact=True))
    keys.press("Escape")
    expect(tab.dialog).to_have_count(0)
    keys.expect_kept(copy)

    keys.tab_to(tab.stage.action("Same again"), back=True)
    with tab.page.expect_response(lambda answer: answer.url.endswith("/again")) as told:
        keys.press("Enter")
    tab.see_done(told.value.json()["id"])
    expect(tab.stage.card.locator(":focus").or_(tab.stage.card).first).to_be_visible()
    assert tab.stage.root.evaluate("stage => stage.contains(document.activeElement)")


@pytest.mark.usefixtures("held")
def test_a_run_is_cancelled_and_the_focus_stays_with_it(tab: AppPage, keys: Keys) -> None:
    run_id = run_by_keys(tab, keys, "Stopped by a key")
    card = tab.stage.showing(run_id)
    expect(card).to_have_attribute("data-run-state", "running", timeout=RUN_MS)
    keys.tab_to(tab.stage.action("Cancel"))
    keys.press("Enter")
    expect(card).to_have_attribute("data-run-state", "cancelled", timeout=RUN_MS)
    assert tab.stage.root.evaluate("stage => stage.contains(document.activeElement)")
    keys.focus_is_seen()


def test_arrows_go_from_endpoint_to_endpoint(tab: AppPage, keys: Keys) -> None:
    form = tab.create("v1.1-ultra")
    chosen = tab.page.locator('#endpoint-tabs [role="tab"][aria-selected="true"]')
    keys.tab_to(chosen)
    keys.press("ArrowRight")
    expect(FormPage(tab.page, "v1.1").run).to_be_visible()
    expect(form.run).to_be_hidden()
    keys.expect_kept(chosen)
    keys.press("End")
    last = FormPage(tab.page, "v1-fill-finetuned")
    expect(last.run).to_be_visible()
    keys.tab_to(last.presets)
    keys.tab_to(chosen, back=True)


def test_a_picture_is_brought_and_a_mask_is_painted(tab: AppPage, keys: Keys) -> None:
    form = tab.create("v1-fill")
    zone = tab.zone(form)
    form.box("prompt").focus()
    keys.type("A door")
    keys.tab_to(zone.choose)
    with tab.page.expect_file_chooser() as chooser:
        keys.press("Enter")
    chooser.value.set_files(
        {"name": "wall.png", "mimeType": "image/png", "buffer": picture(300, 200)}
    )
    zone.expect_shown("300×200")
    keys.focus_is_seen()

    painter = tab.painter(form, (300, 200))
    keys.tab_to(painter.canvas)
    keys.press("]", "]", "Shift+ArrowRight", "Shift+ArrowRight", "ArrowDown", " ")
    expect(painter.state).to_contain_text("% painted")
    keys.press("Control+z")
    keys.tab_to(form.run)
    with tab.starting() as ids:
        keys.press("Enter")
    tab.see_done(ids[0])
    keys.expect_kept(form.run)
    assert set(tab.stored(ids[0])["input"]) == {"prompt", "image_url", "mask_url"}


@pytest.mark.parametrize("slug", ["v1.1-ultra", "v1-fill-finetuned"])
def test_tab_goes_through_every_form_to_its_end(tab: AppPage, keys: Keys, slug: str) -> None:
    form = tab.create(slug)
    form.more()
    expect(form.root.locator(".pg-advanced").last).to_be_visible()
    tab.page.get_by_role("link", name="Skip to the content").focus()
    assert keys.walk() > 20


@pytest.mark.parametrize("path", ["/gallery", "/presets"])
def test_tab_goes_through_every_list_to_its_end(tab: AppPage, keys: Keys, path: str) -> None:
    tab.open(path)
    lists = tab.page.locator("#view-gallery .gallery, #view-presets .presets")
    expect(lists.locator("select").locator("visible=true").first).to_be_visible()
    assert keys.walk() > 5


@pytest.mark.parametrize("name", ["Save as", "Paste JSON"])
def test_dialogs_of_a_form_give_the_focus_back(tab: AppPage, keys: Keys, name: str) -> None:
    form = tab.create(SLUG)
    opener = form.root.get_by_role("button", name=name)
    opener.focus()
    keys.press("Enter")
    expect(tab.dialog).to_be_visible()
    for _ in range(8):
        keys.press("Tab")
        assert tab.dialog.evaluate(WITHIN)
    keys.press("Escape")
    keys.expect_kept(opener)
