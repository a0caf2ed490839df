"""Pictures that people bring: each becomes ours first, and is `upload:{id}` from then on."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta

from backend.domain.errors import NotFound, PictureRefused
from backend.domain.person import Person
from backend.domain.picture import CheckedPicture, Upload
from backend.domain.ports import Clock, LinkFetcher, PictureStore, RunStore, UploadStore
from backend.domain.sentence import Sentence
from backend.domain.sharing import sees
from backend.pictures.check import check_picture
from backend.pictures.data_url import decode_data_url
from backend.pictures.mask import check_mask

PREFIX = "upload:"
#: an upload to which no run and no preset refers goes after this time
UNUSED_FOR = timedelta(days=1)
CHECKS_AT_ONCE = 2
EXTENSIONS = {"image/jpeg": "jpeg", "image/png": "png", "image/webp": "webp"}


@dataclass(frozen=True, kw_only=True)
class Uploads:
    """Takes pictures in, whatever way they come."""

    rows: UploadStore
    runs: RunStore
    pictures: PictureStore
    links: LinkFetcher
    clock: Clock
    #: a picture of 64 megapixels takes some hundred MB while it is checked
    _checks: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CHECKS_AT_ONCE))
    #: a file is not swept away between its being written and its row
    _files: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def add(self, person: Person, data: bytes) -> Upload:
        """A file. Raises PictureRefused with the reason."""
        return await self._keep(person, await self.checked(data))

    async def add_link(self, person: Person, url: str) -> Upload:
        """A public link, fetched once. Raises LinkRefused or PictureRefused."""
        return await self.add(person, await self.links.fetch(url))

    async def add_data_url(self, person: Person, text: str) -> Upload:
        """A `data:` URL."""
        return await self.add(person, decode_data_url(text))

    async def add_image(self, person: Person, run_id: str, index: int) -> Upload:
        """An image of a run that this person may see."""
        run = await self.runs.get(run_id)
        image = next((i for i in run.images if i.index == index), None) if run else None
        seen = run is not None and run.deleted_at is None and sees(person, run)
        if not seen or image is None or image.key is None:
            raise NotFound(Sentence("missing.picture_now", "This picture is not here any more."))
        data = await self.pictures.read(image.key)
        return await self._keep(person, await self.checked(data), (run_id, index))

    async def add_mask(self, person: Person, data: bytes, size: tuple[int, int]) -> Upload:
        """A mask for a picture of that size: one channel, soft only where it was brought so."""
        async with self._checks:
            checked = await asyncio.to_thread(check_mask, data, size)
        return await self._keep(person, checked)

    async def take(self, person: Person, value: str) -> Upload:
        """The upload that an image field's value stands for: an id, a link or a `data:` URL."""
        if value.startswith(PREFIX):
            return await self.claim(person, value.removeprefix(PREFIX))
        if value[:5].lower() == "data:":
            return await self.add_data_url(person, value)
        return await self.add_link(person, value)

    async def claim(self, person: Person, upload_id: str) -> Upload:
        """This person's upload; a picture in what others share with them becomes theirs, too."""
        upload = await self.seen(person, upload_id)
        if upload.person_id == person.id:
            return upload
        own = replace(
            upload,
            id=secrets.token_hex(12),
            person_id=person.id,
            created_at=self.clock.now(),
            fal_url=None,
            fal_expires_at=None,
        )
        async with self._files:
            return await self._row(own)

    async def seen(self, person: Person, upload_id: str) -> Upload:
        """An upload that this person may look at. Raises PictureRefused, never a hint."""
        upload = await self.rows.get(upload_id)
        if upload is not None and upload.person_id == person.id:
            return upload
        users = () if upload is None else await self.rows.users(upload_id)
        if upload is None or not any(sees(person, user) for user in users):
            raise PictureRefused(
                Sentence("missing.upload", "This picture is no longer kept here; choose it again.")
            )
        return upload

    async def read(self, upload: Upload) -> bytes:
        """Its bytes."""
        return await self.pictures.read(upload.key)

    async def clean(self) -> int:
        """Remove what nobody refers to any more; how many rows went."""
        unused = await self.rows.unused(self.clock.now() - UNUSED_FOR)
        for upload in unused:
            async with self._files:
                if await self.rows.remove(upload.id):
                    await self.pictures.remove(upload.key)
        return len(unused)

    async def checked(self, data: bytes) -> CheckedPicture:
        async with self._checks:
            return await asyncio.to_thread(check_picture, data)

    async def _keep(
        self,
        person: Person,
        picture: CheckedPicture,
        source: tuple[str, int] | tuple[None, None] = (None, None),
    ) -> Upload:
        digest = hashlib.sha256(picture.data).hexdigest()
        key = f"uploads/{digest[:2]}/{digest}.{EXTENSIONS[picture.content_type]}"
        row = Upload(
            id=secrets.token_hex(12),
            person_id=person.id,
            sha256=digest,
            content_type=picture.content_type,
            width=picture.width,
            height=picture.height,
            bytes=len(picture.data),
            key=key,
            created_at=self.clock.now(),
            source_run_id=source[0],
            source_index=source[1],
        )
        async with self._files:
            await self.pictures.write(key, picture.data)
            return await self._row(row)

    async def _row(self, new: Upload) -> Upload:
        """This person's row of the picture: an earlier one, unless it would soon be swept away.

        Whoever brings a picture has time to use it; `remove` leaves what is in use alone.
        """
        kept = await self.rows.add(new)
        if new.created_at - kept.created_at < UNUSED_FOR / 2:
            return kept
        await self.rows.remove(kept.id)
        return await self.rows.add(new)
