"""Names, origins and addresses, without a server."""

import pytest
from starlette.datastructures import Headers

from api.guard import Hosts, fetches_for_others, is_open, is_page, same_origin

NAMES = frozenset({"flux.example.org", "team-flux.hf.space"})
ORIGINS = frozenset({"https://flux.example.org", "https://team-flux.hf.space"})
AT_HOME = Hosts(names=NAMES, on_loopback=True, origins=ORIGINS)
ON_THE_NET = Hosts(names=NAMES, on_loopback=False, origins=ORIGINS)

LOOPBACK = (
    "localhost",
    "localhost:7860",
    "LOCALHOST:7860",
    "127.0.0.1:7860",
    "[::1]:7860",
    "[::1]",
)
OURS = ("flux.example.org", "Flux.Example.Org:443", "flux.example.org.", "team-flux.hf.space")
LITERAL = ("192.168.1.7:7860", "10.0.0.1", "[fd00::7]:7860", "workstation:7860", "workstation")
FOREIGN = (
    "evil.example",
    "evil.example:7860",
    "localhost.evil.example",
    "flux.example.org.evil.example",
)
MALFORMED = (
    "",
    " ",
    ":7860",
    "[::1",
    "[::1]x",
    "::1",
    "localhost:",
    "localhost:port",
    "localhost:7860:7860",
    "localhost/healthz?",
    "localhost#",
    "user@localhost",
    "localhost@evil.example",
    "localhost evil.example",
    "localhost\tx",
    "localhost,evil.example",
    "127.0.0.1\u00a0",
    "lócalhost",
    "%6cocalhost",
)


@pytest.mark.parametrize("host", LOOPBACK + OURS)
@pytest.mark.parametrize("hosts", [AT_HOME, ON_THE_NET], ids=["loopback", "off loopback"])
def test_loopback_and_the_configured_names_are_known(hosts: Hosts, host: str) -> None:
    assert hosts.known(host)


@pytest.mark.parametrize("host", FOREIGN + MALFORMED)
@pytest.mark.parametrize("hosts", [AT_HOME, ON_THE_NET], ids=["loopback", "off loopback"])
def test_foreign_and_malformed_names_are_not(hosts: Hosts, host: str) -> None:
    assert not hosts.known(host)


@pytest.mark.parametrize("host", LITERAL)
def test_literal_addresses_and_names_without_a_dot_are_known_off_loopback_only(host: str) -> None:
    assert ON_THE_NET.known(host)
    assert not AT_HOME.known(host)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost:7860"},
        {"host": "localhost:7860", "origin": "http://localhost:7860"},
        {"host": "LOCALHOST:7860", "origin": "http://localhost:7860"},
        {"host": "127.0.0.1:7860", "origin": "http://127.0.0.1:7860"},
        {"host": "inner:7860", "origin": "https://flux.example.org"},
        {"host": "inner:7860", "origin": "https://team-flux.hf.space"},
        {"host": "localhost:7860", "sec-fetch-site": "same-origin"},
        {"host": "localhost:7860", "sec-fetch-site": "none"},
    ],
)
def test_our_own_page_and_no_page_at_all_may_change_things(headers: dict[str, str]) -> None:
    assert same_origin(Headers(headers), AT_HOME)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://localhost:3000"},
        {"origin": "http://localhost"},
        {"origin": "http://127.0.0.1:7860"},
        {"origin": "http://localhost:7860.evil.example"},
        {"origin": "http://localhost:7860@evil.example"},
        {"origin": "http://evil.example@localhost:7860"},
        {"origin": "http://evil.example/localhost:7860"},
        {"origin": "http://[::1"},
        {"origin": "file://localhost:7860"},
        {"origin": "chrome-extension://localhost:7860"},
        {"origin": "localhost:7860"},
        {"origin": "http://flux.example.org"},
        {"origin": "https://flux.example.org:8443"},
        {"origin": "https://flux.example.org.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "something-new"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    ],
)
def test_another_page_may_not(headers: dict[str, str]) -> None:
    assert not same_origin(Headers({"host": "localhost:7860", **headers}), AT_HOME)


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=http://evil.example/a.png",
        "/gradio_api/file=https://evil.example/a.png",
        "/gradio_api/file=HTTPS://evil.example",
        "/gradio_api/file=hTtP:/evil.example",
        "/gradio_api/FILE=http://evil.example",
        "/gradio_api//file=http://evil.example",
        "//gradio_api/file=http://evil.example",
        "/x/../gradio_api/file=http://evil.example",
        "/gradio_api/file=%68ttp://evil.example",
        "/gradio_api/file%3Dhttp%3A%2F%2Fevil.example",
        "/gradio_api/file=%2568ttp://evil.example",
        "/gradio_api/file=/http://evil.example",
        "/gradio_api/file/http://evil.example/a.png",
        "/gradio_api/file//https:/evil.example/a.png",
        "/gradio_api/file= http://evil.example",
        "/gradio_api\\file=http:\\\\evil.example",
        "/gradio_api/proxy=https://somebody.hf.space/",
    ],
)
def test_an_address_that_makes_gradio_fetch_another_one_is_seen(path: str) -> None:
    assert fetches_for_others(path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/gradio_api/config",
        "/gradio_api/file=/tmp/a.png",
        "/static/http.js",
        "/gradio_api/upload",
    ],
)
def test_other_addresses_are_left_alone(path: str) -> None:
    assert not fetches_for_others(path)


@pytest.mark.parametrize(
    "path",
    [
        "/healthz/",
        "/healthz?x",
        "/healthz/../api/v1/me",
        "/static",
        "//static/js/a.js",
        "/api/v1/static/",
        "/sign-in/x",
        "/sign-out/x",
        "/media/a/0",
        "/gradio_api/config",
    ],
)
def test_only_exact_open_addresses_are_open(path: str) -> None:
    assert not is_open(path)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/sign-in", "/static/css/a.css"])
def test_open_addresses_are_open(path: str) -> None:
    assert is_open(path)


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", True),
        ("/gallery", True),
        ("/presets", True),
        ("/create", True),
        ("/create/v1.1", True),
        ("/created", False),
        ("/api/v1/me", False),
        ("/gallery/x", False),
    ],
)
def test_the_page_has_its_own_addresses(path: str, page: bool) -> None:
    assert is_page(path) is page
