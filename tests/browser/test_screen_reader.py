"""What a screen reader gets: names, roles, states, and what is said by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.gallery_app import NOW, Script, Scripted, preset_json, run_json, served
from tests.browser.pages.app import AppPage
from tests.browser.pages.opening import pages_of
from tests.browser.pages.shell import Shell

CREATE = """
- main:
  - link "Skip to the content"
  - navigation "Views":
    - link "Create"
    - link "Gallery"
    - link "Presets"
  - button "View"
  - status
  - heading "Create" [level=1]
  - tablist "Endpoints":
    - tab "1.1 ultra"
    - tab "1.1" [selected]
  - tabpanel "1.1":
    - combobox "Preset"
    - button "Find…"
    - button "Save as…"
    - button "Paste JSON"
    - textbox "Prompt"
    - radiogroup "Image size":
      - radio "1024×768" [checked]
    - radiogroup "Images":
      - radio "1" [checked]
    - textbox "Seed"
    - button /More settings/
    - button "Run · $0.04"
    - button "Reset"
    - button "Copy as…"
"""

CARD = """
- article "Current run":
  - strong: Done
  - link "A paper boat on a dark lake, one lamp, number 2":
    - img "A paper boat on a dark lake, one lamp, number 2"
  - paragraph: A paper boat on a dark lake, one lamp, number 2
  - group "Actions":
    - button "Open large"
    - link "Download"
    - button "Same again"
    - button "Open in form"
    - button "Use as reference in…"
    - button "Copy as…"
    - button "Copy link"
    - button "Delete"
- region "Recent":
  - heading "Recent" [level=2]
  - link "All in the gallery"
  - group "Recent runs":
    - 'button /Done: A paper boat.*number 2/'
"""

RUNNING = """
- article "Current run":
  - strong: Running
  - timer "Time so far"
  - group "Log": sampling 3 of 28
  - group "Actions":
    - button "Cancel"
    - button "Open in form"
    - button "Copy as…"
"""

UNCERTAIN = """
- article "Current run":
  - strong: Uncertain
  - group "Actions":
    - button "Check at fal"
    - button "Try again"
    - button "It never ran"
"""

GALLERY = """
- heading "Gallery" [level=1]
- search "Pictures":
  - searchbox "Search"
  - combobox "Endpoint"
  - group "Whose pictures":
    - radio "Everyone" [checked]
    - radio "Mine"
  - button "Filters"
  - button "What can be typed"
- heading /Today · \\d+ pictures?/ [level=2]
- list:
  - listitem:
    - link /number 1/:
      - img /number 1/
"""

VIEWER = """
- dialog "Picture":
  - text: /1 of \\d+/
  - button "Zoom out"
  - button "Zoom in"
  - button "Whole picture"
  - button "Close"
  - img /number 1/
  - button "Next picture"
  - complementary "About this picture":
    - group "Actions"
    - heading "Prompt" [level=3]
    - term: Seed
    - definition
"""

PRESETS = """
- heading "Presets" [level=1]
- search "Presets":
  - combobox "Endpoint"
  - combobox "Whose"
  - searchbox "Search presets"
  - button "Import…"
  - link "Export all"
- heading /1\\.1 ultra/ [level=2]
- list:
  - listitem:
    - heading "Wide cinematic 0" [level=3]
    - button "Use Wide cinematic 0"
"""


@pytest.fixture
def server() -> Iterator[Scripted]:
    script = Script(runs=[run_json(n) for n in range(1, 9)])
    script.presets = [preset_json(n) for n in range(3)]
    with served(script) as running:
        yield running


@pytest.fixture
def shell(browser: Browser, server: Scripted) -> Iterator[Shell]:
    with pages_of(browser, NOW) as new_page:
        yield Shell(new_page(), server.url)


def test_the_form(tab: AppPage) -> None:
    form = tab.create("v1.1")
    expect(tab.page.locator("body")).to_match_aria_snapshot(CREATE)
    more = form.root.get_by_role("button", name="More settings")
    expect(more).to_have_attribute("aria-expanded", "false")
    form.more()
    expect(more).to_have_attribute("aria-expanded", "true")


def test_a_finished_run_and_the_recent_ones(server: Scripted, shell: Shell) -> None:
    server.script.runs.pop(0)
    shell.open()
    expect(shell.page.locator("#stage")).to_match_aria_snapshot(CARD)


def test_a_run_on_its_way_is_said_by_itself(server: Scripted, shell: Shell) -> None:
    shell.open()
    stage = shell.page.locator("#stage")
    spoken = shell.page.locator("[data-announcer]")
    expect(stage.locator("[data-run-state=done]")).to_be_visible()
    new = {"mine": True, "images": [], "finished_at": None}
    for state, said in (("queued", "Queued, position 2 at fal."), ("running", "Running.")):
        told = run_json(0, id="new", state=state, queue_position=2, **new)
        if state == "queued":
            server.feed.send("run", {**told, "state": "created"})
        server.feed.send("run", told)
        expect(spoken).to_have_text(said)
    assert spoken.get_attribute("aria-live") == "polite"
    line = {"message": "sampling 3 of 28", "timestamp": NOW.isoformat(), "level": "INFO"}
    server.feed.send("log", {"run_id": "new", "lines": [line]})
    expect(stage).to_match_aria_snapshot(RUNNING)
    server.feed.send("run", run_json(0, id="new", state="uncertain", **new))
    expect(spoken).to_have_text("Uncertain: fal may have taken it. Check at fal.")
    expect(stage).to_match_aria_snapshot(UNCERTAIN)


def test_the_gallery_and_the_viewer(shell: Shell) -> None:
    shell.open("/gallery")
    body = shell.page.locator("body")
    expect(body).to_match_aria_snapshot(GALLERY)
    expect(shell.page.locator("[data-announcer]")).to_have_text("8 pictures loaded.")
    shell.page.locator("#view-gallery .tile-link").first.click()
    expect(body).to_match_aria_snapshot(VIEWER)


def test_the_presets(shell: Shell) -> None:
    shell.open("/presets")
    expect(shell.page.locator("body")).to_match_aria_snapshot(PRESETS)
