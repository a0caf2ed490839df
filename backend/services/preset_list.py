"""A part of the list of presets: which ones, in which order, and where the next part begins."""

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

from backend.domain.errors import InputRefused
from backend.domain.person import Person
from backend.domain.ports import PresetStore
from backend.domain.preset import Preset, PresetFilter
from backend.domain.sentence import Sentence
from backend.domain.sharing import in_team
from backend.endpoints.catalogue import Catalogue

MOST_AT_ONCE: Final = 200
#: saved ones, then shipped ones, each from a number on
_CURSOR: Final = re.compile(r"(saved|shipped)-([0-9]{1,9})")

Whose = Literal["mine", "team", "shipped"]


@dataclass(frozen=True, kw_only=True)
class PresetPage:
    """Presets, and where the next ones begin; None where these are the last."""

    presets: tuple[Preset, ...]
    next_cursor: str | None


@dataclass(frozen=True, kw_only=True)
class PresetList:
    """What somebody wants to see."""

    slug: str | None = None
    words: str = ""
    whose: Whose | None = None
    by_use: bool = False
    deleted: bool = False
    limit: int = 100
    cursor: str | None = None

    async def read(
        self,
        person: Person,
        store: PresetStore,
        catalogue: Catalogue,
        shipped: tuple[Preset, ...],
    ) -> PresetPage:
        """Saved ones first, then shipped ones. Raises InputRefused, EndpointUnknown."""
        limit = max(1, min(self.limit, MOST_AT_ONCE))
        kind, start = self._start()
        endpoint_id = catalogue.by_slug(self.slug).endpoint_id if self.slug else None
        found: tuple[Preset, ...] = ()
        if kind == "saved" and self.whose != "shipped":
            which = replace(self._filter(person, endpoint_id), offset=start, limit=limit + 1)
            found = await store.list(which)
            if len(found) > limit:
                return PresetPage(presets=found[:limit], next_cursor=f"saved-{start + limit}")
        if self.whose not in (None, "shipped") or self.deleted:
            return PresetPage(presets=found, next_cursor=None)
        begin = start if kind == "shipped" else 0
        wanted = await self._ordered(person, store, self._of(shipped, endpoint_id))
        end = begin + limit - len(found)
        return PresetPage(
            presets=(*found, *wanted[begin:end]),
            next_cursor=f"shipped-{end}" if end < len(wanted) else None,
        )

    def _start(self) -> tuple[str, int]:
        if self.cursor is None:
            return "saved", 0
        match = _CURSOR.fullmatch(self.cursor)
        if match is None:
            told = "Use the next_cursor of an earlier answer, or leave it out."
            raise InputRefused(fields={"cursor": Sentence("page.cursor", told)})
        return match[1], int(match[2])

    def _filter(self, person: Person, endpoint_id: str | None) -> PresetFilter:
        return PresetFilter(
            person_id=person.id,
            with_own=self.whose != "team",
            with_team=self.whose != "mine" and in_team(person) and not self.deleted,
            endpoint_id=endpoint_id,
            words=tuple(self.words.split()),
            by_use=self.by_use,
            deleted=self.deleted,
        )

    def _of(self, shipped: tuple[Preset, ...], endpoint_id: str | None) -> tuple[Preset, ...]:
        """Shipped ones are few: they are looked through here, in English."""
        words = [word.casefold() for word in self.words.split()]
        return tuple(
            preset
            for preset in shipped
            if endpoint_id in (None, preset.endpoint_id) and _holds(preset, words)
        )

    async def _ordered(
        self, person: Person, store: PresetStore, shipped: tuple[Preset, ...]
    ) -> tuple[Preset, ...]:
        if not self.by_use:
            return shipped
        uses = await store.uses(person.id)
        dated = {p.id: uses[p.id].last_at for p in shipped if p.id in uses}
        used = [preset for preset in shipped if dated.get(preset.id) is not None]
        used.sort(key=lambda preset: str(dated[preset.id]), reverse=True)
        return (*used, *(preset for preset in shipped if preset not in used))


def _holds(preset: Preset, words: list[str]) -> bool:
    said = (preset.name, preset.description, *preset.tags, str(preset.values.get("prompt") or ""))
    whole = "\n".join(said).casefold()
    return all(word in whole for word in words)
