"""Practice mode: the built-in stand-in for fal, over real HTTP, at no cost.

It speaks the protocols of fal's queue, files and platform hosts, all under one address, and paints
pictures of its own. Without a key the app talks to it; tests tell it to misbehave (Script).
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.applications import Starlette

from backend.domain.endpoint import Endpoint
from backend.fal.practice_desk import Desk
from backend.fal.practice_files import Files
from backend.fal.practice_platform import Platform
from backend.fal.practice_queue import Pace
from backend.fal.practice_requests import Requests
from backend.fal.practice_script import Script
from backend.fal.practice_script_http import ScriptRoutes
from backend.fal.practice_server import PracticeServer
from backend.fal.practice_store import PracticeStore
from backend.fal.practice_studio import Studio

__all__ = ["Pace", "PracticeFal", "PracticeServer", "Script"]


class PracticeFal:
    """The Starlette app and its state."""

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        *,
        folder: Path | None = None,
        pace: Pace = Pace(),  # noqa: B008  frozen
        script: Script | None = None,
        key: str | None = None,
        now: Callable[[], float] = time.time,
        scripted_over_http: bool = False,
    ) -> None:
        """Requests and files live in `folder` (None: in memory); `key` None accepts any key.

        `scripted_over_http` opens the routes below /_script: for tests only.
        """
        self.script = script or Script(recording=scripted_over_http)
        desk = Desk(
            endpoints={endpoint.endpoint_id: endpoint for endpoint in endpoints},
            store=PracticeStore(folder, now),
            script=self.script,
            pace=pace,
            now=now,
            key=key,
        )
        #: what it keeps: the truth about its requests and files
        self.store = desk.store
        self._requests = Requests(desk, Studio(desk.store))
        scripting = ScriptRoutes(self.script).routes() if scripted_over_http else []
        self.app = Starlette(
            routes=[
                *scripting,
                *Files(desk).routes(),
                *Platform(desk).routes(),
                *self._requests.routes(),
            ]
        )

    async def close(self) -> None:
        """Stop painting ahead; PracticeServer.stop calls it."""
        await self._requests.close()


if __name__ == "__main__":
    from backend.fal.practice_process import main

    main()
