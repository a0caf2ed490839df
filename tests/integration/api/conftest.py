"""A site behind a door, and a browser for each of the cast."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.integration.api.site import PASSWORD, Site, admin_of, opened
from tests.integration.playground import Fal, World


@pytest.fixture
async def fal() -> AsyncIterator[Fal]:
    """A scripted fal."""
    async with Fal() as fal:
        yield fal


@pytest.fixture
async def site(fal: Fal, tmp_path: Path) -> AsyncIterator[Site]:
    """A site where people are told apart."""
    async with opened(fal, tmp_path, app_password=PASSWORD) as site:
        yield site


@pytest.fixture
def world(site: Site) -> World:
    """The playground below it."""
    return site.world


@pytest.fixture
async def alice(site: Site) -> httpx.AsyncClient:
    """Her browser."""
    return await site.browser(site.world.alice)


@pytest.fixture
async def bob(site: Site) -> httpx.AsyncClient:
    """His."""
    return await site.browser(site.world.bob)


@pytest.fixture
async def carol(site: Site) -> httpx.AsyncClient:
    """Hers; she is an admin."""
    return await admin_of(site)


@pytest.fixture
async def nobody(site: Site) -> httpx.AsyncClient:
    """A browser without a cookie."""
    return await site.browser()
