"""How much is kept here: one's own, and for admins everybody's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.domain.holdings import By, Holding, HoldingsStore, total
from backend.domain.person import Person
from backend.domain.ports import PeopleStore
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.errors import EndpointUnknown
from backend.services.admins import only_admins
from backend.services.rule_book import RuleBook


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """Reads sums; no file is looked at."""

    store: HoldingsStore
    people: PeopleStore
    catalogue: Catalogue
    rules: RuleBook

    async def summary(self, person: Person, by: By, *, everyone: bool) -> Mapping[str, Any]:
        """Groups and their total as JSON: months newest first, others the largest first.

        Raises NotAllowed.
        """
        if everyone:
            only_admins(person)
        sums = await self.store.sums(None if everyone else person.id, by)
        names = await self._names(by, sums)
        return {
            "by": by.value,
            "everyone": everyone,
            "groups": [
                {"key": key, "name": names.get(key), **_drawn(sums[key])}
                for key in _in_order(by, sums)
            ],
            "total": _drawn(total(sums.values())),
            "keep_days": (await self.rules.current()).keep_days,
        }

    async def _names(self, by: By, sums: Mapping[str, Holding]) -> Mapping[str, str]:
        if by is By.PERSON:
            return await self.people.names(sorted(sums))
        if by is By.ENDPOINT:
            return {key: label for key in sums if (label := self._label(key)) is not None}
        return {}

    def _label(self, endpoint_id: str) -> str | None:
        """None for an endpoint that is not offered any more, and for what people brought."""
        try:
            return self.catalogue.by_id(endpoint_id).label
        except EndpointUnknown:
            return None


def _in_order(by: By, sums: Mapping[str, Holding]) -> list[str]:
    if by is By.MONTH:
        return sorted(sums, reverse=True)
    return sorted(sums, key=lambda key: (-sums[key].size, key))


def _drawn(one: Holding) -> dict[str, int]:
    return {
        "pictures": one.pictures,
        "bytes": one.bytes,
        "uploads": one.uploads,
        "upload_bytes": one.upload_bytes,
        "deleted_pictures": one.deleted_pictures,
        "deleted_bytes": one.deleted_bytes,
    }
