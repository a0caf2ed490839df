import pytest

from backend.fal.proxy import spare_loopback

ALL = "127.0.0.1,localhost,::1"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ALL),
        ({"NO_PROXY": "intranet.example"}, f"intranet.example,{ALL}"),
        ({"no_proxy": "a, b ,"}, f"a,b,{ALL}"),
        ({"NO_PROXY": "upper", "no_proxy": "lower"}, f"lower,{ALL}"),
        ({"NO_PROXY": "localhost"}, "localhost,127.0.0.1,::1"),
        ({"NO_PROXY": "*"}, "*"),
    ],
)
def test_loopback_is_added_to_both_spellings(given, expected):
    environ = dict(given)
    spare_loopback(environ)
    assert (environ["NO_PROXY"], environ["no_proxy"]) == (expected, expected)


def test_twice_is_as_once():
    environ = {"NO_PROXY": "x"}
    spare_loopback(environ)
    once = dict(environ)
    spare_loopback(environ)
    assert environ == once
