"""Where fal is, who may get the key, and from where pictures may come."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

import httpx

#: fal's own hosts. fal-client 1.0.3 falls back to the two falrun.com names where the first can't
#: be connected to (https://github.com/fal-ai/fal, read 2026-11-21).
KEY_HOSTS = frozenset(
    {
        "queue.fal.run",
        "queue.falrun.com",
        "fal.run",
        "falrun.com",
        "rest.fal.ai",
        "api.fal.ai",
    }
)
#: hosts of fal's files (https://fal.ai/docs/documentation/model-apis/fal-cdn, read 2026-11-21);
#: a leading dot means every name below it
MEDIA_HOSTS = ("fal.media", ".fal.media", "storage.googleapis.com")
#: a run asks forty times about six addresses; longer ones are read each time, and not kept
PARSED_KEPT = 128
LONGEST_KEPT = 500


@dataclass(frozen=True, kw_only=True)
class FalHosts:
    """The addresses of fal, or of the one stand-in on loopback that answers for all of them."""

    queue_url: str = "https://queue.fal.run"
    rest_url: str = "https://rest.fal.ai"
    cdn_url: str = "https://v3.fal.media"
    api_url: str = "https://api.fal.ai"
    media: tuple[str, ...] = MEDIA_HOSTS
    #: the origin of practice mode's server, e.g. "http://127.0.0.1:4711"
    stand_in: str | None = None

    @classmethod
    def stand_in_at(cls, base_url: str) -> "FalHosts":
        """Everything at one loopback address. Raises ValueError for any other address."""
        url = parsed(base_url)
        if url is None or not is_loopback(url):
            raise ValueError("a stand-in for fal has to be on loopback")
        base = base_url.rstrip("/")
        return cls(queue_url=base, rest_url=base, cdn_url=base, api_url=base, stand_in=base)

    def may_get_key(self, url: str) -> bool:
        """Whether the key may be sent there: fal's own hosts over https, or only the stand-in."""
        target = parsed(url)
        if target is None:
            return False
        if self.stand_in is not None:
            return self._is_stand_in(target)
        return _is_plain_https(target) and target.host in KEY_HOSTS

    def may_download(self, url: str) -> bool:
        """Whether a picture may be fetched from there, without the key."""
        target = parsed(url)
        if target is None:
            return False
        return self._is_stand_in(target) or (
            _is_plain_https(target) and any(_covers(name, target.host) for name in self.media)
        )

    def rebase(self, url: str) -> str:
        """The URL as it is to be called today.

        A stand-in has another port after each start: the origin of a stored loopback URL is
        replaced by today's. Every other URL stays as it is.
        """
        target, today = parsed(url), parsed(self.stand_in) if self.stand_in else None
        if target is None or today is None or not is_loopback(target):
            return url
        return str(target.copy_with(scheme=today.scheme, host=today.host, port=today.port))

    def _is_stand_in(self, target: httpx.URL) -> bool:
        today = parsed(self.stand_in) if self.stand_in else None
        return (today is not None and not target.userinfo and is_loopback(target)) and _origin(
            target
        ) == _origin(today)


def parsed(url: object) -> httpx.URL | None:
    """The URL as httpx will call it; None where it is none."""
    if not isinstance(url, str):
        return None
    return _parsed_before(url) if len(url) <= LONGEST_KEPT else _parsed(url)


def _parsed(url: str) -> httpx.URL | None:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        return None


_parsed_before = lru_cache(maxsize=PARSED_KEPT)(_parsed)


def is_loopback(url: httpx.URL) -> bool:
    """True for http(s) addresses that never leave this machine."""
    if url.scheme not in ("http", "https"):
        return False
    if url.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return False


def _is_plain_https(url: httpx.URL) -> bool:
    return url.scheme == "https" and url.port in (None, 443) and not url.userinfo


def _covers(name: str, host: str) -> bool:
    return host.endswith(name) if name.startswith(".") else host == name


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)
