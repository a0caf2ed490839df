"""A provider for all tests, and before it a wire and an app for each."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.openid_provider import OpenIdProvider
from tests.integration.api.site import BASE, Site, opened
from tests.integration.openid.visitor import Visitor
from tests.integration.openid.wire import Wire, wired
from tests.integration.playground import Fal

CLIENT = "flux"
SECRET = "marked-client-secret-of-the-playground"

Open = Callable[..., AbstractAsyncContextManager[Site]]


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdProvider]:
    """The provider, and whom it knows."""
    with OpenIdProvider(tmp_path_factory.mktemp("provider")) as provider:
        for name in ("ada", "bea", "mallory"):
            email = f"{name}@example.org"
            claims = {"email": email, "email_verified": True, "name": name.capitalize()}
            provider.knows(name, claims)
        yield provider


@pytest.fixture
async def wire(provider: OpenIdProvider) -> AsyncIterator[Wire]:
    """What can be done to its answers."""
    async with wired(provider.url) as wire:
        yield wire


@pytest.fixture
async def fal() -> AsyncIterator[Fal]:
    """A scripted fal."""
    async with Fal() as fal:
        yield fal


@pytest.fixture
def open_site(fal: Fal, tmp_path: Path, wire: Wire) -> Open:
    """Opens an app whose people sign in by that provider."""

    @asynccontextmanager
    async def open_site(**settings: Any) -> AsyncIterator[Site]:
        given = {
            "auth": "oidc",
            "public_url": BASE,
            "oidc_issuer": wire.base,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "oidc_allowed": "*",
            **settings,
        }
        async with opened(fal, tmp_path, **given) as site:
            yield site

    return open_site


@pytest.fixture
async def site(open_site: Open) -> AsyncIterator[Site]:
    """One that is open to everybody whom the provider knows."""
    async with open_site() as site:
        yield site


@pytest.fixture
async def ada(site: Site) -> Visitor:
    """Her browser."""
    return await Visitor.at(site)


@pytest.fixture
async def mallory(site: Site) -> Visitor:
    """His, who wants to be her."""
    return await Visitor.at(site)
