"""The guarded fetcher, against real servers and a resolver of the test's own."""

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.domain.errors import LinkRefused, PictureRefused
from backend.domain.picture import MAX_BYTES
from backend.fal.link_fetcher import MOST_REDIRECTS, GuardedFetcher
from tests.integration.fal.web import PRIVATE, PUBLIC, Web, endless, plain, raw, serving

PICTURE = bytes(range(256)) * 40
INSIDE = "inside a private network"


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with serving(Web()) as web:
        yield web


async def test_a_public_link_gives_its_bytes(web: Web) -> None:
    web.answers["/a.png"] = plain(200, PICTURE)
    assert await web.fetcher().fetch(web.link("/a.png")) == PICTURE


async def test_an_answer_in_chunks_is_put_together(web: Web) -> None:
    web.answers["/a"] = raw(
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )
    assert await web.fetcher().fetch(web.link("/a")) == b"abcde"


async def test_path_query_and_percent_signs_arrive_unchanged(web: Web) -> None:
    web.answers["/a%20b%2Fc.png"] = plain(200, PICTURE)
    await web.fetcher().fetch(web.link("/a%20b%2Fc.png?x=%41&y=1+2&sig=a%2Bb==;z"))
    assert web.seen[0][1].startswith(b"GET /a%20b%2Fc.png?x=%41&y=1+2&sig=a%2Bb==;z HTTP/1.1\r\n")


async def test_a_name_in_another_script_is_asked_for_in_ascii(web: Web) -> None:
    web.answers["/%C3%BC.png"] = plain(200, PICTURE)
    assert await web.fetcher().fetch(web.link("/ü.png", host="bücher.example")) == PICTURE
    assert web.asked == [("xn--bcher-kva.example", web.port)]
    assert f"host: xn--bcher-kva.example:{web.port}\r\n".encode() in web.seen[0][1].lower()


async def test_no_cookie_no_key_and_no_referrer_is_sent(web: Web) -> None:
    web.answers["/a"] = plain(302, location="/b", set_cookie="a=1; Path=/")
    web.answers["/b"] = plain(200, PICTURE)
    await web.fetcher().fetch(web.link("/a"))
    names = {
        line.partition(b":")[0].lower()
        for _, request in web.seen
        for line in request.splitlines()[1:]
        if line
    }
    assert names == {b"host", b"accept", b"accept-encoding", b"user-agent"}


@pytest.mark.parametrize("ending", ["\r\nX-Evil: 1", "\nX-Evil: 1", "\r\n\r\nGET /evil HTTP/1.1"])
async def test_a_line_end_in_a_link_reaches_no_server(web: Web, ending: str) -> None:
    with pytest.raises(LinkRefused):
        await web.fetcher().fetch(web.link(f"/a?{ending}"))
    assert web.seen == []


async def test_a_line_end_in_a_redirect_injects_nothing(web: Web) -> None:
    web.answers["/a"] = plain(302, location="/b%0d%0aX-Evil: 1")
    web.answers["/b%0d%0aX-Evil:%201"] = plain(200, PICTURE)
    assert await web.fetcher().fetch(web.link("/a")) == PICTURE
    assert not any(b"\nX-Evil" in request for _, request in web.seen)


async def test_a_proxy_of_this_machine_is_not_used(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    web.answers["/a"] = plain(200, PICTURE)
    assert await web.fetcher().fetch(web.link("/a")) == PICTURE


# ── where a link leads ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        PRIVATE,
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "fd00::1",
        "fe80::1",
        "::ffff:127.0.0.2",
        "64:ff9b::7f00:2",
        "2002:7f00:2::",
    ],
)
async def test_a_name_of_an_address_that_is_not_public_is_refused(web: Web, address: str) -> None:
    web.names["pictures.example"] = [[address]]
    with pytest.raises(LinkRefused, match=INSIDE):
        await web.fetcher().fetch(web.link())
    assert web.seen == []


@pytest.mark.parametrize(
    "host", ["127.0.0.2", "2130706434", "0x7f000002", "0177.0.0.2", "127.2", "[::ffff:127.0.0.2]"]
)
async def test_a_literal_private_address_is_refused_however_it_is_spelt(
    web: Web, host: str
) -> None:
    with pytest.raises(LinkRefused):
        await GuardedFetcher(within_s=10).fetch(web.link(host=host))
    assert web.seen == []


@pytest.mark.parametrize("addresses", [[PUBLIC, PRIVATE], [PRIVATE, PUBLIC], [PUBLIC, "::1"]])
async def test_a_name_with_one_private_address_among_public_ones_is_refused(
    web: Web, addresses: list[str]
) -> None:
    web.names["pictures.example"] = [addresses]
    with pytest.raises(LinkRefused, match=INSIDE):
        await web.fetcher().fetch(web.link())
    assert web.seen == []


async def test_a_name_without_addresses_is_refused(web: Web) -> None:
    web.names["pictures.example"] = [[]]
    with pytest.raises(LinkRefused):
        await web.fetcher().fetch(web.link())


@pytest.mark.parametrize("error", [socket.gaierror(-2, "unknown"), UnicodeError("label too long")])
async def test_a_name_that_nobody_knows_is_refused(error: Exception) -> None:
    async def fails(host: str, port: int) -> list[str]:
        raise error

    with pytest.raises(LinkRefused, match="not known"):
        await GuardedFetcher(resolve=fails).fetch("http://pictures.example/")


async def test_a_name_that_changes_after_the_check_is_met_at_the_checked_address(web: Web) -> None:
    web.names["pictures.example"] = [[PUBLIC], [PRIVATE]]
    web.answers["/a"] = plain(200, PICTURE)
    assert await web.fetcher().fetch(web.link("/a")) == PICTURE
    assert web.asked == [("pictures.example", web.port)]
    assert len(web.at(PUBLIC)) == 1
    assert web.at(PRIVATE) == []


async def test_a_name_that_changes_before_a_redirect_is_checked_again(web: Web) -> None:
    web.names["pictures.example"] = [[PUBLIC], [PRIVATE]]
    web.answers["/a"] = plain(302, location="/b")
    web.answers["/b"] = plain(200, PICTURE)
    with pytest.raises(LinkRefused, match=INSIDE):
        await web.fetcher().fetch(web.link("/a"))
    assert len(web.asked) == 2
    assert web.at(PRIVATE) == []


async def test_the_next_address_is_tried_where_one_does_not_answer(web: Web) -> None:
    web.names["pictures.example"] = [["127.0.0.3", PUBLIC]]
    web.answers["/a"] = plain(200, PICTURE)
    fetcher = GuardedFetcher(resolve=web.resolve, may_connect=lambda address: address != PRIVATE)
    assert await fetcher.fetch(web.link("/a")) == PICTURE


# ── redirects ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed(web: Web, status: int) -> None:
    web.answers["/a"] = plain(status, location="sub/b?x=%2F")
    web.answers["/sub/b"] = plain(200, PICTURE)
    assert await web.fetcher().fetch(web.link("/a")) == PICTURE
    assert b"GET /sub/b?x=%2F " in web.seen[1][1]


async def test_a_redirect_in_raw_utf_8_is_understood(web: Web) -> None:
    web.answers["/a"] = raw(
        "HTTP/1.1 302 X\r\nlocation: /ü\r\ncontent-length: 0\r\n\r\n".encode(),
    )
    web.answers["/%C3%BC"] = plain(200, PICTURE)
    assert await web.fetcher().fetch(web.link("/a")) == PICTURE


@pytest.mark.parametrize("host", [PRIVATE, "10.0.0.1", "[::1]", "inside.example"])
async def test_a_redirect_to_a_private_address_is_refused(web: Web, host: str) -> None:
    web.names["inside.example"] = [[PRIVATE]]
    web.names["[::1]"] = [["::1"]]
    web.answers["/a"] = plain(302, location=web.link("/a", host=host))
    with pytest.raises(LinkRefused, match=INSIDE):
        await web.fetcher().fetch(web.link("/a"))
    assert web.at(PRIVATE) == []


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://pictures.example/a",
        "data:image/png;base64,AAAA",
        "http://user:word@pictures.example/",
        "http://[::1",
        "//[",
    ],
)
async def test_a_redirect_to_something_that_is_no_public_link_is_refused(
    web: Web, location: str
) -> None:
    web.answers["/a"] = plain(302, location=location)
    with pytest.raises(LinkRefused):
        await web.fetcher().fetch(web.link("/a"))
    assert len(web.seen) == 1


async def test_a_circle_of_redirects_ends(web: Web) -> None:
    web.answers["/a"] = plain(302, location="/b")
    web.answers["/b"] = plain(302, location="/a")
    with pytest.raises(LinkRefused, match="too often"):
        await web.fetcher().fetch(web.link("/a"))
    assert len(web.seen) == MOST_REDIRECTS + 1


# ── answers that can't be used ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [204, 206, 301, 304, 401, 403, 404, 418, 500, 503])
async def test_any_status_but_200_is_refused_and_named(web: Web, status: int) -> None:
    web.answers["/a"] = plain(status)
    with pytest.raises(LinkRefused, match=str(status)):
        await web.fetcher().fetch(web.link("/a"))


@pytest.mark.parametrize("packed", ["gzip", "br", "deflate", "identity, gzip"])
async def test_a_packed_answer_is_refused(web: Web, packed: str) -> None:
    web.answers["/a"] = plain(200, PICTURE, content_encoding=packed)
    with pytest.raises(LinkRefused, match="packed"):
        await web.fetcher().fetch(web.link("/a"))


async def test_an_answer_that_calls_itself_unpacked_is_taken(web: Web) -> None:
    web.answers["/a"] = plain(200, PICTURE, content_encoding="Identity")
    assert await web.fetcher().fetch(web.link("/a")) == PICTURE


async def test_a_picture_of_exactly_50_mb_is_taken_whole(web: Web) -> None:
    web.answers["/a"] = plain(200, bytes(MAX_BYTES))
    assert len(await web.fetcher(30).fetch(web.link("/a"))) == MAX_BYTES


async def test_an_answer_that_never_ends_is_left_after_50_mb(web: Web) -> None:
    sent = 0
    piece = bytes(1024 * 1024)

    async def floods(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)

    web.answers["/a"] = floods
    with pytest.raises(PictureRefused, match="50 MB"):
        await web.fetcher(30).fetch(web.link("/a"))
    assert sent < MAX_BYTES + 20 * len(piece)


@pytest.mark.parametrize(
    "answer",
    [
        endless(b"", b"", 0.01),
        endless(b"HTTP/1.1 200 OK\r\n", b"x-a: 1\r\n", 0.01),
        endless(b"HTTP/1.1 200 OK\r\n\r\n", b"a", 0.01),
    ],
    ids=["silent", "headers by drops", "body by drops"],
)
async def test_a_slow_server_is_left_at_the_time_limit(web: Web, answer: object) -> None:
    web.answers["/a"] = answer  # type: ignore[assignment]
    with pytest.raises(LinkRefused, match="did not answer"):
        await web.fetcher(within_s=0.2).fetch(web.link("/a"))


async def test_a_slow_resolver_counts_into_the_time_limit() -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(LinkRefused, match="did not answer"):
        await GuardedFetcher(resolve=never, within_s=0.1).fetch("http://pictures.example/")


@pytest.mark.parametrize(
    "answer",
    [
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"),
        raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab"),
        raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
        raw(b"HTTP/1.1 200 OK\r\ncontent-le"),
        raw(b""),
        raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    ],
    ids=["short", "short chunk", "bad chunk", "half a head", "nothing", "no http"],
)
async def test_an_answer_that_breaks_off_or_is_none_is_refused(web: Web, answer: object) -> None:
    web.answers["/a"] = answer  # type: ignore[assignment]
    with pytest.raises(LinkRefused, match="broke off"):
        await web.fetcher().fetch(web.link("/a"))


async def test_a_server_that_is_not_there_is_told(web: Web) -> None:
    web.names["pictures.example"] = [["127.0.0.3"]]
    fetcher = GuardedFetcher(resolve=web.resolve, may_connect=lambda _: True)
    with pytest.raises(LinkRefused, match="can't be reached"):
        await fetcher.fetch(web.link("/a"))


# ── TLS ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for pictures.example that this process trusts."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    key, made = tmp_path / "key.pem", tmp_path / "certificate.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    name = ["-subj", "/CN=pictures.example", "-addext", "subjectAltName=DNS:pictures.example"]
    files = ["-keyout", str(key), "-out", str(made)]
    subprocess.run(
        [openssl, "req", "-x509", *curve, *name, *files], check=True, capture_output=True
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(made))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context


async def test_https_is_checked_against_the_name_and_not_the_address(
    certificate: ssl.SSLContext,
) -> None:
    async with serving(Web(), certificate) as web:
        web.answers["/a"] = plain(200, PICTURE)
        link = web.link("/a").replace("http://", "https://")
        assert await web.fetcher().fetch(link) == PICTURE


async def test_a_certificate_for_another_name_is_refused(certificate: ssl.SSLContext) -> None:
    async with serving(Web(), certificate) as web:
        web.answers["/a"] = plain(200, PICTURE)
        link = web.link("/a", host="others.example").replace("http://", "https://")
        with pytest.raises(LinkRefused, match="can't be reached"):
            await web.fetcher().fetch(link)
        assert web.seen == []
