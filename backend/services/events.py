"""Changes of a person's runs as events, in the order in which they happened; and what others
share with that person, or no longer share."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from anyio import CancelScope

from backend.domain.person import Person
from backend.domain.ports import LogLine
from backend.domain.sharing import sees_run
from backend.runs.feed import Feed, FeedClosed, News, Notices
from backend.services.gallery import Gallery
from backend.services.run_view import RunView

SNAPSHOT_RUNS = 24
#: a sign of life this often keeps proxies from closing a quiet stream
QUIET_S = 15.0


@dataclass(frozen=True, kw_only=True)
class Event:
    """`id` is a position to come back with."""

    kind: Literal["snapshot", "run", "log", "gone", "notices"]
    id: str
    data: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Events:
    """What listeners get."""

    feed: Feed
    gallery: Gallery
    view: RunView

    async def stream(self, person: Person, after: str | None) -> AsyncGenerator[Event | None, None]:
        """What was missed since `after`, or a snapshot; then every change. None: nothing new.

        Ends when the server stops.
        """
        sees = partial(sees_run, person)
        with self.feed.listen(person.id, sees) as listener:
            missed = self.feed.since(person.id, after, sees) if after else None
            if missed is None:
                for event in await self._snapshot(person):
                    yield event
            for change in missed or ():
                yield await self._draw(person, change)
            while True:
                try:
                    news = await listener.next(QUIET_S)
                except FeedClosed:
                    return
                yield None if news is None else await self._draw(person, news)

    async def _snapshot(self, person: Person) -> list[Event]:
        position = self.feed.position
        with _to_its_end():
            page = await self.gallery.page(person, limit=SNAPSHOT_RUNS)
            runs = await self.view.many(page.runs, person)
        logs = [(run.id, self.feed.live(run.id).logs) for run in page.runs]
        return [
            Event(kind="snapshot", id=position, data={"runs": runs}),
            *(_log(position, run_id, lines) for run_id, lines in logs if lines),
        ]

    async def _draw(self, person: Person, change: News) -> Event:
        if isinstance(change, Notices):
            return Event(kind="notices", id=change.id, data={})
        run = change.run
        if change.kind == "log":
            return _log(change.id, run.id, change.lines)
        if run.person_id != person.id and not sees_run(person, run):
            return Event(kind="gone", id=change.id, data={"run_id": run.id})
        with _to_its_end():
            if run.person_id == person.id:
                marks = await self.view.marks_on([run], person)
                drawn = self.view.draw(run, change.live, person, person.name, marks)
            else:
                drawn = await self.view.one(run, person)
        return Event(kind="run", id=change.id, data=drawn)


def _to_its_end() -> CancelScope:
    """A few milliseconds with the database that a page which goes away does not cut short.

    Its stream is cancelled again and again until it has ended (anyio's way), also while SQLAlchemy
    closes the connection that the first time broke: asyncio then logs a task that nobody awaits.
    """
    return CancelScope(shield=True)


def _log(position: str, run_id: str, lines: tuple[LogLine, ...]) -> Event:
    drawn = [
        {"message": line.message, "timestamp": line.timestamp, "level": line.level}
        for line in lines
    ]
    return Event(kind="log", id=position, data={"run_id": run_id, "lines": drawn})
