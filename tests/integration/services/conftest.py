"""A scripted fal and a playground for each test, as tests/integration/runs has them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.playground import Fal, World, started

WITHIN_S = 20.0


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


def turn(fal: Fal, world: World, time: timedelta) -> None:
    """Let that time pass, at fal as well: a request whose reply was lost is looked for by time."""
    world.clock.ahead += time
    fal.clock.ahead = world.clock.ahead


async def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not {what} within {WITHIN_S} s")
        await asyncio.sleep(0.01)
