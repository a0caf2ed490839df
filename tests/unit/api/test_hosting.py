"""Where the server stands: names, origins, cookies and their key."""

import socket
import stat
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from api.hosting import hosts_of
from api.who import COOKIE, KEY_FILE, LASTS_S, Cookies, cookie_key

TOKEN = "the-token-of-a-session"


def asking(cookie: str) -> HTTPConnection:
    """A request with that cookie header."""
    scope: dict[str, Any] = {"type": "http", "headers": [(b"cookie", cookie.encode("latin-1"))]}
    return HTTPConnection(scope)


def cookies(**changes: Any) -> Cookies:
    return Cookies(**{"key": "k" * 64, "framed": False, "https": False, **changes})


def written(by: Cookies) -> str:
    """The Set-Cookie header for a session's token."""
    response = Response()
    by.write(response, TOKEN)
    return response.headers["set-cookie"]


def test_the_public_address_and_the_space_are_names_and_origins() -> None:
    hosts = hosts_of("https://Flux.Example.org:8443/x", False, {"SPACE_HOST": "team-flux.hf.space"})
    assert {"flux.example.org", "team-flux.hf.space"} <= hosts.names
    assert hosts.origins == {"https://flux.example.org:8443", "https://team-flux.hf.space"}


def test_the_machines_own_name_counts_off_loopback_only() -> None:
    name = socket.gethostname().lower()
    assert name in hosts_of(None, False, {}).names
    assert hosts_of(None, True, {}).names == frozenset()


def test_without_a_public_address_there_is_no_other_origin() -> None:
    assert hosts_of(None, False, {}).origins == frozenset()


# ── cookies ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("made", "attributes"),
    [
        (cookies(), {"Path=/", "HttpOnly", "SameSite=Lax"}),
        (cookies(https=True), {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"}),
        (cookies(framed=True), {"Path=/", "HttpOnly", "SameSite=None", "Secure", "Partitioned"}),
    ],
    ids=["plain", "https", "on a Space"],
)
def test_a_cookie_has_the_attributes_that_its_place_needs(
    made: Cookies, attributes: set[str]
) -> None:
    value, *rest = written(made).split("; ")
    assert value.startswith(f"{COOKIE}=")
    assert set(rest) == attributes | {f"Max-Age={LASTS_S}"}


def test_signing_out_empties_the_cookie() -> None:
    response = Response()
    cookies().clear(response)
    assert response.headers["set-cookie"].startswith(f"{COOKIE}=; Max-Age=0; ")


def test_a_cookie_is_read_back() -> None:
    assert cookies().read(asking(written(cookies()).partition(";")[0])) == TOKEN


def test_the_later_of_two_cookies_counts() -> None:
    good = written(cookies()).partition(";")[0]
    two: dict[str, Any] = {
        "type": "http",
        "headers": [(b"cookie", f"{COOKIE}=stale".encode()), (b"cookie", good.encode())],
    }
    assert cookies().read(HTTPConnection(two)) == TOKEN


@pytest.mark.parametrize(
    "value", ["", "alice", "a.b.c", "ImFsaWNlIg.aaaaaa.aaaa", "\x00", "é" * 99]
)
def test_a_cookie_that_nobody_signed_does_not_count(value: str) -> None:
    assert cookies().read(asking(f"{COOKIE}={value}")) is None


def test_a_cookie_that_is_cut_or_changed_anywhere_does_not_count() -> None:
    value = written(cookies()).partition(";")[0].removeprefix(f"{COOKIE}=")
    for place in range(len(value)):
        assert cookies().read(asking(f"{COOKIE}={value[:place]}")) is None
        other = "A" if value[place] != "A" else "B"
        # a last character of base64 may stand for the same bytes as another one
        if place < len(value) - 1:
            changed = value[:place] + other + value[place + 1 :]
            assert cookies().read(asking(f"{COOKIE}={changed}")) is None


def test_a_cookie_of_another_key_or_for_another_purpose_does_not_count() -> None:
    assert cookies(key="x" * 64).read(asking(written(cookies()).partition(";")[0])) is None
    other = str(URLSafeTimedSerializer("k" * 64, salt="other").dumps(TOKEN))
    assert cookies().read(asking(f"{COOKIE}={other}")) is None


@pytest.mark.parametrize("payload", [None, 7, ["alice"], {"id": "alice"}])
def test_a_signed_cookie_that_carries_no_token_does_not_count(payload: object) -> None:
    value = str(URLSafeTimedSerializer("k" * 64, salt="session").dumps(payload))
    assert cookies().read(asking(f"{COOKIE}={value}")) is None


@pytest.mark.parametrize(("age", "token"), [(LASTS_S - 60, TOKEN), (LASTS_S + 60, None)])
def test_a_cookie_counts_for_thirty_days(
    age: int, token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = written(cookies()).partition(";")[0]
    later = TimestampSigner("k").get_timestamp() + age
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: later)
    assert cookies().read(asking(cookie)) == token


# ── the key of the cookies ───────────────────────────────────────────────────────────────────


def test_the_key_is_made_once_and_readable_by_this_server_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    key = cookie_key(folder)
    assert cookie_key(folder) == key
    assert len(key) >= 32
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == [KEY_FILE]


def test_two_servers_have_two_keys(tmp_path: Path) -> None:
    assert cookie_key(tmp_path / "a") != cookie_key(tmp_path / "b")


@pytest.mark.parametrize("half", ["", "abc"])
def test_a_half_written_key_is_made_anew(tmp_path: Path, half: str) -> None:
    (tmp_path / KEY_FILE).write_text(half)
    key = cookie_key(tmp_path)
    assert len((tmp_path / KEY_FILE).read_text()) >= 64
    assert cookie_key(tmp_path) == key


def test_with_another_password_everybody_comes_in_anew(tmp_path: Path) -> None:
    keys = {cookie_key(tmp_path, password) for password in (None, "one", "two")}
    assert len(keys) == 3
