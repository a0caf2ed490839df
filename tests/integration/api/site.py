"""The app over a playground, and browsers that visit it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.responses import Response

from api.app import build_app
from api.hosting import hosts_of, policy_of, resolver_of
from api.peer import RealPeer
from api.who import Resolver
from backend.domain.person import Person, Role
from backend.services.rate import Rate
from backend.version import VERSION
from components.mount import mount_page
from tests.integration.playground import SHORT, Fal, World, started

#: a busy machine may need its time for an answer; a scripted silence costs as much
PATIENT = replace(SHORT, submit=4)
STATIC = Path(__file__).parents[3] / "components" / "static"
PASSWORD = "open sesame"
BASE = "http://localhost:7860"
#: a host setting off loopback
EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens there in these tests


@dataclass
class Site:
    """An app, its playground, and the browsers that were opened."""

    world: World
    app: FastAPI
    resolver: Resolver
    base: str = BASE
    #: where its browsers connect from
    peer: str = "127.0.0.1"
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def browser(self, person: Person | None = None, **headers: str) -> httpx.AsyncClient:
        """A client in this process, with the cookie of a person. It reads whole answers."""
        transport = httpx.ASGITransport(
            RealPeer(self.app), raise_app_exceptions=False, client=(self.peer, 50_000)
        )
        client = httpx.AsyncClient(transport=transport, base_url=self.base, headers=headers)
        if person is not None:
            client.headers["cookie"] = await self.cookie(person)
        return await self._opened.enter_async_context(client)

    async def cookie(self, person: Person) -> str:
        """The Cookie header of a browser in which that person has just come in."""
        response = Response()
        self.resolver.cookies.write(response, await self.resolver.sessions.begin(person))
        return response.headers["set-cookie"].partition(";")[0]

    async def close(self) -> None:
        """Close all browsers."""
        await self._opened.aclose()


async def admin_of(site: Site) -> httpx.AsyncClient:
    """A browser of Carol's, who is an admin."""
    store = site.world.services.people.store
    person = Person(id="carol", name="Carol", role=Role.ADMIN, created_at=site.world.clock.now())
    return await site.browser(await store.add(person))


@asynccontextmanager
async def opened(
    fal: Fal,
    folder: Path,
    *,
    environ: dict[str, str] | None = None,
    page: bool = False,
    guests: str = "60/minute",
    **settings: Any,
) -> AsyncIterator[Site]:
    """A site on this folder, put together as app.py does it."""
    env = environ if environ is not None else {}
    async with started(fal, folder, environ=env, timeouts=PATIENT, **settings) as world:
        of = world.playground._settings
        services = world.services
        resolver = resolver_of(services, folder, of.public_url, env)
        app = build_app(
            services=services,
            resolver=resolver,
            hosts=hosts_of(of.public_url, of.on_loopback, env),
            guests=Rate(guests),
            static=STATIC,
            version=VERSION,
            policy=policy_of(of.frame_ancestors, of.public_url, env),
        )
        if page:
            mount_page(app, services, resolver.person_id)
        site = Site(world, app, resolver)
        try:
            yield site
        finally:
            await site.close()


class _Quiet(uvicorn.Server):
    """uvicorn that tells when it is up, and leaves the test's signal handlers alone."""

    def __init__(self, config: uvicorn.Config):
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The app over real HTTP on a free port, in this event loop; its base URL."""
    config = uvicorn.Config(
        app, port=0, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    server = _Quiet(config)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        await server.up.wait()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
