"""Zoomed to 200 and 400 %, without motion, in a system's own colours: everything is still there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.acceptance.app_process import App
from tests.browser.pages.app import AppPage, Faults
from tests.browser.pages.view_menu import ViewMenu

#: 1280×800 at 200 %; WCAG's 320 pixels, 1280 at 400 %
ZOOMS = [pytest.param((640, 400), id="200 %"), pytest.param((320, 640), id="400 %")]

OpenTab = Callable[..., AppPage]

MOVES = """() => [...document.querySelectorAll("*")].flatMap((node) =>
  ["", "::before", "::after"].flatMap((pseudo) => {
    const style = getComputedStyle(node, pseudo || null);
    const longest = (times) => Math.max(...times.split(",").map((time) => parseFloat(time)));
    const moves = style.animationName !== "none" && longest(style.animationDuration) > 0.01;
    const fades = longest(style.transitionDuration) > 0.01;
    return moves || fades ? [`${node.tagName}.${node.className}${pseudo}`] : [];
  }))"""

#: texts whose end nobody sees, of controls
CUT = """() => [...document.querySelectorAll("button, a, label, .chip")]
  .filter((node) => node.checkVisibility())
  .filter((node) => !node.closest(".sr-only, .skip-link, [aria-hidden=true], .strip, .code-tabs"))
  .filter((node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && (box.left < -1 || box.right > window.innerWidth + 1);
  })
  .map((node) => `${node.tagName} “${node.textContent.trim().slice(0, 40)}”`)"""

#: two controls that lie over each other
OVERLAPS = """() => {
  const seen = { visibilityProperty: true, opacityProperty: true };
  const controls = [...document.querySelectorAll("button, a[href], input, select, textarea")]
    .filter((node) => node.checkVisibility(seen))
    .filter((node) => !node.closest(".sr-only, .skip-link, .pg-run-row, [aria-hidden=true]"));
  const boxes = controls.map((node) => [node, node.getBoundingClientRect()]);
  const shared = (a, b, [start, end]) => Math.min(a[end], b[end]) - Math.max(a[start], b[start]);
  const meet = (a, b) => shared(a, b, ["left", "right"]) > 2 && shared(a, b, ["top", "bottom"]) > 2;
  return boxes.flatMap(([a, first], at) => boxes.slice(at + 1)
    .filter(([b, second]) => !a.contains(b) && !b.contains(a) && meet(first, second))
    .map(([b]) => `${a.outerHTML.slice(0, 90)} over ${b.outerHTML.slice(0, 90)}`));
}"""


@pytest.fixture
def open_tab(browser: Browser, app: App, faults: Faults) -> Iterator[OpenTab]:
    """A tab of a browser with these properties."""
    contexts: list[BrowserContext] = []

    def opening(size: tuple[int, int] = (1280, 800), **options: Any) -> AppPage:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        faults.watch(page)
        return AppPage(page, app.url)

    yield opening
    for context in contexts:
        context.close()


def stands(tab: AppPage) -> None:
    """Nothing is wider than the window, cut or covered."""
    assert tab.shell.sideways() <= 0
    assert tab.page.evaluate(CUT) == []
    assert tab.page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("zoom", ZOOMS)
def test_the_main_job_stands_when_it_is_zoomed(open_tab: OpenTab, zoom: tuple[int, int]) -> None:
    tab = open_tab(zoom, device_scale_factor=2)
    for slug in ("v1-fill-finetuned", "v1.1"):
        form = tab.create(slug)
        stands(tab)
        form.more()
        expect(form.root.locator(".pg-advanced").last).to_be_visible()
        stands(tab)
    form.box("prompt").fill("Zoomed in")
    run_id = tab.make(form)
    stands(tab)
    tab.stage.picture(run_id).click()
    expect(tab.viewer.at(run_id)).to_be_visible()
    tab.viewer.action("Copy as").scroll_into_view_if_needed()
    expect(tab.viewer.action("Copy as")).to_be_in_viewport()
    tab.viewer.close.click()
    for view in ("Gallery", "Presets"):
        tab.go(view)
        stands(tab)
    ViewMenu(tab.page).choose("Keys")
    box = ViewMenu(tab.page).keys.bounding_box()
    assert box is not None
    assert box["width"] <= zoom[0]
    assert box["height"] <= zoom[1]


def test_nothing_moves_for_those_who_ask_for_calm(open_tab: OpenTab) -> None:
    tab = open_tab(reduced_motion="reduce")
    form = tab.create("v1.1")
    form.box("prompt").fill("Calm")
    tab.run(form)
    assert tab.page.evaluate(MOVES) == []
    for path in ("/gallery", "/presets"):
        tab.open(path)
        assert tab.page.evaluate(MOVES) == []


def test_something_moves_for_the_others(open_tab: OpenTab) -> None:
    tab = open_tab(reduced_motion="no-preference")
    tab.create("v1.1")
    assert tab.page.evaluate(MOVES) != []


def test_the_job_is_done_in_a_systems_own_colours(open_tab: OpenTab) -> None:
    tab = open_tab(forced_colors="active", color_scheme="dark")
    form = tab.create("v1.1")
    form.box("prompt").fill("In few colours")
    tab.make(form)
    chosen = tab.page.locator('#endpoint-tabs [role="tab"][aria-selected="true"]')
    marked = "node => getComputedStyle(node, '::after').backgroundColor"
    others = tab.page.locator('#endpoint-tabs [role="tab"][aria-selected="false"]').first
    assert chosen.evaluate(marked) != others.evaluate(marked)
    form.run.focus()
    tab.page.keyboard.press("Shift+Tab")
    tab.page.keyboard.press("Tab")
    ring = form.run.evaluate("node => getComputedStyle(node).outlineStyle")
    assert ring != "none"
