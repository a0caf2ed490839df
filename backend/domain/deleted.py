"""Runs that somebody deleted: kept for a while, then their pictures and words go for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from backend.domain.run import Run

#: how long a deletion can be undone
KEPT_FOR: Final = timedelta(days=30)

#: what fal says to "delete what you keep of this request"
ForgetAnswer = Literal["deleted", "partly", "not allowed", "not found"]


@dataclass(frozen=True, kw_only=True)
class DeletedRun:
    """A run that can still be brought back, and until when."""

    run: Run
    purge_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeletedPage:
    """Some of a person's, last deleted first; how many there are, and where the rest begins."""

    runs: tuple[DeletedRun, ...]
    count: int
    next_cursor: str | None


@dataclass(frozen=True, kw_only=True)
class Due:
    """A run whose time is over, and the files that nobody else has."""

    run_id: str
    keys: tuple[str, ...]


class ExpiryStore(Protocol):
    """What has become too old to stay."""

    async def expire(self, before: datetime, now: datetime, limit: int) -> tuple[Run, ...]:
        """Delete some of those with pictures that are older, as people delete; those that went.

        Never what anybody has starred, nor the cover of a preset as it is or was; what somebody
        has brought back is as old as that.
        """
        ...


class DeletedStore(Protocol):
    """What was deleted. Runs that can be brought back are those whose time is not over."""

    async def list(
        self, person_id: str, now: datetime, limit: int, cursor: str | None = None
    ) -> DeletedPage:
        """A person's, at most `limit`. Raises InputRefused for a cursor not of ours."""
        ...

    async def hasten(self, person_id: str, run_ids: Sequence[str] | None, now: datetime) -> int:
        """A person's time is over now, for these runs or for all; of how many."""
        ...

    async def due(self, now: datetime, limit: int) -> tuple[Due, ...]:
        """Those whose time is over, the longest first."""
        ...

    async def purge(self, run_id: str) -> None:
        """Its files are gone: forget its pictures, its words and what was stuck to it.

        What it cost, when, by whom and for which endpoint stays. Safe to call again.
        """
        ...
