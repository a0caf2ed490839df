"""Pictures that were made: lists of runs, files and previews."""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, replace

from backend.domain.errors import NotFound
from backend.domain.person import Person
from backend.domain.ports import PictureStore, RunFilter, RunPage, RunStore
from backend.domain.run import Image, Run
from backend.domain.sentence import Sentence
from backend.domain.sharing import in_team
from backend.endpoints.catalogue import Catalogue
from backend.pictures.preview import CONTENT_TYPES, Preview, make_preview
from backend.runs.arriving import Arriving
from backend.services.run_control import RunControl

MOST_AT_ONCE = 100
MISSING = Sentence("missing.picture", "This picture is not here.")


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """What the gallery, the stage and the media routes read."""

    store: RunStore
    pictures: PictureStore
    control: RunControl
    catalogue: Catalogue
    arriving: Arriving

    async def page(
        self,
        person: Person,
        *,
        everyone: bool = False,
        slug: str | None = None,
        with_pictures: bool = False,
        limit: int = 24,
        cursor: str | None = None,
    ) -> RunPage:
        """Runs, newest first; the caller's, and with `everyone` what the team shares, too."""
        endpoint_id = self.catalogue.by_slug(slug).endpoint_id if slug else None
        return await self.store.list(
            RunFilter(
                person_id=person.id,
                with_team=everyone and in_team(person),
                endpoint_id=endpoint_id,
                with_pictures=with_pictures,
                limit=max(1, min(limit, MOST_AT_ONCE)),
                cursor=cursor,
            )
        )

    async def image(self, person: Person, run_id: str, index: int) -> tuple[Run, Image]:
        """A stored image that this person may see. Raises NotFound.

        One that is just being stored is waited for.
        """
        stored = await self.arriving.image(person.id, run_id, index)
        run, image = await self._seen(person, run_id, index)
        image = stored or image
        if image.key is None:
            raise NotFound(MISSING)
        return run, image

    async def preview(self, person: Person, run_id: str, index: int) -> tuple[bytes, str] | None:
        """A small picture of an image and its content type; made again where its file is gone.

        That of a picture that is just being fetched is waited for; None where it does not come yet.
        """
        arriving = await self.arriving.preview(person.id, run_id, index)
        if arriving is not None:
            return arriving.data, arriving.content_type
        run, image = await self._seen(person, run_id, index)
        if not image.settled and not run.state.ended:
            return None
        with suppress(NotFound):
            if image.preview_key is not None:
                kind = CONTENT_TYPES[image.preview_key.rpartition(".")[2]]
                return await self.pictures.read(image.preview_key), kind
        preview = await self._make_preview(run, image)
        return preview.data, preview.content_type

    async def _seen(self, person: Person, run_id: str, index: int) -> tuple[Run, Image]:
        run = await self.control.see(person, run_id)
        image = next((image for image in run.images if image.index == index), None)
        if image is None:
            raise NotFound(MISSING)
        return run, image

    async def _make_preview(self, run: Run, image: Image) -> Preview:
        if image.key is None:
            raise NotFound(MISSING)
        data = await self.pictures.read(image.key)
        preview = await asyncio.to_thread(make_preview, data)
        key = f"{image.key.rpartition('.')[0]}.preview.{preview.ending}"
        await self.pictures.write(key, preview.data)
        await self.store.put_image(run.id, replace(image, preview_key=key))
        return preview


def file_name(run: Run, image: Image, slug: str) -> str:
    """A telling name for a download, ASCII and harmless: flux-v1.1-2026-11-21-4182934112-0.jpeg."""
    seed = run.output.seed if run.output and run.output.seed is not None else run.id[:8]
    extension = (image.content_type or "image/jpeg").partition("/")[2]
    stem = f"flux-{slug}-{run.created_at:%Y-%m-%d}-{seed}-{image.index}"
    return f"{re.sub(r'[^A-Za-z0-9._-]', '-', stem)}.{extension}"
