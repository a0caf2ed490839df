"""The address that the server listens on."""

import socket

import pytest

from api.serve import AddressTaken, bound


def test_a_free_port_takes_connections_at_once() -> None:
    with (
        bound("127.0.0.1", 0) as (listener,),
        socket.create_connection(listener.getsockname(), timeout=5),
    ):
        assert listener.fileno() != -1
    assert listener.fileno() == -1


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with bound("127.0.0.1", 0) as (listener,):
        port = listener.getsockname()[1]
        says = rf"127\.0\.0\.1, port {port}: .* Set HOST and PORT"
        with pytest.raises(AddressTaken, match=says), bound("127.0.0.1", port):
            pass


@pytest.mark.parametrize("host", ["a..b", "192.0.2.1"])
def test_an_address_that_is_not_this_machines_is_refused(host: str) -> None:
    with pytest.raises(AddressTaken), bound(host, 0):
        pass


def test_a_name_whose_other_address_is_missing_here_still_serves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tcp = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    found = [
        (socket.AF_INET, *tcp, ("192.0.2.1", 0)),
        (socket.AF_INET, *tcp, ("127.0.0.1", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with bound("two-addresses", 0) as sockets:
        assert [one.getsockname()[0] for one in sockets] == ["127.0.0.1"]


def test_every_address_of_a_name_is_served_on_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as six:
            port = six.getsockname()[1]
    except OSError:
        pytest.skip("this machine has no IPv6")
    tcp = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    found = [
        (socket.AF_INET6, *tcp, ("::1", port, 0, 0)),
        (socket.AF_INET, *tcp, ("127.0.0.1", port)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with bound("two-addresses", port) as sockets:
        assert {one.getsockname()[0] for one in sockets} == {"::1", "127.0.0.1"}
