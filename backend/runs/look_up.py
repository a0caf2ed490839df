"""An uncertain run, looked up at fal: by the id that came with the answer, or in fal's list."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.domain.errors import FalError
from backend.domain.ports import FalRequest, Gateway, RunStore
from backend.domain.run import Handle, Run, RunState

#: fal's clock and ours may differ by this much
CLOCK_SKEW = timedelta(minutes=1)
#: a request that was sent this long after our POST is not ours
REPLY_MAY_TAKE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class LookUp:
    """Finds the request of a run whose reply was lost."""

    store: RunStore
    gateway: Gateway

    async def find(self, run: Run) -> Handle | None:
        """The request's handle, or None where fal does not show one. Raises FalError."""
        if run.handle is not None and await self._known(run.handle):
            return run.handle
        if run.submitted_at is None or run.sent_input is None:
            return None
        since = run.submitted_at - CLOCK_SKEW
        listed = await self.gateway.requests(run.endpoint_id, since)
        if run.handle is not None and any(one.request_id == run.request_id for one in listed):
            return run.handle
        if await self._twin_under_way(run):
            return None
        for request in candidates(listed, run.sent_input, run.submitted_at):
            if await self.store.by_request_id(request.request_id) is None:
                return self.gateway.handle(run.endpoint_id, request.request_id)
        return None

    async def _twin_under_way(self, run: Run) -> bool:
        """Whether another run of the same input waits for its reply: the request may be its."""
        return any(
            other.endpoint_id == run.endpoint_id and other.sent_input == run.sent_input
            for other in await self.store.in_states((RunState.SUBMITTING,))
        )

    async def _known(self, handle: Handle) -> bool:
        try:
            async with aclosing(self.gateway.follow(handle)) as statuses:
                return await anext(statuses, None) is not None
        except FalError:
            return False


def candidates(
    listed: tuple[FalRequest, ...], sent_input: Mapping[str, object], submitted_at: datetime
) -> list[FalRequest]:
    """The requests that can be ours, the earliest first: same input, sent about then."""
    return sorted(
        (
            request
            for request in listed
            if request.sent_at is not None
            and submitted_at - CLOCK_SKEW <= request.sent_at <= submitted_at + REPLY_MAY_TAKE
            and request.input is not None
            and all(request.input.get(name) == value for name, value in sent_input.items())
        ),
        key=lambda request: request.sent_at or submitted_at,
    )
