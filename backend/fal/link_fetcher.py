"""Fetches a link that a person gave, once, so that nothing but the public internet is reached.

The name is resolved by us, every address is checked, and the connection goes to the address that
was checked: a name that answers differently the second time gains nothing. Each redirect goes
through the same. No cookies, no key, no proxy: a proxy would resolve the name again.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpcore

from backend.domain.errors import LinkRefused, PictureRefused
from backend.domain.picture import MAX_BYTES
from backend.domain.sentence import Sentence

FETCH_WITHIN_S = 15.0
#: one address of several may be silent, as IPv6 often is
CONNECT_WITHIN_S = 4.0
MOST_REDIRECTS = 5
MOST_LINK_LENGTH = 8_000
REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: ranges that lead to another network behind them (NAT64, 6to4 and its old relays), and one that
#: older Pythons take for public (https://www.iana.org/assignments/iana-ipv4-special-registry)
REFUSED = tuple(
    map(
        ipaddress.ip_network,
        ("64:ff9b::/96", "2002::/16", "192.88.99.0/24", "192.0.0.0/24"),
    )
)
#: all public IPv6 addresses are in here (https://www.iana.org/assignments/ipv6-address-space)
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
HEADERS = [
    (b"accept", b"image/avif,image/webp,image/png,image/jpeg,image/gif"),
    (b"accept-encoding", b"identity"),
    (b"user-agent", b"flux-pro-playground (picture link)"),
]

Resolve = Callable[[str, int], Awaitable[list[str]]]
MayConnect = Callable[[str], bool]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        ip = mapped
    if any(ip.version == network.version and ip in network for network in REFUSED):
        return False
    if ip.version == GLOBAL_V6.version and ip not in GLOBAL_V6:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as this machine's resolver gives them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class GuardedFetcher:
    """The port LinkFetcher."""

    def __init__(
        self,
        resolve: Resolve = resolve,
        may_connect: MayConnect = is_public,
        within_s: float = FETCH_WITHIN_S,
    ):
        self._backend = _Pinned(resolve, may_connect)
        self._within_s = within_s

    async def fetch(self, url: str) -> bytes:
        """The bytes behind a link. Raises LinkRefused or PictureRefused with the reason."""
        try:
            async with asyncio.timeout(self._within_s):
                return await self._follow(url)
        except TimeoutError:
            raise LinkRefused(
                Sentence(
                    "link.slow",
                    "This link did not answer within {seconds} seconds.",
                    seconds=round(self._within_s),
                )
            ) from None
        except httpcore.ConnectError:
            raise LinkRefused(
                Sentence("link.unreachable", "This link's server can't be reached.")
            ) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
            raise LinkRefused(
                Sentence("link.broke_off", "This link's server broke off its answer.")
            ) from None
        except httpcore.UnsupportedProtocol:
            raise LinkRefused from None

    async def _follow(self, url: str) -> bytes:
        async with httpcore.AsyncConnectionPool(
            network_backend=self._backend, retries=0, http2=False
        ) as pool:
            for _ in range(MOST_REDIRECTS + 1):
                answer = await self._once(pool, checked(url))
                if isinstance(answer, bytes):
                    return answer
                url = _next(url, answer)
        raise LinkRefused(
            Sentence("link.too_often", "This link leads from one address to the next too often.")
        )

    async def _once(self, pool: httpcore.AsyncConnectionPool, url: str) -> bytes | str:
        """The body, or where a redirect leads."""
        host = urlsplit(url).netloc.encode("ascii")
        async with pool.stream("GET", url, headers=[(b"host", host), *HEADERS]) as response:
            headers = {name.lower(): value for name, value in response.headers}
            if response.status in REDIRECTS and b"location" in headers:
                return headers[b"location"].decode("utf-8", "replace")
            if response.status != 200:
                told = "This link's server answered with {status}."
                raise LinkRefused(Sentence("link.status", told, status=response.status))
            if headers.get(b"content-encoding", b"identity").lower() != b"identity":
                raise LinkRefused(
                    Sentence("link.packed", "This link's server sends its answer in a packed form.")
                )
            return await _body(response.aiter_stream())


def checked(url: str) -> str:
    """A link that may be tried, in ASCII. Raises LinkRefused with the reason."""
    if len(url) > MOST_LINK_LENGTH or not url.isprintable():
        raise LinkRefused
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise LinkRefused(Sentence("link.none", "This is not a link.")) from None
    if parts.scheme not in ("http", "https") or not host:
        raise LinkRefused
    if parts.username is not None or parts.password is not None:
        raise LinkRefused(
            Sentence("link.with_name", "A link with a name or password in it is not fetched.")
        )
    try:
        name = host if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise LinkRefused(Sentence("link.none", "This is not a link.")) from None
    netloc = f"[{name}]" if ":" in name else name
    if port is not None:
        netloc = f"{netloc}:{port}"
    return parts._replace(
        netloc=netloc, path=_ascii(parts.path), query=_ascii(parts.query), fragment=""
    ).geturl()


def _next(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise LinkRefused(
            Sentence("link.leads_nowhere", "This link leads to something that is not a link.")
        ) from None


def _ascii(text: str) -> str:
    """Percent signs stay as they are: the link may be encoded already."""
    return quote(text, safe="/%:@!$&'()*+,;=?~-._[]")


async def _body(pieces: Any) -> bytes:
    data = bytearray()
    async for piece in pieces:
        data += piece
        if len(data) > MAX_BYTES:
            raise PictureRefused(
                Sentence("link.large", "The picture behind this link is larger than 50 MB.")
            )
    return bytes(data)


class _Pinned(httpcore.AsyncNetworkBackend):
    """Connects to an address that was checked just before, never to a name."""

    def __init__(self, resolve: Resolve, may_connect: MayConnect):
        self._resolve = resolve
        self._may_connect = may_connect
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check every address, connect to the first that answers."""
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError):
            raise LinkRefused(
                Sentence("link.unknown", "This link's server is not known.")
            ) from None
        if not addresses or not all(self._may_connect(address) for address in addresses):
            raise LinkRefused(
                Sentence(
                    "link.private",
                    "This link leads to an address inside a private network; only public ones are "
                    "fetched. Upload the picture instead.",
                )
            )
        for address in addresses[:-1]:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._inner.connect_tcp(
                    address, port, CONNECT_WITHIN_S, local_address, socket_options
                )
        return await self._inner.connect_tcp(
            addresses[-1], port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        """Let that time pass."""
        await self._inner.sleep(seconds)
