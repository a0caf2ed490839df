"""A scripted fal and a playground for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.playground import Fal, World, started


@pytest.fixture
async def fal() -> AsyncIterator[Fal]:
    """A scripted fal."""
    async with Fal() as fal:
        yield fal


@pytest.fixture
async def world(fal: Fal, tmp_path: Path) -> AsyncIterator[World]:
    """A playground beside it."""
    async with started(fal, tmp_path) as world:
        yield world
