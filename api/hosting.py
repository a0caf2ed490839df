"""Facts about where this server stands, from the settings and the environment."""

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from api.guard import Hosts
from api.who import Cookies, Resolver, cookie_key
from backend.services.people import People
from backend.settings import Settings


def hosts_of(settings: Settings, environ: Mapping[str, str]) -> Hosts:
    """The names that this server answers to."""
    names = {socket.gethostname().lower()}
    for address in (settings.public_url, f"//{environ.get('SPACE_HOST', '')}"):
        host = urlsplit(address or "").hostname
        if host:
            names.add(host)
    return Hosts(names=frozenset(names), on_loopback=settings.on_loopback)


def resolver_of(settings: Settings, environ: Mapping[str, str], people: People) -> Resolver:
    """Who is asking, by cookies that fit this place."""
    https = urlsplit(settings.public_url or "").scheme == "https"
    cookies = Cookies(
        key=cookie_key(settings.data_dir), framed=bool(environ.get("SPACE_ID")), https=https
    )
    return Resolver(people=people, cookies=cookies)
