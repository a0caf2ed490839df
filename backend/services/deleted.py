"""What was deleted: it can be brought back for 30 days, then its files go."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend.domain.audit import Act
from backend.domain.deleted import KEPT_FOR, DeletedPage, DeletedStore, ForgetAnswer
from backend.domain.errors import Conflict, RunUnfinished, StorageFailed
from backend.domain.person import Person
from backend.domain.ports import Clock, Gateway, PictureStore
from backend.domain.sentence import Sentence
from backend.services.audit import Audit
from backend.services.run_control import RunControl

log = logging.getLogger(__name__)

#: runs whose files are removed before the database is asked anew
AT_ONCE: Final = 200

SAID: Final[dict[ForgetAnswer, Sentence]] = {
    "deleted": Sentence(
        "forget_at_fal.deleted", "fal has deleted what it kept of this run: input and pictures."
    ),
    "partly": Sentence(
        "forget_at_fal.partly",
        "fal has deleted the input, but not every picture of this run. Ask again later, or delete "
        "the rest in fal's dashboard.",
    ),
    "not allowed": Sentence(
        "forget_at_fal.not_allowed",
        "fal does not let this server's key delete anything. Nothing was deleted there; an admin "
        "of the account can do it in fal's dashboard, by the request id.",
    ),
    "not found": Sentence("forget_at_fal.not_found", "fal keeps nothing of this run any more."),
}


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """The bin: each person's own."""

    store: DeletedStore
    pictures: PictureStore
    control: RunControl
    gateway: Gateway
    audit: Audit
    clock: Clock

    async def list(
        self, person: Person, limit: int = 200, cursor: str | None = None
    ) -> DeletedPage:
        """A person's, last deleted first. Raises InputRefused for a cursor not of ours."""
        return await self.store.list(person.id, self.clock.now(), limit, cursor)

    async def empty(self, person: Person, run_ids: Sequence[str] | None = None) -> int:
        """These, or all, go now and can't be brought back; how many."""
        count = await self.store.hasten(person.id, run_ids, self.clock.now())
        if count:
            await self.audit.note(person, Act.RUN_PURGE, None, runs=count)
            await self.purge(most=AT_ONCE)
        return count

    async def purge(self, most: int | None = None) -> int:
        """Remove the files of those whose time is over, and forget their words; of how many.

        A storage that fails leaves the rest for the next time.
        """
        count = 0
        while most is None or count < most:
            due = await self.store.due(self.clock.now(), AT_ONCE)
            try:
                for one in due:
                    for key in one.keys:
                        await self.pictures.remove(key)
                    await self.store.purge(one.run_id)
                    count += 1
            except StorageFailed as error:
                log.warning("deleted pictures stay for now: %s", error.message)
                return count
            if len(due) < AT_ONCE:
                break
        return count

    async def at_fal(self, person: Person, run_id: str) -> dict[str, Any]:
        """Ask fal to delete its copy, and say what it answered. Raises Conflict, Slow."""
        run = await self.control.changeable(person, run_id)
        if not run.state.ended:
            raise RunUnfinished
        if run.request_id is None:
            raise Conflict(
                Sentence("forget_at_fal.never", "This run never came to fal: it keeps nothing.")
            )
        answer = await self.gateway.forget(run.request_id)
        await self.audit.note(person, Act.RUN_FORGET_AT_FAL, run.id, answer=answer)
        return {"answer": answer.replace(" ", "_"), "message": SAID[answer]}


def days_kept() -> int:
    """For how many days a deletion can be undone."""
    return KEPT_FOR.days
