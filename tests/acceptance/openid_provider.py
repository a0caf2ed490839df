"""A real OpenID provider from a package (oidc-provider-mock), as a process of its own.

It knows no passwords: whoever types a name there is signed in by it. It takes any client.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import httpx

from tests.acceptance.processes import Child, bare_environment, said

ADDRESS = r"Uvicorn running on (http://127\.0\.0\.1:\d+)"


class OpenIdProvider:
    """The process; as a context manager it answers at the start and has ended at the end."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.url = ""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", "0", "--require-nonce"]
        environ = bare_environment(NO_COLOR="1")
        self._process = Child(command, self._folder / "provider.log", environ, self._folder)
        self.url = said(self._process, ADDRESS)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.log.show_news()

    def knows(self, sub: str, claims: Mapping[str, Any]) -> None:
        """What it says of somebody."""
        place = f"{self.url}/users/{quote(sub, safe='')}"
        httpx.put(place, json=dict(claims), trust_env=False).raise_for_status()

    @property
    def log(self) -> str:
        """What it has said."""
        return self._process.log.text()
