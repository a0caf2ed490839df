"""Presets: shipped ones from files, saved ones with their owner."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backend.domain.audit import Act
from backend.domain.errors import (
    GuestsShareNothing,
    InputRefused,
    NotAllowed,
    NotFound,
    PresetRefused,
)
from backend.domain.field import Input, Value
from backend.domain.person import Person
from backend.domain.ports import Clock, PresetStore
from backend.domain.preset import NAME_LENGTH, Preset, clean_text, is_name
from backend.domain.sentence import Sentence
from backend.domain.sharing import Visibility, begins_as, changes, in_team, sees
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.check_input import check_input
from backend.services.audit import Audit
from backend.services.uploads import PREFIX, Uploads

SAMPLE = "sample:"


@dataclass(frozen=True, kw_only=True)
class Presets:
    """Lists, applies and keeps presets. Who may do what is decided in domain/sharing.py."""

    catalogue: Catalogue
    store: PresetStore
    uploads: Uploads
    clock: Clock
    audit: Audit
    shipped: tuple[Preset, ...]
    #: what new presets are
    visibility: Visibility
    #: where the sample pictures of shipped presets are
    samples: Path

    async def list(self, person: Person, endpoint_id: str | None = None) -> tuple[Preset, ...]:
        """This person's, last updated first, then the team's, then the shipped ones."""
        own = await self.store.list(person.id, with_team=in_team(person))
        return tuple(
            preset
            for preset in (*own, *self.shipped)
            if endpoint_id is None or preset.endpoint_id == endpoint_id
        )

    async def get(self, person: Person, preset_id: str) -> Preset:
        """A preset that this person may see. Raises NotFound."""
        for preset in self.shipped:
            if preset.id == preset_id:
                return preset
        kept = await self.store.get(preset_id)
        if kept is None or not sees(person, kept):
            raise NotFound(Sentence("missing.preset", "This preset is not here."))
        return kept

    async def apply(self, person: Person, preset_id: str) -> dict[str, Value]:
        """Its values for a form; sample pictures become this person's uploads."""
        preset = await self.get(person, preset_id)
        values = dict(preset.values)
        for name, sample in self._samples(preset).items():
            data = await asyncio.to_thread((self.samples / sample).read_bytes)
            upload = await self.uploads.add(person, data)
            values[name] = f"{PREFIX}{upload.id}"
        return values

    def _samples(self, preset: Preset) -> dict[str, str]:
        """File names by picture field. Only a shipped preset has samples: what a person saved
        and begins with the same letters is a text."""
        if not preset.shipped:
            return {}
        endpoint = self.catalogue.by_id(preset.endpoint_id)
        pictures = {field.name for field in endpoint.fields if field.is_picture}
        return {
            name: sample_name(value)
            for name, value in preset.values.items()
            if name in pictures and is_sample(value)
        }

    async def save(
        self,
        person: Person,
        endpoint_id: str,
        name: str,
        values: Mapping[str, Value],
        description: str = "",
        visibility: Visibility | None = None,
    ) -> Preset:
        """Keep values under a name. Raises NameTaken, PresetRefused."""
        if visibility is Visibility.TEAM and not in_team(person):
            raise GuestsShareNothing
        now = self.clock.now()
        checked, upload_ids = await self._checked(person, endpoint_id, values)
        preset = await self.store.add(
            Preset(
                id=secrets.token_hex(12),
                endpoint_id=endpoint_id,
                name=_clean(name),
                description=description.strip()[:300],
                values=checked,
                person_id=person.id,
                created_at=now,
                updated_at=now,
                visibility=visibility or begins_as(person, self.visibility),
            ),
            upload_ids,
        )
        await self.audit.note(person, Act.PRESET_SAVE, preset.id, name=preset.name)
        return preset

    async def update(self, person: Person, preset_id: str, values: Mapping[str, Value]) -> Preset:
        """Overwrite a preset's values. Raises NotFound, NotAllowed or PresetRefused."""
        preset = await self._changeable(person, preset_id)
        checked, upload_ids = await self._checked(person, preset.endpoint_id, values)
        changed = replace(preset, values=checked, updated_at=self.clock.now())
        updated = await self.store.update(changed, upload_ids)
        await self.audit.note(person, Act.PRESET_SAVE, preset_id, name=preset.name)
        return updated

    async def share(self, person: Person, preset_id: str, visibility: Visibility) -> Preset:
        """Let the team see it, or its owner alone. Raises NotFound or NotAllowed."""
        await self._changeable(person, preset_id)
        if visibility is Visibility.TEAM and not in_team(person):
            raise GuestsShareNothing
        shared = await self.store.share(preset_id, visibility)
        await self.audit.note(person, Act.PRESET_SHARE, preset_id, visibility=visibility.value)
        return shared

    async def remove(self, person: Person, preset_id: str) -> Preset:
        """Delete a preset; what is returned can be saved again. Raises NotFound or NotAllowed."""
        preset = await self._changeable(person, preset_id)
        await self.store.remove(preset_id)
        await self.audit.note(person, Act.PRESET_DELETE, preset_id, name=preset.name)
        return preset

    async def _changeable(self, person: Person, preset_id: str) -> Preset:
        preset = await self.get(person, preset_id)
        if preset.shipped:
            raise NotFound(Sentence("missing.preset", "This preset is not here."))
        if not changes(person, preset):
            raise NotAllowed
        return preset

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


def is_sample(value: Value) -> bool:
    """Whether the value of a picture field names a picture that is shipped with presets."""
    return isinstance(value, str) and value.startswith(SAMPLE)


def sample_name(value: str) -> str:
    """The file's name in the folder of samples; never a way out of it."""
    return Path(value.removeprefix(SAMPLE)).name


def _clean(name: str) -> str:
    if not is_name(name):
        told = "A preset needs a name of at most {most} characters."
        raise PresetRefused(fields={"name": Sentence("preset.needs_name", told, most=NAME_LENGTH)})
    return clean_text(name)
