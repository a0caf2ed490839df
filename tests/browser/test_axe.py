"""axe-core finds nothing on any view, in light and dark, on a desktop and a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.endpoints.catalogue import load_catalogue
from tests.acceptance.app_process import App
from tests.browser.axe import raw_violations, violations
from tests.browser.gallery_app import (
    NOW,
    Script,
    Scripted,
    image_json,
    me_json,
    preset_json,
    run_json,
    served,
)
from tests.browser.pages.app import AppPage, Faults
from tests.browser.pages.form import FormPage
from tests.browser.pages.opening import OpenPage, pages_of
from tests.browser.pages.shell import Shell
from tests.browser.pages.view_menu import ViewMenu
from tests.browser.sample_pictures import picture

SLUGS = [endpoint.slug for endpoint in load_catalogue().endpoints]
LOOKS = [
    pytest.param((scheme, size), id=f"{scheme}-{size[0]}")
    for scheme in ("light", "dark")
    for size in ((1280, 800), (390, 844))
]
Look = tuple[str, tuple[int, int]]

ERROR = {
    "code": "validation",
    "message": "fal refused a value.",
    "retryable": False,
    "charged": "no",
    "fields": {"seed": "has to be a number"},
}
#: a run in each state, with what a card shows of it
STATES: dict[str, dict[str, Any]] = {
    "created": {"before_you": 2},
    "queued": {"queue_position": 3},
    "running": {},
    "saving": {},
    "failed": {"error": ERROR},
    "cancelled": {},
    "uncertain": {},
    "lost": {"finished_at": NOW.isoformat()},
}


class Findings:
    """What axe found, by the state in which the page was."""

    def __init__(self, page: Page):
        self._page = page
        self._found: dict[str, list[str]] = {}

    def look(self, state: str) -> None:
        """Asks axe about the page as it is now."""
        found = violations(self._page)
        if found:
            self._found[state] = found

    def check(self) -> None:
        """Raises AssertionError with a readable list."""
        lines = [f"{state}:\n    " + "\n    ".join(all_) for state, all_ in self._found.items()]
        assert not lines, "\n" + "\n".join(lines)


# ── the real app ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=LOOKS)
def tab(
    request: pytest.FixtureRequest, browser: Browser, app: App, faults: Faults
) -> Iterator[AppPage]:
    scheme, (width, height) = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    faults.watch(page)
    yield AppPage(page, app.url)
    context.close()


@pytest.fixture
def findings(tab: AppPage) -> Iterator[Findings]:
    """What was found is told at the end."""
    found = Findings(tab.page)
    yield found
    found.check()


def dialog_closes(tab: AppPage) -> None:
    tab.page.keyboard.press("Escape")
    expect(tab.dialog).to_have_count(0)


def test_every_form_with_all_its_settings(tab: AppPage, findings: Findings) -> None:
    form = tab.create(SLUGS[0])
    for slug in SLUGS:
        form = form.open_tab(slug)
        findings.look(slug)
        form.more()
        expect(form.root.locator(".pg-advanced").last).to_be_visible()
        findings.look(f"{slug}, more settings")


def test_a_picture_its_mask_and_messages(tab: AppPage, findings: Findings) -> None:
    form = tab.create("v1-fill")
    zone = tab.zone(form)
    zone.give("wall.png", picture(300, 200))
    zone.expect_shown("300×200")
    painter = tab.painter(form, (300, 200))
    expect(painter.canvas).to_be_visible()
    findings.look("painter")
    painter.button("Larger").click()
    expect(painter.dialog).to_be_visible()
    findings.look("larger painter")
    painter.button("Done").click()
    form.run.click()
    expect(form.error("prompt")).to_be_visible()
    findings.look("messages")


def test_a_run_and_what_opens_over_it(tab: AppPage, findings: Findings) -> None:
    form = tab.create("v1.1")
    form.box("prompt").fill("A lighthouse")
    run_id = tab.make(form)
    findings.look("done")
    tab.stage.picture(run_id).click()
    expect(tab.viewer.at(run_id)).to_be_visible()
    findings.look("viewer")
    tab.viewer.close.click()
    tab.stage.action("Copy as").click()
    expect(tab.dialog).to_be_visible()
    findings.look("code")
    dialog_closes(tab)
    for name in ("Save as", "Paste JSON"):
        form.root.get_by_role("button", name=name).click()
        expect(tab.dialog).to_be_visible()
        findings.look(name)
        dialog_closes(tab)
    tab.go("Gallery")
    expect(tab.gallery.picture(run_id)).to_be_visible()
    findings.look("gallery")
    tab.go("Presets")
    expect(tab.page.locator("[data-preset-id]").first).to_be_visible()
    findings.look("presets")
    tab.go("Usage")
    expect(tab.page.locator(".usage-table")).to_be_visible()
    findings.look("usage")


def test_a_covered_picture_and_a_deleted_run(tab: AppPage, findings: Findings) -> None:
    form = tab.create("v1.1")
    form.box("prompt").fill("nsfw")
    tab.run(form)
    expect(tab.stage.cover).to_be_visible(timeout=30_000)
    findings.look("covered")
    tab.stage.cover.click()
    findings.look("uncovered")
    tab.stage.action("Delete").click()
    expect(tab.toast).to_be_visible()
    findings.look("deleted")


# ── states of runs, without Gradio ───────────────────────────────────────────────────────────


@pytest.fixture
def server() -> Iterator[Scripted]:
    with served(Script()) as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[OpenPage]:
    with pages_of(browser, NOW) as open_page:
        yield open_page


def opened(new_page: OpenPage, server: Scripted, look: Look, path: str = "/") -> Shell:
    scheme, size = look
    page = new_page(*size, color_scheme=scheme, reduced_motion="reduce")
    return Shell(page, server.url).open(path)


@pytest.mark.parametrize("look", LOOKS)
def test_a_run_in_every_state(server: Scripted, new_page: OpenPage, look: Look) -> None:
    shell = opened(new_page, server, look)
    findings = Findings(shell.page)
    for state, also in STATES.items():
        run = {"state": state, "mine": True, "images": [], "finished_at": None, **also}
        server.feed.send("run", run_json(0, id="new", **run))
        lines = [{"message": "sampling 3 of 28", "timestamp": NOW.isoformat(), "level": "INFO"}]
        server.feed.send("log", {"run_id": "new", "lines": lines})
        expect(shell.page.locator(f"[data-run-state={state}]")).to_be_visible()
        findings.look(state)
    images = [image_json("new", 0, (64, 64), missing=True, url=None, preview_url=None)]
    server.feed.send("run", run_json(0, id="new", mine=True, images=images))
    expect(shell.page.get_by_text("This picture is missing")).to_be_visible()
    findings.look("missing")
    findings.check()


@pytest.mark.parametrize("look", LOOKS)
def test_empty_lists_notices_and_menus(server: Scripted, new_page: OpenPage, look: Look) -> None:
    notices = [
        {"level": level, "text": f"A note of {level}"} for level in ("info", "warn", "error")
    ]
    server.script.me = me_json(notices=notices, key_state="refused", sign_out=True)
    shell = opened(new_page, server, look)
    findings = Findings(shell.page)
    menu = ViewMenu(shell.page)
    expect(shell.notices).to_have_count(3)
    findings.look("nothing yet")
    menu.button.click()
    findings.look("the View menu")
    menu.item("Keys").click()
    expect(menu.keys).to_be_visible()
    findings.look("keys")
    shell.page.keyboard.press("Escape")
    menu.hide_prices_and_logs()
    findings.look("prices hidden")
    for view in ("Gallery", "Presets"):
        shell.link(view).click()
        expect(shell.page.locator(f"#view-{view.lower()} [data-note=empty]")).to_be_visible()
        findings.look(f"no {view.lower()}")
    server.script.presets = [preset_json(n) for n in range(4)]
    shell.open("/presets")
    row = shell.page.locator('[data-preset-id="preset1"]')
    row.get_by_role("button", name="Delete").click()
    expect(shell.page.locator(".toast")).to_be_visible()
    findings.look("a preset deleted")
    server.script.broken["/api/v1/runs"] = 500
    shell.open("/gallery")
    expect(shell.page.locator("[data-note=error]")).to_be_visible()
    findings.look("a gallery that could not be loaded")
    findings.check()


# ── the check itself ─────────────────────────────────────────────────────────────────────────


def test_axe_does_find_what_is_wrong(server: Scripted, new_page: OpenPage) -> None:
    shell = opened(new_page, server, ("light", (1280, 800)))
    shell.page.evaluate(
        """() => {
          const wrong = document.createElement("div");
          wrong.innerHTML = '<p style="color: #aaa; background: #fff">pale</p>'
            + '<button style="width: 8px; height: 8px"></button>'
            + '<button style="width: 8px; height: 8px"></button>';
          document.getElementById("view-create").append(wrong);
        }"""
    )
    rules = {line.partition(":")[0] for line in violations(shell.page)}
    assert {"color-contrast", "button-name", "target-size"} <= rules


def test_what_scrolls_below_the_run_row_is_the_one_exception(browser: Browser, app: App) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 500})
    tab = AppPage(context.new_page(), app.url)
    form: FormPage = tab.create("v1.1-ultra-finetuned")
    form.more()
    expect(form.root.locator(".pg-advanced").last).to_be_visible()
    run = form.run.bounding_box()
    seed = form.by_id("f-v1.1-ultra-finetuned-seed-dice")
    assert run is not None
    # leaves a quarter of the seed's buttons above the row
    box = seed.bounding_box()
    assert box is not None
    tab.page.evaluate("by => window.scrollBy(0, by)", box["y"] + box["height"] / 4 - run["y"])
    raw = [rule for rule in raw_violations(tab.page) if rule["id"] == "target-size"]
    assert raw, "the exception is not needed any more: take it out"
    assert violations(tab.page) == []
    context.close()
