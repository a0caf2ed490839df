"""People in memory, as the database keeps them: an id and a name, whatever its case, once each."""

from collections.abc import Mapping, Sequence

from backend.domain.person import Person, Role


class PeopleInMemory:
    """The port PeopleStore."""

    def __init__(self, *people: Person) -> None:
        self.people = {person.id: person for person in people}

    async def get(self, person_id: str) -> Person | None:
        """A person, or None."""
        return self.people.get(person_id)

    async def by_name(self, name: str) -> Person | None:
        """A person by name, whatever its case."""
        same = (p for p in self.people.values() if p.name.casefold() == name.casefold())
        return next(same, None)

    async def add(self, person: Person) -> Person:
        """Write a person, or give the one of the same id or name."""
        known = await self.get(person.id) or await self.by_name(person.name)
        if known is None:
            self.people[person.id] = person
        return known or person

    async def names(self, person_ids: Sequence[str]) -> Mapping[str, str]:
        """Names by id."""
        return {one: self.people[one].name for one in person_ids if one in self.people}

    async def admins(self) -> tuple[str, ...]:
        """Names of the admins."""
        return tuple(sorted(p.name for p in self.people.values() if p.role is Role.ADMIN))
