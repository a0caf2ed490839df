"""One HTTP answer, read whole or cut off."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import httpx

#: what `Answer.json` gives for a body that is not JSON; fal's JSON may be null
UNREADABLE = object()


@dataclass(frozen=True, kw_only=True, repr=False)
class Answer:
    """Status, headers and body. Its repr shows neither headers nor body: they hold prompts."""

    status: int
    #: by lower-case name
    headers: Mapping[str, str]
    body: bytes = b""
    #: False where the body was cut off, too large or too slow
    whole: bool = True

    @classmethod
    def of(cls, response: httpx.Response) -> "Answer":
        """An answer that another client has read already."""
        body = response.content if response.is_closed else b""
        return cls(status=response.status_code, headers=lower(response.headers), body=body)

    def __repr__(self) -> str:
        return f"Answer(status={self.status}, bytes={len(self.body)}, whole={self.whole})"

    @property
    def ok(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300

    def json(self, floats: type[float] | type[Decimal] = float) -> object:
        """The body as JSON, or UNREADABLE. `floats` is what numbers with a fraction become."""
        if not self.whole:
            return UNREADABLE
        try:
            return json.loads(self.body, parse_float=floats)
        except (ValueError, ArithmeticError, RecursionError):
            return UNREADABLE


def lower(headers: httpx.Headers) -> dict[str, str]:
    """Headers by lower-case name."""
    return {name.lower(): value for name, value in headers.items()}
