"""Which answers are compressed with Brotli."""

from collections.abc import AsyncIterator

import brotli
import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from api.brotli_pages import BrotliPages

PAGE = "<p>a form</p>" * 1000
CHROMIUM = {"accept-encoding": "gzip, deflate, br, zstd"}
OTHER = {"accept-encoding": "gzip, deflate"}


async def page(_: Request) -> Response:
    return HTMLResponse(PAGE)


async def data(_: Request) -> Response:
    return JSONResponse({"page": PAGE})


async def in_pieces(_: Request) -> Response:
    async def pieces() -> AsyncIterator[str]:
        for start in range(0, len(PAGE), 5000):
            yield PAGE[start : start + 5000]

    return StreamingResponse(pieces(), media_type="text/html")


async def nothing(_: Request) -> Response:
    return HTMLResponse("", 404)


@pytest.fixture
def app() -> Starlette:
    """As in the playground: gzip is asked after it."""
    return Starlette(
        routes=[
            Route("/", page),
            Route("/data", data),
            Route("/pieces", in_pieces),
            Route("/nothing", nothing),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=1000), Middleware(BrotliPages)],
    )


async def got(app: Starlette, path: str, headers: dict[str, str]) -> tuple[httpx.Response, bytes]:
    """The answer, and its body as it came over the wire."""
    transport = httpx.ASGITransport(app)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://here") as client,
        client.stream("GET", path, headers=headers) as answer,
    ):
        return answer, b"".join([piece async for piece in answer.aiter_raw()])


async def test_a_page_comes_in_brotli_with_its_true_length(app: Starlette) -> None:
    answer, body = await got(app, "/", CHROMIUM)
    assert answer.headers["content-encoding"] == "br"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) == len(body)
    assert brotli.decompress(body).decode() == PAGE


@pytest.mark.parametrize("headers", [OTHER, {"accept-encoding": "brotli-like"}])
async def test_who_does_not_read_brotli_gets_none(app: Starlette, headers: dict[str, str]) -> None:
    answer, _ = await got(app, "/", headers)
    assert answer.headers.get("content-encoding", "identity") in ("gzip", "identity")


@pytest.mark.parametrize("path", ["/data", "/pieces"])
async def test_all_other_answers_are_left_to_gzip(app: Starlette, path: str) -> None:
    answer, _ = await got(app, path, CHROMIUM)
    assert answer.headers["content-encoding"] == "gzip"


async def test_an_empty_answer_stays_empty(app: Starlette) -> None:
    answer, body = await got(app, "/nothing", CHROMIUM)
    assert (answer.status_code, body) == (404, b"")
    assert "content-encoding" not in answer.headers
