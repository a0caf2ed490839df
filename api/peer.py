"""The address at the other end of the connection, and what a trusted proxy there says."""

import ipaddress

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.domain.sign_in import Identity, ProxyTrust

MOST = 200


class RealPeer:
    """ASGI middleware, before any that believes `X-Forwarded-For`.

    That header is written by whoever sends the request: it says where somebody comes from, and
    must not say that they are the proxy.
    """

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep the address of the connection."""
        client = scope.get("client")
        if client:
            scope.setdefault("state", {})["peer"] = client[0]
        await self._app(scope, receive, send)


def told_by_proxy(request: HTTPConnection, trust: ProxyTrust) -> Identity | None:
    """Who is asking, as a trusted proxy says; None from any other address, or where it is unclear.

    A header that is there twice is none: one of the two may be the sender's own.
    """
    if not _trusted(getattr(request.state, "peer", None), trust):
        return None
    subject = _told(request, trust.header)
    if subject is None:
        return None
    name = _told(request, trust.name_header)
    email = _told(request, trust.email_header)
    return Identity(provider="proxy", subject=subject, name=name or subject, email=email)


def _trusted(peer: object, trust: ProxyTrust) -> bool:
    if not isinstance(peer, str):
        return False
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in trust.addresses)


def _told(request: HTTPConnection, name: str | None) -> str | None:
    values = request.headers.getlist(name) if name else []
    if len(values) != 1:
        return None
    value = values[0]
    try:
        # headers are latin-1 for HTTP, and UTF-8 for most who write them
        value = value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        value = values[0]
    value = value.strip()
    return value if 0 < len(value) <= MOST else None
