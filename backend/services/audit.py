"""The audit log: written by whatever is done, read and exported by admins."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from backend.domain.audit import Act, AuditEntry, AuditFilter, AuditStore, Fact
from backend.domain.person import Person
from backend.domain.ports import Clock, PeopleStore
from backend.services.admins import only_admins
from backend.services.csv_rows import csv_rows

MOST_AT_ONCE: Final = 200
#: entries of one part of an export
EXPORTED_AT_ONCE: Final = 1_000
HEADER: Final = ("at", "actor", "actor_id", "act", "target", "facts")


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Writes entries down, and shows them to admins."""

    store: AuditStore
    people: PeopleStore
    clock: Clock

    async def note(
        self, actor: Person | None, act: Act, target: str | None = None, **facts: Fact
    ) -> None:
        """Write down what was done just now.

        Raises StorageFailed: what can't be written down is not passed over in silence.
        """
        entry = AuditEntry(
            at=self.clock.now(),
            actor_id=None if actor is None else actor.id,
            act=act,
            target=target,
            facts=facts,
        )
        await self.store.add(entry)

    async def page(self, person: Person, which: AuditFilter) -> Mapping[str, Any]:
        """Entries as JSON, newest first, and where the next page begins. Raises NotAllowed."""
        only_admins(person)
        limit = max(1, min(which.limit, MOST_AT_ONCE))
        found = await self.store.page(replace(which, limit=limit + 1))
        shown = found[:limit]
        names = await self._names(shown)
        return {
            "entries": [_drawn(entry, names) for entry in shown],
            "next_before": shown[-1].id if len(found) > limit else None,
        }

    def export(self, person: Person, since: datetime, until: datetime) -> AsyncIterator[str]:
        """The log between two moments as CSV, newest first, in parts. Raises NotAllowed."""
        only_admins(person)
        return self._exported(AuditFilter(since=since, until=until, limit=EXPORTED_AT_ONCE))

    async def _exported(self, which: AuditFilter) -> AsyncIterator[str]:
        yield csv_rows([HEADER])
        while found := await self.store.page(which):
            names = await self._names(found)
            yield csv_rows(_row(entry, names) for entry in found)
            which = replace(which, before=found[-1].id)

    async def _names(self, entries: tuple[AuditEntry, ...]) -> Mapping[str, str]:
        actors = {entry.actor_id for entry in entries if entry.actor_id is not None}
        return await self.people.names(sorted(actors))


def _drawn(entry: AuditEntry, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "actor_id": entry.actor_id,
        "actor": names.get(entry.actor_id or ""),
        "act": entry.act.value,
        "target": entry.target,
        "facts": dict(entry.facts),
    }


def _row(entry: AuditEntry, names: Mapping[str, str]) -> tuple[str | None, ...]:
    facts = json.dumps(dict(entry.facts), ensure_ascii=False, sort_keys=True)
    actor = names.get(entry.actor_id or "")
    return entry.at.isoformat(), actor, entry.actor_id, entry.act.value, entry.target, facts
