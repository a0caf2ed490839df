"""Pictures that are on their way into the store: their previews, for whoever made them.

Somebody waits for the picture, so its preview is shown as soon as it is made, while file and
preview are still written; a page may ask for it even before. Kept for that long only: some tenths
of a second, or as long as the storage refuses.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from backend.domain.run import Image, Run
from backend.pictures.preview import Preview

#: whoever asks for what is on its way waits this long, holding one of a browser's six connections
PATIENCE_S = 2.0


@dataclass(kw_only=True)
class _Arriving:
    person_id: str
    preview: Preview | None = None
    #: its record, once its file is in the store
    image: Image | None = None
    made: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


def due(run: Run) -> int:
    """How many pictures of a completed run are to be fetched; those of `sync_mode` come with it."""
    asked = run.input.get("num_images", 1)
    return 0 if run.input.get("sync_mode") or not isinstance(asked, int) else asked


class Arriving:
    """By run and index. Only a run's owner is told: nobody else is waiting."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._pictures: dict[tuple[str, int], _Arriving] = {}
        self._patience_s = patience_s

    def expect(self, run: Run, index: int) -> None:
        """It is being fetched: its preview will be made soon."""
        self._pictures.setdefault((run.id, index), _Arriving(person_id=run.person_id))

    def begin(self, run: Run, index: int, preview: Preview) -> None:
        """It is here, and not stored yet."""
        self.expect(run, index)
        picture = self._pictures[run.id, index]
        picture.preview = preview
        picture.made.set()

    def stored(self, run_id: str, image: Image) -> None:
        """Its file is in the store, and this will be its record."""
        picture = self._pictures.get((run_id, image.index))
        if picture is not None:
            picture.image = image
            picture.over.set()

    def end(self, run_id: str, index: int) -> None:
        """It is stored, or it could not be; nothing happens where it was not arriving."""
        picture = self._pictures.pop((run_id, index), None)
        if picture is not None:
            picture.made.set()
            picture.over.set()

    def drop(self, run_id: str) -> None:
        """Nothing of this run arrives any more."""
        for key in [key for key in self._pictures if key[0] == run_id]:
            self.end(*key)

    def has(self, person_id: str, run_id: str, index: int) -> bool:
        """Whether its preview is here now, and may be shown to this person."""
        picture = self._of(person_id, run_id, index)
        return picture is not None and picture.preview is not None

    async def preview(self, person_id: str, run_id: str, index: int) -> Preview | None:
        """For its owner while it is arriving, as soon as it is made, else None."""
        picture = self._of(person_id, run_id, index)
        if picture is None:
            return None
        await self._wait(picture.made)
        return picture.preview

    async def image(self, person_id: str, run_id: str, index: int) -> Image | None:
        """Its record for its owner as soon as its file is in the store, while it is arriving."""
        picture = self._of(person_id, run_id, index)
        if picture is None:
            return None
        await self._wait(picture.over)
        return picture.image

    async def _wait(self, event: asyncio.Event) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), self._patience_s)

    def _of(self, person_id: str, run_id: str, index: int) -> _Arriving | None:
        picture = self._pictures.get((run_id, index))
        return picture if picture is not None and picture.person_id == person_id else None
