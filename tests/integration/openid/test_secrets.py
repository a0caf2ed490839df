"""Codes, tokens and the client's secret are found nowhere, at DEBUG and with every failure."""

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import Response

from backend.logs import start_logging
from tests.integration.openid.conftest import SECRET, Open
from tests.integration.openid.visitor import BACK, BEGIN, Visitor, query_of
from tests.integration.openid.wire import Wire

GALLERY = "/api/v1/runs"


@pytest.fixture
def log(capfd: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """The app's own log, at DEBUG; without the last net, so that nothing hangs on it alone."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    start_logging("DEBUG", ())
    yield capfd
    root.handlers[:], root.level = before[0], before[1]


def marks(wire: Wire) -> set[str]:
    """Everything that went between app and provider and is nobody else's business."""
    found = {SECRET}
    for one in wire.seen:
        found |= {value for name, value in one.body.items() if name in ("code", "code_verifier")}
        found |= {one.query[name] for name in ("nonce", "code_challenge") if name in one.query}
        if one.path == "/oauth2/token" and one.answer.startswith("{"):
            told = httpx.Response(200, text=one.answer).json()
            found |= {told[name] for name in told if name.endswith("_token")}
        authorization = one.headers.get("authorization", "")
        found |= {authorization.partition(" ")[2]} - {""}
    return found


def kept(folder: Path) -> dict[Path, bytes]:
    """All that is written there."""
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


async def test_nothing_of_a_sign_in_is_kept_or_said(
    open_site: Open, wire: Wire, tmp_path: Path, log: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []

    def keep(answer: httpx.Response) -> httpx.Response:
        # the way to the provider carries what the provider has to know
        heads = {k: v for k, v in answer.headers.items() if k != "location"}
        said.append(f"{answer.text} {heads}")
        return answer

    async with open_site() as site:
        ada = await Visitor.at(site)
        keep(await ada.sign_in("ada"))
        keep(await ada.me())
        keep(await ada.browser.get(GALLERY))
        keep(await ada.browser.get("/api/v1/me/sessions"))
        for path in ("/userinfo", "/oauth2/token"):
            wire.answers = {path: Response('{"error": "invalid_grant"}', 400)}
            keep(await ada.sign_in("ada"))
        wire.answers = {}
        wire.mint = lambda _: "no.id.token"
        keep(await ada.sign_in("ada"))
        code = query_of(await ada.authorize(await ada.begin(), "ada"))["code"]
        keep(await ada.browser.get(BACK, params={"code": code, "state": "another"}))
        keep(await ada.browser.get(BEGIN))
    secrets = {*marks(wire), code}
    assert len(secrets) >= 12
    told = log.readouterr()
    files = kept(tmp_path)
    assert any(file.suffix == ".db" for file in files)
    assert "an id token was refused" in told.err
    for secret in secrets:
        assert secret not in told.out + told.err, secret
        assert not any(secret in text for text in said), secret
        assert not [file for file, data in files.items() if secret.encode() in data], secret
