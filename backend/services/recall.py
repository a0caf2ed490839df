"""What a picture that somebody brings says about how it was made. Nothing of it is kept."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from backend.endpoints.catalogue import Catalogue
from backend.pictures.recall import Recalled, recall

#: a file of 50 MB takes twice that while it is taken apart
AT_ONCE = 2


@dataclass(frozen=True, kw_only=True)
class Recall:
    """Reads, and draws what it found."""

    catalogue: Catalogue
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def read(self, data: bytes) -> dict[str, Any]:
        """`found` tells whether it says anything. Raises PictureRefused."""
        async with self._turns:
            found = await asyncio.to_thread(recall, data)
        if found is None:
            return {
                "found": False,
                "tool": None,
                "endpoint_id": None,
                "slug": None,
                "input": {},
                "rest": [],
            }
        return {
            "found": True,
            "tool": found.tool,
            "endpoint_id": found.endpoint_id,
            "slug": self._slug(found),
            "input": dict(found.input),
            "rest": [{"name": name, "value": value} for name, value in found.rest],
        }

    def _slug(self, found: Recalled) -> str | None:
        """The tab that it belongs to, where it names one of ours."""
        fitting = (e.slug for e in self.catalogue.endpoints if e.endpoint_id == found.endpoint_id)
        return next(fitting, None)
