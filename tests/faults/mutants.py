"""Mistakes that somebody could make, to see that the machine finds them."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.domain.errors import Unknown
from backend.domain.field import Input
from backend.domain.ports import FalResult
from backend.domain.rules import AS_THE_ACCOUNT_HAS_IT, Retention
from backend.domain.run import Handle, Image, Run, RunState
from backend.fal.gateway import FalGateway
from backend.runs.runner import Runner
from backend.runs.save import Saver
from backend.runs.send import Sender
from backend.store.runs import SqlRunStore


def repeats_the_post() -> None:
    """A sender that sends once more where the reply was lost, as fal-client does."""
    submit = FalGateway.submit

    async def twice(
        self: FalGateway,
        endpoint_id: str,
        sent_input: Input,
        retention: Retention = AS_THE_ACCOUNT_HAS_IT,
    ) -> Handle:
        try:
            return await submit(self, endpoint_id, sent_input, retention)
        except Unknown:
            return await submit(self, endpoint_id, sent_input, retention)

    FalGateway.submit = twice  # type: ignore[method-assign]


def sends_again_after_a_restart() -> None:
    """A start that takes a run which was being sent for one that was not."""

    async def sent_again(self: Runner, run: Run) -> Run:
        back = await self._parts.store.move(run.id, RunState.SUBMITTING, RunState.CREATED)
        assert back is not None
        self._wait_for_turn(back)
        return back

    Runner._cut_off = sent_again  # type: ignore[method-assign]


def forgets_a_picture() -> None:
    """A saver that counts the last of several pictures as stored."""
    take_over = Saver.take_over

    async def without_the_last(self: Saver, run: Run, result: FalResult) -> Run:
        if len(result.images) > 1:
            result = FalResult(
                images=result.images[:-1],
                output=result.output,
                billable_units=result.billable_units,
            )
        return await take_over(self, run, result)

    Saver.take_over = without_the_last  # type: ignore[method-assign]


def gives_a_picture_up_at_once() -> None:
    """A saver to which one bad answer is the end of a picture."""

    async def once(self: Saver, run: Run, image: Image) -> None:
        try:
            await self._download(run, image)
        except Exception:  # noqa: BLE001 - the mistake itself
            await self._store_image(run, Image(index=image.index, missing=True))

    Saver._fetch = once  # type: ignore[method-assign]


def writes_it_down_afterwards() -> None:
    """A sender that sends first and commits then."""
    once = Sender._once

    async def without_the_mark(self: Sender, run: Run, endpoint: Any) -> Run:
        await self.gateway.submit(run.endpoint_id, {**run.input})
        return await once(self, run, endpoint)

    Sender._once = without_the_mark  # type: ignore[method-assign]


def forgets_uncertain_runs() -> None:
    """A server that calls it a failure where the reply was lost."""
    move = SqlRunStore.move

    async def moved(
        self: SqlRunStore, run_id: str, source: RunState, target: RunState, **changes: Any
    ) -> Run | None:
        target = RunState.FAILED if target is RunState.UNCERTAIN else target
        return await move(self, run_id, source, target, **changes)

    SqlRunStore.move = moved  # type: ignore[method-assign]


#: by name; each changes the process in which it is called
MUTANTS: Mapping[str, Callable[[], None]] = {
    mutant.__name__: mutant
    for mutant in (
        repeats_the_post,
        sends_again_after_a_restart,
        forgets_a_picture,
        gives_a_picture_up_at_once,
        writes_it_down_afterwards,
        forgets_uncertain_runs,
    )
}
