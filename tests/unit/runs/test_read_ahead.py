"""What fal has is read as it comes, given once, and never left behind."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from io import BytesIO
from typing import Any, cast

import pytest
from PIL import Image as Picture

from backend.domain.errors import PictureGone, PictureUnavailable, Slow
from backend.domain.ports import FalImage, FalResult, FalStatus, Gateway
from backend.domain.run import Handle, Image, Output, Run
from backend.runs.arriving import Arriving
from backend.runs.picture_turns import PictureTurns
from backend.runs.read_ahead import ReadAhead
from tests.unit.runs.factories import a_run

AT_FAL = Image(index=0, fal_url="https://fal.example/0.jpeg")
HANDLE = Handle(request_id="req1", status_url="s", response_url="r", cancel_url="c")
QUEUED, COMPLETED = FalStatus(state="queued"), FalStatus(state="completed")


def picture() -> bytes:
    """A small JPEG."""
    file = BytesIO()
    Picture.new("RGB", (4, 3)).save(file, "JPEG")
    return file.getvalue()


class Fal:
    """Says what it was given to say, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.statuses: list[FalStatus | Exception | None] = [QUEUED, COMPLETED]
        self.file: bytes | Exception | None = picture()
        self.images = (FalImage(url=AT_FAL.fal_url),)
        #: a picture was asked for; fal is waited for; nobody waits for it any more
        self.downloading = asyncio.Event()
        self.waited_for = asyncio.Event()
        self.left = asyncio.Event()

    async def follow(self, handle: Handle) -> AsyncGenerator[FalStatus, None]:
        """None: nothing more comes."""
        self.asked.append("statuses")
        for status in self.statuses:
            if isinstance(status, Exception):
                raise status
            yield status or await self._never()

    def problem(self, status: FalStatus) -> None:
        """None."""

    async def result(self, handle: Handle) -> FalResult:
        """Its pictures."""
        self.asked.append("result")
        return FalResult(images=self.images, output=Output())

    async def download(self, url: str) -> bytes:
        """None: it does not come."""
        self.asked.append(url)
        self.downloading.set()
        if isinstance(self.file, Exception):
            raise self.file
        return self.file or await self._never()

    async def _never(self) -> Any:
        self.waited_for.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.left.set()


@pytest.fixture
def fal() -> Fal:
    """One that has a picture."""
    return Fal()


@pytest.fixture
def arriving() -> Arriving:
    """What is on its way."""
    return Arriving()


@pytest.fixture
async def ahead(fal: Fal, arriving: Arriving) -> AsyncIterator[ReadAhead]:
    """Reads that fal, and leaves nothing behind."""
    ahead = ReadAhead(cast(Gateway, fal), arriving, PictureTurns())
    yield ahead
    await ahead.drop("run1")


async def _all(ahead: ReadAhead, run: Run) -> list[str]:
    async with aclosing(ahead.statuses(run, HANDLE)) as statuses:
        return [status.state async for status in statuses]


async def test_all_is_read_before_anybody_asks_and_asked_for_once(
    fal: Fal, arriving: Arriving, ahead: ReadAhead
) -> None:
    run = a_run()
    ahead.begin(run, HANDLE)
    await fal.downloading.wait()
    shown = await arriving.preview(run.person_id, run.id, 0)
    assert shown is not None
    assert fal.asked == ["statuses", "result", AT_FAL.fal_url]
    assert await _all(ahead, run) == ["queued", "completed"]
    assert (await ahead.result(run, HANDLE)).images == fal.images
    data = await ahead.file(run.id, AT_FAL)
    assert data == fal.file
    assert (await ahead.verified(run.id, 0, data)).preview is shown
    assert fal.asked == ["statuses", "result", AT_FAL.fal_url]


async def test_whoever_comes_back_asks_fal_again(fal: Fal, ahead: ReadAhead) -> None:
    run = a_run()
    assert await _all(ahead, run) == ["queued", "completed"]
    for _ in range(2):
        await ahead.result(run, HANDLE)
        data = await ahead.file(run.id, AT_FAL)
        assert (await ahead.verified(run.id, 0, data)).preview.width == 4
    assert fal.asked == ["statuses", "result", AT_FAL.fal_url, "result", AT_FAL.fal_url]


async def test_what_ends_the_statuses_is_told_and_they_are_read_again(
    fal: Fal, ahead: ReadAhead
) -> None:
    run = a_run()
    fal.statuses = [QUEUED, Slow()]
    ahead.begin(run, HANDLE)
    with pytest.raises(Slow):
        await _all(ahead, run)
    fal.statuses = [QUEUED]
    with pytest.raises(Slow):
        await _all(ahead, run)
    fal.statuses = [COMPLETED]
    assert await _all(ahead, run) == ["completed"]
    assert fal.asked[:3] == ["statuses"] * 3


async def test_a_mistake_of_ours_is_no_silence(fal: Fal, ahead: ReadAhead) -> None:
    fal.statuses = [ValueError("ours")]
    with pytest.raises(ValueError, match="ours"):
        await _all(ahead, a_run())


async def test_the_error_of_a_file_is_that_of_whoever_takes_it(fal: Fal, ahead: ReadAhead) -> None:
    run = a_run()
    fal.file = PictureUnavailable()
    await _all(ahead, run)
    await ahead.result(run, HANDLE)
    with pytest.raises(PictureUnavailable):
        await ahead.file(run.id, AT_FAL)
    fal.file = picture()
    data = await ahead.file(run.id, AT_FAL)
    assert (await ahead.verified(run.id, 0, data)).preview.width == 4


async def test_what_is_no_picture_is_refused_and_never_shown(
    fal: Fal, arriving: Arriving, ahead: ReadAhead
) -> None:
    run = a_run()
    fal.file = b"not a picture"
    await _all(ahead, run)
    await ahead.result(run, HANDLE)
    data = await ahead.file(run.id, AT_FAL)
    with pytest.raises(PictureUnavailable):
        await ahead.verified(run.id, 0, data)
    assert not arriving.has(run.person_id, run.id, 0)


async def test_a_picture_without_an_address_is_gone(ahead: ReadAhead) -> None:
    with pytest.raises(PictureGone):
        await ahead.file("run1", Image(index=0, fal_url=None))


async def test_a_picture_within_the_answer_is_not_asked_for(fal: Fal, ahead: ReadAhead) -> None:
    run = a_run()
    fal.images = (FalImage(data=picture()),)
    await _all(ahead, run)
    await ahead.result(run, HANDLE)
    assert fal.asked == ["statuses", "result"]


@pytest.mark.parametrize("where", ["statuses", "file"])
async def test_what_nobody_will_take_is_left(
    fal: Fal, arriving: Arriving, ahead: ReadAhead, where: str
) -> None:
    run = a_run()
    if where == "statuses":
        fal.statuses = [QUEUED, None]
    else:
        fal.file = None
    ahead.begin(run, HANDLE)
    await fal.waited_for.wait()
    await ahead.drop(run.id)
    assert fal.left.is_set()
    assert await arriving.preview(run.person_id, run.id, 0) is None


async def test_its_page_waits_for_as_many_as_were_asked_for(
    fal: Fal, arriving: Arriving, ahead: ReadAhead
) -> None:
    run = a_run(input={"prompt": "a lighthouse", "num_images": 2})
    fal.file = None
    ahead.begin(run, HANDLE)
    await fal.waited_for.wait()
    first, second, third = (
        asyncio.create_task(arriving.preview(run.person_id, run.id, index)) for index in range(3)
    )
    await third
    assert not first.done()
    assert not second.done()
    await ahead.drop(run.id)
    assert await first is await second is None
