"""Facts about where this server stands: its names, and what cookies need there."""

import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from api.guard import Hosts
from api.who import Cookies, Resolver, cookie_key
from backend.services.people import People


def hosts_of(public_url: str | None, on_loopback: bool, environ: Mapping[str, str]) -> Hosts:
    """The names that this server answers to."""
    names = {socket.gethostname().lower()}
    for address in (public_url, f"//{environ.get('SPACE_HOST', '')}"):
        host = urlsplit(address or "").hostname
        if host:
            names.add(host)
    return Hosts(names=frozenset(names), on_loopback=on_loopback)


def resolver_of(
    people: People, data_dir: Path, public_url: str | None, environ: Mapping[str, str]
) -> Resolver:
    """Who is asking, by cookies that fit this place."""
    https = urlsplit(public_url or "").scheme == "https"
    framed = bool(environ.get("SPACE_ID"))
    cookies = Cookies(key=cookie_key(data_dir), framed=framed, https=https)
    return Resolver(people=people, cookies=cookies)
