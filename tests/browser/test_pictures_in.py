"""Ways for a picture into a form of the real app."""

import pytest
from playwright.sync_api import expect

from tests.browser.pages.app import AppPage, Faults
from tests.browser.pages.form import FormPage

REDUX = "v1.1-redux"
ULTRA = "v1.1-ultra"


def test_a_pasted_picture_is_taken_and_sent(tab: AppPage) -> None:
    form = tab.create(REDUX)
    zone = tab.zone(form)
    zone.copy_picture(120, 90)
    form.box("prompt").focus()
    tab.page.keyboard.press("Control+v")
    zone.expect_shown("120×90")
    given = tab.stored(tab.make(form))["input"]
    assert set(given) == {"image_url"}
    assert given["image_url"].startswith("upload:")


@pytest.mark.parametrize(
    "link", ["http://127.0.0.1/cat.png", "http://[::1]/cat.png", "http://169.254.169.254/latest"]
)
def test_a_link_into_this_network_is_refused_with_the_reason(
    tab: AppPage, faults: Faults, link: str
) -> None:
    faults.expect(r"status of 422")
    form = tab.create(REDUX)
    zone = tab.zone(form)
    zone.link.fill(link)
    zone.fetch.click()
    expect(zone.error).to_contain_text("inside a private network")
    zone.expect_state("empty")


def test_a_file_that_is_no_picture_is_refused_with_the_reason(tab: AppPage, faults: Faults) -> None:
    faults.expect(r"status of 422")
    form = tab.create(REDUX)
    zone = tab.zone(form)
    zone.give("cat.png", b"<svg onload=alert(1)>", "image/png")
    expect(zone.error).to_contain_text("picture")
    zone.expect_state("empty")


def test_a_picture_of_the_stage_goes_to_another_endpoint(tab: AppPage) -> None:
    form = tab.create(ULTRA)
    form.box("prompt").fill("Used again elsewhere")
    run_id = tab.make(form)
    width, height = (tab.stored(run_id)["images"][0][side] for side in ("width", "height"))

    tab.stage.action("Use as reference in…").click()
    tab.page.get_by_role("menuitem", name="1.1 redux").click()
    redux = FormPage(tab.page, REDUX)
    expect(redux.run).to_be_visible()
    tab.zone(redux).expect_shown(f"{width}×{height}")
    expect(tab.page).to_have_url(f"{tab.url}/create/{REDUX}")
    given = tab.stored(tab.make(redux))["input"]
    assert set(given) == {"image_url"}


def test_a_picture_of_the_stage_is_dragged_into_the_form(tab: AppPage) -> None:
    form = tab.create(ULTRA)
    form.box("prompt").fill("Dragged over")
    run_id = tab.make(form)
    width, height = (tab.stored(run_id)["images"][0][side] for side in ("width", "height"))
    zone = tab.zone(form)
    tab.stage.picture(run_id).drag_to(zone.well)
    zone.expect_shown(f"{width}×{height}")
