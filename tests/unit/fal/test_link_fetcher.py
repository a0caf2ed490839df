"""Which addresses are public, and which links may be tried at all."""

import pytest

from backend.domain.errors import LinkRefused
from backend.fal.link_fetcher import MOST_LINK_LENGTH, checked, is_public, resolve

PUBLIC = ("93.184.216.34", "8.8.8.8", "2606:4700::6810:84e5", "2a00:1450:4001:830::200e")
NOT_PUBLIC = {
    "private, class A": "10.1.2.3",
    "private, class B": "172.16.0.1",
    "private, class C": "192.168.1.1",
    "loopback": "127.0.0.1",
    "loopback, not the first": "127.8.8.8",
    "this network": "0.0.0.7",
    "link-local, where clouds keep their secrets": "169.254.169.254",
    "carrier-grade NAT": "100.64.0.1",
    "protocol assignments": "192.0.0.8",
    "documentation": "203.0.113.7",
    "benchmarks": "198.18.0.1",
    "6to4 relays": "192.88.99.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "IPv6 unspecified": "::",
    "IPv6 loopback": "::1",
    "IPv6 unique local": "fd12:3456:789a::1",
    "IPv6 unique local, other half": "fc00::1",
    "IPv6 link-local": "fe80::1",
    "IPv6 link-local with its interface": "fe80::1%eth0",
    "IPv6 site-local": "fec0::1",
    "IPv6 multicast": "ff02::1",
    "IPv6 documentation": "2001:db8::1",
    "Teredo": "2001::1",
    "IPv4-mapped loopback": "::ffff:127.0.0.1",
    "IPv4-mapped private": "::ffff:10.0.0.1",
    "IPv4-mapped private in hexadecimal": "::ffff:a00:1",
    "IPv4-compatible": "::10.0.0.1",
    "IPv4-translated": "::ffff:0:10.0.0.1",
    "NAT64 of a private one": "64:ff9b::10.0.0.1",
    "NAT64 of any": "64:ff9b::8.8.8.8",
    "local NAT64": "64:ff9b:1::1",
    "6to4 of a private one": "2002:a00:1::1",
    "not an address": "localhost",
    "nothing": "",
}
#: other ways to write 127.0.0.1 which resolvers understand
LOOPBACK_SPELLINGS = ("2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "127.1", "0")


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_reached(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC.values(), ids=list(NOT_PUBLIC))
def test_an_address_that_is_not_of_the_public_internet_may_not(address: str) -> None:
    assert not is_public(address)


def test_an_ipv4_mapped_public_address_counts_as_what_it_is() -> None:
    assert is_public("::ffff:8.8.8.8")


@pytest.mark.parametrize("spelling", LOOPBACK_SPELLINGS)
async def test_another_spelling_of_loopback_is_seen_through(spelling: str) -> None:
    addresses = await resolve(spelling, 80)
    assert addresses
    assert not any(is_public(address) for address in addresses)


@pytest.mark.parametrize(
    "link",
    [
        "http://pictures.example/a.png",
        "https://pictures.example/a%20b%2Fc.png?x=%41&y=1+2;z=~",
        "http://pictures.example:8080/",
        "http://[2606:4700::1]:8080/a",
    ],
)
def test_a_plain_link_stays_as_it_is(link: str) -> None:
    assert checked(link) == link


def test_what_is_not_ascii_is_encoded_and_the_fragment_goes() -> None:
    link = 'HTTPS://Bücher.example/ü b/%C3%BC?q=ö"#top'
    assert checked(link) == "https://xn--bcher-kva.example/%C3%BC%20b/%C3%BC?q=%C3%B6%22"


def test_full_width_digits_become_the_address_that_they_mean() -> None:
    assert checked("http://１２７.０.０.１/") == "http://127.0.0.1/"


@pytest.mark.parametrize(
    "link",
    [
        "",
        "pictures.example/a.png",
        "//pictures.example/a.png",
        "file:///etc/passwd",
        "ftp://pictures.example/a.png",
        "gopher://pictures.example/",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "http:/pictures.example",
        "http:///a.png",
        "http://",
        "http://[::1",
        "http://.",
        "http://a..b/",
        f"http://{'a' * 64}.example/",
        "http://pictures.example:99999/",
        "http://pictures.example:port/",
        "http://pictures.example/\ud800",
        f"http://pictures.example/{'a' * MOST_LINK_LENGTH}",
    ],
)
def test_what_is_no_public_link_is_refused(link: str) -> None:
    with pytest.raises(LinkRefused):
        checked(link)


@pytest.mark.parametrize(
    "character", ["\r\n", "\n", "\r", "\t", "\x00", "\x7f", "\u2028", "\u202e"]
)
@pytest.mark.parametrize(
    "place", ["host{}.example/", "host.example/a{}Cookie: x", "host.example/?{}"]
)
def test_a_link_with_a_control_character_is_refused(place: str, character: str) -> None:
    with pytest.raises(LinkRefused):
        checked("http://" + place.format(character))


@pytest.mark.parametrize(
    "link",
    [
        "http://user@pictures.example/",
        "http://user:secret@pictures.example/",
        "http://@pictures.example/",
        "http://pictures.example\\@127.0.0.1/",
        "http://pictures.example%40127.0.0.1@10.0.0.1/",
    ],
)
def test_a_link_with_a_name_or_password_is_refused_with_the_reason(link: str) -> None:
    with pytest.raises(LinkRefused, match="name or password"):
        checked(link)
