"""Serves the page's two scripts and two stylesheets, compressed once and kept by browsers."""

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
from components.bundle import (
    Asset,
    Rest,
    Shim,
    divide,
    divide_texts,
    later_script_of,
    read_modules,
    script_of,
    styles_of,
)
from components.page import LATER_STYLES, STYLES, form_data, style_rules

STATIC: Final = Path(__file__).parent / "static"
SCRIPT: Final = "/static/js/app.js"
LATER_SCRIPT: Final = "/static/js/later.js"
STYLESHEET: Final = "/static/css/app.css"
LATER_STYLESHEET: Final = "/static/css/later.css"
JAVASCRIPT: Final = "text/javascript"
#: the address holds the version
KEPT: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
#: the address of a single module stays the same when it changes
ASKED_AGAIN: Final = {"Cache-Control": "no-cache"}


@dataclass(frozen=True)
class Packed:
    """An asset as it is kept: compressed once, for the life of the server."""

    version: str
    small: bytes

    @classmethod
    def of(cls, asset: Asset) -> Self:
        """Compressed as small as it gets."""
        return cls(asset.version, gzip.compress(asset.text.encode(), 9, mtime=0))

    @property
    def plain(self) -> bytes:
        """For the rare client that takes nothing compressed."""
        return gzip.decompress(self.small)


@dataclass(frozen=True)
class Assets:
    """What a browser fetches of ours beside the page."""

    #: by language
    scripts: Mapping[str, Packed]
    later_scripts: Mapping[str, Packed]
    styles: Packed
    later_styles: Packed
    #: of each module, for its own address
    shims: Mapping[str, Shim]

    @classmethod
    def of(cls, catalogue: Catalogue, texts: Texts) -> Self:
        """Those of the page of these endpoints. Raises BundleBroken."""
        modules = read_modules(STATIC / "js")
        at_start, afterwards = divide(modules)
        styles = styles_of(STATIC / "css", STYLES, style_rules(catalogue))
        later_styles = Packed.of(styles_of(STATIC / "css", LATER_STYLES))
        forms = form_data(catalogue)
        first, later = {}, {}
        for language in LANGUAGES:
            page = texts.of_page(language)
            soon, late = (
                {key: page["texts"][key] for key in keys}
                for keys in divide_texts(page["texts"], at_start)
            )
            later[language] = Packed.of(later_script_of(afterwards, _json(late)))
            data = {
                "texts": _json({**page, "texts": soon}),
                "form-data": _json(texts.speak(forms, language)),
            }
            rest = Rest(
                _versioned(LATER_SCRIPT, later[language]),
                _versioned(LATER_STYLESHEET, later_styles),
            )
            first[language] = Packed.of(script_of(at_start, data, rest))
        shims = {one.name: one.shim for one in modules}
        return cls(first, later, Packed.of(styles), later_styles, shims)

    def script_url(self, language: str) -> str:
        """With its version, which no other language has."""
        return _versioned(SCRIPT, self.scripts[language])

    def later_url(self, language: str) -> str:
        """Of the script that a press fetches; with its version."""
        return _versioned(LATER_SCRIPT, self.later_scripts[language])

    @property
    def styles_url(self) -> str:
        """With its version."""
        return _versioned(STYLESHEET, self.styles)

    @property
    def later_styles_url(self) -> str:
        """Of the stylesheet that comes with the later script; with its version."""
        return _versioned(LATER_STYLESHEET, self.later_styles)

    def routes(self) -> list[Route]:
        """They have to stand before the folder /static."""
        return [
            _route(SCRIPT, self.scripts.values(), JAVASCRIPT),
            _route(LATER_SCRIPT, self.later_scripts.values(), JAVASCRIPT),
            _route(STYLESHEET, [self.styles], "text/css"),
            _route(LATER_STYLESHEET, [self.later_styles], "text/css"),
            Route("/static/js/{name}", self._module),
        ]

    async def _module(self, request: Request) -> Response:
        shim = self.shims.get(request.path_params["name"])
        if shim is None:
            return Response(status_code=404)
        # out of the script that the page runs: another one would be a second page in it
        language = language_of(request.headers, request.url.query)
        text = shim.text(self.script_url(language))
        return Response(text, media_type=JAVASCRIPT, headers={**ASKED_AGAIN, "Vary": VARY})


def _versioned(address: str, asset: Packed) -> str:
    return f"{address}?v={asset.version}"


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False)


def _route(address: str, assets: Iterable[Packed], media_type: str) -> Route:
    """The assets of one address by their versions; an unknown version gets the first one."""
    kept = {asset.version: asset for asset in assets}
    first = next(iter(kept.values()))

    async def answer(request: Request) -> Response:
        fits = "gzip" in request.headers.get("accept-encoding", "")
        encoding = {"Content-Encoding": "gzip"} if fits else {}
        asset = kept.get(request.query_params.get("v", ""), first)
        return Response(
            asset.small if fits else asset.plain,
            media_type=media_type,
            headers={**KEPT, **encoding, "Vary": "Accept-Encoding"},
        )

    return Route(address, answer)
