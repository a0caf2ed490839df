"""What is seen without scrolling, in light and dark."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from backend.endpoints.catalogue import load_catalogue
from tests.acceptance.app_process import App
from tests.browser.pages.app import AppPage, Faults, below

CATALOGUE = load_catalogue()
SLUGS = [endpoint.slug for endpoint in CATALOGUE.endpoints]
WINDOW: ViewportSize = {"width": 1280, "height": 800}


@pytest.mark.parametrize("slug", SLUGS)
def test_it_holds_tabs_main_fields_run_and_stage(tab: AppPage, slug: str) -> None:
    form = tab.create(slug)
    endpoint = CATALOGUE.by_slug(slug)
    tabs = tab.page.locator('#endpoint-tabs [role="tab"]')
    expect(tabs).to_have_count(len(SLUGS))
    for one in tabs.all():
        expect(one).to_be_in_viewport(ratio=1)
    expect(form.box("prompt")).to_be_in_viewport(ratio=1)
    expect(form.run).to_be_in_viewport(ratio=1)
    expect(tab.stage.root).to_be_in_viewport()
    main = [form.field(field.name) for field in endpoint.fields if not field.advanced]
    run = form.run.bounding_box()
    assert run is not None
    assert below(main) <= run["y"] + 1
    assert below([tab.stage.root.locator(".run-hero")]) <= WINDOW["height"]
    assert tab.shell.sideways() <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_light_or_dark_as_the_person_has_it(
    browser: Browser, app: App, faults: Faults, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport=WINDOW, color_scheme=scheme)
    page = context.new_page()
    faults.watch(page)
    tab = AppPage(page, app.url)
    form = tab.create("v1.1")
    for place in (page.locator("body"), form.box("prompt"), page.locator(".shell-bar")):
        ground = lightness(place, "backgroundColor")
        text = lightness(place, "color")
        assert (ground < 80) == (scheme == "dark")
        assert abs(ground - text) > 120
    context.close()


def lightness(place: Locator, property_name: str) -> float:
    """From 0, black, to 255, white."""
    colour = place.evaluate("(node, name) => getComputedStyle(node)[name]", property_name)
    numbers = [float(number) for number in re.findall(r"[\d.]+", colour)]
    return sum(numbers[:3]) / 3
