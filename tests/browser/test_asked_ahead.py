"""The preview is on its way to the page before the page hears that it is there."""

import re

import pytest
from playwright.sync_api import Request, expect

from tests.acceptance.scripted_fal import ScriptedFal
from tests.browser.pages.app import AppPage, is_drawn

SLUG = "v1.1"


@pytest.fixture
def asked(tab: AppPage) -> list[str]:
    """The addresses of previews that the page asks for."""
    addresses: list[str] = []

    def note(request: Request) -> None:
        if re.search(r"/media/\w+/\d+/preview$", request.url):
            addresses.append(request.url)

    tab.page.on("request", note)
    return addresses


def test_a_preview_is_asked_for_once_and_before_it_is_made(
    tab: AppPage, fal: ScriptedFal, asked: list[str]
) -> None:
    form = tab.create(SLUG)
    form.box("prompt").fill("Asked ahead")
    fal.push("picture", "hang", seconds=1)
    with tab.page.expect_request("**/preview"):
        run_id = tab.run(form)
    picture = tab.page.locator(f'#stage .run-card img[data-run-id="{run_id}"]')
    expect(picture).to_have_count(0)
    tab.see_done(run_id)
    is_drawn(picture)
    assert [address for address in asked if run_id in address] == [
        f"{tab.url}/media/{run_id}/0/preview"
    ]


def test_a_picture_that_comes_late_is_drawn_when_it_comes(tab: AppPage, fal: ScriptedFal) -> None:
    form = tab.create(SLUG)
    form.box("prompt").fill("Came late")
    fal.push("picture", "answer", status=500, body="oops")
    run_id = tab.run(form)
    tab.see_done(run_id)
    is_drawn(tab.page.locator(f'#stage .run-card img[data-run-id="{run_id}"]'))
