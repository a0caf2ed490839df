import httpx
import pytest

from backend.domain import errors
from backend.domain.picture import MAX_BYTES
from backend.fal.download import download
from backend.fal.hosts import FalHosts
from tests.unit.fal.wires import wire_to

URL = "https://v3.fal.media/files/a.png"


async def test_a_picture_is_fetched_without_the_key():
    wire, far = wire_to(lambda _: httpx.Response(200, content=b"picture"))
    assert await download(wire, URL) == b"picture"
    assert "authorization" not in far.requests[0].headers


@pytest.mark.parametrize("status", [404, 410])
async def test_a_vanished_picture_is_gone(status):
    wire, _ = wire_to(lambda _: httpx.Response(status))
    with pytest.raises(errors.PictureGone):
        await download(wire, URL)


@pytest.mark.parametrize("status", [201, 206, 304, 401, 403, 429, 500, 503])
async def test_any_other_answer_is_tried_again(status):
    wire, _ = wire_to(lambda _: httpx.Response(status, content=b"x"))
    with pytest.raises(errors.PictureUnavailable) as caught:
        await download(wire, URL)
    assert caught.value.retryable


async def test_an_empty_picture_is_tried_again():
    wire, _ = wire_to(lambda _: httpx.Response(200, content=b""))
    with pytest.raises(errors.PictureUnavailable):
        await download(wire, URL)


@pytest.mark.parametrize("announced", ["6", "8"])
async def test_another_length_than_announced_is_tried_again(announced):
    async def pieces():
        yield b"picture"

    wire, _ = wire_to(
        lambda _: httpx.Response(200, content=pieces(), headers={"content-length": announced})
    )
    with pytest.raises(errors.PictureUnavailable):
        await download(wire, URL)


async def test_an_announced_size_over_the_limit_is_refused_before_it_is_read():
    async def pieces():
        pytest.fail("the body was read")
        yield b""

    size = str(MAX_BYTES + 1)
    wire, _ = wire_to(
        lambda _: httpx.Response(200, content=pieces(), headers={"content-length": size})
    )
    with pytest.raises(errors.PictureGone, match="50 MB"):
        await download(wire, URL)


async def test_an_endless_picture_is_cut_at_the_limit():
    piece, count = b"x" * 1024 * 1024, 0

    async def pieces():
        nonlocal count
        while True:
            count += 1
            yield piece

    wire, _ = wire_to(lambda _: httpx.Response(200, content=pieces()))
    with pytest.raises(errors.PictureGone):
        await download(wire, URL)
    assert count == MAX_BYTES // len(piece) + 1


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/a.png", "http://v3.fal.media/a.png", "https://169.254.169.254/", "x"],
)
async def test_a_foreign_address_is_never_called(url):
    wire, far = wire_to(lambda _: httpx.Response(200, content=b"x"))
    with pytest.raises(errors.PictureUnavailable):
        await download(wire, url)
    assert far.requests == []


async def test_a_picture_of_practice_mode_is_gone_where_practice_is_over():
    wire, far = wire_to(lambda _: httpx.Response(200, content=b"x"))
    with pytest.raises(errors.PictureGone, match="practice"):
        await download(wire, "http://127.0.0.1:4711/files/a.png")
    assert far.requests == []


async def test_a_picture_of_an_earlier_practice_server_is_asked_from_todays():
    hosts = FalHosts.stand_in_at("http://127.0.0.1:4711")
    wire, far = wire_to(lambda _: httpx.Response(200, content=b"x"), hosts)
    await download(wire, "http://127.0.0.1:9999/files/a.png")
    assert far.urls == ["http://127.0.0.1:4711/files/a.png"]


async def test_redirects_among_fals_hosts_are_followed():
    def answer(request):
        if request.url.host == "v3.fal.media":
            return httpx.Response(302, headers={"location": "https://v3b.fal.media/b.png"})
        return httpx.Response(200, content=b"b")

    wire, _ = wire_to(answer)
    assert await download(wire, URL) == b"b"


@pytest.mark.parametrize(
    "location", ["https://evil.example/", "http://v3.fal.media/", "http://127.0.0.1/", "//evil/x"]
)
async def test_a_redirect_elsewhere_is_not_followed(location):
    wire, far = wire_to(lambda _: httpx.Response(302, headers={"location": location}))
    with pytest.raises(errors.PictureUnavailable):
        await download(wire, URL)
    assert far.urls == [URL]


async def test_redirects_end():
    wire, far = wire_to(lambda _: httpx.Response(302, headers={"location": URL}))
    with pytest.raises(errors.PictureUnavailable):
        await download(wire, URL)
    assert len(far.requests) == 4


async def test_no_cookie_is_kept():
    wire, far = wire_to(
        lambda _: httpx.Response(200, content=b"x", headers={"set-cookie": "a=b; Path=/"})
    )
    await download(wire, URL)
    await download(wire, URL)
    assert "cookie" not in far.requests[1].headers


async def test_a_broken_connection_is_tried_again():
    def broken(request):
        raise httpx.ReadError("x", request=request)

    wire, _ = wire_to(broken)
    with pytest.raises(errors.PictureUnavailable):
        await download(wire, URL)
