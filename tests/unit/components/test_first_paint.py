"""What the server puts into the head of a page."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from components.first_paint import FirstPaint

MARKUP = "<style>ours</style>"


@pytest.fixture
def browser() -> Iterator[TestClient]:
    """A browser at a server of pages and other answers."""

    async def page(_: Request) -> Response:
        return HTMLResponse("<html><head><title>häuser</title></head></html>")

    async def headless(_: Request) -> Response:
        return HTMLResponse("<p>here</p>")

    async def data(_: Request) -> Response:
        return JSONResponse("<head>")

    async def in_pieces(_: Request) -> Response:
        async def pieces() -> AsyncIterator[str]:
            for piece in ("<html><head>", "<title>here</title></head></html>"):
                await asyncio.sleep(0)
                yield piece

        return StreamingResponse(pieces(), media_type="text/html")

    answers = {"/": page, "/headless": headless, "/data": data, "/pieces": in_pieces}
    app = Starlette(
        routes=[Route(path, answer) for path, answer in answers.items()],
        middleware=[Middleware(FirstPaint, markup=MARKUP)],
    )
    with TestClient(app) as client:
        yield client


def test_a_page_has_it_first_in_its_head_and_says_the_new_length(browser: TestClient) -> None:
    answer = browser.get("/")
    assert answer.text == f"<html><head>{MARKUP}<title>häuser</title></head></html>"
    assert answer.headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize("path", ["/headless", "/data", "/pieces"])
def test_everything_else_stays_as_it_is(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert MARKUP not in answer.text
    assert answer.text.startswith(("<p>", '"<head>"', "<html><head><title>"))


def test_a_question_for_the_headers_alone_has_no_body(browser: TestClient) -> None:
    assert browser.head("/").content == b""
