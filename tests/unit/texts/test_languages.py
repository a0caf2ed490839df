"""Which language somebody is answered in."""

import pytest

from backend.texts.languages import language_of


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,de;q=0.9", "en"),
        ("fr-FR,fr;q=0.9,de;q=0.5,en;q=0.3", "de"),
        ("fr,es;q=0.9", "en"),
        ("de;q=0.2,en;q=0.9", "en"),
        ("de;q=0,en;q=0.1", "en"),
        ("de;q=large", "en"),
        ("*", "en"),
        ("DE", "de"),
        ("," * 5000, "en"),
    ],
)
def test_the_browser_s_first_wish_that_is_here_decides(wish: str, language: str) -> None:
    assert language_of({"accept-language": wish}) == language


@pytest.mark.parametrize(
    ("cookie", "language"),
    [("lang=de", "de"), ("person=x; lang=de", "de"), ("lang=xx", "en"), ("lang", "en")],
)
def test_a_choice_is_kept_in_a_cookie_and_wins(cookie: str, language: str) -> None:
    assert language_of({"cookie": cookie, "accept-language": "en"}) == language


def test_an_address_wins_over_the_cookie() -> None:
    assert language_of({"cookie": "lang=en"}, "run=1&lang=de") == "de"
    assert language_of({"cookie": "lang=de"}, "lang=xx") == "de"
