"""What a provider has said is asked for once, again after a while, and not while it is down."""

import asyncio

import pytest

from backend.domain.errors import ProviderUnavailable
from backend.oidc.known import ANEW_AFTER_S, DOWN_FOR_S, HOLDS_FOR_S, Known


class Asked:
    """Counts how often it is asked, at a time that tests turn."""

    def __init__(self) -> None:
        self.times = 0
        self.now = 1000.0
        self.down = False
        self.known = Known(self.ask, lambda: self.now)

    async def ask(self) -> int:
        await asyncio.sleep(0)
        self.times += 1
        if self.down:
            raise ProviderUnavailable
        return self.times


async def test_all_who_ask_at_once_get_one_answer() -> None:
    asked = Asked()
    assert await asyncio.gather(*(asked.known.get() for _ in range(20))) == [1] * 20


async def test_an_answer_holds_for_a_while() -> None:
    asked = Asked()
    assert await asked.known.get() == 1
    asked.now += HOLDS_FOR_S - 1
    assert await asked.known.get() == 1
    asked.now += 1
    assert await asked.known.get() == 2


async def test_a_newer_answer_is_asked_for_but_not_without_end() -> None:
    asked = Asked()
    await asked.known.get()
    assert await asked.known.anew() == 1
    asked.now += ANEW_AFTER_S
    assert await asked.known.anew() == 2
    assert await asked.known.get() == 2


async def test_a_provider_that_is_down_is_left_alone_for_a_moment() -> None:
    asked = Asked()
    asked.down = True
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            await asked.known.get()
    assert asked.times == 1
    asked.down = False
    asked.now += DOWN_FOR_S
    assert await asked.known.get() == 2
