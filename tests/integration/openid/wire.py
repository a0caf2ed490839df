"""What stands between the app and the provider: it sees everything, and can change it.

The provider behind it is a real one. It takes the wire's address for its own, so the app's issuer
is the wire. By itself nothing is changed.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import httpx
from fastapi import FastAPI, Request, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.integration.api.site import served

Claims = dict[str, Any]
#: makes another token from the true claims
Mint = Callable[[Claims], object]
#: of a request that nobody answers
FOR_EVER_S = 60.0


def part(value: dict[str, Any] | bytes) -> str:
    """A part of a token as it is written."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def claims_in(token: str) -> Claims:
    """What a token says, unchecked."""
    middle = token.split(".")[1]
    told: Claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return told


@cache
def the_key() -> RSAKey:
    """Made once: it takes its time."""
    return RSAKey.generate_key(2048, {"kid": "wire"})


@dataclass
class Seen:
    """One request to the provider, and what it answered."""

    path: str
    query: dict[str, str]
    body: dict[str, str]
    headers: dict[str, str]
    answer: str = ""


@dataclass
class Wire:
    """A provider whose words can be twisted."""

    provider: str
    base: str = ""
    seen: list[Seen] = field(default_factory=list)
    #: what the provider says of itself, changed
    metadata: dict[str, Any] = field(default_factory=dict)
    mint: Mint | None = None
    #: paths that are not answered, that are answered with this, and that hang
    answers: dict[str, Response] = field(default_factory=dict)
    hangs: set[str] = field(default_factory=set)
    #: added to the provider's own keys
    key: RSAKey = field(default_factory=the_key)
    #: a set of several keys needs their names in every token, and the provider names none
    shows_key: bool = False

    def signed(self, claims: Claims, **header: str) -> str:
        """A token by the wire's key, which the provider's keys seem to include."""
        return jwt.encode({"alg": "RS256", "kid": "wire", **header}, claims, self.key)

    def of(self, path: str) -> list[Seen]:
        """The requests to a path."""
        return [one for one in self.seen if one.path == path]

    async def pass_on(self, request: Request) -> Response:
        """As the provider answers, but for what is changed."""
        path, body = request.url.path, await request.body()
        seen = Seen(
            path, dict(request.query_params), dict(parse_qsl(body.decode())), dict(request.headers)
        )
        self.seen.append(seen)
        if path in self.hangs:
            await asyncio.sleep(FOR_EVER_S)
        if path in self.answers:
            return self.answers[path]
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            answer = await client.request(
                request.method,
                f"{self.provider}{path}",
                params=request.query_params,
                content=body,
                headers={k: v for k, v in request.headers.items() if k != "accept-encoding"},
            )
        seen.answer = answer.text
        content = self._changed(path, answer)
        headers = {k: v for k, v in answer.headers.items() if k != "content-length"}
        return Response(content, answer.status_code, headers)

    def _changed(self, path: str, answer: httpx.Response) -> bytes:
        if "json" not in answer.headers.get("content-type", ""):
            return answer.content
        told = answer.json()
        if path == "/.well-known/openid-configuration":
            told |= self.metadata
        if path == "/jwks" and self.shows_key:
            told["keys"].append(self.key.as_dict(private=False, use="sig"))
        if path == "/oauth2/token" and self.mint is not None and "id_token" in told:
            told["id_token"] = self.mint(claims_in(told["id_token"]))
        return json.dumps(told).encode()


@asynccontextmanager
async def wired(provider: str) -> AsyncIterator[Wire]:
    """A wire to that provider."""
    wire, app = Wire(provider), FastAPI()
    app.api_route("/{_:path}", methods=["GET", "POST", "PUT"])(wire.pass_on)
    async with served(app) as base:
        wire.base = base
        yield wire
