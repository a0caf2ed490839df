"""Downloads of pictures, begun while the database still takes down that they were made.

Somebody waits for the picture, and asking for it costs nothing. It is asked for once: whoever saves
it takes what was begun.
"""

import asyncio
from collections.abc import Iterable

from backend.domain.errors import PictureGone
from backend.domain.ports import Gateway
from backend.domain.run import Image


class Downloads:
    """By run and index."""

    def __init__(self, gateway: Gateway):
        self._gateway = gateway
        self._begun: dict[tuple[str, int], asyncio.Task[bytes]] = {}

    def begin(self, run_id: str, images: Iterable[Image]) -> None:
        """Ask fal for them."""
        for image in images:
            if image.fal_url is not None:
                download = self._gateway.download(image.fal_url)
                name = f"download {run_id} {image.index}"
                self._begun[run_id, image.index] = asyncio.create_task(download, name=name)

    async def take(self, run_id: str, image: Image) -> bytes:
        """A picture's bytes. Raises FalError; asked for again where the first answer was taken."""
        begun = self._begun.pop((run_id, image.index), None)
        if begun is not None:
            return await begun
        if image.fal_url is None:
            raise PictureGone
        return await self._gateway.download(image.fal_url)

    async def drop(self, run_id: str) -> None:
        """Nobody will save what was begun for this run."""
        keys = [key for key in self._begun if key[0] == run_id]
        tasks = [self._begun.pop(key) for key in keys]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
