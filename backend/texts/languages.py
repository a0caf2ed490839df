"""Which language a request is answered in."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs

ENGLISH: Final = "en"
#: by its tag, what a language calls itself
LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({ENGLISH: "English", "de": "Deutsch"})
#: the cookie and the query's name that hold somebody's choice
CHOICE: Final = "lang"
#: what an answer depends on where it is said in a language
VARY: Final = "Accept-Language, Cookie"


def language_of(headers: Mapping[str, str], query: str = "") -> str:
    """The choice in the address, else the one in the cookie, else what the browser prefers."""
    return (
        chosen_in(query)
        or _in_cookie(headers.get("cookie", ""))
        or _preferred(headers.get("accept-language", ""))
    )


def chosen_in(query: str) -> str | None:
    """The language that an address asks for: `?lang=de`."""
    return _known(parse_qs(query).get(CHOICE, [""])[-1]) if CHOICE in query else None


def _in_cookie(header: str) -> str | None:
    if CHOICE not in header:
        return None
    try:
        found = SimpleCookie(header).get(CHOICE)
    except CookieError:
        return None
    return None if found is None else _known(found.value)


def _known(tag: str) -> str | None:
    return tag if tag in LANGUAGES else None


def _preferred(header: str) -> str:
    """The first of ours in the order of the browser's wishes; English where there is none."""
    wishes = []
    for place, wish in enumerate(header[:1000].split(",")):
        tag, _, rest = wish.strip().partition(";")
        base = tag.strip().partition("-")[0].lower()
        weight = _weight(rest)
        if base in LANGUAGES and weight > 0:
            wishes.append((-weight, place, base))
    return min(wishes)[2] if wishes else ENGLISH


def _weight(text: str) -> float:
    """`q=0.8`; 1 where nothing is said, 0 where it can't be read."""
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
