"""The team's lists, and those that a prompt leads to."""

import asyncio
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backend.domain.audit import Act
from backend.domain.errors import (
    GuestsShareNothing,
    InputRefused,
    ListChanged,
    NotAllowed,
    NotFound,
)
from backend.domain.person import Person
from backend.domain.ports import Clock, PeopleStore
from backend.domain.sentence import Sentence
from backend.domain.sharing import changes, in_team
from backend.domain.template import (
    FromList,
    Lists,
    Pattern,
    TemplateRefused,
    check,
    is_list_name,
    parse,
)
from backend.domain.wordlist import (
    KEPT_DELETED,
    LONGEST_LINE,
    MOST_CHARACTERS,
    MOST_LINES,
    MOST_LISTS,
    WordList,
    WordListStore,
)
from backend.domain.words import folded
from backend.services.audit import Audit


@dataclass(frozen=True, kw_only=True)
class WordLists:
    """Members see and edit all of them; who made one, and admins, may delete it."""

    store: WordListStore
    people: PeopleStore
    clock: Clock
    audit: Audit

    async def all(self, person: Person) -> tuple[WordList, ...]:
        """By name. Guests have none."""
        return await self.store.all() if in_team(person) else ()

    async def deleted(self, person: Person) -> tuple[WordList, ...]:
        """One's own that can still be brought back, last deleted first."""
        return await self.store.deleted(person.id) if in_team(person) else ()

    async def get(self, person: Person, list_id: str) -> WordList:
        """One. Raises NotFound."""
        found = await self._kept(person, list_id)
        if found.deleted_at is not None:
            raise _gone()
        return found

    async def save(self, person: Person, name: str, lines: Sequence[str]) -> WordList:
        """A new one. Raises InputRefused, NameTaken, Conflict, GuestsShareNothing."""
        if not in_team(person):
            raise GuestsShareNothing
        new = WordList(
            id=secrets.token_hex(12),
            name=name,
            lines=await self._checked(name, lines),
            person_id=person.id,
            updated_at=self.clock.now(),
        )
        saved = await self.store.add(new, MOST_LISTS)
        await self.audit.note(person, Act.LIST_SAVE, saved.id, name=saved.name)
        return saved

    async def update(
        self, person: Person, list_id: str, name: str, lines: Sequence[str], version: int | None
    ) -> WordList:
        """Let it say something else; `version` is the one that somebody has changed, None: now's.

        Raises NotFound, InputRefused, NameTaken, or ListChanged with both.
        """
        there = await self.get(person, list_id)
        cleaned = await self._checked(name, lines)
        wanted = replace(there, name=name, lines=cleaned, updated_at=self.clock.now())
        if version not in (None, there.version):
            raise _changed(there, wanted)
        try:
            updated = await self.store.update(wanted)
        except ListChanged as error:
            raise _changed(await self.get(person, list_id), wanted) from error
        await self.audit.note(
            person, Act.LIST_SAVE, list_id, name=updated.name, version=updated.version
        )
        return updated

    async def remove(self, person: Person, list_id: str) -> WordList:
        """Delete it; it can be restored for 30 days. Prompts that name it say that it is gone.

        Raises NotFound, NotAllowed.
        """
        there = await self.get(person, list_id)
        if not changes(person, there):
            raise NotAllowed
        await self.store.remove(list_id)
        await self.audit.note(person, Act.LIST_DELETE, list_id, name=there.name)
        return there

    async def restore(self, person: Person, list_id: str) -> WordList:
        """Bring a deleted one back.

        Raises NotFound, NotAllowed, NameTaken where its name is used now, Conflict without room.
        """
        there = await self._kept(person, list_id)
        if not changes(person, there):
            raise NotAllowed if there.deleted_at is None else _gone()
        if there.deleted_at is None:
            return there
        restored = await self.store.restore(list_id, MOST_LISTS)
        await self.audit.note(person, Act.LIST_RESTORE, list_id, name=restored.name)
        return restored

    async def clean(self) -> int:
        """Remove for good what nobody brought back in time; how many."""
        return await self.store.clean(self.clock.now() - KEPT_DELETED)

    async def of(self, person: Person, pattern: Pattern) -> Lists:
        """Those that a template leads to, as far as they are there."""
        return await self._below(pattern.lists, {}) if in_team(person) else {}

    async def draw(self, lists: Iterable[WordList], viewer: Person) -> list[dict[str, Any]]:
        """As JSON, whole."""
        listed = list(lists)
        names = await self.people.names(sorted({one.person_id for one in listed}))
        return [
            {
                **facts_of(one),
                "count": len(one.lines),
                "person_name": names.get(one.person_id, ""),
                "mine": one.person_id == viewer.id,
                "may_change": changes(viewer, one),
                "deleted_at": None if one.deleted_at is None else _time(one.deleted_at),
            }
            for one in listed
        ]

    async def _kept(self, person: Person, list_id: str) -> WordList:
        """One, deleted or not."""
        found = await self.store.get(list_id) if in_team(person) else None
        if found is None:
            raise _gone()
        return found

    async def _below(self, names: Sequence[str], known: Mapping[str, Sequence[Pattern]]) -> Lists:
        """Those of these names, and all that these lead to."""
        found = dict(known)
        wanted = {name for name in names if name not in found}
        while wanted:
            rows = await self.store.named(tuple(wanted))
            for row in rows:
                # a thousand lines take longer to read than others want to wait
                found[folded(row.name)] = await asyncio.to_thread(_read, row.lines)
            new = [pattern for row in rows for pattern in found[folded(row.name)]]
            wanted = {name for pattern in new for name in pattern.lists} - found.keys()
        return found

    async def _checked(self, name: str, lines: Sequence[str]) -> tuple[str, ...]:
        """The lines that are not blank. Raises InputRefused."""
        if not is_list_name(name):
            told = "A list's name has letters, digits, - and _ and at most 40 of them."
            raise InputRefused(fields={"name": Sentence("wordlist.name", told)})
        cleaned = tuple(line.strip("\r\n") for line in lines if line.strip())
        patterns = await asyncio.to_thread(_read_checked, cleaned)
        own = {folded(name): patterns}
        named = {other for pattern in patterns for other in pattern.lists} - own.keys()
        lists = dict(await self._below(sorted(named), own))
        for pattern in [one for some in list(lists.values()) for one in some]:
            for other in pattern.lists:
                lists.setdefault(other, (Pattern(("…",)),))  # it may be made later
        try:
            check(Pattern((FromList(name),)), lists)
        except TemplateRefused as error:
            raise _lines_refused(error.sentence) from error
        return cleaned


def facts_of(one: WordList) -> dict[str, Any]:
    """What it says, and one side of a question about two."""
    return {
        "id": one.id,
        "name": one.name,
        "lines": list(one.lines),
        "version": one.version,
        "updated_at": _time(one.updated_at),
    }


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _gone() -> NotFound:
    return NotFound(Sentence("missing.wordlist", "This list is not here."))


def _changed(there: WordList, wanted: WordList) -> ListChanged:
    error = ListChanged()
    error.facts = {"current": facts_of(there), "yours": facts_of(wanted)}
    return error


def _read(lines: Sequence[str]) -> tuple[Pattern, ...]:
    return tuple(parse(line) for line in lines)


def _read_checked(lines: Sequence[str]) -> tuple[Pattern, ...]:
    """Raises InputRefused."""
    if not lines:
        raise _lines_refused(Sentence("wordlist.empty", "A list needs a line."))
    if len(lines) > MOST_LINES or sum(map(len, lines)) > MOST_CHARACTERS:
        english = "A list has at most {lines:n} lines and {characters:n} characters."
        raise _lines_refused(
            Sentence("wordlist.large", english, lines=MOST_LINES, characters=MOST_CHARACTERS)
        )
    found = []
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE or not line.isprintable():
            english = "Line {number} has to be one line of at most {most:n} characters."
            raise _lines_refused(
                Sentence("wordlist.line", english, number=number, most=LONGEST_LINE)
            )
        try:
            pattern = parse(line)
        except TemplateRefused as error:
            english = "Line {number}: {why}"
            raise _lines_refused(
                Sentence("wordlist.why", english, number=number, why=error.sentence)
            ) from error
        if pattern.variables:
            english = "Line {number} asks for {name}: only prompts have variables."
            raise _lines_refused(
                Sentence(
                    "wordlist.variable", english, number=number, name=f"{{{pattern.variables[0]}}}"
                )
            )
        found.append(pattern)
    return tuple(found)


def _lines_refused(sentence: Sentence) -> InputRefused:
    return InputRefused(fields={"lines": sentence})
