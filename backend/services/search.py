"""Searching the gallery: what somebody typed, within what they may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from zoneinfo import ZoneInfo

from backend.domain.errors import InputRefused
from backend.domain.findable import PICTURED, TEAM, fact
from backend.domain.marks import MarkStore, TagCount
from backend.domain.person import Person
from backend.domain.ports import Clock, PeopleStore
from backend.domain.query import Name, Query, read_query
from backend.domain.sentence import Sentence
from backend.domain.sharing import in_team
from backend.domain.wanted import Found, RunSearch, Tokens
from backend.endpoints.catalogue import Catalogue
from backend.services.search_terms import Reader

MOST_AT_ONCE = 100
MOST_TAGS = 50


@dataclass(frozen=True, kw_only=True)
class Searched:
    """A page, and what is to be said about how the search was read."""

    found: Found
    notices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Hints:
    """What a search can be narrowed to."""

    people: tuple[str, ...]
    projects: tuple[str, ...]
    tags: tuple[TagCount, ...]


@dataclass(frozen=True, kw_only=True)
class Search:
    """Finds runs by what stands in docs/gallery.md."""

    store: RunSearch
    people: PeopleStore
    marks: MarkStore
    catalogue: Catalogue
    clock: Clock

    async def page(
        self,
        person: Person,
        text: str,
        *,
        everyone: bool = False,
        slug: str | None = None,
        with_pictures: bool = False,
        zone: str | None = None,
        limit: int = 24,
        cursor: str | None = None,
    ) -> Searched:
        """Runs that fit, newest first; `zone` is where the person's days begin.

        Raises InputRefused for a text that is too long, an unknown zone or a wrong cursor.
        """
        where = zone_of(zone)
        query = read_query(text, self.clock.now().astimezone(where).date())
        reader = Reader(
            person_id=person.id,
            catalogue=self.catalogue,
            zone=where,
            people=await self._called(query),
        )
        wanted = reader.wanted(query)
        limits = [_seen_by(person, everyone=everyone)]
        if slug:
            limits.append(_one(fact("endpoint", self.catalogue.by_slug(slug).endpoint_id)))
        if with_pictures:
            limits.append(_one(PICTURED))
        found = await self.store.find(
            replace(
                wanted,
                all_of=(*limits, *wanted.all_of),
                limit=max(1, min(limit, MOST_AT_ONCE)),
                cursor=cursor,
            )
        )
        return Searched(found=found, notices=(*query.notices, *reader.notices(query)))

    async def hints(self, person: Person) -> Hints:
        """Names that a search by this person may go by; a guest learns nobody's."""
        names = await self.people.members() if in_team(person) else (person.name,)
        return Hints(
            people=tuple(names),
            projects=await self.store.projects(person.id),
            tags=await self.tags(person, ""),
        )

    async def tags(self, person: Person, beginning: str) -> tuple[TagCount, ...]:
        """Tags on what this person sees that begin so, the most used first."""
        team = in_team(person)
        return await self.marks.tags(person.id, beginning, with_team=team, limit=MOST_TAGS)

    async def _called(self, query: Query) -> Mapping[str, Sequence[str]]:
        terms = (clause.term for clause in query.clauses)
        names = {term.name for term in terms if isinstance(term, Name) and term.kind == "by"}
        return {name: await self.people.called(name) for name in sorted(names)}


def zone_of(name: str | None) -> tzinfo:
    """UTC where none is named. Raises InputRefused for one that nobody knows."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError) as error:
        told = Sentence("search.zone", "Name a time zone like Europe/Berlin, or none.")
        raise InputRefused(told, fields={"zone": told}) from error


def _seen_by(person: Person, *, everyone: bool) -> tuple[Tokens, ...]:
    own = _one(fact("by", person.id))
    return (*own, *_one(TEAM)) if everyone and in_team(person) else own


def _one(token: str) -> tuple[Tokens, ...]:
    return (Tokens((token,)),)
