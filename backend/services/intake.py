"""The switch that stops new runs for all, at once."""

import logging
from dataclasses import dataclass
from typing import Any

from backend.domain.audit import Act
from backend.domain.intake import Intake
from backend.domain.person import Person
from backend.domain.ports import Clock, IntakeStore
from backend.domain.sentence import Sentence
from backend.runs.feed import Feed
from backend.runs.runner import Runner
from backend.services.admins import only_admins
from backend.services.audit import Audit

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class IntakeSwitch:
    """Kept in the database, where each start looks; the runner is told for those that wait,
    and every open page."""

    store: IntakeStore
    runner: Runner
    feed: Feed
    clock: Clock
    audit: Audit

    async def get(self) -> Intake:
        """How it stands."""
        return await self.store.get()

    async def turn(self, person: Person, *, is_open: bool, reason: str) -> Intake:
        """Stop new runs, or let them go again. Raises NotAllowed."""
        only_admins(person)
        now = Intake(
            open=is_open,
            reason="" if is_open else " ".join(reason.split()),
            person_id=person.id,
            changed_at=self.clock.now(),
        )
        await self.store.put(now)
        log.warning("new runs are %s by %s", "let go" if is_open else "stopped", person.id)
        if is_open:
            self.runner.resume()
        else:
            self.runner.pause()
        self.feed.notices_changed()
        await self.audit.note(person, Act.INTAKE_SET, None, open=is_open, reason=now.reason)
        return now


def drawn(intake: Intake) -> dict[str, Any]:
    """As the API answers it."""
    return {
        "open": intake.open,
        "reason": intake.reason,
        "changed_by": intake.person_id,
        "changed_at": intake.changed_at and intake.changed_at.isoformat().replace("+00:00", "Z"),
    }


def notice(intake: Intake) -> str | None:
    """What the page says about it; None while new runs go."""
    if intake.open:
        return None
    if not intake.reason:
        return Sentence("notice.intake", "New runs are stopped; those that wait go on later.")
    return Sentence(
        "notice.intake_reason",
        "New runs are stopped; those that wait go on later. The reason: {reason}",
        reason=intake.reason,
    )
