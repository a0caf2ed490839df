"""Sessions: what a token opens, for how long, and that it ends at once."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from backend.domain.errors import NotFound, StorageFailed
from backend.domain.person import Person
from backend.domain.sign_in import Session
from backend.services import sessions as module
from backend.services.people import People
from backend.services.sessions import LASTS, NOTED_EVERY, REMEMBERED_FOR, Sessions
from tests.unit.services.clocks import NOON
from tests.unit.services.people_store import PeopleInMemory
from tests.unit.services.session_store import SessionsInMemory

ALICE = Person(id="alice", name="Alice", created_at=NOON)
BOB = Person(id="bob", name="Bob", created_at=NOON)
SECOND = timedelta(seconds=1)


class TurnedClock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        """As it was turned."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """No time passes."""


@dataclass
class House:
    """Sessions, and what stands behind them."""

    sessions: Sessions
    store: SessionsInMemory
    people: PeopleInMemory
    clock: TurnedClock

    async def who(self, token: str) -> str | None:
        """The id of whoever the token lets in."""
        present = await self.sessions.find(token)
        return None if present is None else present.person.id


@pytest.fixture
def house() -> House:
    store, rows, clock = SessionsInMemory(), PeopleInMemory(ALICE, BOB), TurnedClock()
    people = People(store=rows, clock=clock, password="x", one_local_person=False)
    return House(Sessions(store, people, clock), store, rows, clock)


async def test_a_token_opens_its_own_session_and_is_kept_as_a_hash_only(house: House) -> None:
    alices, bobs = await house.sessions.begin(ALICE, "Firefox"), await house.sessions.begin(BOB)
    assert (await house.who(alices), await house.who(bobs)) == ("alice", "bob")
    for guess in ("", alices[:-1], alices + "x", alices.swapcase(), "alice", "\ud83d"):
        assert await house.who(guess) is None
    for session in house.store.rows.values():
        assert await house.who(session.id) is None
        assert await house.who(session.token_hash) is None
        assert alices not in repr(session)
        assert bobs not in repr(session)


async def test_every_session_has_a_token_of_its_own(house: House) -> None:
    tokens = {await house.sessions.begin(ALICE) for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 40


async def test_many_requests_ask_the_database_once_a_minute(house: House) -> None:
    token = await house.sessions.begin(ALICE)
    for _ in range(100):
        assert await house.who(token) == "alice"
    assert house.store.reads == 1
    house.clock.time += REMEMBERED_FOR
    assert await house.who(token) == "alice"
    assert house.store.reads == 2


async def test_what_another_process_has_ended_ends_here_within_a_minute(house: House) -> None:
    token = await house.sessions.begin(ALICE)
    assert await house.who(token) == "alice"
    house.store.rows.clear()
    house.clock.time += REMEMBERED_FOR
    assert await house.who(token) is None


async def test_its_use_is_written_every_five_minutes_and_no_oftener(house: House) -> None:
    token = await house.sessions.begin(ALICE)
    for _ in range(60):
        house.clock.time += 10 * SECOND
        await asyncio.gather(*(house.who(token) for _ in range(10)))
    assert house.store.writes == 2
    (session,) = house.store.rows.values()
    assert house.clock.time - session.last_used_at < NOTED_EVERY


async def test_a_session_ends_after_thirty_days_however_often_it_is_used(house: House) -> None:
    token = await house.sessions.begin(ALICE)
    house.clock.time += LASTS - SECOND
    assert await house.who(token) == "alice"
    house.clock.time += SECOND
    assert await house.who(token) is None
    assert await house.sessions.of(ALICE) == ()
    await house.sessions.clean()
    assert house.store.rows == {}


async def test_an_ended_session_opens_nothing_from_the_next_request_on(house: House) -> None:
    kept, ended = await house.sessions.begin(ALICE), await house.sessions.begin(ALICE)
    present = await house.sessions.find(ended)
    assert present is not None
    await house.sessions.end("alice", present.session.id)
    assert (await house.who(ended), await house.who(kept)) == (None, "alice")


async def test_nobody_ends_the_session_of_another(house: House) -> None:
    token = await house.sessions.begin(ALICE)
    (session,) = house.store.rows.values()
    with pytest.raises(NotFound):
        await house.sessions.end("bob", session.id)
    assert await house.who(token) == "alice"


async def test_all_sessions_of_a_person_end_at_once(house: House) -> None:
    alices = [await house.sessions.begin(ALICE) for _ in range(3)]
    bobs = await house.sessions.begin(BOB)
    for token in alices:
        assert await house.who(token) == "alice"
    assert await house.sessions.end_all("alice") == 3
    assert [await house.who(token) for token in alices] == [None] * 3
    assert await house.who(bobs) == "bob"


async def test_all_but_this_one_can_be_ended(house: House) -> None:
    here, there = await house.sessions.begin(ALICE), await house.sessions.begin(ALICE)
    present = await house.sessions.find(here)
    assert present is not None
    assert await house.sessions.end_all("alice", but=present.session.id) == 1
    assert (await house.who(here), await house.who(there)) == ("alice", None)


async def test_a_look_up_under_way_while_a_session_ends_is_not_remembered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await house.sessions.begin(ALICE)
    found, go_on = asyncio.Event(), asyncio.Event()
    look = house.store.by_hash

    async def slow(token_hash: str) -> Session | None:
        session = await look(token_hash)
        found.set()
        await go_on.wait()
        return session

    monkeypatch.setattr(house.store, "by_hash", slow)
    under_way = asyncio.create_task(house.who(token))
    await found.wait()
    await house.sessions.end_all("alice")
    go_on.set()
    await under_way
    assert await house.who(token) is None


async def test_no_more_are_remembered_than_may_be(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_REMEMBERED", 3)
    tokens = [await house.sessions.begin(ALICE) for _ in range(5)]
    for token in tokens:
        assert await house.who(token) == "alice"
    assert len(house.sessions._remembered) == 3


async def test_a_database_that_fails_shortly_keeps_out_nobody_who_was_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, fresh = await house.sessions.begin(ALICE), await house.sessions.begin(BOB)
    assert await house.who(token) == "alice"

    async def broken(*_: object) -> None:
        raise StorageFailed

    monkeypatch.setattr(house.store, "by_hash", broken)
    monkeypatch.setattr(house.store, "used", broken)
    house.clock.time += NOTED_EVERY
    assert await house.who(token) == "alice"
    with pytest.raises(StorageFailed):
        await house.who(fresh)


async def test_a_person_who_is_gone_has_no_session(house: House) -> None:
    token = await house.sessions.begin(ALICE)
    del house.people.people["alice"]
    assert await house.who(token) is None
