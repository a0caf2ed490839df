"""Hosts, origins and bodies, through the whole app."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.guard import MOST_BODY_BYTES, MOST_SMALL_BODY_BYTES
from tests.integration.api.site import EVERYWHERE, PASSWORD, Site, opened, served
from tests.integration.playground import V11, Fal

PROBLEM = "application/problem+json"
BODY = {"endpoint_id": V11, "input": {"prompt": "a hill"}}


async def test_a_name_that_is_not_ours_is_told_how_to_be_known(alice: httpx.AsyncClient) -> None:
    for host in ("evil.example", "evil.example:7860", "192.168.1.7:7860", "workstation", ""):
        for path in ("/healthz", "/api/v1/me", "/static/js/page.js", "/"):
            response = await alice.get(path, headers={"host": host})
            assert response.status_code == 421, (host, path)
            assert response.headers["content-type"] == PROBLEM
            assert "PUBLIC_URL" in response.json()["title"]


async def test_each_name_of_loopback_is_known(alice: httpx.AsyncClient) -> None:
    for host in ("localhost:7860", "127.0.0.1:7860", "[::1]:7860", "localhost"):
        assert (await alice.get("/api/v1/me", headers={"host": host})).status_code == 200


async def test_a_host_that_is_half_an_address_reaches_nothing(nobody: httpx.AsyncClient) -> None:
    for host in ("localhost/healthz?", "localhost/static/?", "localhost#", "localhost/sign-in?"):
        response = await nobody.get("/api/v1/me", headers={"host": host})
        assert response.status_code == 421, host


async def test_off_loopback_the_public_names_and_what_can_not_be_rebound_are_known(
    fal: Fal, tmp_path: Path
) -> None:
    async with opened(
        fal,
        tmp_path,
        host=EVERYWHERE,
        app_password=PASSWORD,
        public_url="https://flux.example.org",
        environ={"SPACE_HOST": "team-flux.hf.space"},
    ) as site:
        alice = await site.browser(site.world.alice)
        for host in ("flux.example.org", "team-flux.hf.space", "10.0.0.7:7860", "workstation"):
            assert (await alice.get("/api/v1/me", headers={"host": host})).status_code == 200, host
        for host in ("evil.example", "flux.example.org.evil.example", "workstation.evil.example"):
            assert (await alice.get("/api/v1/me", headers={"host": host})).status_code == 421, host


FOREIGN: tuple[dict[str, str], ...] = (
    {"origin": "https://evil.example"},
    {"origin": "http://localhost:3000"},
    {"origin": "http://127.0.0.1:7860"},
    {"origin": "null"},
    {"origin": "http://[::1"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
)


async def test_another_page_changes_nothing(alice: httpx.AsyncClient, site: Site) -> None:
    for headers in FOREIGN:
        for method, path in (
            ("POST", "/api/v1/runs"),
            ("POST", "/api/v1/uploads"),
            ("DELETE", "/api/v1/runs/x"),
            ("POST", "/sign-out"),
            ("PUT", "/api/v1/nothing"),
        ):
            response = await alice.request(method, path, json=BODY, headers=headers)
            assert response.status_code == 403, (headers, path)
            assert response.headers["content-type"] == PROBLEM
            assert response.json()["code"] == "foreign_origin"
    assert await site.world.runs() == ()


async def test_our_own_page_and_programs_change_things(alice: httpx.AsyncClient) -> None:
    own: tuple[dict[str, str], ...] = (
        {"origin": "http://localhost:7860", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {},
    )
    for headers in own:
        response = await alice.post("/api/v1/estimates", json=BODY, headers=headers)
        assert response.status_code == 200, headers


async def test_behind_a_proxy_that_changes_the_host_the_public_origin_counts(
    fal: Fal, tmp_path: Path
) -> None:
    address = "https://flux.example.org"
    async with opened(fal, tmp_path, app_password=PASSWORD, public_url=address) as site:
        alice = await site.browser(site.world.alice)
        ok = await alice.post("/api/v1/estimates", json=BODY, headers={"origin": address})
        assert ok.status_code == 200
        for other in ("http://flux.example.org", "https://flux.example.org:8443"):
            response = await alice.post("/api/v1/estimates", json=BODY, headers={"origin": other})
            assert response.status_code == 403, other


async def test_an_address_that_is_no_text_harms_nothing(alice: httpx.AsyncClient) -> None:
    for path in ("/api/v1/runs?cursor=%ff%fe", "/gallery?%ff", "/%ff%fe", "/api/v1/%ff?%00"):
        assert (await alice.get(path)).status_code in (404, 422), path


# ── bodies ───────────────────────────────────────────────────────────────────────────────────

LIMITS = (
    ("/api/v1/runs", MOST_BODY_BYTES),
    ("/api/v1/uploads", MOST_BODY_BYTES),
    ("/api/v1/presets", MOST_SMALL_BODY_BYTES),
    ("/sign-in", MOST_SMALL_BODY_BYTES),
    ("/gradio_api/queue/join", MOST_SMALL_BODY_BYTES),
)


@pytest.fixture
async def base(site: Site) -> AsyncIterator[str]:
    """The site over real HTTP."""
    async with served(site.app) as base:
        yield base


async def talk(base: str, head: str, *pieces: bytes) -> bytes:
    """Send a head and pieces as they are; the first line of the answer."""
    port = int(base.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"{head}\r\nhost: localhost:{port}\r\n\r\n".encode())
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(20):
            return (await reader.readuntil(b"\r\n\r\n")).lower()
    finally:
        writer.close()


async def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(
    base: str, site: Site
) -> None:
    cookie = await site.cookie(site.world.alice)
    for path, most in LIMITS:
        head = f"POST {path} HTTP/1.1\r\ncookie: {cookie}\r\ncontent-length: {most + 1}"
        answer = await talk(base, head)
        assert answer.startswith(b"http/1.1 413 "), path
        assert b"content-type: application/problem+json" in answer


async def test_a_length_that_is_none_is_refused(alice: httpx.AsyncClient) -> None:
    for length in ("-1", "many", "1e9", "9" * 400, "0x10"):
        response = await alice.post("/api/v1/runs", headers={"content-length": length})
        assert response.status_code == 413, length


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    """A body without a length."""
    for _ in range(0, size, 256 * 1024):
        yield b" " * 256 * 1024


async def test_a_body_without_a_length_is_cut_off_at_the_limit(base: str, site: Site) -> None:
    headers = {"cookie": await site.cookie(site.world.alice), "content-type": "application/json"}
    body = in_pieces(MOST_SMALL_BODY_BYTES + 1)
    async with httpx.AsyncClient(base_url=base, headers=headers) as browser:
        response = await browser.post("/api/v1/presets", content=body)
    assert response.status_code == 413
    assert response.headers["content-type"] == PROBLEM
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_a_form_without_a_length_is_cut_off_too(alice: httpx.AsyncClient) -> None:
    async def form() -> AsyncIterator[bytes]:
        yield b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(80):
            yield bytes(1024 * 1024)
        yield b"\r\n--x--\r\n"

    head = {"content-type": "multipart/form-data; boundary=x"}
    response = await alice.post("/api/v1/uploads", content=form(), headers=head)
    assert response.status_code == 413
    assert response.headers["content-type"] == PROBLEM


async def test_a_large_body_below_the_limit_arrives_whole(base: str, site: Site) -> None:
    headers = {
        "cookie": await site.cookie(site.world.alice),
        "content-type": "application/json",
    }
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=30) as browser:
        response = await browser.post("/api/v1/runs", content=in_pieces(8 * 1024 * 1024))
    assert response.status_code == 422
