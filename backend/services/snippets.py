"""The prompt library: snippets of one's own and of the team. Who may do what: domain/sharing.py."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backend.domain.audit import Act
from backend.domain.errors import (
    GuestsShareNothing,
    InputRefused,
    NameTaken,
    NotAllowed,
    NotFound,
    SnippetChanged,
)
from backend.domain.person import Person
from backend.domain.ports import Clock, PeopleStore
from backend.domain.preset import clean_text
from backend.domain.sentence import Sentence
from backend.domain.sharing import Visibility, begins_as, changes, edits, in_team, sees
from backend.domain.snippet import (
    KEPT_DELETED,
    NAME_LENGTH,
    TEXT_LENGTH,
    Snippet,
    SnippetFilter,
    SnippetStore,
)
from backend.services.audit import Audit
from backend.services.run_view import is_shared_here

MOST_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Snippets:
    """Lists, keeps and deletes them."""

    store: SnippetStore
    people: PeopleStore
    clock: Clock
    audit: Audit
    #: what new ones are
    visibility: Visibility

    async def page(
        self,
        person: Person,
        words: str = "",
        *,
        deleted: bool = False,
        limit: int = 100,
        cursor: str | None = None,
    ) -> tuple[tuple[Snippet, ...], str | None]:
        """One's own, then the team's, each by name; and where the next ones begin.

        With `deleted` one's own that can still be brought back, last deleted first.

        Raises InputRefused for a cursor that no page gave.
        """
        most = max(1, min(limit, MOST_AT_ONCE))
        start = _start(cursor)
        which = SnippetFilter(
            person_id=person.id,
            with_team=in_team(person) and not deleted,
            words=tuple(words.split()),
            deleted=deleted,
            offset=start,
            limit=most + 1,
        )
        found = await self.store.list(which)
        return tuple(found[:most]), str(start + most) if len(found) > most else None

    async def get(self, person: Person, snippet_id: str) -> Snippet:
        """One that this person may see. Raises NotFound."""
        kept = await self.store.get(snippet_id)
        if kept is None or kept.deleted_at is not None or not sees(person, kept):
            raise _gone()
        return kept

    async def save(
        self, person: Person, name: str, text: str, visibility: Visibility | None = None
    ) -> Snippet:
        """Keep a text under a name. Raises InputRefused, NameTaken with the one that is there."""
        if visibility is Visibility.TEAM and not in_team(person):
            raise GuestsShareNothing
        now = self.clock.now()
        wanted = Snippet(
            id=secrets.token_hex(12),
            person_id=person.id,
            **_checked(name, text),
            created_at=now,
            updated_at=now,
            visibility=visibility or begins_as(person, self.visibility),
        )
        try:
            snippet = await self.store.add(wanted)
        except NameTaken as error:
            raise await self._both(error, wanted) from error
        await self.audit.note(person, Act.SNIPPET_SAVE, snippet.id, name=snippet.name)
        return snippet

    async def update(
        self, person: Person, snippet_id: str, name: str, text: str, version: int | None = None
    ) -> Snippet:
        """Let it say something else; `version` is the one that somebody has changed, None: now's.

        Raises NotFound, NotAllowed, InputRefused, NameTaken, SnippetChanged with both.
        """
        snippet = await self.get(person, snippet_id)
        if not edits(person, snippet):
            raise NotAllowed
        wanted = replace(snippet, **_checked(name, text))
        if version not in (None, snippet.version):
            raise _changed(snippet, wanted)
        if wanted == snippet:
            return snippet
        try:
            updated = await self.store.update(wanted)
        except NameTaken as error:
            raise await self._both(error, wanted) from error
        except SnippetChanged as error:
            raise _changed(await self.get(person, snippet_id), wanted) from error
        await self.audit.note(
            person, Act.SNIPPET_SAVE, snippet_id, name=updated.name, version=updated.version
        )
        return updated

    async def share(
        self,
        person: Person,
        snippet_id: str,
        visibility: Visibility | None = None,
        locked: bool | None = None,
    ) -> Snippet:
        """Let the team see it, or its owner alone; let the team change it, or not.

        Raises NotFound or NotAllowed.
        """
        await self._changeable(person, snippet_id)
        if visibility is Visibility.TEAM and not in_team(person):
            raise GuestsShareNothing
        shared = await self.store.share(snippet_id, visibility, locked)
        if visibility is not None:
            await self.audit.note(
                person, Act.SNIPPET_SHARE, snippet_id, visibility=visibility.value
            )
        if locked is not None:
            await self.audit.note(person, Act.SNIPPET_LOCK, snippet_id, locked=locked)
        return shared

    async def remove(self, person: Person, snippet_id: str) -> Snippet:
        """Delete it; it can be restored for 30 days. Raises NotFound or NotAllowed."""
        snippet = await self._changeable(person, snippet_id)
        await self.store.remove(snippet_id)
        await self.audit.note(person, Act.SNIPPET_DELETE, snippet_id, name=snippet.name)
        return snippet

    async def restore(self, person: Person, snippet_id: str) -> Snippet:
        """Bring a deleted one back. Raises NotFound, NameTaken where its name is used now."""
        kept = await self.store.get(snippet_id)
        if kept is None:
            raise _gone()
        if kept.deleted_at is None:
            return await self._changeable(person, snippet_id)
        if not changes(person, kept):
            raise _gone()
        try:
            restored = await self.store.restore(snippet_id)
        except NameTaken as error:
            raise await self._both(error, kept) from error
        await self.audit.note(person, Act.SNIPPET_RESTORE, snippet_id, name=restored.name)
        return restored

    async def clean(self) -> int:
        """Remove for good what nobody brought back in time; how many."""
        return await self.store.clean(self.clock.now() - KEPT_DELETED)

    async def drawn(self, viewer: Person, snippets: Sequence[Snippet]) -> list[dict[str, Any]]:
        """As JSON, with the names of their owners looked up once."""
        others = {snippet.person_id for snippet in snippets} - {viewer.id}
        names: Mapping[str, str] = await self.people.names(sorted(others)) if others else {}
        return [
            {
                **facts_of(snippet),
                "mine": snippet.person_id == viewer.id,
                "person_name": {**names, viewer.id: viewer.name}.get(snippet.person_id, ""),
                "visibility": snippet.visibility.value,
                "locked": snippet.locked,
                "may_edit": edits(viewer, snippet),
                "may_change": changes(viewer, snippet),
                "may_share": is_shared_here(viewer, snippet),
                "deleted_at": None
                if snippet.deleted_at is None
                else snippet.deleted_at.isoformat(),
            }
            for snippet in snippets
        ]

    async def _changeable(self, person: Person, snippet_id: str) -> Snippet:
        snippet = await self.get(person, snippet_id)
        if not changes(person, snippet):
            raise NotAllowed
        return snippet

    async def _both(self, error: NameTaken, wanted: Snippet) -> NameTaken:
        """With the snippet that has the name, and the one that wants it."""
        there = await self.store.named(wanted.person_id, wanted.name)
        error.facts = {"current": None if there is None else facts_of(there)}
        error.facts["yours"] = facts_of(wanted)
        return error


def facts_of(snippet: Snippet) -> dict[str, object]:
    """What it says, as JSON."""
    return {
        "id": snippet.id,
        "name": snippet.name,
        "text": snippet.text,
        "version": snippet.version,
        "updated_at": snippet.updated_at.isoformat(),
    }


def _gone() -> NotFound:
    return NotFound(Sentence("missing.snippet", "This snippet is not here."))


def _changed(there: Snippet, wanted: Snippet) -> SnippetChanged:
    error = SnippetChanged()
    error.facts = {"current": facts_of(there), "yours": facts_of(wanted)}
    return error


def _checked(name: str, text: str) -> dict[str, Any]:
    """Name and text as they are kept. Raises InputRefused."""
    shown, said = clean_text(name), text.strip()
    refused: dict[str, str] = {}
    if not 0 < len(shown) <= NAME_LENGTH or not shown.isprintable():
        told = "A snippet needs a name of at most {most} characters."
        refused["name"] = Sentence("snippet.needs_name", told, most=NAME_LENGTH)
    if not 0 < len(said) <= TEXT_LENGTH:
        told = "A snippet needs a text of at most {most:n} characters."
        refused["text"] = Sentence("snippet.needs_text", told, most=TEXT_LENGTH)
    if refused:
        raise InputRefused(fields=refused)
    return {"name": shown, "text": said}


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdecimal() or not cursor.isascii() or len(cursor) > 9:
        told = "Use the next_cursor of an earlier answer, or leave it out."
        raise InputRefused(fields={"cursor": Sentence("page.cursor", told)})
    return int(cursor)
