"""Star, tags, title and note of pictures: one by one and many at once.

A star is personal: whoever sees a picture may star it. Title, note and tags are the same for all,
so they are changed by those who may change the run.
"""

import asyncio
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from backend.domain.errors import (
    ChangedMeanwhile,
    InputRefused,
    NotFound,
    PlaygroundError,
)
from backend.domain.marks import Marks, MarkStore, PictureId
from backend.domain.person import Person
from backend.domain.ports import Clock
from backend.domain.run import Run
from backend.domain.sentence import Sentence
from backend.domain.words import folded
from backend.runs.feed import Feed
from backend.services.run_control import RunControl

MOST_AT_ONCE = 200
MOST_TAGS = 32
TAG_LENGTH = 60
TITLE_LENGTH = 200
NOTE_LENGTH = 10_000
BARE = Marks()


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What to change on one picture; None leaves a thing as it is."""

    starred: bool | None = None
    title: str | None = None
    note: str | None = None
    #: all of them, in place of those that are there
    tags: Sequence[str] | None = None

    @property
    def for_all(self) -> bool:
        """Whether it changes what others see."""
        return any(one is not None for one in (self.title, self.note, self.tags))


@dataclass(frozen=True, kw_only=True)
class BulkEdit:
    """What to change on many pictures."""

    starred: bool | None = None
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Left:
    """A picture that stays as it was, and why."""

    picture: PictureId
    error: PlaygroundError


@dataclass(frozen=True, kw_only=True)
class Marking:
    """What people put on pictures."""

    store: MarkStore
    control: RunControl
    feed: Feed
    clock: Clock
    #: between looking whether somebody wrote meanwhile and writing, nobody else writes
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def edit(
        self, person: Person, picture: PictureId, edit: Edit, seen: str | None = None
    ) -> Run:
        """Change what is on a picture; its run.

        `seen` is the version (`version_of`) that the person changed; None overwrites whatever is
        there. Raises NotFound, NotAllowed, InputRefused, ChangedMeanwhile.
        """
        run = await self._run(person, picture, changing=edit.for_all)
        title = None if edit.title is None else one_line(edit.title, "title", TITLE_LENGTH)
        note = None if edit.note is None else _bounded(edit.note.strip(), "note", NOTE_LENGTH)
        wanted = None if edit.tags is None else tag_names(edit.tags)
        async with self._one_by_one:
            found = await self.store.of([run.id], person.id)
            before = found.get(picture, BARE)
            if edit.for_all and seen is not None and seen != version_of(before):
                raise ChangedMeanwhile
            if wanted is not None:
                await self._replace_tags(picture, before.tags, wanted)
            await self.store.write(picture, title=title, note=note)
        if edit.starred is not None:
            await self._star(person, [picture], starred=edit.starred)
        if edit.for_all:
            self.feed.shown_to_others(run, run)
        return run

    async def edit_many(
        self, person: Person, pictures: Sequence[PictureId], edit: BulkEdit
    ) -> tuple[Left, ...]:
        """Star and tag many pictures; those that could not be changed, with the reasons."""
        add, remove = tag_names(edit.add_tags), tag_names(edit.remove_tags)
        seen, left = await self._sorted_out(person, pictures, changing=bool(add or remove))
        if add:
            full = await self._too_many(person, list(seen), add)
            left += [Left(picture=one, error=_too_many_tags()) for one in full]
            seen = {one: run for one, run in seen.items() if one not in full}
        if seen and (add or remove):
            async with self._one_by_one:
                await self.store.tag(list(seen), add, remove, self.clock.now())
        if seen and edit.starred is not None:
            await self._star(person, list(seen), starred=edit.starred)
        if add or remove:
            for run in {run.id: run for run in seen.values()}.values():
                self.feed.shown_to_others(run, run)
        return tuple(left)

    async def _run(self, person: Person, picture: PictureId, *, changing: bool) -> Run:
        run = await self.control.see(person, picture.run_id)
        if all(image.index != picture.index for image in run.images):
            raise NotFound(Sentence("missing.picture", "This picture is not here."))
        return await self.control.changeable(person, run.id) if changing else run

    async def _sorted_out(
        self, person: Person, pictures: Sequence[PictureId], *, changing: bool
    ) -> tuple[dict[PictureId, Run], list[Left]]:
        seen: dict[PictureId, Run] = {}
        left: list[Left] = []
        for picture in dict.fromkeys(pictures):
            try:
                seen[picture] = await self._run(person, picture, changing=changing)
            except PlaygroundError as error:
                left.append(Left(picture=picture, error=error))
        return seen, left

    async def _too_many(
        self, person: Person, pictures: Sequence[PictureId], add: Sequence[str]
    ) -> set[PictureId]:
        there = await self.store.of(list({one.run_id for one in pictures}), person.id)
        new = {folded(name) for name in add}
        return {
            one
            for one in pictures
            if len({folded(name) for name in there.get(one, BARE).tags} | new) > MOST_TAGS
        }

    async def _replace_tags(
        self, picture: PictureId, before: Sequence[str], wanted: Sequence[str]
    ) -> None:
        kept = {folded(name) for name in wanted}
        gone = [name for name in before if folded(name) not in kept]
        await self.store.tag([picture], wanted, gone, self.clock.now())

    async def _star(self, person: Person, pictures: Sequence[PictureId], *, starred: bool) -> None:
        await self.store.star(person.id, pictures, self.clock.now() if starred else None)


def version_of(marks: Marks) -> str:
    """What title, note and tags are called together: another text has another one."""
    told = json.dumps([marks.title, marks.note, sorted(marks.tags)])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def tag_names(given: Iterable[str]) -> list[str]:
    """Tags as they are kept, each once. Raises InputRefused."""
    names = {folded(name): name for name in (one_line(one, "tags", TAG_LENGTH) for one in given)}
    names.pop("", None)
    if len(names) > MOST_TAGS:
        raise _too_many_tags()
    return list(names.values())


def one_line(text: str, name: str, most: int) -> str:
    """A text without breaks and doubled spaces. Raises InputRefused where it is too long."""
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return _bounded(" ".join(unicodedata.normalize("NFC", spaced).split()), name, most)


def _bounded(text: str, name: str, most: int) -> str:
    if len(text) <= most:
        return text
    english = "This is too long: at most {most:n} characters."
    raise InputRefused(fields={name: Sentence("marks.too_long", english, most=most)})


def _too_many_tags() -> InputRefused:
    english = "A picture takes at most {most:n} tags."
    return InputRefused(fields={"tags": Sentence("marks.too_many_tags", english, most=MOST_TAGS)})
