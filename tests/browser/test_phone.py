"""A phone of 390 px does the whole main job, with fingers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from backend.endpoints.catalogue import load_catalogue
from tests.browser.pages.app import AppPage, is_drawn
from tests.browser.pages.form import FormPage
from tests.browser.pages.view_menu import ViewMenu
from tests.browser.sample_pictures import picture

SLUGS = [endpoint.slug for endpoint in load_catalogue().endpoints]
BROUGHT = (300, 200)


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
    )
    yield made
    made.close()


UNCOVERED = """(node) => {
  const box = node.getBoundingClientRect();
  return [0.05, 0.1, 0.2, 0.4, 0.6, 0.9].every((across) => [0.2, 0.5, 0.8].every((down) => {
    const on = document.elementFromPoint(box.x + across * box.width, box.y + down * box.height);
    return node.contains(on);
  }));
}"""


def uncovered(node: Locator) -> bool:
    """Whether a finger meets it everywhere."""
    return bool(node.evaluate(UNCOVERED))


def test_a_mask_is_painted_with_a_finger_and_the_picture_made(tab: AppPage) -> None:
    tab.create("v1.1")
    form = FormPage(tab.page).open_tab("v1-fill")
    expect(form.picker).to_have_value("v1-fill")
    form.box("prompt").tap()
    tab.page.keyboard.type("A red door")
    zone = tab.zone(form)
    with tab.page.expect_file_chooser() as chooser:
        zone.choose.tap()
    chooser.value.set_files(
        {"name": "wall.png", "mimeType": "image/png", "buffer": picture(*BROUGHT)}
    )
    zone.expect_shown("300×200")

    painter = tab.painter(form, BROUGHT)
    expect(painter.canvas).to_be_visible()
    painter.canvas.scroll_into_view_if_needed()
    painter.touch_stroke((60, 100), (150, 100), (240, 100))
    expect(painter.state).to_contain_text("% painted")

    expect(form.run).to_be_in_viewport(ratio=1)
    with tab.starting() as ids:
        form.run.tap()
    (run_id,) = ids
    expect(tab.stage.showing(run_id)).to_be_in_viewport()
    tab.see_done(run_id)
    assert set(tab.stored(run_id)["input"]) == {"prompt", "image_url", "mask_url"}

    tab.stage.picture(run_id).tap()
    expect(tab.viewer.at(run_id)).to_be_visible()
    assert tab.shell.sideways() <= 0
    tab.viewer.close.tap()
    tab.shell.link("Gallery").tap()
    is_drawn(tab.gallery.picture(run_id))


@pytest.mark.parametrize("slug", SLUGS)
def test_no_form_scrolls_sideways_and_run_is_at_hand(tab: AppPage, slug: str) -> None:
    form = tab.create(slug)
    assert tab.shell.sideways() <= 0
    expect(form.run).to_be_in_viewport(ratio=1)
    form.more()
    assert tab.shell.sideways() <= 0
    for top in (0, 60, 120, 180, 240):
        tab.shell.scroll_to(top)
        expect(form.run).to_be_in_viewport(ratio=1)
        assert uncovered(form.run), f"something lies over Run, scrolled by {top}"


@pytest.mark.parametrize("path", ["/gallery", "/presets"])
def test_no_list_scrolls_sideways(tab: AppPage, path: str) -> None:
    tab.open(path)
    assert tab.shell.sideways() <= 0


def test_messages_are_seen_where_the_finger_is(tab: AppPage) -> None:
    form = tab.create("v1.1")
    form.run.tap()
    expect(form.error("prompt")).to_be_in_viewport()
    assert tab.shell.sideways() <= 0


def test_what_a_finger_presses_most_is_44_pixels_high(tab: AppPage) -> None:
    form = tab.create("v1.1")
    form.box("prompt").fill("For a thumb")
    run_id = tab.make(form)
    menu = ViewMenu(tab.page)
    main = [form.run, form.by_id("reset-v1.1"), form.picker, menu.button, tab.shell.link("Gallery")]
    main += [tab.stage.action(name) for name in ("Open large", "Same again", "Delete")]
    tab.stage.picture(run_id).tap()
    main += [tab.viewer.close, tab.viewer.action("Download")]
    heights = {str(one): (one.bounding_box() or {"height": 0})["height"] for one in main}
    assert {one: height for one, height in heights.items() if height < 44} == {}


def test_prices_are_hidden_with_a_finger(tab: AppPage) -> None:
    form = tab.create("v1.1")
    menu = ViewMenu(tab.page)
    menu.button.tap()
    menu.item("Hide prices and logs").tap()
    expect(form.run).to_have_text("Run")
    assert tab.shell.sideways() <= 0
    menu.hidden_note.tap()
    expect(form.run).to_have_text(form.price("$0.04"))
