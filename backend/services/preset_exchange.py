"""Presets out of the playground and into it, in the format of the shipped ones."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from backend.domain.audit import Act
from backend.domain.errors import InputRefused, NameTaken, PlaygroundError
from backend.domain.person import Person
from backend.domain.preset import NAME_LENGTH, Preset, says_the_same
from backend.domain.sentence import Sentence
from backend.endpoints.catalogue import Catalogue
from backend.endpoints.check_input import check_input
from backend.endpoints.errors import EndpointUnknown
from backend.services.preset_file import faults_of, file_of, preset_of, unknown_keys
from backend.services.presets import Presets, Said, facts_of
from backend.services.uploads import PREFIX

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_PRESETS: Final = 1_000
#: numbers behind a name that are tried until one is free
MOST_NAMES: Final = 100

State = Literal["new", "same", "conflicting", "invalid", "written"]
OnConflict = Literal["skip", "rename", "replace"]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One preset of an import: what would become of it, and why."""

    state: State
    #: as far as it can be read
    title: str
    endpoint_id: str
    #: why it is invalid, by key or field
    reasons: Mapping[str, str] = field(default_factory=dict)
    #: a sentence for each part that is kept out
    left_out: tuple[str, ...] = ()
    preset: Preset | None = None
    #: the one of that name that is there
    current: Preset | None = None
    #: of the preset that it became
    id: str | None = None

    def drawn(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "state": self.state,
            "title": self.title,
            "endpoint_id": self.endpoint_id,
            "reasons": dict(self.reasons),
            "left_out": list(self.left_out),
            "current": None if self.current is None else facts_of(self.current),
            "id": self.id,
        }


@dataclass(frozen=True, kw_only=True)
class PresetExchange:
    """Exports what a person sees; imports what becomes theirs, after showing it."""

    presets: Presets
    catalogue: Catalogue

    async def export(self, person: Person, preset_ids: Sequence[str]) -> dict[str, Any]:
        """One as its file; several, or without ids all saved ones, as `{"presets": […]}`.

        Raises NotFound.
        """
        if preset_ids:
            found = [await self.presets.get(person, preset_id) for preset_id in preset_ids]
        else:
            found = [one for one in await self.presets.list(person) if not one.shipped]
        files = [file_of(preset) for preset in found]
        return files[0] if len(preset_ids) == 1 else {"presets": files}

    async def judge(self, person: Person, text: str) -> list[Judged]:
        """What would become of each preset of a text; nothing is written. Raises InputRefused."""
        listed = await asyncio.to_thread(self._read, text)
        judged: list[Judged] = []
        names: set[tuple[str, str]] = set()
        for one in listed:
            told = await self._beside(person, await self._with_pictures(person, one), names)
            judged.append(told)
        return judged

    async def write(self, person: Person, text: str, on_conflict: OnConflict) -> list[Judged]:
        """Write what is new, and what is conflicting as asked. Raises InputRefused."""
        done = [
            await self._written(person, one, on_conflict) for one in await self.judge(person, text)
        ]
        written = sum(one.state == "written" for one in done)
        if written:
            await self.presets.audit.note(person, Act.PRESET_IMPORT, None, presets=written)
        return done

    def _read(self, text: str) -> list[Judged]:
        if len(text.encode("utf-8", "replace")) > MOST_BYTES:
            told = "This text is too long: an import has at most 5 MB."
            raise InputRefused(Sentence("preset_import.too_long", told))
        try:
            raw = json.loads(text)
        except (ValueError, RecursionError) as error:
            told = "This is not JSON that can be read."
            raise InputRefused(Sentence("preset_import.no_json", told)) from error
        if isinstance(raw, dict) and isinstance(raw.get("presets"), list):
            raw = raw["presets"]
        listed = raw if isinstance(raw, list) else [raw]
        if len(listed) > MOST_PRESETS:
            told = "An import has at most {most:n} presets, and this one has {count:n}."
            raise InputRefused(
                Sentence("preset_import.too_many", told, most=MOST_PRESETS, count=len(listed))
            )
        return [self._judged(one) for one in listed]

    def _judged(self, raw: object) -> Judged:
        """By itself, without what is there."""
        if not isinstance(raw, dict):
            told = Sentence("preset_import.no_object", "A preset has to be a JSON object.")
            return Judged(state="invalid", title="", endpoint_id="", reasons={"": told})
        title, endpoint_id = _shown(raw.get("title")), _shown(raw.get("endpoint_id"))
        faults = faults_of(raw)
        left_out = [
            Sentence("preset_import.key", "“{name}” is no key of a preset; left out.", name=key)
            for key in map(_shown, unknown_keys(raw))
        ]
        read = Judged(state="invalid", title=title, endpoint_id=endpoint_id, reasons=faults)
        if faults:
            return read
        preset = preset_of(raw, "")
        try:
            endpoint = self.catalogue.by_id(preset.endpoint_id)
        except EndpointUnknown as error:
            return replace(read, reasons={"endpoint_id": error.message})
        known = {name: value for name, value in preset.values.items() if endpoint.field(name)}
        left_out += [
            Sentence(
                "preset_import.field",
                "“{name}” is not a field of {endpoint}; left out.",
                name=_shown(name),
                endpoint=endpoint.label,
            )
            for name in preset.values
            if name not in known
        ]
        wrong = {name: why for name, why in check_input(endpoint, known).items() if name in known}
        state: State = "invalid" if wrong else "new"
        return replace(
            read,
            state=state,
            reasons=wrong,
            left_out=tuple(left_out),
            preset=replace(preset, values=known),
        )

    async def _with_pictures(self, person: Person, judged: Judged) -> Judged:
        """Without pictures that are not this person's to see: they are somewhere else, or gone."""
        preset = judged.preset
        if preset is None or judged.state == "invalid":
            return judged
        values, left_out = dict(preset.values), list(judged.left_out)
        for item in self.catalogue.by_id(preset.endpoint_id).fields:
            value = values.get(item.name)
            if not item.is_picture or not isinstance(value, str) or not value:
                continue
            if not await self._is_here(person, value):
                del values[item.name]
                told = "The picture of “{name}” is not here; left out."
                left_out.append(Sentence("preset_import.picture", told, name=item.label))
        if not values:
            told = Sentence("preset_import.empty", "Nothing of it is left.")
            return replace(
                judged, state="invalid", reasons={"values": told}, left_out=tuple(left_out)
            )
        return replace(judged, preset=replace(preset, values=values), left_out=tuple(left_out))

    async def _is_here(self, person: Person, value: str) -> bool:
        if not value.startswith(PREFIX):
            return value[:5].lower() == "data:" or value[:4].lower() == "http"
        try:
            await self.presets.uploads.seen(person, value.removeprefix(PREFIX))
        except InputRefused:
            return False
        return True

    async def _beside(self, person: Person, judged: Judged, names: set[tuple[str, str]]) -> Judged:
        """Next to what is there, and to what came before in the same text."""
        preset = judged.preset
        if preset is None or judged.state == "invalid":
            return judged
        name = (preset.endpoint_id, preset.name.casefold())
        if name in names:
            told = Sentence("preset_import.twice", "The same name stands in this text before.")
            return replace(judged, state="conflicting", reasons={"title": told})
        names.add(name)
        there = await self.presets.store.named(person.id, preset.endpoint_id, preset.name)
        if there is None:
            return judged
        same = says_the_same(there, replace(preset, cover=there.cover))
        return replace(judged, state="same" if same else "conflicting", current=there)

    async def _written(self, person: Person, judged: Judged, on_conflict: OnConflict) -> Judged:
        preset = judged.preset
        skipped = judged.state == "conflicting" and on_conflict == "skip"
        if preset is None or judged.state in ("same", "invalid") or skipped:
            return judged
        said = Said(
            name=preset.name,
            description=preset.description,
            tags=preset.tags,
            values=preset.values,
        )
        try:
            if judged.current is not None and on_conflict == "replace":
                kept = await self.presets.update(person, judged.current.id, said)
            else:
                kept = await self._saved(person, preset.endpoint_id, said, _names(preset.name))
        except PlaygroundError as error:
            reasons = error.fields or {"": error.message}
            return replace(judged, state="invalid", reasons=reasons)
        return replace(judged, state="written", id=kept.id, title=kept.name)

    async def _saved(
        self, person: Person, endpoint_id: str, said: Said, names: Iterable[str]
    ) -> Preset:
        """Under the first name that is free."""
        taken: NameTaken | None = None
        for name in names:
            try:
                return await self.presets.save(person, endpoint_id, replace(said, name=name))
            except NameTaken as error:
                taken = error
        raise taken or NameTaken()


def _names(name: str) -> Iterable[str]:
    yield name
    for number in range(2, MOST_NAMES):
        ending = f" {number}"
        yield f"{name[: NAME_LENGTH - len(ending)]}{ending}"


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(c if c.isprintable() else "�" for c in text[:NAME_LENGTH])
