"""Many pictures as one ZIP: what goes into it is decided at once, and sent when it is fetched.

What is to be sent is kept in memory for a while, under an id that only its owner can use. Runs and
files are read again as it goes, a few at a time: a ZIP of any size takes the same little memory,
and what was deleted or made private meanwhile is not in it.
"""

import json
import logging
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, TypeVar

from backend.domain.errors import InputRefused, NotFound, StorageFailed
from backend.domain.field import Input
from backend.domain.person import Person
from backend.domain.ports import Clock, PeopleStore, RunStore
from backend.domain.run import Image, Run
from backend.domain.sentence import Sentence
from backend.domain.sharing import sees
from backend.endpoints.catalogue import Catalogue
from backend.services.csv_rows import Cell
from backend.services.downloads import Downloads
from backend.services.export_manifest import csv_header, csv_row, json_row, lost_row, row_of
from backend.services.export_names import Names, checked_template
from backend.services.zip_stream import ZipStream

log = logging.getLogger(__name__)

MOST_PICTURES: Final = 2_000
KEPT_FOR: Final = timedelta(minutes=30)
#: of one person; the oldest goes
MOST_OF_ONE: Final = 5
MOST_OF_ALL: Final = 200
#: runs that are read at once
BATCH: Final = 100

Progress = Literal["waiting", "sending", "sent", "stopped"]


class Problem(StrEnum):
    """What is wrong with a picture of a ZIP, as its manifest says it."""

    DELETED = "deleted meanwhile"
    MISSING = "its file is missing or damaged"
    STORAGE = "the storage does not answer"
    CUT_OFF = "cut off: the storage failed while it was read"
    CHANGED = "its file is not as large as it was written"


#: these have no file in the ZIP
ABSENT: Final = frozenset({Problem.DELETED, Problem.MISSING, Problem.STORAGE})

#: a run, and which of its pictures; None: all
Asked = tuple[str, int | None]
T = TypeVar("T")


@dataclass(frozen=True)
class Item:
    """One picture of a ZIP, and what it is called there."""

    run_id: str
    index: int
    name: str


@dataclass(kw_only=True)
class Export:
    """A ZIP that was asked for, and how far it has been sent."""

    id: str
    person: Person
    items: tuple[Item, ...]
    template: str
    #: of all pictures, as far as they are known
    bytes: int
    made_at: datetime
    expires_at: datetime
    state: Progress = "waiting"
    sent_pictures: int = 0
    sent_bytes: int = 0
    #: pictures that are not in it, by item; why is in its manifest
    problems: dict[Item, Problem] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """What the browser saves it as."""
        return f"flux-{self.made_at:%Y-%m-%d-%H%M%S}-{len(self.items)}-pictures.zip"


@dataclass(frozen=True, kw_only=True)
class Exports:
    """Takes orders, and sends them."""

    store: RunStore
    people: PeopleStore
    downloads: Downloads
    catalogue: Catalogue
    clock: Clock
    _kept: dict[str, Export] = field(default_factory=dict)

    async def begin(self, person: Person, asked: Sequence[Asked], template: str) -> Export:
        """What a ZIP of these would be. Raises NotFound, never a hint of whose, or InputRefused."""
        template = checked_template(template)
        pictures = await self._pictures(person, asked)
        if not pictures or len(pictures) > MOST_PICTURES:
            raise InputRefused(
                fields={
                    "pictures": Sentence("zip.none", "There is no picture among these.")
                    if not pictures
                    else Sentence("zip.many", "Choose 2,000 pictures at most.")
                }
            )
        slugs = {endpoint.endpoint_id: endpoint.slug for endpoint in self.catalogue.endpoints}
        names = Names(template, slugs, len(pictures))
        now = self.clock.now()
        export = Export(
            id=secrets.token_urlsafe(18),
            person=person,
            items=tuple(Item(run.id, image.index, names.of(run, image)) for run, image in pictures),
            template=template,
            bytes=sum(image.bytes or 0 for _, image in pictures),
            made_at=now,
            expires_at=now + KEPT_FOR,
        )
        self._keep(export)
        return export

    def get(self, person: Person, export_id: str) -> Export:
        """An order of this person's. Raises NotFound."""
        self._forget_old()
        export = self._kept.get(export_id)
        if export is None or export.person.id != person.id:
            raise NotFound(
                Sentence("zip.over", "This ZIP is not here any more: put it together once more.")
            )
        return export

    async def stream(self, export: Export) -> AsyncIterator[bytes]:
        """The ZIP. A picture that can't be had is named in its manifest, with the reason."""
        export.state, export.sent_pictures, export.sent_bytes = "sending", 0, 0
        export.problems.clear()
        try:
            async for part in self._parts(export):
                export.sent_bytes += len(part)
                yield part
            export.state = "sent"
        finally:
            if export.state == "sending":
                export.state = "stopped"

    # ── what goes into it ────────────────────────────────────────────────────────────────────

    async def _pictures(self, person: Person, asked: Sequence[Asked]) -> list[tuple[Run, Image]]:
        """In the order that was asked for, each once."""
        ids = list(dict.fromkeys(run_id for run_id, _ in asked))
        runs: dict[str, Run] = {}
        for batch in _batches(ids):
            runs |= {run.id: run for run in await self.store.several(batch) if _seen(person, run)}
        found: dict[tuple[str, int], tuple[Run, Image]] = {}
        for run_id, index in asked:
            run = runs.get(run_id)
            images = () if run is None else tuple(i for i in run.images if index in (None, i.index))
            if run is None or (index is not None and not images):
                raise NotFound(
                    Sentence("zip.not_here", "A picture among these is not here any more.")
                )
            found |= {(run.id, i.index): (run, i) for i in images if i.key is not None}
        return list(found.values())

    def _keep(self, export: Export) -> None:
        self._forget_old()
        own = [one for one in self._kept.values() if one.person.id == export.person.id]
        if len(own) >= MOST_OF_ONE:
            del self._kept[own[0].id]
        if len(self._kept) >= MOST_OF_ALL:
            del self._kept[next(iter(self._kept))]
        self._kept[export.id] = export

    def _forget_old(self) -> None:
        now = self.clock.now()
        for one in [one for one in self._kept.values() if one.expires_at <= now]:
            del self._kept[one.id]

    # ── sending it ───────────────────────────────────────────────────────────────────────────

    async def _parts(self, export: Export) -> AsyncIterator[bytes]:
        out = ZipStream()
        async for runs, items in self._runs_of(export):
            for item in items:
                async for part in self._picture(out, export, runs.get(item.run_id), item):
                    yield part
                export.sent_pictures += 1
        for name, text in (
            ("manifest.json", self._json(export)),
            ("manifest.csv", self._csv(export)),
        ):
            async for part in out.file(name, export.made_at, 0, text):
                yield part
        yield out.end()

    async def _picture(
        self, out: ZipStream, export: Export, run: Run | None, item: Item
    ) -> AsyncIterator[bytes]:
        image = _image(run, item)
        if run is None or image is None or not _seen(export.person, run):
            export.problems[item] = Problem.DELETED
            return
        try:
            file = await self.downloads.of(run, image)
            if self.downloads.prompts and image.bytes not in (None, file.size):
                export.problems[item] = Problem.CHANGED
            pieces = file.pieces(0, file.size)
            async for part in out.file(item.name, run.created_at, file.size, pieces):
                yield part
        except (NotFound, StorageFailed) as error:
            absent = Problem.MISSING if isinstance(error, NotFound) else Problem.STORAGE
            export.problems[item] = Problem.CUT_OFF if out.holds(item.name) else absent
            log.warning("run %s picture %s: %s", item.run_id, item.index, export.problems[item])
            yield out.rest()

    async def _runs_of(
        self, export: Export
    ) -> AsyncIterator[tuple[Mapping[str, Run], Sequence[Item]]]:
        """The items and their runs, a few at a time."""
        for items in _batches(export.items):
            ids = list(dict.fromkeys(item.run_id for item in items))
            yield {run.id: run for run in await self.store.several(ids)}, items

    # ── its manifest ─────────────────────────────────────────────────────────────────────────

    async def _json(self, export: Export) -> AsyncIterator[bytes]:
        absent = sum(problem in ABSENT for problem in export.problems.values())
        head = {
            "made_at": export.made_at.isoformat(),
            "template": export.template,
            "pictures": len(export.items) - absent,
            "not_in_here": absent,
        }
        yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "items": ['.encode()
        between = "\n"
        async for row, given in self._rows(export):
            yield f"{between}{json_row(row, given)}".encode()
            between = ",\n"
        yield b"\n]}\n"

    async def _csv(self, export: Export) -> AsyncIterator[bytes]:
        names = dict.fromkeys(
            field.name for endpoint in self.catalogue.endpoints for field in endpoint.fields
        )
        fields = [name for name in names if name not in self.downloads.left_out]
        yield csv_header(fields).encode()
        async for row, given in self._rows(export):
            yield csv_row(row, given, fields).encode()

    async def _rows(self, export: Export) -> AsyncIterator[tuple[Mapping[str, Cell], Input]]:
        async for runs, items in self._runs_of(export):
            owners = sorted({run.person_id for run in runs.values()})
            names = await self.people.names(owners)
            for item in items:
                run = runs.get(item.run_id)
                if run is None or not _seen(export.person, run):
                    # nothing more is said of what is not theirs to see any more
                    yield lost_row(item.run_id, item.index, Problem.DELETED), {}
                    continue
                problem = export.problems.get(item)
                row = row_of(
                    run,
                    _image(run, item),
                    item.index,
                    file=None if problem in ABSENT else item.name,
                    problem=problem,
                    person=names.get(run.person_id, ""),
                )
                yield row, self.downloads.told(run)


def _seen(person: Person, run: Run) -> bool:
    return run.deleted_at is None and sees(person, run)


def _image(run: Run | None, item: Item) -> Image | None:
    images = () if run is None else run.images
    return next((image for image in images if image.index == item.index), None)


def _batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]
