"""The owner of all unfinished runs: gives turns, carries each run to its end, stops gracefully.

Runs belong to the server, not to a browser tab: each is one background task of the event loop,
and what it does is published through the feed.
"""

import asyncio
import logging
from dataclasses import dataclass

from backend.domain.errors import (
    AccountLocked,
    FalError,
    IntakePaused,
    PlaygroundError,
    StorageFailed,
)
from backend.domain.log_fields import about
from backend.domain.ports import Clock, Gateway, RunStore
from backend.domain.run import Run, RunState
from backend.runs.backoff import doubling
from backend.runs.feed import Feed
from backend.runs.follow import Follower
from backend.runs.left_over import cut_off, end_practice, unfinished
from backend.runs.look_up import LookUp
from backend.runs.posts import Posts
from backend.runs.problems import (
    CANCELLED_BEFORE_SENDING,
)
from backend.runs.read_ahead import ReadAhead
from backend.runs.save import Saver
from backend.runs.send import Sender
from backend.runs.turns import Turns
from backend.runs.uncertain import Uncertain

log = logging.getLogger(__name__)

#: while the account is locked, one real run is tried this often
LOCKED_RETRY_S = 30.0
#: POSTs under way may get their answer for this long when the server stops
STOP_GRACE_S = 10.0
#: while an admin has stopped new runs, one is tried this often: another process may let them go
PAUSED_RETRY_S = 10.0
#: places of waiting runs are told at most this often
PLACES_EVERY_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a runner works with."""

    store: RunStore
    gateway: Gateway
    ahead: ReadAhead
    feed: Feed
    clock: Clock
    sender: Sender
    follower: Follower
    saver: Saver
    look_up: LookUp
    posts: Posts


class Runner:
    """One for each process; it may only be started by the owner of the database."""

    def __init__(
        self,
        parts: Parts,
        *,
        practice: bool,
        max_in_flight: int,
        locked_retry_s: float = LOCKED_RETRY_S,
    ):
        self._parts = parts
        self._practice = practice
        self._max_in_flight = max_in_flight
        self._locked_retry_s = locked_retry_s
        self._turns = Turns()
        self._owners: dict[str, Run] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._holding: set[str] = set()
        self._open = False
        self._locked = False
        self._unlock: asyncio.Task[None] | None = None
        self._paused = False
        self._resume: asyncio.Task[None] | None = None
        #: the run that was last tried although others had to wait
        self._trial = ""
        self._telling: asyncio.Task[None] | None = None
        self._watching: set[asyncio.Task[None]] = set()
        #: runs of the other mode that wait for the key
        self.parked = 0
        self._uncertain = Uncertain(
            store=parts.store,
            look_up=parts.look_up,
            feed=parts.feed,
            clock=parts.clock,
            begin=self._begin,
        )

    # ── facts ────────────────────────────────────────────────────────────────────────────────

    @property
    def open(self) -> bool:
        """Whether new runs are taken."""
        return self._open

    @property
    def locked(self) -> bool:
        """Whether fal has locked the account: runs are accepted and wait."""
        return self._locked

    @property
    def waiting(self) -> int:
        """Runs that wait for their turn."""
        return len(self._turns)

    @property
    def in_flight(self) -> int:
        """Runs that hold one of the turns."""
        return len(self._holding)

    # ── the start and the stop ───────────────────────────────────────────────────────────────

    async def start(self) -> None:
        """Pick up every unfinished run. Nothing is submitted a second time."""
        self._parts.posts.let_in()
        for run in await unfinished(self._parts.store, self._parts.clock):
            if run.practice == self._practice:
                await self._pick_up(run)
            elif run.practice:
                await end_practice(self._parts.store, self._parts.clock, run)
            else:
                self.parked += 1
        self._open = True
        self._give_turns()

    def close_intake(self) -> None:
        """The server is about to stop: no new runs, no new turns."""
        self._open = False

    async def stop(self, grace_s: float = STOP_GRACE_S) -> None:
        """No new turns; POSTs under way get their answer; everything else stops where it is."""
        self.close_intake()
        await self._parts.posts.close(grace_s)
        others = [self._unlock, self._resume, self._telling]
        tasks = [
            *self._tasks.values(),
            *self._watching,
            *(task for task in others if task is not None),
        ]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _pick_up(self, run: Run) -> None:
        self._parts.feed.publish(run)
        if run.state is RunState.CREATED:
            self._wait_for_turn(run)
        elif run.state is RunState.SUBMITTING:
            run = await self._cut_off(run)
        elif run.state is not RunState.UNCERTAIN:
            self._begin(run)
        if run.state is RunState.UNCERTAIN:
            self._watch(run)

    async def _cut_off(self, run: Run) -> Run:
        moved = await cut_off(self._parts.store, self._parts.clock, run)
        self._parts.feed.publish(moved)
        return moved

    def _watch(self, run: Run) -> None:
        self._keep(asyncio.create_task(self._uncertain.watch(run), name=f"uncertain run {run.id}"))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._watching.add(task)
        task.add_done_callback(self._watching.discard)

    # ── what people do ───────────────────────────────────────────────────────────────────────

    def accept(self, run: Run) -> None:
        """A run was written: it waits for its turn, or where the server stops, for its start."""
        self._parts.feed.publish(run)
        if self._open:
            self._wait_for_turn(run)
            self._give_turns()

    def look_for(self, run: Run) -> None:
        """The storage failed while this run was written: where it is there, it waits as others do.

        A commit may be taken although its answer is lost. Nobody else would know of the run before
        the next start, and whoever repeats the press with its key gets this one.
        """
        self._keep(asyncio.create_task(self._found_written(run), name=f"look for run {run.id}"))

    async def _found_written(self, run: Run) -> None:
        for pause in doubling(0.5, 30):
            try:
                found = await self._parts.store.get(run.id)
            except StorageFailed:
                await self._parts.clock.sleep(pause)
                continue
            if found is not None and found.state is RunState.CREATED:
                self.accept(found)
            return

    async def cancel(self, run: Run) -> Run:
        """Drop a waiting run, or ask fal to drop it; what fal then says is followed."""
        dropped = await self._parts.store.move(
            run.id,
            RunState.CREATED,
            RunState.CANCELLED,
            problem=CANCELLED_BEFORE_SENDING,
            finished_at=self._parts.clock.now(),
        )
        if dropped is not None:
            self._turns.drop(run.id)
            self._owners.pop(run.id, None)
            self._parts.feed.publish(dropped)
            self._tell_places()
            return dropped
        noted = await self._parts.store.note(run.id, cancel_requested=True)
        if noted.state in (RunState.QUEUED, RunState.RUNNING):
            await self._cancel_at_fal(noted)
        self._parts.feed.publish(noted)
        return noted

    async def check(self, run: Run) -> Run:
        """Look an uncertain run up at fal; found, it is followed. Raises FalError."""
        return await self._uncertain.check(run)

    async def never_ran(self, run: Run) -> Run:
        """A person says that an uncertain run never ran."""
        return await self._uncertain.never_ran(run)

    def try_now(self) -> None:
        """Try one run although the account was locked: somebody has topped it up."""
        self._give_turns(trial=True)

    def pause(self) -> None:
        """An admin has stopped new runs: those that wait go on waiting."""
        self._paused = True
        if self._resume is None or self._resume.done():
            self._resume = asyncio.create_task(self._try_to_resume(), name="closed intake")

    def resume(self) -> None:
        """An admin lets new runs go."""
        self._paused = False
        self._give_turns()

    # ── turns ────────────────────────────────────────────────────────────────────────────────

    def _wait_for_turn(self, run: Run) -> None:
        self._owners[run.id] = run
        self._turns.add(run.person_id, run.id)

    def _give_turns(self, *, trial: bool = False) -> None:
        while self._open and len(self._holding) < self._max_in_flight:
            if (self._locked or self._paused) and not trial:
                break
            run_id = self._turns.take()
            if run_id is None:
                break
            if trial:
                self._trial = run_id
            self._begin(self._owners.pop(run_id))
            trial = False
        self._tell_places()

    def _tell_places(self) -> None:
        if self._turns and (self._telling is None or self._telling.done()):
            self._telling = asyncio.create_task(self._places(), name="places of waiting runs")

    async def _places(self) -> None:
        """Soon, and once for many changes: with 1,000 waiting each turn would tell 1,000 runs."""
        await asyncio.sleep(0 if len(self._turns) < 20 else PLACES_EVERY_S)
        for place, run_id in enumerate(self._turns.order()):
            self._parts.feed.place(self._owners[run_id], before_you=place)

    # ── one run's task ───────────────────────────────────────────────────────────────────────

    def _begin(self, run: Run) -> None:
        if run.id in self._tasks:
            return
        self._holding.add(run.id)
        task = asyncio.create_task(self._own(run), name=f"run {run.id}")
        self._tasks[run.id] = task
        task.add_done_callback(lambda _: self._over(run.id))

    def _over(self, run_id: str) -> None:
        self._tasks.pop(run_id, None)
        self._let_next(run_id)

    def _let_next(self, run_id: str) -> None:
        if run_id in self._holding:
            self._holding.discard(run_id)
            if self._open:
                self._give_turns()

    async def _own(self, run: Run) -> None:
        try:
            await self._carry(run)
        finally:
            await self._parts.ahead.drop(run.id)

    async def _carry(self, run: Run) -> None:
        """To the run's end, whatever goes wrong on the way: this is one of the two last nets."""
        again = False
        with about(run.id, run.request_id):
            for pause in doubling(0.5, 30):
                try:
                    await self._carry_once(await self._after_fault(run) if again else run)
                    return
                except AccountLocked:
                    self._lock(run)
                    return
                except IntakePaused:
                    self._stopped(run)
                    return
                except PlaygroundError as error:
                    log.warning("run %s: %s, trying again", run.id, error.code())
                except Exception:
                    log.exception("run %s: unexpected, trying again", run.id)
                again = True
                await self._parts.clock.sleep(pause)

    async def _carry_once(self, run: Run) -> None:
        if run.state is RunState.CREATED:
            run = await self._send(run)
        with about(run.id, run.request_id):
            if run.state in (RunState.QUEUED, RunState.RUNNING):
                if run.cancel_requested:  # remembered since before its request id was known
                    await self._cancel_at_fal(run)
                run = await self._follow(run)
            if run.state is RunState.SAVING:
                self._let_next(run.id)
                run = await self._parts.saver.save(run)
                self._parts.feed.publish(run)

    async def _send(self, run: Run) -> Run:
        run = await self._parts.sender.send(run)
        self._parts.feed.publish(run)
        if self._paused and run.id == self._trial and run.state is not RunState.CANCELLED:
            self.resume()
        if run.state is RunState.UNCERTAIN:
            self._watch(run)
        if self._locked and run.state is RunState.QUEUED:
            self._release()
        return run

    async def _follow(self, run: Run) -> Run:
        run, result = await self._parts.follower.follow(run)
        if result is not None:
            run = await self._parts.saver.take_over(run, result)
        self._parts.feed.publish(run)
        return run

    async def _cancel_at_fal(self, run: Run) -> None:
        if run.handle is None:
            return
        try:
            answer = await self._parts.gateway.cancel(run.handle)
            log.info("run %s: fal answered the cancel with %s", run.id, answer)
        except FalError as error:
            log.warning("run %s: the cancel did not reach fal (%s)", run.id, error.code())

    async def _after_fault(self, run: Run) -> Run:
        await self._parts.ahead.drop(run.id)
        current = await self._parts.store.get(run.id) or run
        if current.state is RunState.SUBMITTING:
            current = await self._cut_off(current)
            self._watch(current)
        return current

    # ── a locked account ─────────────────────────────────────────────────────────────────────

    def _lock(self, run: Run) -> None:
        self._locked = True
        self._put_back(run)
        if self._unlock is None or self._unlock.done():
            self._unlock = asyncio.create_task(self._try_later(), name="locked account")

    def _put_back(self, run: Run) -> None:
        self._owners[run.id] = run
        self._turns.put_back(run.person_id, run.id)

    def _stopped(self, run: Run) -> None:
        """The intake was found closed, in the database: nothing was sent."""
        self._put_back(run)
        self.pause()

    async def _try_to_resume(self) -> None:
        while self._paused:
            await self._parts.clock.sleep(PAUSED_RETRY_S)
            if self._paused and not self._holding:
                self._give_turns(trial=True)

    async def _try_later(self) -> None:
        while self._locked:
            await self._parts.clock.sleep(self._locked_retry_s)
            if self._locked and not self._holding:
                self._give_turns(trial=True)

    def _release(self) -> None:
        self._locked = False
        log.info("fal takes runs again")
        self._give_turns()
