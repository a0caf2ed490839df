"""The FastAPI application: routes, problems, and what stands before them."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from api import (
    audit,
    deleted,
    door,
    endpoints,
    events,
    exports,
    health,
    hints,
    join,
    marks,
    me,
    media,
    metrics,
    money,
    openid,
    own_password,
    people,
    presets,
    problems,
    prompts,
    recall,
    rules,
    runs,
    sessions,
    snippets,
    storage,
    tokens,
    uploads,
    usage,
    wordlists,
)
from api.addresses import PageAddresses
from api.brotli_pages import BrotliPages
from api.document import describe
from api.guard import Guard, Hosts
from api.headers import PagePolicy, Policy, SafeHeaders
from api.nowhere import nowhere
from api.who import Resolver
from backend.domain.endpoint import Endpoint
from backend.services import Services
from backend.services.rate import Rate

HERE = Path(__file__).parent / "static"
ROUTERS = (
    audit,
    rules,
    runs,
    deleted,
    endpoints,
    uploads,
    recall,
    presets,
    prompts,
    snippets,
    events,
    exports,
    me,
    money,
    usage,
    storage,
    hints,
    sessions,
    tokens,
    media,
    health,
    metrics,
    door,
    people,
    own_password,
    join,
    openid,
    marks,
    wordlists,
)
#: bodies under this size cost more to compress than they save
GZIP_FROM_BYTES = 1_000


def build_app(
    *,
    services: Services,
    resolver: Resolver,
    hosts: Hosts,
    guests: Rate,
    static: Path,
    version: str,
    policy: Policy,
) -> FastAPI:
    """The app without the page."""
    app = FastAPI(
        title="FLUX Playground",
        version=version,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.services = services
    app.state.resolver = resolver
    problems.install(app)
    for module in ROUTERS:
        app.include_router(module.router)
    _describe(app, services.catalogue.endpoints, door=resolver.has_door)
    app.router.routes.extend(nowhere(app.router.routes))
    app.mount("/static/api", StaticFiles(directory=HERE), name="api static")
    app.mount("/static", StaticFiles(directory=static), name="static")
    # The last one added is met first.
    app.add_middleware(PageAddresses)
    app.add_middleware(PagePolicy, policy=policy)
    app.add_middleware(BrotliPages)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM_BYTES)
    app.add_middleware(Guard, resolver=resolver, hosts=hosts, guests=guests)
    app.add_middleware(SafeHeaders, policy=policy)
    return app


def _describe(app: FastAPI, endpoints: tuple[Endpoint, ...], *, door: bool) -> None:
    @app.get("/api/v1/openapi.json", include_in_schema=False)
    async def openapi() -> dict[str, object]:
        """The OpenAPI document."""
        return describe(app, endpoints, door=door)

    @app.get("/api/v1/docs", include_in_schema=False)
    async def docs() -> FileResponse:
        """The same, to read."""
        return FileResponse(HERE / "docs.html")
