"""The whole page for somebody whose browser asks for German: no English left, the main job done."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.acceptance.app_process import App
from tests.acceptance.scripted_fal import ScriptedFal
from tests.browser.app_process import running_app
from tests.browser.pages.app import AppPage, Faults

TEXTS = Path(__file__).parents[2] / "backend" / "texts"
EN = json.loads((TEXTS / "en.json").read_text(encoding="utf-8"))
DE = json.loads((TEXTS / "de.json").read_text(encoding="utf-8"))
PHONE = {"width": 390, "height": 844}

#: what is put into a text: a prompt that looks like one is longer
SHORT = ".{1,40}"
#: texts that stand on the page, and names that a screen reader says
SAID = """() => {
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement;
    if (!at.closest("script, style, textarea, pre") && at.checkVisibility()) {
      found.add(walk.currentNode.textContent.trim());
    }
  }
  for (const name of ["aria-label", "title", "placeholder"]) {
    for (const node of document.querySelectorAll(`[${name}]`)) {
      if (node.checkVisibility()) found.add(node.getAttribute(name).trim());
    }
  }
  return [...found].filter(Boolean);
}"""


def forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())  # type: ignore[attr-defined]


def english() -> list[re.Pattern[str]]:
    """A pattern for each English text that is another one in German; holes take anything."""
    patterns = []
    for key, text in EN.items():
        for form in forms(text):
            if form in forms(DE[key]) or not re.search(
                r"[A-Za-z]{2}", re.sub(r"\{\w+\}", "", form)
            ):
                continue
            parts = (re.escape(part) for part in re.split(r"\{\w+\}", form))
            patterns.append(re.compile(SHORT.join(parts)))
    return patterns


ENGLISH = english()
GERMAN = {form for text in DE.values() for form in forms(text)}


def left_in_english(page: Page) -> list[str]:
    """What the page says in English words of the catalogue's."""
    said: list[str] = page.evaluate(SAID)
    return [
        text
        for text in said
        if text not in GERMAN and any(pattern.fullmatch(text) for pattern in ENGLISH)
    ]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, fal: ScriptedFal) -> Iterator[App]:
    """An app of its own: what other tests have named and prompted is English."""
    with running_app(tmp_path_factory.mktemp("german"), FAL_STAND_IN_URL=fal.url) as running:
        yield running


@pytest.fixture(scope="module")
def german(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that prefers Austrian German."""
    made = browser.new_context(viewport={"width": 1280, "height": 800}, locale="de-AT")
    yield made
    made.close()


@pytest.fixture
def seite(german: BrowserContext, app: App, faults: Faults) -> Iterator[AppPage]:
    """One tab of it."""
    page = german.new_page()
    faults.watch(page)
    yield AppPage(page, app.url)
    page.close()


def ready(page: Page) -> None:
    page.wait_for_selector('html[data-ready="1"]')


def test_the_main_job_is_done_in_german(seite: AppPage, app: App) -> None:
    page = seite.page
    page.goto(f"{app.url}/create/v1.1-ultra")
    ready(page)
    assert page.evaluate("[document.documentElement.lang, document.title]") == [
        "de",
        "Erstellen · FLUX Playground",
    ]
    run = page.locator("[id='run-v1.1-ultra']")
    expect(run).to_contain_text("Starten · $0.06")
    run.click()
    expect(page.get_by_text("Prompt fehlt: nötig ist ein Text")).to_be_visible()
    page.get_by_label("Prompt", exact=True).first.fill("Ein Leuchtturm im Nebel")
    run.click()
    card = page.locator('#stage [data-run-state="done"]')
    expect(card).to_be_visible()
    expect(card).to_contain_text("Fertig in ")
    expect(card).to_contain_text("Kostenlos, Übung")
    assert left_in_english(page) == []


@pytest.mark.parametrize("slug", ["v1.1-ultra", "v1", "v1-redux", "v1-fill-finetuned"])
def test_no_english_is_left_in_a_form(seite: AppPage, app: App, slug: str) -> None:
    page = seite.page
    page.goto(f"{app.url}/create/{slug}")
    ready(page)
    page.locator(f"[id='run-{slug}']").wait_for()
    page.get_by_role("button", name=re.compile("Weitere Einstellungen")).click()
    expect(page.get_by_label("Filtertoleranz").first).to_be_visible()
    assert left_in_english(page) == []


def test_no_english_is_left_in_gallery_and_viewer(seite: AppPage, app: App) -> None:
    page = seite.page
    made = page.request.post(
        f"{app.url}/api/v1/runs",
        data={"endpoint_id": "fal-ai/flux-pro/v1.1", "input": {"prompt": "Ein Boot im Schilf"}},
    )
    address = f"/media/{made.json()['id']}/0"
    page.goto(f"{app.url}/gallery")
    ready(page)
    page.locator(f'.tile:has(img[src^="{address}"]) .tile-link').click()
    viewer = page.get_by_role("dialog", name="Bild")
    expect(
        viewer.get_by_role("button", name="Herunterladen").or_(
            viewer.get_by_role("link", name="Herunterladen")
        )
    ).to_be_visible()
    expect(viewer.get_by_text("Bei der Vorgabe belassen")).to_be_visible()
    assert left_in_english(page) == []


def test_no_english_is_left_in_presets_and_dialogs(seite: AppPage, app: App) -> None:
    page = seite.page
    page.goto(f"{app.url}/presets")
    ready(page)
    expect(page.get_by_text("Den Himmel ersetzen", exact=True)).to_be_visible()
    assert left_in_english(page) == []
    page.goto(f"{app.url}/create/v1.1")
    ready(page)
    for name in ("Sichern …", "Aus JSON", "Als Code …"):
        page.locator("[id='form-v1.1']").get_by_role("button", name=name).click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        assert left_in_english(page) == []
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


def test_a_choice_in_the_address_is_kept_and_wins_over_the_browser(
    browser: Browser, app: App
) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(f"{app.url}/?lang=en")
    ready(page)
    expect(page.locator("[id='run-v1.1-ultra']")).to_contain_text("Run")
    page.goto(app.url)
    ready(page)
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.get_by_role("link", name="Create")).to_be_visible()
    context.close()


def test_the_view_menu_holds_the_language(browser: Browser, app: App) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{app.url}/gallery?lang=en")
    ready(page)
    page.get_by_role("button", name="View", exact=True).click()
    page.get_by_role("menuitemradio", name="Deutsch").click()
    expect(page.get_by_role("link", name="Galerie")).to_be_visible()
    assert page.url.endswith("/gallery")
    page.goto(app.url)
    ready(page)
    expect(page.get_by_role("link", name="Erstellen")).to_be_visible()
    context.close()


def test_longer_words_fit_a_phone(browser: Browser, app: App) -> None:
    context = browser.new_context(viewport=PHONE, locale="de-DE", has_touch=True)
    page = context.new_page()
    for address in ("/", "/create/v1-fill", "/gallery", "/presets"):
        page.goto(f"{app.url}{address}")
        ready(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
        name, menu = (page.locator(f".shell-{one}").bounding_box() for one in ("name", "view"))
        assert name is not None
        assert menu is not None
        assert abs(name["y"] - menu["y"]) < name["height"], "the bar broke into one more line"
    page.goto(f"{app.url}/create/v1.1-ultra")
    ready(page)
    run = page.locator("[id='run-v1.1-ultra']")
    run.wait_for()
    beside = page.locator("[id='copy-v1.1-ultra']").bounding_box()
    box = run.bounding_box()
    assert box is not None
    assert beside is not None
    assert abs(box["height"] - beside["height"]) <= 2, "the run button's words broke into two lines"
    context.close()
