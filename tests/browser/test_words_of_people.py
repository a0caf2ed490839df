"""Whatever people write, long or from the right, the page around it stands."""

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.gallery_app import NOW, Script, me_json, preset_json, run_json, served
from tests.browser.pages.app import AppPage
from tests.browser.pages.opening import pages_of
from tests.browser.pages.shell import Shell
from tests.browser.sample_pictures import picture

LONG = "Donaudampfschifffahrt" * 24
HEBREW = "מגדלור על צוק בזלת, בערפל של בוקר."
#: turns everything after it around, where nothing holds it
OVERRIDE = "\u202e drawkcab"
WIDTHS = (1280, 390)


def direction(node: Locator) -> str:
    """As it is written there."""
    return str(node.evaluate("node => getComputedStyle(node).direction"))


def stands_before(first: Locator, second: Locator) -> bool:
    """Whether one stands left of the other, or in a line above it."""
    boxes = [one.bounding_box() for one in (first, second)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    above = boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]
    return above or boxes[0]["x"] < boxes[1]["x"]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_prompt_without_a_space_fits_everywhere(tab: AppPage, width: int) -> None:
    tab.page.set_viewport_size({"width": width, "height": 844})
    form = tab.create("v1.1")
    form.box("prompt").fill(LONG)
    run_id = tab.make(form)
    assert tab.shell.sideways() <= 0
    tab.stage.picture(run_id).click()
    expect(tab.viewer.at(run_id)).to_be_visible()
    assert tab.viewer.dialog.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    tab.viewer.close.click()
    tab.go("Gallery")
    expect(tab.gallery.picture(run_id)).to_be_visible()
    assert tab.shell.sideways() <= 0


def test_a_prompt_from_the_right_is_written_from_the_right(tab: AppPage) -> None:
    form = tab.create("v1.1")
    form.box("prompt").fill(HEBREW)
    assert direction(form.box("prompt")) == "rtl"
    run_id = tab.make(form)
    assert direction(tab.stage.card.locator(".run-prompt")) == "rtl"
    assert direction(tab.stage.card) == "ltr"
    assert stands_before(tab.stage.action("Open large"), tab.stage.action("Download"))
    tab.stage.picture(run_id).click()
    assert direction(tab.viewer.about.locator(".detail-prompt p")) == "rtl"
    assert direction(tab.viewer.about) == "ltr"
    tab.viewer.close.click()
    form.box("prompt").fill("A lighthouse")
    assert direction(form.box("prompt")) == "ltr"


@pytest.mark.parametrize("name", [f"{LONG}.png", f"{HEBREW}.png", f"a{OVERRIDE}.png"])
def test_the_name_of_a_file_stays_in_its_place(tab: AppPage, name: str) -> None:
    form = tab.create("v1-fill")
    zone = tab.zone(form)
    zone.give(name, picture(96, 64))
    zone.expect_shown("96×64")
    assert tab.shell.sideways() <= 0
    assert stands_before(zone.preview, zone.name)
    assert zone.name.evaluate("node => getComputedStyle(node).unicodeBidi") == "isolate"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [LONG[:60], HEBREW, f"Ada{OVERRIDE}"])
def test_names_of_people_and_presets_turn_nothing_around(
    browser: Browser, name: str, width: int
) -> None:
    script = Script(runs=[run_json(n, person_name=name, mine=n % 2 == 0) for n in range(6)])
    script.presets = [preset_json(n, name=name, description=name) for n in range(3)]
    script.me = me_json(person={"id": "a", "name": name, "role": "member"}, sign_out=True)
    with served(script) as server, pages_of(browser, NOW) as new_page:
        shell = Shell(new_page(width, 844), server.url).open("/presets")
        row = shell.page.locator("[data-preset-id]").first
        expect(row).to_be_visible()
        assert shell.sideways() <= 0
        assert stands_before(row.locator("h3"), row.locator(".chip").first)
        sign_out = shell.page.get_by_role("button", name="Sign out")
        assert stands_before(shell.chip("person"), sign_out)
        shell.open("/gallery")
        words = shell.page.locator(".tile-words", has_text=name).first
        expect(words).to_be_attached()
        assert shell.sideways() <= 0
        if name != LONG[:60]:
            text = words.text_content() or ""
            assert text.startswith(f"\u2068{name}\u2069")
