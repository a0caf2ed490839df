"""What a browser fetches of ours beside the page."""

import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from backend.endpoints.catalogue import load_catalogue
from backend.texts.languages import LANGUAGES
from backend.texts.texts import texts
from components.assets import Assets
from components.page_language import PageLanguage
from components.translations import translations


@pytest.fixture(scope="module")
def assets() -> Assets:
    """Those of the nine endpoints."""
    return Assets.of(load_catalogue(), texts())


@pytest.fixture
def browser(assets: Assets) -> Iterator[TestClient]:
    """A browser at a server of a page, an answer without a page, and the assets."""

    async def page(_: Request) -> Response:
        return HTMLResponse("<p>here</p>")

    async def data(_: Request) -> Response:
        return JSONResponse({})

    routes = [*assets.routes(), Route("/", page), Route("/data", data)]
    words = translations(load_catalogue(), texts())
    language = Middleware(PageLanguage, assets=assets, translations=words)
    app = Starlette(routes=routes, middleware=[language])
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_script_and_styles_are_kept_by_browsers_for_ever(
    browser: TestClient, assets: Assets, encoding: str
) -> None:
    kept = {assets.script_url(one): assets.scripts[one].plain for one in LANGUAGES}
    for address, plain in {
        **kept,
        assets.styles_url: assets.styles.plain,
        **{assets.later_url(one): assets.later_scripts[one].plain for one in LANGUAGES},
        assets.later_styles_url: assets.later_styles.plain,
    }.items():
        answer = browser.get(address, headers={"accept-encoding": encoding})
        assert answer.content == plain
        assert answer.headers.get("content-encoding", "identity") == encoding
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_of_the_page_is_in_one_of_its_two_scripts(assets: Assets, language: str) -> None:
    first, later = (
        assets.scripts[language].plain.decode(),
        assets.later_scripts[language].plain.decode(),
    )
    for key in texts().of_page(language)["texts"]:
        assert (f'"{key}": ' in first) + (f'"{key}": ' in later) == 1, key


def test_a_single_modules_address_gives_what_is_in_the_script(
    browser: TestClient, assets: Assets
) -> None:
    answer = browser.get("/static/js/dom.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert f'from "{assets.script_url("en")}"' in answer.text
    assert re.search(r'export const \{ .*\bel\b.* \} = await \$later\("dom\.js"\);', answer.text)
    assert browser.get("/static/js/no-such.js").status_code == 404


def test_a_page_names_both_files_before_anything_of_it_runs(
    browser: TestClient, assets: Assets
) -> None:
    link = browser.get("/").headers["link"]
    assert f"<{assets.script_url('en')}>; rel=modulepreload" in link
    assert f"<{assets.styles_url}>; rel=preload; as=style" in link
    assert "link" not in browser.get("/data").headers
