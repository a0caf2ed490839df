"""The page on the app: Gradio's settings, each for a reason."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import gradio as gr
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route
from starlette.types import Scope

from backend.endpoints.catalogue import Catalogue
from backend.services import Services
from backend.texts.languages import ENGLISH, language_of
from backend.texts.texts import Texts, texts
from components.assets import STATIC, Assets
from components.calls import PersonId, routes_of
from components.early import Early
from components.first_paint import FirstPaint
from components.form import forms_of
from components.handlers import Handlers
from components.page import build_page, head
from components.page_language import PageLanguage
from components.theme import theme
from components.translations import translations

TITLE: Final = "FLUX Playground"
#: Gradio's own upload takes nothing: pictures go to /api/v1/uploads, where they have an owner
MAX_FILE_SIZE: Final = "1kb"

RESIZER: Final = "/static/js/iframeResizer.contentWindow.min.js"


def mount_page(app: Starlette, services: Services, person_id: PersonId, title: str = TITLE) -> None:
    """Mount the page at / of a FastAPI app. Raises NoWidget or BundleBroken or TextsBroken.

    `person_id` tells who asks, None for nobody; every call checks it once more.
    """
    said = texts()
    assets = Assets.of(services.catalogue, said)
    words = translations(services.catalogue, said)
    before = [
        Middleware(PageLanguage, assets=assets, translations=words),
        Middleware(FirstPaint, head=_markup("first-paint"), body=_body(services.catalogue, said)),
    ]
    forms = forms_of(services.catalogue.endpoints)
    calls = routes_of(Handlers(services, forms), person_id, said)
    app.router.routes[0:0] = [_resizer(), *assets.routes(), *calls]
    gr.mount_gradio_app(
        app,
        build_page(forms, title),
        path="/",
        auth_dependency=person_id,
        theme=theme(),
        head=head(assets.script_url(ENGLISH), assets.styles_url),
        # our own API is described at /api/v1/openapi.json
        app_kwargs={"middleware": before, "openapi_url": None},
        max_file_size=MAX_FILE_SIZE,
        footer_links=[],
        # off: it keeps inputs and outputs in the browser, our history is on the server
        run_history=False,
        # an exception's text may hold what a person typed
        show_error=False,
        # no gain was measured, and it takes 118 MB more
        ssr_mode=False,
        # /monitoring/summary would answer everybody who is let in
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
    )


def _body(catalogue: Catalogue, said: Texts) -> Callable[[Scope], str]:
    """What the body of a page begins with, by its address and its reader's language."""
    always = _markup("first-body")
    early = Early.of(catalogue.endpoints, said)

    def body(scope: Scope) -> str:
        query = scope.get("query_string", b"").decode("latin-1")
        path = scope.get("state", {}).get("page_path", scope["path"])
        return always + early.body(path, language_of(Headers(scope=scope), query))

    return body


def _markup(name: str) -> str:
    return (STATIC / f"{name}.html").read_text(encoding="utf-8")


def _resizer() -> Route:
    """One script of Gradio's own, under /static where ours are: a Space's frame needs it."""

    async def resizer(_: Request) -> FileResponse:
        return FileResponse(Path(gr.__file__).parent / "templates/frontend" / RESIZER[1:])

    return Route(RESIZER, resizer)
