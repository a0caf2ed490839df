"""Practice mode as people meet it, beside a proxy that leads nowhere."""

import socket
from collections.abc import Iterator

import pytest

from tests.acceptance.app_process import App
from tests.acceptance.paid_once import check_pictures
from tests.acceptance.pictures import mask, source

FILL = "fal-ai/flux-pro/v1/fill"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@pytest.fixture(scope="module")
def kept_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
        proxies = dict.fromkeys(PROXIES, nowhere)
    with App(tmp_path_factory.mktemp("practice"), settings=proxies) as app:
        yield app


@pytest.fixture
def app(kept_app: App) -> Iterator[App]:
    yield kept_app
    kept_app.process.log.show_news()


def test_pictures_are_brought_and_made_although_the_proxy_is_dead(app: App) -> None:
    run = app.run("a pond", FILL, image_url=source(), mask_url=mask())
    done = app.until(run, "done")
    assert done["practice"]
    assert app.picture(done["images"][0]).size == (96, 64)


def test_a_run_outlives_a_kill_although_practice_mode_then_has_another_port(app: App) -> None:
    run = app.until(app.run("a hill"), "running")
    app.kill()
    app.start()
    app.until_ready()
    check_pictures(app, app.until(run, "done"))
