"""Presets: shipped ones from files, saved ones with their owner."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from backend.domain.audit import Act
from backend.domain.errors import (
    GuestsShareNothing,
    InputRefused,
    NameTaken,
    NotAllowed,
    NotFound,
    PresetChanged,
    PresetRefused,
)
from backend.domain.field import Input, Value
from backend.domain.person import Person
from backend.domain.ports import Clock, PresetStore, RunStore
from backend.domain.preset import (
    DESCRIPTION_LENGTH,
    KEPT_DELETED,
    MOST_TAGS,
    NAME_LENGTH,
    TAG_LENGTH,
    Cover,
    Preset,
    PresetFilter,
    PresetUse,
    PresetVersion,
    are_tags,
    clean_tags,
    clean_text,
    is_name,
    says_the_same,
)
from backend.domain.sentence import Sentence
from backend.domain.sharing import Visibility, begins_as, changes, edits, in_team, sees, sees_run
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.check_input import check_input
from backend.services.audit import Audit
from backend.services.one_by_one import Kept, one_by_one
from backend.services.preset_file import file_of
from backend.services.preset_list import PresetList, PresetPage
from backend.services.uploads import PREFIX, Uploads


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody lets a preset say; None: as it was, or nothing."""

    name: str | None = None
    description: str | None = None
    tags: tuple[str, ...] | None = None
    #: a run's image; `no_cover` takes it away
    cover: Cover | None = None
    no_cover: bool = False
    values: Mapping[str, Value] | None = None


@dataclass(frozen=True, kw_only=True)
class Presets:
    """Lists and keeps presets. Who may do what is decided in domain/sharing.py."""

    catalogue: Catalogue
    store: PresetStore
    runs: RunStore
    uploads: Uploads
    clock: Clock
    audit: Audit
    shipped: tuple[Preset, ...]
    #: what new presets are
    visibility: Visibility

    async def list(self, person: Person, endpoint_id: str | None = None) -> tuple[Preset, ...]:
        """All that this person sees: their own, then the team's, then the shipped ones."""
        which = PresetFilter(person_id=person.id, with_team=in_team(person))
        own = await self.store.list(replace(which, endpoint_id=endpoint_id))
        shipped = (one for one in self.shipped if endpoint_id in (None, one.endpoint_id))
        return (*own, *shipped)

    async def page(self, person: Person, which: PresetList) -> PresetPage:
        """A part of that list. Raises InputRefused for a cursor that no page gave."""
        return await which.read(person, self.store, self.catalogue, self.shipped)

    async def get(self, person: Person, preset_id: str) -> Preset:
        """A preset that this person may see. Raises NotFound."""
        for preset in self.shipped:
            if preset.id == preset_id:
                return preset
        kept = await self.store.get(preset_id)
        if kept is None or kept.deleted_at is not None or not sees(person, kept):
            raise _gone()
        return kept

    async def uses(self, person: Person) -> Mapping[str, PresetUse]:
        """How often each was used."""
        return await self.store.uses(person.id)

    async def versions(self, person: Person, preset_id: str) -> tuple[PresetVersion, ...]:
        """What it said, newest first; nothing of a shipped one. Raises NotFound."""
        preset = await self.get(person, preset_id)
        return () if preset.shipped else await self.store.versions(preset_id)

    async def save(
        self,
        person: Person,
        endpoint_id: str,
        said: Said,
        visibility: Visibility | None = None,
    ) -> Preset:
        """Keep values under a name. Raises PresetRefused, NameTaken with the one that is there."""
        if visibility is Visibility.TEAM and not in_team(person):
            raise GuestsShareNothing
        now = self.clock.now()
        new = Preset(
            id=secrets.token_hex(12),
            endpoint_id=endpoint_id,
            name="",
            description="",
            values={},
            person_id=person.id,
            created_at=now,
            updated_at=now,
            visibility=visibility or begins_as(person, self.visibility),
        )
        wanted, upload_ids = await self._with(person, new, said, named=said.name or "")
        try:
            preset = await self.store.add(wanted, upload_ids)
        except NameTaken as error:
            raise await self._both(error, wanted) from error
        await self.audit.note(person, Act.PRESET_SAVE, preset.id, name=preset.name)
        return preset

    async def update(
        self, person: Person, preset_id: str, said: Said, version: int | None = None
    ) -> Preset:
        """Let it say something else; `version` is the one that somebody has changed, None: now's.

        Raises NotFound, NotAllowed, PresetRefused, NameTaken, PresetChanged with both.
        """
        preset = await self._editable(person, preset_id)
        wanted, upload_ids = await self._with(person, preset, said, named=preset.name)
        if version not in (None, preset.version):
            raise _changed(preset, wanted)
        if says_the_same(preset, wanted):
            return preset
        try:
            updated = await self.store.update(wanted, upload_ids, by=person.id)
        except NameTaken as error:
            raise await self._both(error, wanted) from error
        except PresetChanged as error:
            raise _changed(await self.get(person, preset_id), wanted) from error
        await self.audit.note(
            person, Act.PRESET_SAVE, preset_id, name=updated.name, version=updated.version
        )
        return updated

    async def back_to(self, person: Person, preset_id: str, version: int) -> Preset:
        """Let it say again what an earlier version said, as a new version.

        Raises NotFound, NotAllowed, PresetRefused where its fields are gone, NameTaken.
        """
        await self._editable(person, preset_id)
        earlier = next(
            (one for one in await self.store.versions(preset_id) if one.version == version), None
        )
        if earlier is None:
            raise NotFound(Sentence("missing.preset_version", "There is no such version."))
        said = Said(
            name=earlier.name,
            description=earlier.description,
            tags=earlier.tags,
            cover=earlier.cover,
            no_cover=earlier.cover is None,
            values=earlier.values,
        )
        return await self.update(person, preset_id, said)

    async def share(
        self,
        person: Person,
        preset_id: str,
        visibility: Visibility | None = None,
        locked: bool | None = None,
    ) -> Preset:
        """Let the team see it, or its owner alone; let the team change it, or not.

        Raises NotFound or NotAllowed.
        """
        await self._changeable(person, preset_id)
        if visibility is Visibility.TEAM and not in_team(person):
            raise GuestsShareNothing
        shared = await self.store.share(preset_id, visibility, locked)
        if visibility is not None:
            await self.audit.note(person, Act.PRESET_SHARE, preset_id, visibility=visibility.value)
        if locked is not None:
            await self.audit.note(person, Act.PRESET_LOCK, preset_id, locked=locked)
        return shared

    async def arrange(self, person: Person, preset_ids: Sequence[str]) -> None:
        """Put them in this order. Those of others stay where they are, unless an admin asks."""
        await self.store.arrange(None if person.is_admin else person.id, preset_ids)

    async def remove(self, person: Person, preset_id: str) -> Preset:
        """Delete a preset; it can be restored for 30 days. Raises NotFound or NotAllowed."""
        preset = await self._changeable(person, preset_id)
        await self.store.remove(preset_id)
        await self.audit.note(person, Act.PRESET_DELETE, preset_id, name=preset.name)
        return preset

    async def restore(self, person: Person, preset_id: str) -> Preset:
        """Bring a deleted one back. Raises NotFound, or NameTaken where its name is used now."""
        kept = await self.store.get(preset_id)
        there = kept is not None and kept.deleted_at is None
        if kept is None or not (sees(person, kept) if there else changes(person, kept)):
            raise _gone()
        if not changes(person, kept):
            raise NotAllowed
        if there:
            return kept
        try:
            restored = await self.store.restore(preset_id)
        except NameTaken as error:
            raise await self._both(error, kept) from error
        await self.audit.note(person, Act.PRESET_RESTORE, preset_id, name=restored.name)
        return restored

    async def remove_many(self, person: Person, preset_ids: Sequence[str]) -> Kept:
        """Delete many; those that stay, with the reasons."""
        return await one_by_one(preset_ids, lambda preset_id: self.remove(person, preset_id))

    async def restore_many(self, person: Person, preset_ids: Sequence[str]) -> Kept:
        """Bring many back; those that stay deleted, with the reasons."""
        return await one_by_one(preset_ids, lambda preset_id: self.restore(person, preset_id))

    async def clean(self) -> int:
        """Remove for good what nobody brought back in time; how many."""
        return await self.store.clean(self.clock.now() - KEPT_DELETED)

    async def _editable(self, person: Person, preset_id: str) -> Preset:
        preset = await self.get(person, preset_id)
        if preset.shipped:
            raise _gone()
        if not edits(person, preset):
            raise NotAllowed
        return preset

    async def _changeable(self, person: Person, preset_id: str) -> Preset:
        preset = await self.get(person, preset_id)
        if preset.shipped:
            raise _gone()
        if not changes(person, preset):
            raise NotAllowed
        return preset

    async def _both(self, error: NameTaken, wanted: Preset) -> NameTaken:
        """With the preset that has the name, and the one that wants it."""
        there = await self.store.named(wanted.person_id or "", wanted.endpoint_id, wanted.name)
        error.facts = {"current": None if there is None else facts_of(there)}
        error.facts["yours"] = facts_of(wanted)
        return error

    async def _with(
        self, person: Person, preset: Preset, said: Said, *, named: str
    ) -> tuple[Preset, Sequence[str]]:
        """The preset as somebody wants it, checked; and the uploads that it refers to."""
        _check_words(said, named)
        values: Input = preset.values
        upload_ids: Sequence[str] = ()
        if said.values is not None:
            values, upload_ids = await self._checked(person, preset.endpoint_id, said.values)
        cover = None if said.no_cover else said.cover or preset.cover
        if cover is not None and cover != preset.cover:
            await self._check_cover(person, cover)
        description = preset.description if said.description is None else said.description.strip()
        wanted = replace(
            preset,
            name=clean_text(preset.name if said.name is None else said.name),
            description=description,
            tags=preset.tags if said.tags is None else clean_tags(said.tags),
            cover=cover,
            values=values,
        )
        return wanted, upload_ids

    async def _check_cover(self, person: Person, cover: Cover) -> None:
        run = await self.runs.get(cover.run_id)
        here = run is not None and sees_run(person, run)
        if not here or run is None or all(i.index != cover.index for i in run.images):
            told = Sentence("missing.picture", "This picture is not here.")
            raise PresetRefused(fields={"cover": told})

    async def _checked(
        self, person: Person, endpoint_id: str, values: Mapping[str, Value]
    ) -> tuple[Input, Sequence[str]]:
        """A preset may be partial: only the fields that it names are checked."""
        endpoint = self.catalogue.by_id(endpoint_id)
        refused = {
            name: message
            for name, message in check_input(endpoint, values).items()
            if name in values
        }
        if refused:
            raise PresetRefused(fields=refused)
        kept = dict(values)
        upload_ids: Sequence[str] = ()
        for name, value in values.items():
            field = endpoint.field(name)
            if field is not None and field.is_picture and isinstance(value, str) and value:
                try:
                    upload = await self.uploads.take(person, value)
                except InputRefused as error:
                    raise PresetRefused(fields={name: error.message}) from error
                upload_ids = (*upload_ids, upload.id)
                kept[name] = f"{PREFIX}{upload.id}"
        return kept, upload_ids


def facts_of(preset: Preset) -> dict[str, object]:
    """One side of a question about two presets."""
    at = preset.updated_at
    return {
        "id": preset.id,
        "version": preset.version,
        "updated_at": None if at is None else at.isoformat(),
        **file_of(preset),
    }


def _gone() -> NotFound:
    return NotFound(Sentence("missing.preset", "This preset is not here."))


def _changed(there: Preset, wanted: Preset) -> PresetChanged:
    error = PresetChanged()
    error.facts = {"current": facts_of(there), "yours": facts_of(wanted)}
    return error


def _check_words(said: Said, named: str) -> None:
    """Raises PresetRefused for a name, description or tags that none can have."""
    refused: dict[str, str] = {}
    if not is_name(named if said.name is None else said.name):
        told = "A preset needs a name of at most {most} characters."
        refused["name"] = Sentence("preset.needs_name", told, most=NAME_LENGTH)
    if len((said.description or "").strip()) > DESCRIPTION_LENGTH:
        told = "A description has at most {most} characters."
        refused["description"] = Sentence("preset.long_text", told, most=DESCRIPTION_LENGTH)
    if not are_tags(said.tags or ()):
        told = "A preset has at most {most} tags, each of at most {long} characters."
        refused["tags"] = Sentence("preset.many_tags", told, most=MOST_TAGS, long=TAG_LENGTH)
    if refused:
        raise PresetRefused(fields=refused)
