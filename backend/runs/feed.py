"""The fan-out of changes: any number of listeners attach, and attach again where they stopped.

Also holds what is only true at the moment and therefore not in the database: a run's place, since
when fal is slow, and its log while it runs.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from backend.domain.ports import LogLine
from backend.domain.run import Run, RunState
from backend.domain.sharing import Visibility

KEPT_CHANGES = 2_000
KEPT_LOG_LINES = 200
#: a listener that lets this many changes pile up is cut off; it comes back with its position
LISTENER_BACKLOG = 1_000


@dataclass(frozen=True, kw_only=True)
class Live:
    """What is true of an unfinished run at the moment."""

    #: requests ahead of it at fal
    queue_position: int | None = None
    #: runs of this server before it, while created
    before_you: int | None = None
    #: pictures of it that are being fetched, between fal's word that it is complete and `saving`
    pictures_due: int | None = None
    #: since when fal has not answered about it
    slow_since: datetime | None = None
    logs: tuple[LogLine, ...] = ()


NOTHING_LIVE = Live()

Sees = Callable[[Run], bool]


def nobodys(_: Run) -> bool:
    """For listeners who hear of their own runs only."""
    return False


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of one run. `id` is a position that a listener can come back with."""

    id: str
    kind: Literal["run", "log"]
    run: Run
    live: Live
    lines: tuple[LogLine, ...] = ()
    #: the run as it was, where it has changed who sees it: then others are told, too
    before: Run | None = None

    def concerns(self, person_id: str, sees: Sees) -> bool:
        """Whether to tell this person: of their own runs all, of others what comes and goes."""
        if self.run.person_id == person_id:
            return True
        return self.before is not None and (sees(self.run) or sees(self.before))


@dataclass(frozen=True, kw_only=True)
class Notices:
    """What is said to everybody has changed: whoever listens asks for it anew."""

    id: str

    def concerns(self, person_id: str, sees: Sees) -> bool:
        """Everybody."""
        return True


News = Change | Notices


class FeedClosed(Exception):
    """The server stops, or the listener was too slow: come back."""


class Feed:
    """Publishes changes to the listeners of the run's owner, and to others what they may see."""

    def __init__(self) -> None:
        self._boot = secrets.token_hex(4)
        self._count = 0
        self._changes: deque[News] = deque(maxlen=KEPT_CHANGES)
        self._listeners: dict[asyncio.Queue[News | None], tuple[str, Sees]] = {}
        self._live: dict[str, Live] = {}
        #: of unfinished runs: whoever works on one holds it as it was when it began
        self._visibility: dict[str, Visibility] = {}
        self._watchers: list[Callable[[Run], None]] = []
        self._closed = False

    @property
    def position(self) -> str:
        """Where the feed is now."""
        return f"{self._boot}-{self._count}"

    def live(self, run_id: str) -> Live:
        """What is true of a run at the moment."""
        return self._live.get(run_id, NOTHING_LIVE)

    def publish(self, run: Run) -> None:
        """Tell the owner's listeners and all watchers that a run has changed."""
        for watcher in self._watchers:
            watcher(run)
        if run.state is not RunState.CREATED:
            self._set(run, before_you=None)
        if run.state is not RunState.QUEUED:
            self._set(run, queue_position=None)
        if run.state not in (RunState.QUEUED, RunState.RUNNING):
            self._set(run, pictures_due=None)
        if run.state.ended:
            self._set(run, slow_since=None)
        self._send(run, "run")
        if run.state.ended:
            self._live.pop(run.id, None)
            self._visibility.pop(run.id, None)

    def shown_to_others(self, before: Run, after: Run) -> None:
        """Who may see a run has changed, by sharing or by deleting it."""
        if not after.state.ended:
            self._visibility[after.id] = after.visibility
        self._send(after, "run", before=before)

    def place(self, run: Run, *, before_you: int) -> None:
        """How many runs are before one that waits for its turn."""
        if self.live(run.id).before_you != before_you:
            self._set(run, before_you=before_you)
            self._send(run, "run")

    def queue_position(self, run: Run, position: int | None) -> None:
        """How many requests are ahead of it at fal."""
        if self.live(run.id).queue_position != position:
            self._set(run, queue_position=position)
            self._send(run, "run")

    def pictures_due(self, run: Run, many: int) -> None:
        """fal has completed it, and its pictures are being fetched."""
        self._set(run, pictures_due=many)
        self._send(run, "run")

    def slow(self, run: Run, since: datetime | None) -> None:
        """fal does not answer about it, or does again (None)."""
        before = self.live(run.id).slow_since
        if (before is None) != (since is None):
            self._set(run, slow_since=since)
            self._send(run, "run")

    def log(self, run: Run, lines: Iterable[LogLine]) -> None:
        """New lines of its log."""
        new = tuple(lines)
        if new:
            self._set(run, logs=(self.live(run.id).logs + new)[-KEPT_LOG_LINES:])
            self._send(run, "log", new)

    def notices_changed(self) -> None:
        """Tell everybody that what the page says to all of them is another."""
        self._count += 1
        self._tell(Notices(id=self.position))

    def since(self, person_id: str, after: str, sees: Sees = nobodys) -> tuple[News, ...] | None:
        """This person's news after a position; None where it is too old or not of this feed."""
        boot, _, count = after.partition("-")
        if boot != self._boot or not count.isdecimal() or int(count) > self._count:
            return None
        if int(count) < self._count - len(self._changes):
            return None
        missed = self._count - int(count)
        recent = list(self._changes)[len(self._changes) - missed :]
        return tuple(news for news in recent if news.concerns(person_id, sees))

    def listen(self, person_id: str, sees: Sees = nobodys) -> "Listener":
        """Attach. Nothing published after this call is missed."""
        return Listener(self, person_id, sees)

    def watch(self, watcher: Callable[[Run], None]) -> None:
        """Call this with every published run, whoever's it is."""
        self._watchers.append(watcher)

    def close(self) -> None:
        """End all listening: the server stops."""
        self._closed = True
        for queue in self._listeners:
            queue.put_nowait(None)

    def _set(self, run: Run, **changes: object) -> None:
        live = self._live.get(run.id)
        if live is None and all(value is None for value in changes.values()):
            return
        self._live[run.id] = replace(live or NOTHING_LIVE, **changes)  # type: ignore[arg-type]

    def _send(
        self,
        run: Run,
        kind: Literal["run", "log"],
        lines: tuple[LogLine, ...] = (),
        before: Run | None = None,
    ) -> None:
        self._count += 1
        if run.id in self._visibility:
            run = replace(run, visibility=self._visibility[run.id])
        live = self.live(run.id)
        self._tell(
            Change(id=self.position, kind=kind, run=run, live=live, lines=lines, before=before)
        )

    def _tell(self, news: News) -> None:
        self._changes.append(news)
        for queue, whose in self._listeners.items():
            if news.concerns(*whose) and queue.qsize() < LISTENER_BACKLOG:
                full = queue.qsize() == LISTENER_BACKLOG - 1
                queue.put_nowait(None if full else news)


class Listener:
    """One attached listener; use as a context manager, iterate for changes."""

    def __init__(self, feed: Feed, person_id: str, sees: Sees):
        self._feed = feed
        self._whose = (person_id, sees)
        self._queue: asyncio.Queue[News | None] = asyncio.Queue()

    def __enter__(self) -> "Listener":
        self._feed._listeners[self._queue] = self._whose
        if self._feed._closed:
            self._queue.put_nowait(None)
        return self

    def __exit__(self, *_: object) -> None:
        self._feed._listeners.pop(self._queue, None)

    async def next(self, within_s: float) -> News | None:
        """What comes next, or None when nothing came in so many seconds. Raises FeedClosed."""
        try:
            async with asyncio.timeout(within_s):
                news = await self._queue.get()
        except TimeoutError:
            return None
        if news is None:
            raise FeedClosed
        return news
