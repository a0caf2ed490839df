"""Proxies, the log, and the key in all of it."""

import logging
import os

import pytest
from fal_client import client as library

from backend.domain import errors
from backend.fal.gateway import FalGateway
from backend.fal.hosts import FalHosts
from backend.fal.proxy import spare_loopback
from backend.fal.quiet_logs import LEVELS, quiet_libraries
from backend.fal.timeouts import Timeouts
from tests.integration.fal.raw_fal import (
    ENDPOINT,
    ID,
    REQUEST,
    QuickClock,
    events,
    fal_client_at,
    gateway_at,
    raw_fal,
    reply,
)

SECRET = "key-secret"
PROMPT = "a very secret prompt"
TOKEN = {
    "token": "upload-token",
    "token_type": "Bearer",
    "base_url": "x",
    "expires_at": "2999-01-01T00:00:00Z",
}
COMPLETED = {"status": "COMPLETED", "logs": []}


def script_everything(fal):
    """A fal that answers every call well, the stream excepted: polls are to be seen, too."""
    fal.on("POST", f"/{ENDPOINT}", reply(200, {"request_id": ID}))
    fal.on("GET", f"{REQUEST}/status/stream", reply(500, b""))
    fal.on("GET", f"{REQUEST}/status", reply(200, COMPLETED))
    fal.on("GET", REQUEST, reply(200, {"images": [{"url": f"{fal.base}/files/1.png"}]}))
    fal.on("PUT", f"{REQUEST}/cancel", reply(400, {"status": "ALREADY_COMPLETED"}))
    fal.on("GET", "/files/1.png", reply(200, b"picture"))
    fal.on("POST", "/storage/auth/token", reply(200, TOKEN))
    fal.on("POST", "/files/upload", reply(200, {"access_url": f"{fal.base}/files/1.png"}))
    fal.on("GET", "/v1/models/pricing", reply(200, {"prices": []}))
    fal.on("GET", "/v1/models/requests/by-endpoint", reply(200, {"items": []}))


async def do_everything(gateway):
    """Every call of the gateway."""
    url = await gateway.upload(b"picture", "image/png", "a.png")
    handle = await gateway.submit(ENDPOINT, {"prompt": PROMPT, "image_url": url})
    assert [status.state async for status in gateway.follow(handle)] == ["completed"]
    result = await gateway.result(handle)
    assert await gateway.download(result.images[0].url) == b"picture"
    assert await gateway.cancel(handle) == "already completed"
    assert await gateway.requests(ENDPOINT, QuickClock().now()) == ()
    assert await gateway.key_state() == "accepted"


@pytest.fixture
def proxy_in_environment(monkeypatch):
    """Sets the usual variables to a proxy's address."""

    def put(address):
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, address)
            monkeypatch.setenv(name.lower(), address)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "")

    return put


async def test_with_a_proxy_set_loopback_is_reached_directly(proxy_in_environment):
    async with raw_fal() as fal, raw_fal() as proxy:
        proxy_in_environment(proxy.base)
        spare_loopback(os.environ)
        script_everything(fal)
        async with gateway_at(fal.base) as gateway:
            await do_everything(gateway)
        assert proxy.seen == []


async def test_the_real_fal_is_reached_through_the_proxy_and_the_proxy_sees_no_key(
    proxy_in_environment,
):
    hosts = FalHosts()
    async with raw_fal() as proxy:
        for host in ("queue.fal.run", "api.fal.ai", "v3.fal.media", "rest.fal.ai"):
            proxy.on("CONNECT", f"{host}:443", reply(403, b"", then="close"))
        proxy.on("CONNECT", "queue.falrun.com:443", reply(403, b"", then="close"))
        proxy_in_environment(proxy.base)
        spare_loopback(os.environ)
        gateway = FalGateway("id:" + SECRET, hosts, QuickClock(), "1", Timeouts(poll=2))
        with fal_client_at(hosts):
            with pytest.raises(errors.FalUnreachable):
                await gateway.submit(ENDPOINT, {"prompt": PROMPT})
            with pytest.raises(errors.Slow):
                await anext(aiter(gateway.follow(gateway.handle(ENDPOINT, ID))))
            with pytest.raises(errors.PictureUnavailable):
                await gateway.download("https://v3.fal.media/files/1.png")
            with pytest.raises(errors.NotAccepted):
                await gateway.upload(b"x", "image/png", "a.png")
            assert await gateway.key_state() == "unknown"
        await gateway.aclose()
        asked = {request.target for request in proxy.seen}
        assert asked >= {
            "queue.fal.run:443",
            "v3.fal.media:443",
            "rest.fal.ai:443",
            "api.fal.ai:443",
        }
        assert not any(SECRET in str(request.headers) for request in proxy.seen)
        submits = [r for r in proxy.seen if "fal-client" not in r.headers.get("user-agent", "")]
        assert {request.method for request in submits} == {"CONNECT"}


@pytest.fixture
def log_at_debug(caplog):
    """Everything at DEBUG, the way a person would set it, and the libraries quieted after."""
    before = {name: logging.getLogger(name).level for name in LEVELS}
    caplog.set_level(logging.DEBUG)
    quiet_libraries()
    yield caplog
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


async def test_the_log_at_debug_names_no_key_no_prompt_and_no_picture(log_at_debug):
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        script_everything(fal)
        await do_everything(gateway)
    assert "submit: 200" in log_at_debug.text
    for secret in (SECRET, PROMPT, "files/1.png", "upload-token"):
        assert secret not in log_at_debug.text


@pytest.mark.parametrize("status", [200, 401, 403, 404, 422, 500])
async def test_failures_of_every_kind_name_no_key_and_no_prompt(log_at_debug, status):
    echo = {"detail": [{"loc": ["body", "prompt"], "type": "x", "msg": PROMPT, "input": PROMPT}]}
    said = []
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        script_everything(fal)
        for method, path in list(fal.replies):
            fal.on(method, path, reply(status, echo))
        handle = gateway.handle(ENDPOINT, ID)
        calls = [
            gateway.submit(ENDPOINT, {"prompt": PROMPT}),
            gateway.result(handle),
            gateway.upload(b"x", "image/png", "a.png"),
            anext(aiter(gateway.follow(handle))),
            gateway.cancel(handle),
            gateway.requests(ENDPOINT, QuickClock().now()),
            gateway.download(f"{fal.base}/files/1.png"),
        ]
        for call in calls:
            try:
                await call
            except errors.FalError as error:
                said.append(f"{error!r} {error.fields} {error.__cause__!r}")
    text = log_at_debug.text + " ".join(said)
    assert said
    assert SECRET not in text
    assert PROMPT not in text


async def test_fal_clients_second_way_to_upload_sends_the_key_to_the_signed_address():
    """Why that way is switched off. Where this fails, the library no longer does it."""
    async with raw_fal() as fal, raw_fal() as google, gateway_at(fal.base) as gateway:
        script_everything(fal)
        fal.on("POST", "/files/upload", reply(500, b""))
        signed = {"upload_url": f"{google.base}/put", "file_url": f"{google.base}/file"}
        fal.on("POST", "/storage/upload/initiate", reply(200, signed))
        google.on("PUT", "/put", reply(200, b""))
        client = gateway._library.client
        await client.upload(b"x", "image/png")
        assert SECRET in google.seen[0].headers["authorization"]
        await (await client._client).aclose()


async def test_fal_client_is_pointed_at_fal_whatever_the_environment_said(monkeypatch):
    monkeypatch.setattr(library, "QUEUE_URL_FORMAT", "https://evil.example/")
    with fal_client_at(FalHosts()):
        assert library.QUEUE_URL_FORMAT == "https://queue.fal.run/"
        assert library.REST_URL == "https://rest.fal.ai"
        assert library.CDN_URL == "https://v3.fal.media"


async def test_a_status_stream_and_a_result_after_closing_open_new_connections():
    async with raw_fal() as fal, gateway_at(fal.base) as gateway:
        script_everything(fal)
        fal.on("GET", f"{REQUEST}/status/stream", events(COMPLETED))
        await do_everything(gateway)
        await gateway.aclose()
        await do_everything(gateway)
