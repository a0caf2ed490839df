"""What fal has for an accepted request, read as it comes, down to the proof of its pictures.

Reading costs nothing, and somebody waits: result and pictures are read while the database still
takes down that the model works, and that its pictures were made. Our record follows in its own
order, and whoever writes it takes from here what fal said. Each answer is given once: whoever comes
back for it asks fal again.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from backend.domain.errors import PictureGone, Slow
from backend.domain.log_fields import about
from backend.domain.ports import FalResult, FalStatus, Gateway
from backend.domain.run import Handle, Image, Run
from backend.pictures.verify import Verified, verify_output
from backend.runs.arriving import Arriving, due
from backend.runs.picture_turns import PictureTurns


@dataclass(kw_only=True)
class _Reading:
    """What is being read of one run."""

    #: None at their end
    said: asyncio.Queue[FalStatus | None] = field(default_factory=asyncio.Queue)
    statuses: asyncio.Task[None] | None = None
    result: asyncio.Task[FalResult] | None = None
    #: pictures by index
    files: dict[int, asyncio.Task[bytes]] = field(default_factory=dict)
    #: of those whose file came
    verified: dict[int, asyncio.Task[Verified | None]] = field(default_factory=dict)


class ReadAhead:
    """By run. Its errors are the gateway's."""

    def __init__(self, gateway: Gateway, arriving: Arriving, turns: PictureTurns) -> None:
        self._gateway = gateway
        self._arriving = arriving
        self._turns = turns
        self._readings: dict[str, _Reading] = {}

    def begin(self, run: Run, handle: Handle) -> None:
        """From now on read what fal says of this run, then its result and its pictures."""
        reading = self._readings[run.id] = _Reading()
        with about(run.id, handle.request_id):
            reading.statuses = asyncio.create_task(
                self._read_statuses(run, handle, reading), name=f"statuses {run.id}"
            )
        reading.statuses.add_done_callback(lambda _: reading.said.put_nowait(None))

    async def statuses(self, run: Run, handle: Handle) -> AsyncGenerator[FalStatus, None]:
        """Every status, the last one "completed", as Gateway.follow."""
        if run.id not in self._readings:
            self.begin(run, handle)
        reading = self._readings[run.id]
        completed = False
        try:
            while not completed:
                status = await reading.said.get()
                if status is None:
                    if reading.statuses is not None:
                        await reading.statuses  # raises what ended them
                    raise Slow
                completed = status.state == "completed"
                yield status
        finally:
            if not completed:
                await self.drop(run.id)

    async def result(self, run: Run, handle: Handle) -> FalResult:
        """A completed request's result, as Gateway.result."""
        reading = self._readings.get(run.id)
        if reading is None or reading.result is None:
            return await self._gateway.result(handle)
        begun, reading.result = reading.result, None
        return await begun

    async def file(self, run_id: str, image: Image) -> bytes:
        """A picture's bytes, as Gateway.download."""
        reading = self._readings.get(run_id)
        begun = reading.files.pop(image.index, None) if reading is not None else None
        if begun is not None:
            return await begun
        if image.fal_url is None:
            raise PictureGone
        return await self._gateway.download(image.fal_url)

    async def verified(self, run_id: str, index: int, data: bytes) -> Verified:
        """A picture that was read, as `verify_output`. Raises PictureUnavailable."""
        reading = self._readings.get(run_id)
        begun = reading.verified.pop(index, None) if reading is not None else None
        found = None if begun is None else await begun
        return await self._turns.run(verify_output, data) if found is None else found

    async def drop(self, run_id: str) -> None:
        """Nobody will take what else there is of this run."""
        self._arriving.drop(run_id)
        reading = self._readings.pop(run_id, None)
        if reading is None:
            return
        begun = (reading.statuses, reading.result, *reading.files.values())
        tasks = [task for task in (*begun, *reading.verified.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_statuses(self, run: Run, handle: Handle, reading: _Reading) -> None:
        async with aclosing(self._gateway.follow(handle)) as statuses:
            async for status in statuses:
                if status.state == "completed":
                    if self._gateway.problem(status) is None:
                        for index in range(due(run)):
                            self._arriving.expect(run, index)
                    read = self._read_result(run, handle, reading)
                    reading.result = asyncio.create_task(read, name=f"result {run.id}")
                reading.said.put_nowait(status)
                if status.state == "completed":
                    return

    async def _read_result(self, run: Run, handle: Handle, reading: _Reading) -> FalResult:
        result = await self._gateway.result(handle)
        for index, image in enumerate(result.images):
            if image.data is None and image.url is not None:
                name = f"download {run.id} {index}"
                file = asyncio.create_task(self._gateway.download(image.url), name=name)
                reading.files[index] = file
                verified = self._verify(run, index, file)
                reading.verified[index] = asyncio.create_task(verified, name=f"proof of {name}")
        return result

    async def _verify(self, run: Run, index: int, file: asyncio.Task[bytes]) -> Verified | None:
        """None where no file came: whoever takes it hears why."""
        await asyncio.wait([file])
        if file.cancelled() or file.exception() is not None:
            return None
        verified = await self._turns.run(verify_output, file.result())
        self._arriving.begin(run, index, verified.preview)
        return verified
