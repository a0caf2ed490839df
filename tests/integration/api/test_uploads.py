"""Pictures that people bring, over HTTP."""

import base64
import hashlib
import io
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from PIL import Image

from backend.domain.errors import LinkRefused
from backend.domain.picture import MAX_BYTES
from backend.services.uploads import Uploads
from tests.integration.api.site import PASSWORD, Site, opened
from tests.integration.playground import Fal, World

PROBLEM = "application/problem+json"
KEYS = {"id", "width", "height", "content_type"}


def drawn(kind: str = "PNG", size: tuple[int, int] = (40, 30), shade: int = 90) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (shade, 120, 60)).save(out, kind)
    return out.getvalue()


class Links:
    """A LinkFetcher that knows one link."""

    def __init__(self, known: dict[str, bytes]):
        self.known = known
        self.asked: list[str] = []

    async def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if url not in self.known:
            raise LinkRefused
        return self.known[url]


@pytest.fixture
def linked(monkeypatch: pytest.MonkeyPatch) -> Links:
    """A web of one picture; sites that are opened from now on use it."""
    links = Links({"https://pictures.example/a.png": drawn()})

    def joined(**parts: object) -> Uploads:
        return replace(Uploads(**parts), links=links)  # type: ignore[arg-type]

    monkeypatch.setattr("backend.wiring.Uploads", joined)
    return links


async def test_a_file_becomes_an_upload_of_its_own(alice: httpx.AsyncClient) -> None:
    response = await alice.post("/api/v1/uploads", files={"file": ("a.png", drawn())})
    assert response.status_code == 201
    body = response.json()
    assert set(body) == KEYS
    assert (body["width"], body["height"], body["content_type"]) == (40, 30, "image/png")


async def test_each_kind_of_picture_is_taken_whatever_its_name_says(
    alice: httpx.AsyncClient,
) -> None:
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "AVIF"):
        files = {"file": ("x.exe", drawn(kind), "application/octet-stream")}
        response = await alice.post("/api/v1/uploads", files=files)
        assert response.status_code == 201, kind
        assert response.json()["content_type"].startswith("image/")


async def test_the_same_file_twice_is_one_upload(alice: httpx.AsyncClient) -> None:
    first = await alice.post("/api/v1/uploads", files={"file": drawn()})
    second = await alice.post("/api/v1/uploads", files={"file": drawn()})
    assert first.json() == second.json()


async def test_an_upload_is_served_to_its_owner_as_it_was_kept(
    alice: httpx.AsyncClient, world: World
) -> None:
    upload = (await alice.post("/api/v1/uploads", files={"file": drawn()})).json()["id"]
    response = await alice.get(f"/media/uploads/{upload}")
    kept = await world.services.uploads.seen(world.alice, upload)
    assert response.content == await world.services.uploads.read(kept)
    assert hashlib.sha256(response.content).hexdigest() == kept.sha256
    assert response.headers["content-type"] == "image/png"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert "Cookie" in response.headers["vary"]


async def test_a_data_url_is_taken(alice: httpx.AsyncClient) -> None:
    url = "data:image/png;base64," + base64.b64encode(drawn()).decode()
    response = await alice.post("/api/v1/uploads", json={"url": url})
    assert response.status_code == 201
    assert set(response.json()) == KEYS


async def test_an_image_of_a_run_becomes_an_upload(alice: httpx.AsyncClient, world: World) -> None:
    run = await world.done(await world.start())
    response = await alice.post("/api/v1/uploads", json={"run_id": run.id, "index": 0})
    assert response.status_code == 201
    assert (response.json()["width"], response.json()["height"]) == (64, 48)


async def test_an_image_that_is_not_there_is_a_404(alice: httpx.AsyncClient, world: World) -> None:
    run = await world.done(await world.start())
    for body in ({"run_id": run.id, "index": 9}, {"run_id": "no-such-run", "index": 0}):
        assert (await alice.post("/api/v1/uploads", json=body)).status_code == 404


async def test_a_link_is_fetched_once_and_becomes_an_upload(
    fal: Fal, tmp_path: Path, linked: Links
) -> None:
    async with opened(fal, tmp_path) as site:
        browser = await site.browser()
        body = {"url": "https://pictures.example/a.png"}
        response = await browser.post("/api/v1/uploads", json=body)
        assert response.status_code == 201
        assert linked.asked == ["https://pictures.example/a.png"]


async def test_a_link_that_is_refused_is_told_with_the_reason(
    fal: Fal, tmp_path: Path, linked: Links
) -> None:
    async with opened(fal, tmp_path) as site:
        browser = await site.browser()
        response = await browser.post("/api/v1/uploads", json={"url": "https://other.example/"})
        assert response.status_code == 422
        assert response.json()["code"] == "link_refused"
        assert "public http and https" in response.json()["title"]


async def test_a_link_in_a_runs_input_becomes_an_upload_before_anything_is_sent(
    fal: Fal, tmp_path: Path, linked: Links
) -> None:
    async with opened(fal, tmp_path) as site:
        browser = await site.browser()
        body = {
            "endpoint_id": "fal-ai/flux-pro/v1/redux",
            "input": {"image_url": "https://pictures.example/a.png"},
        }
        response = await browser.post("/api/v1/runs", json=body)
        assert response.status_code == 202
        assert response.json()["input"]["image_url"].startswith("upload:")
        body["input"] = {"image_url": "https://other.example/b.png"}
        refused = await browser.post("/api/v1/runs", json=body)
        assert refused.status_code == 422
        assert refused.json()["detail"][0]["loc"][-1] == "image_url"


async def test_private_links_are_refused_by_the_real_fetcher(alice: httpx.AsyncClient) -> None:
    for url in (
        "http://127.0.0.1:1/a.png",
        "http://2130706433/a.png",
        "http://[::1]/a.png",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "http://user:word@pictures.example/",
    ):
        response = await alice.post("/api/v1/uploads", json={"url": url})
        assert response.status_code == 422, url
        assert response.json()["code"] == "link_refused"


# ── what is not taken ────────────────────────────────────────────────────────────────────────

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


NO_PICTURES = (SVG, b"<?xml version='1.0'?>" + SVG, HTML, b"", b"GIF89a", b"%PDF-1.7")


async def test_what_is_no_picture_is_refused_with_a_sentence_whatever_it_calls_itself(
    alice: httpx.AsyncClient,
) -> None:
    for data in (*NO_PICTURES, drawn()[:60]):
        response = await alice.post("/api/v1/uploads", files={"file": ("a.png", data, "image/png")})
        assert response.status_code == 422, data
        assert response.headers["content-type"] == PROBLEM
        assert response.json()["code"] == "picture_refused"
        assert response.json()["title"].endswith(".")


async def test_svg_and_html_are_named_in_the_refusal(alice: httpx.AsyncClient) -> None:
    for data, name in ((SVG, "SVG"), (HTML, "web page")):
        response = await alice.post("/api/v1/uploads", files={"file": data})
        assert name in response.json()["title"]


async def test_a_file_over_50_mb_is_refused_with_the_limit(alice: httpx.AsyncClient) -> None:
    response = await alice.post("/api/v1/uploads", files={"file": bytes(MAX_BYTES + 1)})
    assert response.status_code == 422
    assert "50 MB" in response.json()["title"]


async def test_a_request_of_the_wrong_shape_says_what_is_needed(alice: httpx.AsyncClient) -> None:
    wrong: list[tuple[dict[str, object], str]] = [
        ({"files": {"picture": drawn()}}, "file"),
        ({"files": {"other": (None, "x")}}, "file"),
        ({"files": {"file": (None, "text, not a file")}}, "file"),
        ({"json": {}}, "url"),
        ({"json": {"url": None}}, "url"),
        ({"json": {"run_id": "x"}}, "url"),
        ({"json": {"url": 7}}, "url"),
        ({"json": {"run_id": "x", "index": -1}}, "index"),
        ({"json": {"link": "https://pictures.example"}}, "link"),
        ({"json": []}, "body"),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, "body"),
        ({"content": b"\xff", "headers": {"content-type": "text/plain"}}, "body"),
        ({"content": b""}, "body"),
    ]
    for request, name in wrong:
        response = await alice.post("/api/v1/uploads", **request)  # type: ignore[arg-type]
        assert response.status_code == 422, request
        assert response.headers["content-type"] == PROBLEM
        assert [fault["loc"][-1] for fault in response.json()["detail"]] == [name], request


async def test_a_broken_or_crowded_form_is_refused_as_a_problem(alice: httpx.AsyncClient) -> None:
    head = {"content-type": "multipart/form-data; boundary=x"}
    broken = await alice.post("/api/v1/uploads", content=b"--y\r\nnonsense", headers=head)
    without = await alice.post(
        "/api/v1/uploads", content=b"", headers={"content-type": "multipart/form-data"}
    )
    crowd = [("file", ("a.png", drawn())) for _ in range(3)]
    crowded = await alice.post("/api/v1/uploads", files=crowd)
    for response in (broken, without, crowded):
        assert response.status_code in (400, 422)
        assert response.headers["content-type"] == PROBLEM


async def test_uploads_count_against_the_rate_of_writes(fal: Fal, tmp_path: Path) -> None:
    async with opened(fal, tmp_path, rate_limit="1/minute", app_password=PASSWORD) as site:
        alice = await site.browser(site.world.alice)
        assert (await alice.post("/api/v1/uploads", files={"file": drawn()})).status_code == 201
        response = await alice.post("/api/v1/uploads", files={"file": drawn()})
        assert response.status_code == 429


async def test_nobody_uploads_without_a_person(site: Site, nobody: httpx.AsyncClient) -> None:
    assert (await nobody.post("/api/v1/uploads", files={"file": drawn()})).status_code == 401
