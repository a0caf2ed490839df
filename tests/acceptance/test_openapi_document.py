"""The whole OpenAPI document against the app in practice mode, by Schemathesis, as each role: no
call ends in a 500, answers what the document does not say, or tells a secret.

By hand, longer and with a seed of its own:
`SCHEMATHESIS_SECONDS=600 .venv/bin/pytest tests/acceptance/test_openapi_document.py -s`
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.acceptance.app_process import KEY, App
from tests.acceptance.processes import said

CONFIG = Path(__file__).parent / "schemathesis" / "schemathesis.toml"
HOOKS = CONFIG.with_name("checks_of_ours.py")
LINK = r"(http\S+/join/\S+)"
PASSWORD = "a password of this test"
#: fuzzing and sequences of calls go on until this time is over
SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "0"))
#: a seed of its own, and no walk through every limit of every field: that takes some minutes
QUICK = ("--generation-deterministic", "--phases=examples,fuzzing,stateful", "--max-examples=12")
#: the calls are the same for everybody: what differs is who is let through
BRIEF = ("--generation-deterministic", "--phases=examples,fuzzing", "--max-examples=4")
FULL_S = 600


def browser_of(app: App) -> httpx.Client:
    """Somebody's browser."""
    return httpx.Client(base_url=app.url, headers={"Origin": app.url}, trust_env=False)


def joined(app: App, name: str, link: str) -> str:
    """The cookie of somebody who has come by a one-time link."""
    with browser_of(app) as browser:
        browser.post(httpx.URL(link).path, data={"name": name, "password": PASSWORD})
        return browser.cookies["playground"]


@dataclass(frozen=True)
class People:
    """An app with accounts, its admin, and whom the admin brings in."""

    app: App
    admin_cookie: str

    def asked(self, method: str, path: str, **body: object) -> httpx.Response:
        """The admin's request."""
        with browser_of(self.app) as browser:
            browser.cookies["playground"] = self.admin_cookie
            answer = browser.request(method, f"/api/v1{path}", json=body or None)
            return answer.raise_for_status()

    def session_of(self, role: str) -> tuple[str, str]:
        """Somebody new in that role: how Schemathesis carries it, and the secret in it."""
        link = self.asked("POST", "/people/invitations", role=role).json()["link"]
        cookie = joined(self.app, f"A {role}", link)
        return f'[auth.openapi.session]\napi_key = "{cookie}"\n', cookie

    def reading_token(self) -> tuple[str, str]:
        """A token of the admin's that may only look."""
        token = self.asked("POST", "/me/tokens", name="reader", scope="read", days=1).json()[
            "token"
        ]
        return f'[auth.openapi.token]\nbearer = "{token}"\n', token


def schemathesis(people: People, folder: Path, auth: str, secret: str, how: tuple[str, ...]) -> int:
    """Ask every call of the document as somebody; the secrets may be in no answer."""
    config = folder / "schemathesis.toml"
    config.write_text(f"{auth}\n{CONFIG.read_text()}")
    (folder / "openapi.json").write_bytes(people.asked("GET", "/openapi.json").content)
    command = [sys.executable, "-m", "schemathesis.cli", f"--config-file={config}", "run"]
    command += ["openapi.json", f"--url={people.app.url}", "--no-color", "--warnings=off"]
    command += ["--request-timeout=20", "--continue-on-failure"]
    command += [f"--max-time={SECONDS}"] if SECONDS else how
    environ = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": str(HOOKS),
        "PLAYGROUND_SECRETS": "\n".join((secret, PASSWORD, KEY)),
        "NO_PROXY": "127.0.0.1",
    }
    report = folder / "said.txt"
    with report.open("w") as out:
        done = subprocess.run(
            command, cwd=folder, env=environ, stdout=out, timeout=FULL_S + SECONDS, check=False
        )
    sys.stdout.write(report.read_text())  # the seed and the figures, with -s or on a failure
    return done.returncode


ASKERS: dict[str, Callable[[People], tuple[str, str]]] = {
    "guest": lambda people: people.session_of("guest"),
    "member": lambda people: people.session_of("member"),
    "admin": lambda people: people.session_of("admin"),
    "a token that may only read": People.reading_token,
}


@pytest.mark.timeout(FULL_S + SECONDS)
@pytest.mark.parametrize("who", ASKERS)
def test_the_app_keeps_to_its_own_document_whoever_asks(tmp_path: Path, who: str) -> None:
    settings = {
        "MAX_RUNS_IN_FLIGHT": "1",
        "MAX_WAITING": "20",
        "AUTH": "password",
        "PRACTICE": "on",
        "FAL_KEY": KEY,
    }
    with App(tmp_path / "app", settings=settings) as app:
        people = People(app, joined(app, "Ada", said(app.process, LINK)))
        how = QUICK if who == "member" else BRIEF
        auth, secret = ASKERS[who](people)
        assert schemathesis(people, tmp_path, auth, secret, how) == 0
        assert app.get("/readyz").status_code == 200
