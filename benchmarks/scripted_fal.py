"""What the bench tells the stand-in for fal, and asks it (backend/fal/practice_script_http.py)."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Self

import httpx


class ScriptedFal:
    """The stand-in at `url`; use as an async context manager."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.AsyncClient(base_url=url, timeout=60)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def takes(self, seconds: float) -> None:
        """Requests that are accepted from now on run that long."""
        await self._tell("pace", {"queue": 0, "run": seconds})

    async def makes(self, *pictures: bytes, times: int = 1) -> None:
        """The next requests end with these JPEGs."""
        encoded = [b64encode(picture).decode() for picture in pictures]
        for _ in range(times):
            await self._tell("ends", {"pictures": encoded})

    async def forget(self) -> None:
        """No instruction and no record is left."""
        await self._tell("reset", {})

    async def calls(self) -> Mapping[str, int]:
        """How many calls of each kind have arrived since `forget`."""
        answer = await self._client.get("/_script/seen")
        answer.raise_for_status()
        seen: dict[str, int] = answer.json()["calls"]
        return seen

    async def _tell(self, verb: str, told: Mapping[str, Any]) -> None:
        (await self._client.post(f"/_script/{verb}", json=told)).raise_for_status()
