"""People."""

import asyncio
from dataclasses import replace
from typing import Any

from backend.domain.person import Person, Role
from backend.store.people import SqlPeopleStore
from tests.integration.store.making import NOON


def a_person(**changes: Any) -> Person:
    """Alice, a member."""
    return replace(Person(id="p-alice", name="Alice", created_at=NOON), **changes)


async def test_a_person_is_read_as_given_by_id_and_by_name(people: SqlPeopleStore) -> None:
    carol = a_person(id="p-carol", name="Çarol ẞ", role=Role.ADMIN)
    assert await people.add(carol) == carol
    assert await people.get("p-carol") == carol
    assert await people.by_name(" ÇAROL ss ") == carol
    assert await people.by_name("nobody\x00") is None
    assert await people.get("\ud800") is None


async def test_adding_an_id_again_gives_who_has_it(people: SqlPeopleStore) -> None:
    alice = await people.add(a_person())
    assert await people.add(a_person(name="Mallory", role=Role.ADMIN)) == alice
    assert await people.by_name("mallory") is None


async def test_adding_a_name_again_gives_who_has_it(people: SqlPeopleStore) -> None:
    alice = await people.add(a_person())
    assert await people.add(a_person(id="p-other", name="ALICE")) == alice
    assert await people.get("p-other") is None


async def test_two_tabs_with_one_new_name_become_one_person(people: SqlPeopleStore) -> None:
    answers = await asyncio.gather(*(people.add(a_person(id=f"p-{n}")) for n in range(10)))
    assert len(set(answers)) == 1


async def test_names_come_by_id_for_any_number_of_them(people: SqlPeopleStore) -> None:
    await people.add(a_person())
    await people.add(a_person(id="p-bob", name="Bob"))
    asked = ["p-alice", "p-bob", "p-alice", *(f"p-{number}" for number in range(12_000))]
    assert await people.names(asked) == {"p-alice": "Alice", "p-bob": "Bob"}
    assert await people.names([]) == {}
