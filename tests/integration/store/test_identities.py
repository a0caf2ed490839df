"""People by who they are elsewhere."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from backend.domain.person import LOCAL_ID, Person, Role
from backend.domain.sign_in import Identity
from backend.store.database import Database
from backend.store.identities import SqlIdentityStore
from backend.store.people import SqlPeopleStore
from tests.integration.store.making import NOON

ADA = Identity(provider="proxy", subject="ada", name="Ada")


@pytest.fixture
def identities(database: Database) -> SqlIdentityStore:
    """The identity store."""
    return SqlIdentityStore(database)


def a_person(person_id: str = "p1", **changes: Any) -> Person:
    """Somebody new."""
    return replace(Person(id=person_id, name="Ada", created_at=NOON), **changes)


async def come(
    identities: SqlIdentityStore,
    identity: Identity = ADA,
    person: Person | None = None,
    *,
    listed: bool = False,
    first_is_admin: bool = True,
) -> Person:
    """Somebody arrives."""
    new = person or a_person(f"p-{identity.subject}", name=identity.name)
    return await identities.arrive(identity, new, listed=listed, first_is_admin=first_is_admin)


async def test_an_identity_is_the_same_person_each_time(
    identities: SqlIdentityStore, people: SqlPeopleStore
) -> None:
    assert await identities.find("proxy", "ada") is None
    first = await come(identities)
    assert await come(identities, person=a_person("another")) == first
    assert await identities.find("proxy", "ada") == first
    assert await identities.find("oidc", "ada") is None
    assert await people.get("another") is None


async def test_the_first_of_many_who_come_at_once_is_the_only_admin(
    identities: SqlIdentityStore,
) -> None:
    many = [replace(ADA, subject=f"s{number}") for number in range(8)]
    came = await asyncio.gather(*(come(identities, one) for one in many))
    assert [person.role for person in came].count(Role.ADMIN) == 1
    assert len({person.name for person in came}) == 8


async def test_one_identity_that_comes_many_times_at_once_is_one_person(
    identities: SqlIdentityStore,
) -> None:
    fresh = [a_person(f"p{number}") for number in range(6)]
    came = await asyncio.gather(*(come(identities, person=one) for one in fresh))
    assert len({person.id for person in came}) == 1


async def test_with_a_list_the_first_is_a_member_and_the_listed_are_admins(
    identities: SqlIdentityStore,
) -> None:
    first = await come(identities, first_is_admin=False)
    assert first.role is Role.MEMBER
    again = await come(identities, listed=True, first_is_admin=False)
    assert (again.id, again.role) == (first.id, Role.ADMIN)


async def test_the_first_admin_takes_the_local_persons_place_once(
    identities: SqlIdentityStore, people: SqlPeopleStore
) -> None:
    local = await people.add(a_person(LOCAL_ID, name="You", role=Role.ADMIN))
    bea = await come(identities, replace(ADA, subject="bea", name="Bea"), first_is_admin=False)
    assert bea.id != local.id
    ada = await come(identities)
    assert (ada.id, ada.name, ada.role) == (LOCAL_ID, "Ada", Role.ADMIN)
    cora = await come(identities, replace(ADA, subject="cora", name="Cora"), listed=True)
    assert (cora.id, cora.role) == ("p-cora", Role.ADMIN)


async def test_a_name_that_somebody_has_gets_a_number(
    identities: SqlIdentityStore, people: SqlPeopleStore
) -> None:
    await people.add(a_person("door", name="ADA"))
    came = await come(identities)
    assert (came.id, came.name) == ("p-ada", "Ada 2")


async def test_a_new_address_of_somebody_known_is_kept(identities: SqlIdentityStore) -> None:
    await come(identities)
    moved = await come(identities, replace(ADA, email="ada@example.org"))
    assert (moved.id, moved.email) == ("p-ada", "ada@example.org")
