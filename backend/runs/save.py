"""From a result to done: every picture that fal made is stored, or named missing.

Download, check that it decodes, write metadata, store. Errors never give up a paid picture before
a day has passed; fal's own URL is kept and shown meanwhile.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from backend.domain.errors import (
    FalError,
    NotFound,
    PictureGone,
    PictureUnavailable,
    StorageFailed,
)
from backend.domain.picture import CheckedPicture, Preserved
from backend.domain.ports import Clock, FalImage, FalResult, PictureStore, RunStore
from backend.domain.run import Image, Run, RunState
from backend.endpoints.price import cost
from backend.pictures.metadata import MetadataFailed, write_metadata
from backend.pictures.preview import Preview
from backend.runs.arriving import Arriving
from backend.runs.backoff import doubling
from backend.runs.feed import Feed
from backend.runs.insist import insist
from backend.runs.picture_turns import PictureTurns
from backend.runs.read_ahead import ReadAhead

log = logging.getLogger(__name__)

SAVE_FOR = timedelta(hours=24)
#: a file that answers 404 right after completion may still be on its way through fal's CDN
GONE_AFTER = timedelta(minutes=2)
EXTENSIONS = {"image/jpeg": "jpeg", "image/png": "png", "image/webp": "webp"}


@dataclass
class _Saving:
    """A run whose pictures are being stored, as it was stored last."""

    run: Run
    #: pictures that are not settled yet
    left: int
    #: the last one, which is written together with the run's end
    last: Image | None = None


class Saver:
    """Brings the pictures of completed runs into our store."""

    def __init__(  # noqa: PLR0913 - what it works with
        self,
        *,
        store: RunStore,
        pictures: PictureStore,
        ahead: ReadAhead,
        turns: PictureTurns,
        feed: Feed,
        arriving: Arriving,
        clock: Clock,
        app_version: str,
        retried: Callable[[], None] = lambda: None,
    ):
        self._store = store
        self._pictures = pictures
        self._ahead = ahead
        self._turns = turns
        self._feed = feed
        self._arriving = arriving
        self._clock = clock
        self._app_version = app_version
        self._retried = retried

    async def take_over(self, run: Run, result: FalResult) -> Run:
        """Commit what fal answered: the run is then saving. Inline pictures are stored before."""
        run = replace(run, output=result.output)
        images = tuple([await self._taken_over(run, i, fal) for i, fal in enumerate(result.images)])
        return await insist(
            self._store,
            self._clock,
            run,
            run.state,
            RunState.SAVING,
            images=images,
            output=result.output,
            billable_units=result.billable_units,
            cost=_cost(result.billable_units, run.unit_price),
        )

    async def save(self, run: Run) -> Run:
        """Store what is not stored yet, then done. Safe to call again after a restart."""
        waiting = [image for image in run.images if not image.settled]
        saving = _Saving(run, left=len(waiting))
        for image in waiting:
            self._arriving.expect(run, image.index)
        await asyncio.gather(*(self._fetch(saving, image) for image in waiting))
        ended = await insist(
            self._store,
            self._clock,
            run,
            RunState.SAVING,
            RunState.DONE,
            image=saving.last,
            finished_at=self._clock.now(),
        )
        self._arriving.drop(run.id)
        return ended

    async def _taken_over(self, run: Run, index: int, fal: FalImage) -> Image:
        image = Image(
            index=index,
            fal_url=fal.url,
            width=fal.width,
            height=fal.height,
            content_type=fal.content_type,
            flagged=fal.flagged,
        )
        if fal.data is None:
            return image
        for pause in doubling(0.5, 300):
            try:
                return await self._put(run, image, fal.data, lambda _: None)
            except StorageFailed:
                log.warning("run %s: storage refused an inline picture, trying again", run.id)
            except PictureUnavailable:
                return replace(image, missing=True)
            self._retried()
            await self._clock.sleep(pause)
        raise AssertionError("doubling never ends")

    async def _fetch(self, saving: _Saving, image: Image) -> None:
        since = self._clock.now()
        gone_since: datetime | None = None
        for pause in doubling(0.5, 300):
            try:
                await self._download(saving, image)
            except (FalError, StorageFailed, NotFound) as error:
                log.warning("run %s picture %s: %s", saving.run.id, image.index, error.code())
                now = self._clock.now()
                # one "it is gone" among other failures is no more than one of them
                gone_since = gone_since or now if isinstance(error, PictureGone) else None
                gone = gone_since is not None and now - gone_since > GONE_AFTER
                if gone or now - since > SAVE_FOR:
                    await self._store_image(saving, replace(image, missing=True))
                    return
            else:
                return
            self._retried()
            await self._clock.sleep(pause)

    async def _download(self, saving: _Saving, image: Image) -> None:
        data = await self._ahead.file(saving.run.id, image)

        def tell(preview: Preview) -> None:
            self._arriving.begin(saving.run, image.index, preview)
            self._feed.publish(saving.run)

        try:
            await self._store_image(saving, await self._put(saving.run, image, data, tell))
        except BaseException:
            self._arriving.end(saving.run.id, image.index)
            self._feed.publish(saving.run)  # what was shown already is not here after all
            raise

    async def _store_image(self, saving: _Saving, image: Image) -> None:
        if saving.left == 1:
            saving.left, saving.last = 0, image
            return
        saving.run = await self._store.put_image(saving.run.id, image)
        saving.left -= 1
        self._arriving.end(saving.run.id, image.index)
        self._feed.publish(saving.run)

    async def _put(
        self, run: Run, image: Image, data: bytes, made: Callable[[Preview], None]
    ) -> Image:
        """Store the file and its preview, for which somebody waits: it is told before."""
        verified = await self._ahead.verified(run.id, image.index, data)
        made(verified.preview)
        stem = f"runs/{run.created_at:%Y-%m-%d}/{run.id}-{image.index}"
        preview = asyncio.create_task(self._put_preview(verified.preview, stem))
        try:
            kept = await self._put_file(run, image, verified.picture, stem)
        except BaseException:
            preview.cancel()
            await asyncio.gather(preview, return_exceptions=True)
            raise
        return replace(kept, preview_key=await preview)

    async def _put_file(self, run: Run, image: Image, picture: CheckedPicture, stem: str) -> Image:
        record, kept = await self._turns.run(self._described, run, image, picture, stem)
        await self._pictures.write(record.key or "", kept)
        self._arriving.stored(run.id, record)
        return record

    async def _put_preview(self, preview: Preview, stem: str) -> str:
        key = f"{stem}.preview.{preview.ending}"
        await self._pictures.write(key, preview.data)
        return key

    def _described(
        self, run: Run, image: Image, picture: CheckedPicture, stem: str
    ) -> tuple[Image, bytes]:
        """The image's record, and the bytes to store."""
        size = (picture.width, picture.height)
        kept = _with_metadata(picture.data, preserved(run, self._app_version), size)
        record = replace(
            image,
            key=f"{stem}.{EXTENSIONS[picture.content_type]}",
            width=picture.width,
            height=picture.height,
            content_type=picture.content_type,
            bytes=len(kept),
            sha256=hashlib.sha256(picture.data).hexdigest(),
            file_sha256=hashlib.sha256(kept).hexdigest(),
        )
        return record, kept


def preserved(run: Run, app_version: str) -> Preserved:
    """What a picture of this run keeps about it."""
    return Preserved(
        run_id=run.id,
        endpoint_id=run.endpoint_id,
        request_id=run.request_id,
        input=run.input,
        seed=run.output.seed if run.output else None,
        created_at=run.created_at,
        app_version=app_version,
        template=None if run.template is None else asdict(run.template),
    )


def _with_metadata(data: bytes, kept: Preserved, size: tuple[int, int]) -> bytes:
    try:
        return write_metadata(data, kept, size)
    except MetadataFailed as error:
        log.warning("run %s: stored without metadata (%s)", kept.run_id, type(error).__name__)
        return data


def _cost(units: Decimal | None, unit_price: Decimal) -> Decimal | None:
    return None if units is None else cost(units, unit_price)
