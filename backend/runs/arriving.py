"""Pictures that were made and are just being stored: their previews, for whoever made them.

Somebody waits for the picture, so its preview is shown as soon as it is made, while file and
preview are still written. Kept for that long only: a tenth of a second, or as long as the storage
refuses.
"""

import asyncio
from dataclasses import dataclass, field

from backend.domain.run import Run
from backend.pictures.preview import Preview


@dataclass(frozen=True, kw_only=True)
class _Arriving:
    person_id: str
    preview: Preview
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Arriving:
    """By run and index. Only a run's owner is told: nobody else is waiting."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[str, int], _Arriving] = {}

    def begin(self, run: Run, index: int, preview: Preview) -> None:
        """It is here, and not stored yet."""
        self._pictures[run.id, index] = _Arriving(person_id=run.person_id, preview=preview)

    def end(self, run_id: str, index: int) -> None:
        """It is stored, or it could not be; nothing happens where it was not arriving."""
        picture = self._pictures.pop((run_id, index), None)
        if picture is not None:
            picture.over.set()

    def has(self, person_id: str, run_id: str, index: int) -> bool:
        """Whether it is arriving now, and may be shown to this person."""
        return self._of(person_id, run_id, index) is not None

    def preview(self, person_id: str, run_id: str, index: int) -> Preview | None:
        """For its owner while it is arriving, else None."""
        picture = self._of(person_id, run_id, index)
        return None if picture is None else picture.preview

    async def over(self, person_id: str, run_id: str, index: int) -> None:
        """Wait until it has arrived; at once where it is not arriving for this person."""
        picture = self._of(person_id, run_id, index)
        if picture is not None:
            await picture.over.wait()

    def _of(self, person_id: str, run_id: str, index: int) -> _Arriving | None:
        picture = self._pictures.get((run_id, index))
        return picture if picture is not None and picture.person_id == person_id else None
