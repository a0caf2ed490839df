"""Our own HTTP calls: one warm client, the key only where it may go, bodies read with a limit."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from backend.fal.answer import Answer, lower
from backend.fal.hosts import FalHosts
from backend.fal.timeouts import Timeouts

log = logging.getLogger(__name__)

SMALL_BODY = 1024 * 1024
#: connections of our own: a status stream holds one for as long as its run lasts
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=20)


class ForeignHost(Exception):
    """A URL that is neither fal's nor the stand-in's. Nothing was sent."""


class TooLarge(Exception):
    """A body over its limit."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One HTTP request of ours."""

    #: what it is, for the log; the URL is not logged
    name: str
    method: str
    url: str
    #: the whole call, in seconds
    within: float
    content: bytes | None = None
    headers: Mapping[str, str] | None = None
    params: Mapping[str, str] | None = None
    #: bytes of the answer's body
    limit: int = SMALL_BODY


class Wire:
    """Owns the HTTP client and the key. Neither shows in its repr."""

    def __init__(
        self,
        *,
        key: str,
        hosts: FalHosts,
        app_version: str,
        timeouts: Timeouts,
        transport: httpx.AsyncBaseTransport | None = None,
    ):
        self._key = key
        self._transport = transport
        self._agent = f"flux-pro-playground/{app_version}"
        self._client: httpx.AsyncClient | None = None
        self.hosts = hosts
        self.timeouts = timeouts

    def __repr__(self) -> str:
        return f"Wire(hosts={self.hosts!r})"

    async def aclose(self) -> None:
        """Close the connections; a later call opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def ask(self, call: Call) -> Answer:
        """Send once, with the key, without following redirects; the answer.

        A body that breaks off gives an answer that is not whole: its status and headers count.
        Raises ForeignHost before anything is sent, else what httpx raises, or TimeoutError.
        """
        url = self.hosts.rebase(call.url)
        if not self.hosts.may_get_key(url):
            raise ForeignHost
        headers = {**(call.headers or {}), "Authorization": f"Key {self._key}"}
        began = time.monotonic()
        answer: Answer | None = None
        try:
            async with (
                asyncio.timeout(call.within),
                self._open(replace(call, url=url, headers=headers)) as response,
            ):
                answer = Answer(
                    status=response.status_code, headers=lower(response.headers), whole=False
                )
                body = await read_body(response, call.limit)
                answer = replace(answer, body=body, whole=True)
        except (httpx.HTTPError, httpx.StreamError, OSError, TooLarge) as error:
            log.debug("%s: %s", call.name, type(error).__name__)
            if answer is None:
                raise
        _note(call.name, answer, began)
        return answer

    @asynccontextmanager
    async def stream(
        self, url: str, *, name: str, within: float, with_key: bool, accept: str = "*/*"
    ) -> AsyncIterator[httpx.Response]:
        """A GET whose body the caller reads; `within` bounds each silence, not the whole call."""
        target = self.hosts.rebase(url)
        allowed = self.hosts.may_get_key if with_key else self.hosts.may_download
        if not allowed(target):
            raise ForeignHost
        headers = {"Accept": accept}
        if with_key:
            headers["Authorization"] = f"Key {self._key}"
        call = Call(name=name, method="GET", url=target, within=within, headers=headers)
        began = time.monotonic()
        async with self._open(call) as response:
            _note(name, Answer(status=response.status_code, headers=lower(response.headers)), began)
            yield response

    @asynccontextmanager
    async def _open(self, call: Call) -> AsyncIterator[httpx.Response]:
        timeout = httpx.Timeout(call.within, connect=min(self.timeouts.connect, call.within))
        async with self._warm().stream(
            call.method,
            call.url,
            content=call.content,
            headers=dict(call.headers or {}),
            params=dict(call.params) if call.params else None,
            timeout=timeout,
            follow_redirects=False,
        ) as response:
            yield response

    def _warm(self) -> httpx.AsyncClient:
        """Made at first use: a client belongs to the event loop that runs then."""
        if self._client is None:
            self._client = httpx.AsyncClient(
                # identity: the length of a picture can be compared with what was announced
                headers={"User-Agent": self._agent, "Accept-Encoding": "identity"},
                limits=LIMITS,
                transport=self._transport,
                cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            )
        return self._client


async def read_body(response: httpx.Response, limit: int) -> bytes:
    """The whole body. Raises TooLarge over `limit` bytes, httpx's errors where it breaks off."""
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > limit:
            raise TooLarge
    return bytes(body)


def _note(name: str, answer: Answer, began: float) -> None:
    took = (time.monotonic() - began) * 1000
    request_id = answer.headers.get("x-fal-request-id", "-")
    log.debug("%s: %s in %.0f ms, request %.80s", name, answer.status, took, request_id)
