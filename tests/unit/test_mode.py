"""Practice or real, and what the banner says of it."""

import os
from pathlib import Path
from typing import Any

import pytest

from backend.mode import decide_mode, forgetful_disk, trusted_proxy
from backend.settings import Settings, SettingsWrong

KEY = "marked-key-id:marked-key-secret"
OPEN_HOST = "10.0.0.5"
ISSUER = "https://id.example.org"
OPENID = {
    "auth": "oidc",
    "oidc_issuer": ISSUER,
    "oidc_client_id": "flux",
    "public_url": "https://flux.example.org",
}
ON_A_SPACE = {"SPACE_ID": "team/flux"}


def settings(**given: Any) -> Settings:
    return Settings(**given)


# ── practice or real ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("practice", ["auto", "off"])
@pytest.mark.parametrize(
    "door",
    [
        {"host": "127.0.0.1"},
        {"host": "::1"},
        {"host": "127.0.0.1", "public_url": "http://localhost:7860"},
        {"host": OPEN_HOST, "app_password": "marked"},
        {"host": OPEN_HOST, "allow_open": True},
        {"host": OPEN_HOST, "auth": "proxy", "proxy_addresses": "10.0.0.7"},
        {"host": OPEN_HOST, **OPENID, "oidc_allowed": "*"},
    ],
    ids=["loopback", "loopback 6", "local address", "password", "allowed open", "proxy", "openid"],
)
def test_a_key_behind_a_door_is_used_and_needs_no_word(practice: str, door: dict[str, Any]) -> None:
    mode = decide_mode(settings(fal_key=KEY, practice=practice, **door))
    assert (mode.practice, mode.reason) == (False, None)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"auth": "oidc"}, "OIDC_ISSUER"),
        ({"auth": "oidc", "oidc_issuer": ISSUER}, "OIDC_CLIENT_ID"),
        ({"auth": "oidc", "oidc_issuer": ISSUER, "oidc_client_id": "flux"}, "PUBLIC_URL"),
        (OPENID, "OIDC_ALLOWED"),
        ({**OPENID, "oidc_allowed": "*", "app_password": "x"}, "APP_PASSWORD"),
        ({**OPENID, "oidc_allowed": "example.org"}, "@example.org"),
        ({"auth": "proxy"}, "PROXY_ADDRESSES"),
        ({"auth": "proxy", "proxy_addresses": "10.0.0.7", "app_password": "x"}, "APP_PASSWORD"),
    ],
)
def test_ways_in_that_contradict_or_lack_something_end_the_start(
    given: dict[str, Any], named: str
) -> None:
    for key in (None, KEY):
        with pytest.raises(SettingsWrong, match=named):
            decide_mode(settings(fal_key=key, **given))


def test_a_proxy_is_believed_as_the_settings_say_and_nobody_is_without_one() -> None:
    given = {"auth": "proxy", "proxy_addresses": "10.0.0.7, 10.1.0.0/16,"}
    trust = trusted_proxy(settings(**given))
    assert trust is not None
    assert sorted(map(str, trust.addresses)) == ["10.0.0.7/32", "10.1.0.0/16"]
    assert (trust.header, trust.name_header, trust.email_header) == ("Remote-User", None, None)
    assert trusted_proxy(settings(proxy_addresses="10.0.0.7")) is None


IN_THE_OPEN: list[dict[str, Any]] = [
    {"host": OPEN_HOST},
    {"host": "127.0.0.1", "public_url": "https://flux.example.org"},
]


@pytest.mark.parametrize("place", IN_THE_OPEN, ids=["open host", "behind a proxy"])
def test_a_key_that_anybody_could_spend_is_not_used(place: dict[str, Any]) -> None:
    mode = decide_mode(settings(fal_key=KEY, **place))
    assert mode.practice
    assert mode.reason is not None
    assert "APP_PASSWORD" in mode.reason
    assert "ALLOW_OPEN=1" in mode.reason


@pytest.mark.parametrize("place", IN_THE_OPEN, ids=["open host", "behind a proxy"])
def test_where_practice_is_off_it_does_not_start_in_the_open(place: dict[str, Any]) -> None:
    with pytest.raises(SettingsWrong, match="APP_PASSWORD"):
        decide_mode(settings(fal_key=KEY, practice="off", **place))


@pytest.mark.parametrize("host", ["127.0.0.1", OPEN_HOST])
def test_without_a_key_it_is_practice_and_says_why(host: str) -> None:
    mode = decide_mode(settings(host=host))
    assert mode.practice
    assert "no FAL_KEY" in (mode.reason or "")


@pytest.mark.parametrize(
    "given",
    [{}, {"fal_key": KEY}, {"fal_key": KEY, "host": OPEN_HOST, "allow_open": True}],
    ids=["no key", "key", "open"],
)
def test_switched_on_it_is_practice_whatever_else_is_set(given: dict[str, Any]) -> None:
    mode = decide_mode(settings(practice="on", **given))
    assert mode.practice
    assert "switched on" in (mode.reason or "")


@pytest.mark.parametrize("host", ["127.0.0.1", OPEN_HOST])
def test_switched_off_without_a_key_is_a_contradiction(host: str) -> None:
    with pytest.raises(SettingsWrong) as caught:
        decide_mode(settings(practice="off", host=host))
    assert str(caught.value) == "PRACTICE is off, but there is no FAL_KEY."


def test_no_banner_shows_a_secret() -> None:
    mode = decide_mode(settings(fal_key=KEY, host=OPEN_HOST))
    assert KEY not in repr(mode)


# ── a disk that forgets ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def mounts(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """The places where something is mounted, beside the root."""
    places: set[Path] = set()

    def mounted(place: Path) -> bool:
        return place == Path(place.anchor) or place in places

    monkeypatch.setattr(os.path, "ismount", mounted)
    return places


def test_off_a_space_the_disk_is_nobodys_business(mounts: set[Path]) -> None:
    assert forgetful_disk(settings(), {}) == ()
    assert forgetful_disk(settings(), {"SPACE_ID": ""}) == ()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"data_dir": Path("/srv/flux")},
        {"database_url": "postgresql://db/flux"},
        {"storage_url": "s3://bucket"},
    ],
    ids=["default", "folder", "files stay here", "database stays here"],
)
def test_a_space_without_a_volume_says_that_it_forgets(
    mounts: set[Path], given: dict[str, Any]
) -> None:
    (notice,) = forgetful_disk(settings(**given), ON_A_SPACE)
    assert notice.level == "warn"
    assert "DATA_DIR" in notice.text


@pytest.mark.parametrize("volume", ["/srv/flux", "/srv"])
def test_a_folder_on_a_volume_keeps_what_it_holds(mounts: set[Path], volume: str) -> None:
    mounts.add(Path(volume))
    assert forgetful_disk(settings(data_dir=Path("/srv/flux")), ON_A_SPACE) == ()


def test_a_volume_elsewhere_keeps_nothing(mounts: set[Path]) -> None:
    mounts.add(Path("/srv/flux/pictures"))
    assert forgetful_disk(settings(data_dir=Path("/srv/flux")), ON_A_SPACE)


def test_who_keeps_both_elsewhere_needs_no_volume(mounts: set[Path]) -> None:
    both = settings(database_url="postgresql://db/flux", storage_url="s3://bucket")
    assert forgetful_disk(both, ON_A_SPACE) == ()
