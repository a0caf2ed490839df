"""Facts about where this server stands: its names, and what cookies need there."""

import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from api.guard import Hosts
from api.headers import Policy
from api.who import Cookies, Resolver, cookie_key
from backend.services import Services

SPACE_ANCESTORS = "'self' https://huggingface.co"


def hosts_of(public_url: str | None, on_loopback: bool, environ: Mapping[str, str]) -> Hosts:
    """The names that this server answers to."""
    names = set() if on_loopback else {socket.gethostname().lower()}
    origins = set()
    space = environ.get("SPACE_HOST")
    for address in (public_url, f"https://{space}" if space else None):
        parts = urlsplit(address or "")
        if parts.hostname:
            names.add(parts.hostname)
            origins.add(f"{parts.scheme}://{parts.netloc}".lower())
    return Hosts(names=frozenset(names), on_loopback=on_loopback, origins=frozenset(origins))


def policy_of(
    frame_ancestors: str | None, public_url: str | None, environ: Mapping[str, str]
) -> Policy:
    """What browsers are asked for; on a Space, Hugging Face's page is around ours."""
    usual = SPACE_ANCESTORS if environ.get("SPACE_ID") else "'self'"
    https = urlsplit(public_url or "").scheme == "https"
    return Policy(frame_ancestors=frame_ancestors or usual, https=https)


def resolver_of(
    services: Services, data_dir: Path, public_url: str | None, environ: Mapping[str, str]
) -> Resolver:
    """Who is asking, by cookies that fit this place."""
    https = urlsplit(public_url or "").scheme == "https"
    framed = bool(environ.get("SPACE_ID"))
    people = services.people
    # no password has a NUL in it: a shared one that is called "proxy" is still another way in
    way = people.password if people.auth == "none" else f"\0{people.auth}"
    if services.openid is not None:
        way = f"{people.auth} {services.openid.fingerprint}"
    key = cookie_key(data_dir, way)
    cookies = Cookies(key=key, framed=framed, https=https)
    return Resolver(
        people=people,
        sessions=services.sessions,
        tokens=services.tokens,
        arrivals=services.arrivals,
        audit=services.audit,
        cookies=cookies,
        address=public_url
        or (f"https://{space}" if (space := environ.get("SPACE_HOST")) else None),
    )
