"""Sessions."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.domain.person import Person
from backend.domain.sign_in import Session
from backend.store.people import SqlPeopleStore
from backend.store.sessions import SqlSessionStore
from tests.integration.store.making import NOON

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
async def alice_and_bob(people: SqlPeopleStore) -> None:
    """A session is somebody's."""
    for name in ("alice", "bob"):
        await people.add(Person(id=name, name=name.title(), created_at=NOON))


def a_session(number: int = 1, **changes: Any) -> Session:
    """One of alice's."""
    session = Session(
        id=f"s{number}",
        person_id="alice",
        token_hash=f"hash{number}",
        agent="Firefox\x00",
        created_at=NOON,
        last_used_at=NOON + number * HOUR,
        expires_at=NOON + 30 * HOUR,
    )
    return replace(session, **changes)


async def test_a_session_is_read_as_given_by_its_hash(sessions: SqlSessionStore) -> None:
    await sessions.add(a_session())
    assert await sessions.by_hash("hash1") == a_session(agent="Firefox\ufffd")
    assert await sessions.by_hash("s1") is None
    assert await sessions.by_hash("\ud800\x00") is None


async def test_a_persons_sessions_come_last_used_first(sessions: SqlSessionStore) -> None:
    for number in (1, 3, 2):
        await sessions.add(a_session(number))
    await sessions.add(a_session(4, person_id="bob"))
    assert [one.id for one in await sessions.of("alice")] == ["s3", "s2", "s1"]
    await sessions.used("s1", NOON + 9 * HOUR)
    assert [one.id for one in await sessions.of("alice")] == ["s1", "s3", "s2"]


async def test_one_all_or_all_but_one_can_be_ended_and_only_ones_own(
    sessions: SqlSessionStore,
) -> None:
    for number in range(1, 5):
        await sessions.add(a_session(number))
    assert await sessions.remove("bob", "s1", None) == 0
    assert await sessions.remove("alice", "s1", None) == 1
    assert await sessions.remove("alice", None, "s3") == 2
    assert [one.id for one in await sessions.of("alice")] == ["s3"]
    assert await sessions.remove("alice", None, None) == 1


async def test_what_has_expired_is_removed(sessions: SqlSessionStore) -> None:
    await sessions.add(a_session(1))
    await sessions.add(a_session(2, expires_at=NOON + 2 * HOUR))
    assert await sessions.remove_expired(NOON + 2 * HOUR) == 1
    assert [one.id for one in await sessions.of("alice")] == ["s1"]
