"""The rules of this server: admins set them, every start obeys them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.domain.audit import Act
from backend.domain.errors import InputRefused
from backend.domain.person import Person, Role
from backend.domain.ports import RulesStore
from backend.domain.rules import Retention, Rules
from backend.domain.sentence import Sentence
from backend.endpoints.catalogue import Catalogue
from backend.runs.feed import Feed
from backend.services.admins import only_admins
from backend.services.audit import Audit

MOST_OF_A_BANNER: Final = 300


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The rules as an admin asks for them; endpoints by slug."""

    endpoints: tuple[str, ...] | None
    ceilings: Mapping[Role, int]
    payloads: bool
    pictures_s: int | None
    keep_days: int | None
    banner: str


class RuleBook:
    """Read once, and again after each change: one process starts runs on a database."""

    def __init__(self, store: RulesStore, catalogue: Catalogue, audit: Audit, feed: Feed):
        self._store = store
        self._catalogue = catalogue
        self._audit = audit
        self._feed = feed
        self._now = Rules()
        self._read = False

    @property
    def now(self) -> Rules:
        """As they stand."""
        return self._now

    async def current(self) -> Rules:
        """As they stand, read where that has not happened yet. Raises StorageFailed."""
        if not self._read:
            await self.read()
        return self._now

    async def read(self) -> None:
        """From the database: when this process becomes the owner, and before the first start."""
        self._now = await self._store.get()
        self._read = True

    async def set(self, person: Person, wanted: Wanted) -> Mapping[str, Any]:
        """Set all of them. Raises NotAllowed, or InputRefused with messages by field."""
        only_admins(person)
        rules = Rules(
            endpoints=self._ids(wanted.endpoints),
            ceilings=dict(wanted.ceilings),
            retention=Retention(payloads=wanted.payloads, pictures_s=wanted.pictures_s),
            keep_days=wanted.keep_days,
            banner=_banner(wanted.banner),
        )
        await self._store.put(rules)
        self._now = rules
        self._feed.notices_changed()
        drawn = self.drawn()
        facts = {name: json.dumps(value, ensure_ascii=False) for name, value in drawn.items()}
        await self._audit.note(person, Act.RULE_SET, None, **facts)
        return drawn

    def drawn(self) -> Mapping[str, Any]:
        """As the API answers them."""
        rules = self._now
        return {
            "endpoints": self._slugs(),
            "ceilings": {role.value: most for role, most in sorted(rules.ceilings.items())},
            "payloads": rules.retention.payloads,
            "pictures_s": rules.retention.pictures_s,
            "keep_days": rules.keep_days,
            "banner": rules.banner,
        }

    def for_one(self, person: Person) -> Mapping[str, Any]:
        """What the page shows to a person: the open endpoints, and their loosest filter."""
        return {"endpoints": self._slugs(), "tolerance": self._now.ceilings.get(person.role)}

    def _slugs(self) -> list[str] | None:
        allowed = self._now.endpoints
        if allowed is None:
            return None
        return [one.slug for one in self._catalogue.endpoints if one.endpoint_id in allowed]

    def _ids(self, slugs: tuple[str, ...] | None) -> frozenset[str] | None:
        if slugs is None:
            return None
        known = {one.slug: one.endpoint_id for one in self._catalogue.endpoints}
        unknown = sorted(set(slugs) - set(known))
        if unknown or not slugs:
            told = Sentence("rules.endpoints", "Name at least one endpoint of this server.")
            raise InputRefused(fields={"endpoints": told})
        return frozenset(known[slug] for slug in slugs)


def _banner(text: str) -> str:
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(shown) > MOST_OF_A_BANNER:
        told = Sentence("rules.banner", "At most {most} characters.", most=MOST_OF_A_BANNER)
        raise InputRefused(fields={"banner": told})
    return shown
