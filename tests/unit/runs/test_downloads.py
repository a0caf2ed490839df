"""A download is begun early, asked for once, and never left behind."""

import asyncio
from typing import Any, cast

import pytest

from backend.domain.errors import PictureGone, PictureUnavailable
from backend.domain.ports import Gateway
from backend.domain.run import Image
from backend.runs.downloads import Downloads

AT_FAL = Image(index=0, fal_url="https://fal.example/0.jpeg")


class Fal:
    """Answers each download when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.cancelled = False

    async def download(self, url: str) -> bytes:
        """As a gateway's."""
        self.asked.append(url)
        try:
            return await asyncio.shield(self.answer)
        except asyncio.CancelledError:
            self.cancelled = True
            raise


def downloads_of(fal: Any) -> Downloads:
    return Downloads(cast(Gateway, fal))


async def test_what_was_begun_is_taken_and_not_asked_for_again() -> None:
    fal = Fal()
    downloads = downloads_of(fal)
    downloads.begin("run1", [AT_FAL])
    fal.answer.set_result(b"picture")
    assert await downloads.take("run1", AT_FAL) == b"picture"
    assert fal.asked == [AT_FAL.fal_url]
    assert await downloads.take("run1", AT_FAL) == b"picture"
    assert fal.asked == [AT_FAL.fal_url] * 2


async def test_its_error_is_that_of_whoever_takes_it() -> None:
    fal = Fal()
    downloads = downloads_of(fal)
    downloads.begin("run1", [AT_FAL])
    fal.answer.set_exception(PictureUnavailable())
    with pytest.raises(PictureUnavailable):
        await downloads.take("run1", AT_FAL)


async def test_a_picture_without_an_address_is_gone() -> None:
    with pytest.raises(PictureGone):
        await downloads_of(Fal()).take("run1", Image(index=0, fal_url=None))


async def test_what_nobody_will_save_is_dropped_and_only_that() -> None:
    fal = Fal()
    downloads = downloads_of(fal)
    downloads.begin("run1", [AT_FAL])
    downloads.begin("run2", [AT_FAL])
    await asyncio.sleep(0)
    await downloads.drop("run1")
    assert fal.cancelled
    fal.answer.set_result(b"picture")
    assert await downloads.take("run2", AT_FAL) == b"picture"
    assert len(fal.asked) == 2
