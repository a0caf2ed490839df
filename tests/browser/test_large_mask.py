"""A mask over a picture of 2048×2048 goes out at once and small."""

import sys
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Request, expect

from tests.acceptance.app_process import App
from tests.browser.pages.app import START, AppPage
from tests.browser.sample_pictures import photograph

SIDE = 2048
#: half a second on an idle machine; tests run beside others
WITHIN_S = 2.0
MOST_BYTES = 1_000_000


@pytest.fixture(scope="module")
def app(scripted_app: App) -> App:
    return scripted_app


def test_from_run_to_the_card(tab: AppPage) -> None:
    form = tab.create("v1-fill")
    form.box("prompt").fill("Another sky")
    zone = tab.zone(form)
    zone.give("square.jpg", photograph(SIDE, SIDE), "image/jpeg")
    zone.expect_shown("2048×2048")
    painter = tab.painter(form, (SIDE, SIDE))
    expect(painter.canvas).to_be_visible()
    painter.canvas.scroll_into_view_if_needed()
    painter.set_size(180)
    painter.mouse_stroke((200, 300), (1000, 500), (1850, 300), steps=12)
    painter.mouse_stroke((300, 900), (1000, 1300), (1700, 900), steps=12)
    expect(painter.state).to_contain_text("% painted")

    sent: list[Request] = []
    tab.page.on("request", lambda request: sent.append(request))
    form.run.scroll_into_view_if_needed()
    began = time.monotonic()
    with tab.page.expect_response(lambda answer: answer.url.endswith(START)):
        form.run.click()
    took = time.monotonic() - began
    posts = [request for request in sent if request.method == "POST"]
    assert {"/api/v1/uploads", START} <= {urlsplit(post.url).path for post in posts}
    # of a body with a file in it, the browser tells the length in this header only
    size = sum(int(post.all_headers()["content-length"]) for post in posts)
    expect(tab.stage.card).to_contain_text("Another sky")
    sys.stdout.write(f"from Run to accepted: {took:.3f} s, {size} bytes\n")
    assert took < WITHIN_S
    assert 1_000 < size < MOST_BYTES
