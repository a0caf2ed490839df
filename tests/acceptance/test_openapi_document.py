"""The whole OpenAPI document against the app in practice mode, by Schemathesis.

By hand, longer and with a seed of its own:
`SCHEMATHESIS_SECONDS=600 .venv/bin/pytest tests/acceptance/test_openapi_document.py -s`
"""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.acceptance.app_process import App

CONFIG = Path(__file__).parent / "schemathesis" / "schemathesis.toml"
HOOKS = CONFIG.with_name("explained_refusals.py")
PASSWORD = "a-password-of-this-test"
#: fuzzing and sequences of calls go on until this time is over
SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "0"))
#: a seed of its own, and no walk through every limit of every field: that takes some minutes
QUICK = ["--max-examples=12", "--generation-deterministic", "--phases=examples,fuzzing,stateful"]
FULL_S = 600


def come_in(app: App, document: Path) -> str:
    """Write the document down, and answer the cookie of somebody who has come in."""
    with httpx.Client(base_url=app.url, trust_env=False) as browser:
        form = {"name": "Ada", "password": PASSWORD}
        browser.post("/sign-in", data=form, headers={"Origin": app.url})
        document.write_bytes(browser.get("/api/v1/openapi.json").raise_for_status().content)
        return browser.cookies["playground"]


def schemathesis(app: App, folder: Path) -> int:
    """Ask every call of the document, alone and in the sequences that its links tell."""
    command = [sys.executable, "-m", "schemathesis.cli", f"--config-file={CONFIG}", "run"]
    command += ["openapi.json", f"--url={app.url}", "--no-color", "--warnings=off"]
    command += ["--request-timeout=20", "--continue-on-failure"]
    command += [f"--max-time={SECONDS}"] if SECONDS else QUICK
    environ = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": str(HOOKS),
        "PLAYGROUND_COOKIE": come_in(app, folder / "openapi.json"),
        "NO_PROXY": "127.0.0.1",
    }
    said = folder / "said.txt"
    with said.open("w") as out:
        done = subprocess.run(
            command, cwd=folder, env=environ, stdout=out, timeout=FULL_S + SECONDS, check=False
        )
    sys.stdout.write(said.read_text())  # the seed and the figures, with -s or on a failure
    return done.returncode


@pytest.mark.timeout(FULL_S + SECONDS)
def test_the_app_keeps_to_its_own_document(tmp_path: Path) -> None:
    few = {"MAX_RUNS_IN_FLIGHT": "1", "MAX_WAITING": "20", "APP_PASSWORD": PASSWORD}
    with App(tmp_path / "app", settings=few) as app:
        assert schemathesis(app, tmp_path) == 0
        assert app.get("/readyz").status_code == 200
