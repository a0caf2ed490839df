"""What the server puts into the head and the body of a page."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Scope

from components.first_paint import FirstPaint

HEAD = "<style>ours</style>"


def body_of(scope: Scope) -> str:
    """Ours, by the address."""
    return f"<i>{scope['path']}</i>"


@pytest.fixture
def browser() -> Iterator[TestClient]:
    """A browser at a server of pages and other answers."""

    async def page(_: Request) -> Response:
        return HTMLResponse(
            '<html><head><title>häuser</title></head><body class="a"><p>b</p></body></html>'
        )

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
        middleware=[Middleware(FirstPaint, head=HEAD, body=body_of)],
    )
    with TestClient(app) as client:
        yield client


def test_a_page_has_it_first_in_both_and_says_the_new_length(browser: TestClient) -> None:
    answer = browser.get("/")
    head = f"<html><head>{HEAD}<title>häuser</title></head>"
    assert answer.text == f'{head}<body class="a"><i>/</i><p>b</p></body></html>'
    assert answer.headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize("path", ["/headless", "/data", "/pieces"])
def test_everything_else_stays_as_it_is(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert HEAD not in answer.text
    assert answer.text.startswith(("<p>", '"<head>"', "<html><head><title>"))


def test_a_question_for_the_headers_alone_has_no_body(browser: TestClient) -> None:
    assert browser.head("/").content == b""
