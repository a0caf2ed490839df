"""Somebody who signs in, step by step, so that each step can be another's."""

from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.integration.api.site import Site

BEGIN = "/sign-in/openid"
BACK = "/sign-in/openid/back"
ME = "/api/v1/me"


def query_of(address: str) -> dict[str, str]:
    """What an address carries."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@dataclass
class Visitor:
    """A browser at the app."""

    browser: httpx.AsyncClient

    @classmethod
    async def at(cls, site: Site) -> Self:
        """A new one."""
        return cls(await site.browser())

    async def begin(self, target: str | None = None) -> str:
        """Press the button; the provider's address."""
        query = {} if target is None else {"next": target}
        answer = await self.browser.get(BEGIN, params=query)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def authorize(self, address: str, sub: str) -> str:
        """Say at the provider who one is; the address that leads back."""
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            answer = await client.post(address, data={"sub": sub})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def come_back(self, address: str) -> httpx.Response:
        """Follow the way back."""
        parts = urlsplit(address)
        return await self.browser.get(f"{parts.path}?{parts.query}")

    async def sign_in(self, sub: str, target: str | None = None) -> httpx.Response:
        """All of it."""
        return await self.come_back(await self.authorize(await self.begin(target), sub))

    async def me(self) -> httpx.Response:
        """What the app says of who this is."""
        return await self.browser.get(ME)

    async def person(self) -> dict[str, Any]:
        """Who this is."""
        person: dict[str, Any] = (await self.me()).raise_for_status().json()["person"]
        return person

    async def refused(
        self, answer: httpx.Response, *said: str, status: int = 403, case: str = ""
    ) -> None:
        """An answer is a page with this sentence, and nobody came in by it."""
        assert answer.status_code == status, f"{case}: {answer.text}"
        assert answer.headers["content-type"].startswith("text/html"), case
        for words in said:
            assert words in answer.text, case
        assert "Traceback" not in answer.text, case
        assert (await self.me()).status_code == 401, case
