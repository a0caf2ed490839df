"""fal-client as we use it: status polls, cancel and uploads. Never its `submit`."""

from dataclasses import dataclass
from typing import Any

import fal_client
import httpx

from backend.domain.ports import FalStatus
from backend.domain.run import Handle
from backend.fal.hosts import FalHosts
from backend.fal.statuses import read_status
from backend.fal.wire import ForeignHost

#: fal-client asks for an application where it needs none: the URLs are replaced
ANY_APPLICATION = "fal-ai/flux-pro"


@dataclass
class ReadStatus(fal_client.Status):
    """A status as we read it; None where the answer was not usable."""

    read: FalStatus | None


class TolerantHandle(fal_client.AsyncRequestHandle):
    """fal-client's handle, whose own reading raises KeyError where a log or position is missing."""

    def _parse_status(self, data: dict[str, Any]) -> fal_client.Status:
        return ReadStatus(read_status(data))


class Library:
    """Owns one fal-client, made at first use in the loop that runs then."""

    def __init__(self, *, key: str, hosts: FalHosts):
        # always given: without one fal-client would look for a developer's login and spend that
        self._key = key
        self._hosts = hosts
        self._client: fal_client.AsyncClient | None = None
        self._http: httpx.AsyncClient | None = None

    def __repr__(self) -> str:
        return f"Library(hosts={self._hosts!r})"

    @property
    def client(self) -> fal_client.AsyncClient:
        """fal-client with our key."""
        if self._client is None:
            self._client = fal_client.AsyncClient(key=self._key)
        return self._client

    async def handle(self, handle: Handle) -> TolerantHandle:
        """The request, to be asked through fal-client. Raises ForeignHost."""
        status_url = self._hosts.rebase(handle.status_url)
        cancel_url = self._hosts.rebase(handle.cancel_url)
        if not (self._hosts.may_get_key(status_url) and self._hosts.may_get_key(cancel_url)):
            raise ForeignHost
        if self._http is None:
            any_handle = await self.client.get_handle(ANY_APPLICATION, handle.request_id)
            self._http = any_handle.client
        return TolerantHandle(
            request_id=handle.request_id,
            response_url=self._hosts.rebase(handle.response_url),
            status_url=status_url,
            cancel_url=cancel_url,
            client=self._http,
        )

    def forget_login(self) -> None:
        """Let the next upload fetch a new upload token: the kept one may be the fault."""
        self._client = None

    async def aclose(self) -> None:
        """Close the connections; a later call opens new ones."""
        http, self._http, self._client = self._http, None, None
        if http is not None:
            await http.aclose()
