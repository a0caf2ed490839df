"""A preset's values: in a form, under a run's own, and for the price of such a run."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backend.domain.errors import InputRefused
from backend.domain.field import Value
from backend.domain.person import Person
from backend.domain.preset import Preset
from backend.domain.sentence import Sentence
from backend.services.preset_samples import samples_of
from backend.services.presets import Presets
from backend.services.templates import PROMPT
from backend.services.uploads import PREFIX, Uploads


@dataclass(frozen=True, kw_only=True)
class ForPrice:
    """What a run would be given, and the size of the pictures among it that are shipped."""

    values: dict[str, Value]
    sizes: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class PresetUse:
    """Puts presets to use. Each use is counted, a question about the price is none."""

    presets: Presets
    uploads: Uploads
    #: where the sample pictures of shipped presets are
    samples: Path

    async def apply(self, person: Person, preset_id: str) -> dict[str, Value]:
        """Its values for a form; sample pictures become this person's uploads. Raises NotFound."""
        preset = await self.presets.get(person, preset_id)
        return await self._applied(person, preset, preset.values)

    async def under(
        self,
        person: Person,
        preset_id: str,
        endpoint_id: str,
        given: Mapping[str, Value],
        *,
        template: bool = False,
    ) -> tuple[str, dict[str, Value]]:
        """Its name, and an input of its values and what is given, which comes first.

        With a template its prompt is left out: that one makes the prompt.
        Raises NotFound, or InputRefused for a preset of another endpoint.
        """
        preset = await self._fitting(person, preset_id, endpoint_id)
        left = _left(preset, given, template=template)
        return str(preset.name), {**await self._applied(person, preset, left), **given}

    async def for_price(
        self,
        person: Person,
        preset_id: str,
        endpoint_id: str,
        given: Mapping[str, Value],
        *,
        template: bool = False,
    ) -> ForPrice:
        """As `under`, but nothing is written or counted: sample pictures stay what they are."""
        preset = await self._fitting(person, preset_id, endpoint_id)
        values = _left(preset, given, template=template)
        sizes: dict[str, tuple[int, int]] = {}
        for name, data in (await self._samples(preset, values)).items():
            picture = await self.uploads.checked(data)
            sizes[name] = (picture.width, picture.height)
            values[name] = f"data:{picture.content_type};base64,{b64encode(data).decode()}"
        return ForPrice(values={**values, **given}, sizes=sizes)

    async def _fitting(self, person: Person, preset_id: str, endpoint_id: str) -> Preset:
        preset = await self.presets.get(person, preset_id)
        if preset.endpoint_id != endpoint_id:
            told = "This preset is for another endpoint: {endpoint}."
            said = Sentence("preset.elsewhere", told, endpoint=preset.endpoint_id)
            raise InputRefused(fields={"preset": said})
        return preset

    async def _applied(
        self, person: Person, preset: Preset, left: Mapping[str, Value]
    ) -> dict[str, Value]:
        values = dict(left)
        for name, data in (await self._samples(preset, values)).items():
            upload = await self.uploads.add(person, data)
            values[name] = f"{PREFIX}{upload.id}"
        await self.presets.store.used(preset.id, person.id)
        return values

    async def _samples(self, preset: Preset, values: Mapping[str, Value]) -> dict[str, bytes]:
        """The files of those of its sample pictures that are among the values."""
        endpoint = self.presets.catalogue.by_id(preset.endpoint_id)
        return {
            name: await asyncio.to_thread((self.samples / sample).read_bytes)
            for name, sample in samples_of(preset, endpoint).items()
            if name in values
        }


def _left(preset: Preset, given: Mapping[str, Value], *, template: bool) -> dict[str, Value]:
    """Its values but for those that something else stands for."""
    without = frozenset(given) | ({PROMPT} if template else set())
    return {name: value for name, value in preset.values.items() if name not in without}
