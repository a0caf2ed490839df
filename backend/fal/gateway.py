"""The door to fal, or to what stands in for it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime

from backend.domain.deleted import ForgetAnswer
from backend.domain.errors import FalError
from backend.domain.field import Input
from backend.domain.ports import (
    CancelAnswer,
    Clock,
    FalRequest,
    FalResult,
    FalStatus,
    KeyState,
    UnitPrice,
)
from backend.domain.rules import AS_THE_ACCOUNT_HAS_IT, Retention
from backend.domain.run import Handle
from backend.fal import (
    cancel,
    download,
    follow,
    forget,
    key_state,
    prices,
    requests_list,
    result,
    submit,
    uploads,
)
from backend.fal.handles import build_handle
from backend.fal.hosts import FalHosts
from backend.fal.library import Library
from backend.fal.pace import Pace
from backend.fal.timeouts import DEFAULT_TIMEOUTS, Timeouts
from backend.fal.translate import status_problem
from backend.fal.unsaid import Unsaid
from backend.fal.wire import Wire


class FalGateway:
    """Implements the port Gateway. One for each process and event loop; `aclose` at the end.

    Before the first upload: `point_fal_client(hosts)`.
    """

    def __init__(
        self,
        key: str,
        hosts: FalHosts,
        clock: Clock,
        app_version: str,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
    ):
        self._has_key = bool(key)
        self._hosts = hosts
        self._clock = clock
        self._timeouts = timeouts
        self._wire = Wire(key=key, hosts=hosts, app_version=app_version, timeouts=timeouts)
        self._library = Library(key=key, hosts=hosts)
        self._pace = Pace()
        self._unsaid = Unsaid(key)

    def __repr__(self) -> str:
        return f"FalGateway(hosts={self._hosts!r})"

    async def aclose(self) -> None:
        """Close all connections."""
        await self._wire.aclose()
        await self._library.aclose()

    async def submit(
        self, endpoint_id: str, sent_input: Input, retention: Retention = AS_THE_ACCOUNT_HAS_IT
    ) -> Handle:
        """The paid POST, sent at most once by each call."""
        with self._unsaid.in_errors():
            return await submit.submit(self._wire, endpoint_id, sent_input, retention)

    async def follow(self, handle: Handle) -> AsyncGenerator[FalStatus, None]:
        """Every change of an accepted request's status, the last one "completed"."""
        news = follow.follow(self._wire, self._library, self._pace, self._clock, handle)
        with self._unsaid.in_errors():
            async with aclosing(news):
                async for status in news:
                    yield self._unsaid.status(status)

    def problem(self, status: FalStatus) -> FalError | None:
        """What a completed status with `error` or `error_type` means."""
        return status_problem(status)

    async def result(self, handle: Handle) -> FalResult:
        """A completed request's result."""
        with self._unsaid.in_errors():
            found = await result.fetch_result(self._wire, self._clock, handle)
        return self._unsaid.result(found)

    async def cancel(self, handle: Handle) -> CancelAnswer:
        """Ask fal to drop the request."""
        with self._unsaid.in_errors():
            return await cancel.cancel(self._library, handle, within=self._timeouts.ask)

    async def forget(self, request_id: str) -> ForgetAnswer:
        """Have fal delete what it keeps of a request."""
        with self._unsaid.in_errors():
            return await forget.forget(self._wire, request_id)

    async def upload(self, data: bytes, content_type: str, file_name: str) -> str:
        """Store a picture at fal for a day; its URL."""
        with self._unsaid.in_errors():
            return await uploads.upload(
                self._library,
                self._hosts,
                data=data,
                content_type=content_type,
                file_name=file_name,
                within=self._timeouts.upload,
            )

    async def download(self, url: str) -> bytes:
        """A picture's bytes, at most 50 MB."""
        with self._unsaid.in_errors():
            return await download.download(self._wire, url)

    def handle(self, endpoint_id: str, request_id: str) -> Handle:
        """The handle of a request whose id is known but whose reply was lost."""
        return build_handle(self._hosts.queue_url, endpoint_id, request_id)

    async def requests(self, endpoint_id: str, since: datetime) -> tuple[FalRequest, ...]:
        """fal's list of this endpoint's requests since then."""
        with self._unsaid.in_errors():
            return await requests_list.list_requests(self._wire, endpoint_id, since)

    async def unit_prices(self, endpoint_ids: Sequence[str]) -> tuple[UnitPrice, ...]:
        """fal's unit prices of these endpoints."""
        with self._unsaid.in_errors():
            return await prices.fetch_prices(self._wire, endpoint_ids)

    async def key_state(self) -> KeyState:
        """Whether fal accepts the key, by a call that costs nothing."""
        return await key_state.ask_key_state(self._wire) if self._has_key else "missing"
