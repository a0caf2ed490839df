"""What was spent in a month: one's own, and for admins everybody's."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from backend.domain.money import plain
from backend.domain.person import Person
from backend.domain.ports import Clock, PeopleStore
from backend.domain.usage import By, Month, Tally, UsageFilter, UsageRun, UsageStore, total
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.errors import EndpointUnknown
from backend.services.admins import only_admins
from backend.services.csv_rows import csv_rows

#: runs of one part of an export
EXPORTED_AT_ONCE: Final = 1_000
#: what was not used for so long, or is one of so many, is not offered
PROJECTS_OF: Final = timedelta(days=365)
MOST_PROJECTS: Final = 50
SUMS: Final = (
    "runs",
    "practice_runs",
    "estimate_usd",
    "reserved_usd",
    "charged_usd",
    "billed_runs",
    "billed_usd",
    "difference_usd",
)
GROUP_HEADER: Final = ("month", "by", "key", "name", *SUMS)
RUN_HEADER: Final = (
    "run_id",
    "started_at",
    "person_id",
    "person",
    "endpoint_id",
    "project",
    "state",
    *SUMS,
)


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Reads the ledger; nothing is written here."""

    store: UsageStore
    people: PeopleStore
    catalogue: Catalogue
    clock: Clock

    def asked(self, person: Person, month: Month | None, *, everyone: bool) -> UsageFilter:
        """Whose runs of which month, this one where none is named. Raises NotAllowed."""
        if everyone:
            only_admins(person)
        return UsageFilter(
            month=month or Month.of(self.clock.now()), person_id=None if everyone else person.id
        )

    async def summary(self, which: UsageFilter, by: By) -> Mapping[str, Any]:
        """Groups and their total as JSON: days in their order, others with the dearest first."""
        sums = await self.store.sums(which, by)
        names = await self._names(by, sums)
        return {
            "month": str(which.month),
            "by": by.value,
            "everyone": which.person_id is None,
            "groups": [
                {"key": key, "name": names.get(key), **_drawn(sums[key])}
                for key in _in_order(by, sums)
            ],
            "total": _drawn(total(sums.values())),
        }

    async def groups_csv(self, which: UsageFilter, by: By) -> str:
        """The same as CSV, a row a group."""
        sums = await self.store.sums(which, by)
        names = await self._names(by, sums)
        rows = (
            (str(which.month), by.value, key, names.get(key), *_drawn(sums[key]).values())
            for key in _in_order(by, sums)
        )
        return csv_rows([GROUP_HEADER, *rows])

    async def runs_csv(self, which: UsageFilter) -> AsyncIterator[str]:
        """A row a run, oldest first, in parts."""
        yield csv_rows([RUN_HEADER])
        last: UsageRun | None = None
        while found := await self.store.runs(which, last, EXPORTED_AT_ONCE):
            names = await self.people.names(sorted({run.person_id for run in found}))
            yield csv_rows(_row(run, names) for run in found)
            last = found[-1]

    async def projects(self, person: Person) -> tuple[str, ...]:
        """What one's own runs were for, last used first: to choose from."""
        since = self.clock.now().date() - PROJECTS_OF
        return await self.store.projects(person.id, since, MOST_PROJECTS)

    async def _names(self, by: By, keys: Iterable[str]) -> Mapping[str, str]:
        """What people call these groups; days and projects are called what they are."""
        if by is By.PERSON:
            return await self.people.names(sorted(keys))
        if by is By.ENDPOINT:
            return {key: label for key in keys if (label := self._label(key)) is not None}
        return {}

    def _label(self, endpoint_id: str) -> str | None:
        """None for an endpoint that is not offered any more."""
        try:
            return self.catalogue.by_id(endpoint_id).label
        except EndpointUnknown:
            return None


def _in_order(by: By, sums: Mapping[str, Tally]) -> list[str]:
    if by is By.DAY:
        return sorted(sums)
    return sorted(sums, key=lambda key: (-sums[key].worth, -sums[key].runs, key))


def _drawn(tally: Tally) -> dict[str, Any]:
    """In the order of SUMS."""
    return {
        "runs": tally.runs,
        "practice_runs": tally.practice_runs,
        "estimate_usd": plain(tally.estimate),
        "reserved_usd": plain(tally.reserved),
        "charged_usd": plain(tally.charged),
        "billed_runs": tally.billed_runs,
        "billed_usd": plain(tally.billed) if tally.billed_runs else None,
        "difference_usd": plain(tally.difference),
    }


def _row(run: UsageRun, names: Mapping[str, str]) -> tuple[str | int | None, ...]:
    return (
        run.id,
        run.created_at.isoformat(),
        run.person_id,
        names.get(run.person_id),
        run.endpoint_id,
        run.project,
        run.state.value,
        *_drawn(run.tally).values(),
    )
