"""Serves the page's one script and one stylesheet, compressed once and kept by browsers."""

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.endpoints.catalogue import Catalogue
from backend.texts.languages import LANGUAGES, VARY, language_of
from backend.texts.texts import Texts
from components.bundle import Asset, Module, read_modules, script_of, styles_of
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

    #: by language
    scripts: Mapping[str, Asset]
    styles: Asset
    modules: Mapping[str, Module]

    @classmethod
    def of(cls, catalogue: Catalogue, texts: Texts) -> Self:
        """Those of the page of these endpoints. Raises BundleBroken."""
        modules = read_modules(STATIC / "js")
        styles = styles_of(STATIC / "css", STYLES, style_rules(catalogue))
        forms = form_data(catalogue)
        scripts = {
            language: script_of(
                modules,
                {
                    "texts": _json(texts.of_page(language)),
                    "form-data": _json(texts.speak(forms, language)),
                },
            )
            for language in LANGUAGES
        }
        return cls(scripts, styles, {one.name: one for one in modules})

    def script_url(self, language: str) -> str:
        """With its version, which no other language has."""
        return _versioned(SCRIPT, self.scripts[language])

    @property
    def styles_url(self) -> str:
        """With its version."""
        return _versioned(STYLESHEET, self.styles)

    def routes(self) -> list[Route]:
        """They have to stand before the folder /static."""
        return [
            _route(SCRIPT, self.scripts.values(), JAVASCRIPT),
            _route(STYLESHEET, [self.styles], "text/css"),
            Route("/static/js/{name}", self._module),
        ]

    async def _module(self, request: Request) -> Response:
        module = self.modules.get(request.path_params["name"])
        if module is None:
            return Response(status_code=404)
        # out of the script that the page runs: another one would be a second page in it
        language = language_of(request.headers, request.url.query)
        shim = module.as_shim(self.script_url(language))
        return Response(shim, media_type=JAVASCRIPT, headers={**ASKED_AGAIN, "Vary": VARY})


def _versioned(address: str, asset: Asset) -> str:
    return f"{address}?v={asset.version}"


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False)


def _route(address: str, assets: Iterable[Asset], media_type: str) -> Route:
    """The assets of one address by their versions; an unknown version gets the first one."""
    kept = {asset.version: asset.text.encode() for asset in assets}
    small = {version: gzip.compress(plain, 9, mtime=0) for version, plain in kept.items()}
    first = next(iter(kept))

    async def answer(request: Request) -> Response:
        fits = "gzip" in request.headers.get("accept-encoding", "")
        encoding = {"Content-Encoding": "gzip"} if fits else {}
        asked = request.query_params.get("v", first)
        version = asked if asked in kept else first
        return Response(
            (small if fits else kept)[version],
            media_type=media_type,
            headers={**KEPT, **encoding, "Vary": "Accept-Encoding"},
        )

    return Route(address, answer)
