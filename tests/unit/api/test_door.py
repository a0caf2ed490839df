"""Where the door lets people go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.door import local


@pytest.mark.parametrize(
    "target", ["/", "/gallery", "/create/v1.1?a=b&c=d#e", "/%2f%2fevil.example", "/a//b", "/ü"]
)
def test_an_address_of_this_server_is_kept(target: str) -> None:
    assert local(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "gallery",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "https:",
        "https://evil.example",
        "https:/evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "%2f%2fevil.example",
        "%2Fevil",
        "@evil.example",
        ".evil.example",
        "/\n/evil.example",
        "/\t/evil.example",
        "/\r/evil.example",
        "\n//evil.example",
        "/a\nSet-Cookie: x",
        "/ /evil.example",
        "/a\x00",
        "/gallery\n",
    ],
)
def test_any_other_target_becomes_the_front_page(target: str) -> None:
    assert local(target) == "/"


@given(st.text(alphabet="/\\:@.%2f evilhttps\n\t", max_size=30))
def test_no_target_leaves_the_server(target: str) -> None:
    kept = local(target)
    assert kept.startswith("/")
    assert not kept.startswith(("//", "/\\"))
    assert not any(character.isspace() for character in kept)
