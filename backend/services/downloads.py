"""A stored image as it leaves this server: the file as it is, or without its prompt."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from backend.domain.errors import NotFound
from backend.domain.field import Input, Kind
from backend.domain.ports import PictureStore
from backend.domain.run import Image, Run
from backend.domain.sentence import Sentence
from backend.endpoints.catalogue import Catalogue
from backend.pictures.metadata import MetadataFailed, write_again
from backend.runs.save import preserved


@dataclass(frozen=True, kw_only=True)
class Download:
    """An image's bytes: behind a key, or held where they were written anew."""

    pictures: PictureStore
    key: str
    size: int
    held: bytes | None = None

    async def pieces(self, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from start to end (exclusive)."""
        if self.held is not None:
            yield self.held[start:end]
            return
        async for piece in self.pictures.stream(self.key, start, end):
            yield piece


@dataclass(frozen=True, kw_only=True)
class Downloads:
    """PROMPTS_IN_DOWNLOADS decides. The stored file keeps its prompt either way: it is the copy
    that explains a picture where the database is lost, and the setting may change."""

    pictures: PictureStore
    catalogue: Catalogue
    prompts: bool
    app_version: str

    async def of(self, run: Run, image: Image) -> Download:
        """Raises NotFound, or StorageFailed where the storage does not answer."""
        key = image.key
        if key is None:
            raise NotFound(Sentence("missing.picture", "This picture is not here."))
        if self.prompts:
            return Download(pictures=self.pictures, key=key, size=await self.pictures.size(key))
        data = await asyncio.to_thread(self._silent, await self.pictures.read(key), run, image)
        return Download(pictures=self.pictures, key=key, size=len(data), held=data)

    def _silent(self, data: bytes, run: Run, image: Image) -> bytes:
        kept = replace(preserved(run, self.app_version), input=self.told(run))
        try:
            return write_again(data, kept, (image.width or 0, image.height or 0))
        except MetadataFailed as problem:
            # whatever is in there may be the prompt
            raise NotFound(
                Sentence("missing.picture_damaged", "The file of this picture is damaged.")
            ) from problem

    def told(self, run: Run) -> Input:
        """What may leave of a run's input."""
        return {name: value for name, value in run.input.items() if name not in self.left_out}

    @property
    def left_out(self) -> frozenset[str]:
        """Fields that may not leave: the texts that people typed, or none."""
        if self.prompts:
            return frozenset()
        return frozenset(
            field.name
            for endpoint in self.catalogue.endpoints
            for field in endpoint.fields
            if field.kind is Kind.LONG_TEXT
        )
