"""What people do with a run that is there: cancel, look up, run again, delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from backend.domain.audit import Act, Fact
from backend.domain.errors import (
    AlreadyDeleted,
    Conflict,
    GuestsShareNothing,
    NotAllowed,
    NotFound,
    RunUnfinished,
)
from backend.domain.person import Person
from backend.domain.ports import Clock, RunStore
from backend.domain.run import Run, RunState
from backend.domain.sentence import Sentence
from backend.domain.sharing import Visibility, changes, in_team, sees_run
from backend.runs.feed import Feed
from backend.runs.runner import Runner
from backend.services.audit import Audit
from backend.services.generate import Generate
from backend.services.one_by_one import Kept, one_by_one


@dataclass(frozen=True, kw_only=True)
class RunControl:
    """What one may see and change is decided in domain/sharing.py."""

    store: RunStore
    runner: Runner
    generate: Generate
    feed: Feed
    clock: Clock
    audit: Audit

    async def see(self, person: Person, run_id: str) -> Run:
        """A run that this person may see. Raises NotFound."""
        run = await self.store.get(run_id)
        if run is None or not sees_run(person, run):
            raise NotFound(Sentence("missing.run", "This run is not here."))
        return run

    async def changeable(self, person: Person, run_id: str) -> Run:
        """A run that this person may change. Raises NotFound or NotAllowed."""
        run = await self.see(person, run_id)
        if not changes(person, run):
            raise NotAllowed
        return run

    async def share(self, person: Person, run_id: str, visibility: Visibility) -> Run:
        """Let the team see it, or its owner alone. Raises NotFound or NotAllowed."""
        run = await self.changeable(person, run_id)
        if visibility is Visibility.TEAM and not in_team(person):
            raise GuestsShareNothing
        if run.visibility is visibility:
            return run
        changed = await self.store.note(run_id, visibility=visibility)
        self.feed.shown_to_others(run, changed)
        await self._note(person, Act.RUN_SHARE, run, visibility=visibility.value)
        return changed

    async def cancel(self, person: Person, run_id: str) -> Run:
        """Drop it, or ask fal to. Raises Conflict where it has ended."""
        run = await self.changeable(person, run_id)
        if run.state.ended or run.state in (RunState.SAVING, RunState.UNCERTAIN):
            raise Conflict(Sentence("control.too_late", "This run can't be cancelled any more."))
        cancelled = await self.runner.cancel(run)
        await self._note(person, Act.RUN_CANCEL, run)
        return cancelled

    async def check(self, person: Person, run_id: str) -> Run:
        """Look an uncertain run up at fal."""
        run = await self._uncertain(person, run_id)
        return await self.runner.check(run)

    async def never_ran(self, person: Person, run_id: str) -> Run:
        """A person's word that an uncertain run never ran."""
        run = await self._uncertain(person, run_id)
        forgotten = await self.runner.never_ran(run)
        await self._note(person, Act.RUN_FORGET, run)
        return forgotten

    async def again(
        self,
        person: Person,
        run_id: str,
        key: str | None = None,
        confirmed: Decimal | None = None,
    ) -> Run:
        """A new run of the same input, owned by whoever asks."""
        return await self.generate.again(person, await self.see(person, run_id), key, confirmed)

    async def delete(self, person: Person, run_id: str) -> Run:
        """Soft delete; `restore` brings it back. Raises RunUnfinished or AlreadyDeleted."""
        run = await self.changeable(person, run_id)
        if not run.state.ended:
            raise RunUnfinished
        deleted = await self.store.delete(run.id, self.clock.now())
        if deleted is None:
            raise AlreadyDeleted
        self.feed.shown_to_others(run, deleted)
        await self._note(person, Act.RUN_DELETE, run)
        return deleted

    async def restore(self, person: Person, run_id: str) -> Run:
        """Bring a deleted run back. Raises Conflict once it has gone for good."""
        run = await self.changeable(person, run_id)
        restored = await self.store.delete(run.id, None)
        if restored is None:
            raise Conflict(
                Sentence("control.gone", "This run has gone for good: its pictures are removed.")
            )
        self.feed.shown_to_others(run, restored)
        await self._note(person, Act.RUN_RESTORE, run)
        return restored

    async def delete_many(self, person: Person, run_ids: Sequence[str]) -> Kept:
        """Soft delete of many; those that stay, with the reasons."""
        return await one_by_one(run_ids, lambda run_id: self.delete(person, run_id))

    async def restore_many(self, person: Person, run_ids: Sequence[str]) -> Kept:
        """Bring many back; those that stay deleted, with the reasons."""
        return await one_by_one(run_ids, lambda run_id: self.restore(person, run_id))

    async def _note(self, person: Person, act: Act, run: Run, **facts: Fact) -> None:
        whose = {} if run.person_id == person.id else {"of": run.person_id}
        await self.audit.note(person, act, run.id, **whose, **facts)

    async def _uncertain(self, person: Person, run_id: str) -> Run:
        run = await self.changeable(person, run_id)
        if run.state is not RunState.UNCERTAIN:
            raise Conflict(
                Sentence("control.not_uncertain", "Only an uncertain run can be looked up.")
            )
        return run
