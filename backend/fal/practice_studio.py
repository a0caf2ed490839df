"""Makes the pictures of a request and keeps them as files: in threads, each picture once."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from backend.domain.endpoint import Endpoint
from backend.domain.field import UNSET
from backend.fal.practice_inputs import fetch, masked_source, picture, picture_fields
from backend.fal.practice_pictures import Motif, black, encode, fingerprint, paint
from backend.fal.practice_queue import Accepted
from backend.fal.practice_sizes import Size, output_size
from backend.fal.practice_store import PracticeStore

#: two at a time leave the event loop its share of the processor
_AT_ONCE = 2
_COVERED = re.compile(r"\bnsfw\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Made:
    """One picture of a result; its file is in the store under `name`."""

    name: str
    width: int
    height: int
    content_type: str
    flagged: bool


class Stopping(Exception):
    """A painting was given up because the server stops."""


class Studio:
    """Paints on demand."""

    def __init__(self, store: PracticeStore) -> None:
        self._store = store
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._busy: dict[str, asyncio.Lock] = {}
        self._threads: set[asyncio.Future[None]] = set()
        self._stopping = False

    async def pictures(self, endpoint: Endpoint, accepted: Accepted) -> list[Made]:
        """The pictures of a request, painted now unless they are there already.

        Raises InputProblem where a picture of the input is gone.
        """
        made = await asyncio.to_thread(self._planned, endpoint, accepted)
        lock = self._busy.setdefault(accepted.request_id, asyncio.Lock())
        try:
            async with lock:
                # Asked before taking a place: what is there need not wait for others' pictures.
                if await asyncio.to_thread(self._missing, made):
                    async with self._places:
                        await self._in_thread(endpoint, accepted, made)
        finally:
            self._busy.pop(accepted.request_id, None)
        return made

    async def close(self) -> None:
        """Begin no more pictures; those on an easel are finished first."""
        self._stopping = True
        await asyncio.gather(*self._threads, return_exceptions=True)

    async def _in_thread(self, endpoint: Endpoint, accepted: Accepted, made: list[Made]) -> None:
        # A thread can't be cancelled: whoever asked may leave, `close` waits for it.
        thread = asyncio.ensure_future(asyncio.to_thread(self._paint, endpoint, accepted, made))
        self._threads.add(thread)
        thread.add_done_callback(self._threads.discard)
        await asyncio.shield(thread)

    def _planned(self, endpoint: Endpoint, accepted: Accepted) -> list[Made]:
        """Which pictures there will be, or are."""
        given = with_defaults(endpoint, accepted.input)
        width, height = output_size(endpoint, given, self._source_size(endpoint, given))
        kind = "png" if given.get("output_format") == "png" else "jpeg"
        return [
            Made(
                name=f"{accepted.request_id}-{index}.{kind}",
                width=width,
                height=height,
                content_type=f"image/{kind}",
                flagged=covered(given),
            )
            for index in range(int(given.get("num_images", 1)))
        ]

    def _missing(self, made: list[Made]) -> list[tuple[int, Made]]:
        return [(i, one) for i, one in enumerate(made) if not self._store.has_file(one.name)]

    def _paint(self, endpoint: Endpoint, accepted: Accepted, made: list[Made]) -> None:
        given = with_defaults(endpoint, accepted.input)
        missing = self._missing(made)
        if not missing:
            return
        size = (made[0].width, made[0].height)
        easel = _Easel(endpoint, given, accepted.seed, size, self._store)
        for index, one in missing:
            if self._stopping:
                raise Stopping
            image = black(size) if one.flagged else easel.paint(index)
            self._store.put_file(one.name, encode(image, one.content_type.partition("/")[2]))

    def _source_size(self, endpoint: Endpoint, given: Mapping[str, Any]) -> Size | None:
        pair = masked_source(endpoint)
        if pair is None:
            return None
        _, source = pair
        with picture(source, given[source.name], self._store) as opened:
            return opened.size


class _Easel:
    """One request's motif, ready to be painted at each index."""

    def __init__(
        self,
        endpoint: Endpoint,
        given: Mapping[str, Any],
        seed: int,
        size: Size,
        store: PracticeStore,
    ) -> None:
        self._given, self._seed, self._size = given, seed, size
        pair = masked_source(endpoint)
        fields = picture_fields(endpoint, given)
        contents = {field.name: fetch(field, given[field.name], store) for field in fields}
        # By content, not by address: the same picture uploaded again paints the same. And by the
        # seed that was used: asked for by name it paints what it painted when it was drawn.
        self._all = fingerprint({**given, **contents, "seed": seed}, endpoint.endpoint_id)
        images = {f.name: picture(f, given[f.name], store).convert("RGB") for f in fields}
        self._mask: Image.Image | None = None
        self._source: Image.Image | None = None
        self._reference: Image.Image | None = None
        if pair is None:
            self._reference = next(iter(images.values()), None)
        else:
            mask, source = pair
            self._mask, self._source = images[mask.name].convert("L"), images[source.name]

    def paint(self, index: int) -> Image.Image:
        """The picture at that index."""
        return paint(
            Motif(
                size=self._size,
                prompt=str(self._given.get("prompt", "")),
                composition=f"{self._given.get('prompt', '')}|{self._seed}|{index}",
                light=f"{self._all}|{self._seed}|{index}",
                reference=self._reference,
                strength=self._strength(),
                source=self._source,
                mask=self._mask,
            )
        )

    def _strength(self) -> float:
        given = self._given.get("image_prompt_strength")
        return float(given) if isinstance(given, int | float) else 0.5


def with_defaults(endpoint: Endpoint, given: Mapping[str, Any]) -> dict[str, Any]:
    """The input as the model sees it."""
    defaults = {f.name: f.default for f in endpoint.fields if f.default is not UNSET}
    return {**defaults, **given}


def covered(given: Mapping[str, Any]) -> bool:
    """Practice mode's content filter: the word "nsfw" shows what a covered picture looks like."""
    return _COVERED.search(str(given.get("prompt", ""))) is not None
