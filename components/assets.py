"""Serves the page's one script and one stylesheet, compressed once and kept by browsers."""

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.endpoints.catalogue import Catalogue
from components.bundle import Asset, read_modules, script_of, styles_of
from components.page import STYLES, form_data, style_rules

STATIC: Final = Path(__file__).parent / "static"
SCRIPT: Final = "/static/js/app.js"
STYLESHEET: Final = "/static/css/app.css"
JAVASCRIPT: Final = "text/javascript"
#: the address holds the version
KEPT: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
#: the address of a single module stays the same when it changes
ASKED_AGAIN: Final = {"Cache-Control": "no-cache"}


@dataclass(frozen=True)
class Assets:
    """What a browser fetches of ours beside the page."""

    script: Asset
    styles: Asset
    #: by file name: what the address of a single module answers
    shims: dict[str, str]

    @classmethod
    def of(cls, catalogue: Catalogue) -> Self:
        """Those of the page of these endpoints. Raises BundleBroken."""
        modules = read_modules(STATIC / "js")
        script = script_of(modules, form_data(catalogue))
        styles = styles_of(STATIC / "css", STYLES, style_rules(catalogue))
        shims = {one.name: one.as_shim(_versioned(SCRIPT, script)) for one in modules}
        return cls(script, styles, shims)

    @property
    def script_url(self) -> str:
        """With its version."""
        return _versioned(SCRIPT, self.script)

    @property
    def styles_url(self) -> str:
        """With its version."""
        return _versioned(STYLESHEET, self.styles)

    def routes(self) -> list[Route]:
        """They have to stand before the folder /static."""
        return [
            _route(SCRIPT, self.script.text, JAVASCRIPT),
            _route(STYLESHEET, self.styles.text, "text/css"),
            Route("/static/js/{name}", self._module),
        ]

    async def _module(self, request: Request) -> Response:
        shim = self.shims.get(request.path_params["name"])
        if shim is None:
            return Response(status_code=404)
        return Response(shim, media_type=JAVASCRIPT, headers=ASKED_AGAIN)


class EarlyAssets:
    """ASGI middleware: a page says in its headers which two files it will ask for.

    Gradio puts our part of the head into the page late, by script; a browser that knows by then
    has both files already.
    """

    def __init__(self, app: ASGIApp, assets: Assets) -> None:
        self._app = app
        self._link = (
            f"<{assets.script_url}>; rel=modulepreload, "
            f"<{assets.styles_url}>; rel=preload; as=style"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the header to HTML."""

        async def with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = self._link
            await send(message)

        await self._app(scope, receive, with_link if scope["type"] == "http" else send)


def _versioned(address: str, asset: Asset) -> str:
    return f"{address}?v={asset.version}"


def _route(address: str, text: str, media_type: str) -> Route:
    plain = text.encode()
    small = gzip.compress(plain, 9, mtime=0)

    async def answer(request: Request) -> Response:
        fits = "gzip" in request.headers.get("accept-encoding", "")
        encoding = {"Content-Encoding": "gzip"} if fits else {}
        return Response(
            small if fits else plain,
            media_type=media_type,
            headers={**KEPT, **encoding, "Vary": "Accept-Encoding"},
        )

    return Route(address, answer)
