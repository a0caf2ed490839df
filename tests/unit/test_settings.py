"""Settings: read once, frozen, wrong ones named in a sentence, secrets never shown."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from backend.settings import SECRET_NAMES, Settings, SettingsWrong, describe, read_settings

KEY = "marked-key-id:marked-key-secret"
BILLING_KEY = "marked-billing-id:marked-billing-secret"
PASSWORD = "marked-password"
DATABASE = "postgresql://user:marked-secret@db/flux"
CLIENT = "marked-client-secret"
SECRETS = {
    "FAL_KEY": KEY,
    "FAL_BILLING_KEY": BILLING_KEY,
    "APP_PASSWORD": PASSWORD,
    "DATABASE_URL": DATABASE,
    "OIDC_CLIENT_SECRET": CLIENT,
}


def read(**environ: str) -> Settings:
    return read_settings(environ, env_file=None)


def wrong(**environ: str) -> str:
    """The sentence about it."""
    with pytest.raises(SettingsWrong) as caught:
        read(**environ)
    return str(caught.value)


# ── what is said where nothing is set ────────────────────────────────────────────────────────


@pytest.mark.parametrize("named", ["'self'", "'none'", "'self'  https://*.example.org:8443"])
def test_whose_pages_may_frame_this_one_is_named_by_address(named: str) -> None:
    settings = read_settings({"FRAME_ANCESTORS": named}, None)
    assert settings.frame_ancestors == " ".join(named.split())


@pytest.mark.parametrize(
    "named", ["*", "evil", "'none' 'self'", "https://a.example; script-src *", "'unsafe-inline'"]
)
def test_a_frame_ancestor_that_is_none_stops_the_start(named: str) -> None:
    with pytest.raises(SettingsWrong, match="FRAME_ANCESTORS"):
        read_settings({"FRAME_ANCESTORS": named}, None)


def test_without_any_setting_it_is_a_server_of_this_machine_alone() -> None:
    settings = read()
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert settings.on_loopback
    assert settings.fal_key is None
    assert settings.max_usd_per_day is None
    assert (settings.max_runs_in_flight, settings.max_waiting) == (16, 1000)
    assert settings.rate_limit == "120/minute"
    assert settings.data_dir == Path("data")
    assert settings.secrets == ()


def test_values_are_read_as_what_they_are() -> None:
    settings = read(
        PRACTICE="on",
        MAX_USD_PER_DAY="12.50",
        ALLOW_OPEN="1",
        PORT="0",
        DATA_DIR="/srv/flux",
        MAX_RUNS_IN_FLIGHT="3",
        LOG_LEVEL="DEBUG",
        PUBLIC_URL="https://flux.example.org/",
        FAL_STAND_IN_URL="http://127.0.0.1:9000/",
    )
    assert settings.practice == "on"
    assert settings.max_usd_per_day == Decimal("12.50")
    assert settings.allow_open
    assert (settings.port, settings.max_runs_in_flight) == (0, 3)
    assert settings.data_dir == Path("/srv/flux")
    assert settings.public_url == "https://flux.example.org"
    assert settings.fal_stand_in_url == "http://127.0.0.1:9000"


def test_names_that_are_not_ours_are_left_alone() -> None:
    assert read(PATH="/bin", HOME="/root", MAX_WAITING_ROOM="many") == read()


@pytest.mark.parametrize("name", [name for name, *_ in describe()])
@pytest.mark.parametrize("value", ["", " ", "\n"], ids=["nothing", "a space", "a new line"])
def test_an_empty_value_counts_as_unset(name: str, value: str) -> None:
    assert read(**{name: value}) == read()


def test_a_key_that_was_pasted_with_a_new_line_is_the_key() -> None:
    assert read(FAL_KEY=f" {KEY}\n").secrets == (KEY,)


# ── wrong ones ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PRACTICE", "maybe"),
        ("MAX_USD_PER_DAY", "plenty"),
        ("MAX_USD_PER_DAY", "-3.75"),
        ("MAX_USD_PER_DAY", "nan"),
        ("MAX_USD_PER_DAY", "Infinity"),
        ("ALLOW_OPEN", "perhaps"),
        ("PORT", "http"),
        ("PORT", "70007"),
        ("PORT", "-80"),
        ("OIDC_ISSUER", "id.example.org"),
        ("OIDC_ISSUER", "http://id.example.org"),
        ("OIDC_SCOPES", "profile email"),
        ("PUBLIC_URL", "flux.local"),
        ("PUBLIC_URL", "ftp://flux.example.org"),
        ("PUBLIC_URL", "https:///flux"),
        ("PUBLIC_URL", "https://[::7"),
        ("PUBLIC_URL", "https://flux.example.org:80808"),
        ("PUBLIC_URL", "https://ex\u2100mple.org"),
        ("MAX_RUNS_IN_FLIGHT", "-16"),
        ("MAX_RUNS_IN_FLIGHT", "2.5"),
        ("MAX_RUNS_IN_FLIGHT", "1001"),
        ("MAX_WAITING", "-16"),
        ("MAX_WAITING", "9999999"),
        ("RATE_LIMIT", "often"),
        ("RATE_LIMIT", "0/hour"),
        ("RATE_LIMIT", "-7/minute"),
        ("AUTH", "magic"),
        ("PROXY_ADDRESSES", "10.0.0.300"),
        ("PROXY_ADDRESSES", "127.0.0.1, everybody"),
        ("PROXY_ADDRESSES", "10.0.0.1/8"),
        ("PROXY_HEADER", "X User"),
        ("PROXY_EMAIL_HEADER", "X-Email:"),
        ("LOG_LEVEL", "LOUD"),
        ("FAL_STAND_IN_URL", "https://fal.example.org"),
        ("FAL_STAND_IN_URL", "127.0.0.1:9000"),
        ("FAL_STAND_IN_URL", "http://127.0.0.1.example.org"),
    ],
)
def test_a_wrong_value_gives_one_sentence_with_its_name_and_without_it(
    name: str, value: str
) -> None:
    sentence = wrong(**{name: value})
    assert sentence.startswith(f"{name} is wrong: ")
    assert re.fullmatch(r"[^\n]+[^.\n]\.", sentence)
    assert value not in sentence


def test_a_secret_is_not_in_the_sentence_about_another_setting() -> None:
    sentence = wrong(**SECRETS, PORT="http")
    assert not any(secret in sentence for secret in SECRETS.values())


# ── secrets ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_secret_may_come_from_a_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRETS[name]}\n", encoding="utf-8")
    assert read(**{f"{name}_FILE": str(file)}).secrets == (SECRETS[name],)


def test_the_variable_itself_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("another")
    assert read(FAL_KEY=KEY, FAL_KEY_FILE=str(file)).secrets == (KEY,)
    assert read(FAL_KEY="", FAL_KEY_FILE=str(file)).secrets == ("another",)


def test_an_empty_file_is_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("\n")
    assert read(FAL_KEY_FILE=str(file)).fal_key is None


def test_a_file_is_read_for_secrets_only(tmp_path: Path) -> None:
    file = tmp_path / "port"
    file.write_text("8080")
    assert read(PORT_FILE=str(file)).port == 7860


@pytest.mark.parametrize("content", [None, b"\xff\xfemarked"], ids=["missing", "not text"])
def test_a_file_that_can_not_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    sentence = wrong(APP_PASSWORD_FILE=str(file))
    assert sentence.startswith("APP_PASSWORD_FILE can't be read: ")
    assert "marked" not in sentence


def test_secrets_are_in_no_picture_of_the_settings() -> None:
    settings = read(**SECRETS)
    assert set(settings.secrets) == set(SECRETS.values())
    shown = [repr(settings), str(settings), f"{settings!r}", settings.model_dump_json()]
    shown += [str(settings.model_dump()), str(vars(settings)), str(list(settings))]
    for picture in shown:
        assert not any(secret in picture for secret in SECRETS.values())


# ── .env ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    file = tmp_path / ".env"
    file.write_text(f'FAL_KEY="{KEY}"\nPORT=8000\nHOST=\n# LOG_LEVEL=LOUD\n', encoding="utf-8")
    return file


def test_the_env_file_is_read(env_file: Path) -> None:
    settings = read_settings({}, env_file)
    assert (settings.secrets, settings.port, settings.host) == ((KEY,), 8000, "127.0.0.1")


def test_the_environment_goes_before_the_env_file(env_file: Path) -> None:
    settings = read_settings({"PORT": "9000", "FAL_KEY": ""}, env_file)
    assert (settings.port, settings.fal_key) == (9000, None)


def test_an_env_file_that_is_not_there_is_no_fault(tmp_path: Path) -> None:
    assert read_settings({}, tmp_path / ".env") == read()


# ── where it listens ─────────────────────────────────────────────────────────────────────────


def test_a_space_listens_for_its_proxy() -> None:
    settings = read(SPACE_ID="team/flux")
    assert settings.host == "0.0.0.0"  # noqa: S104 - what a Space needs
    assert not settings.on_loopback
    assert read(SPACE_ID="").on_loopback


SIGNING_IN = {
    "SPACE_ID": "ada/flux",
    "SPACE_HOST": "ada-flux.hf.space",
    "SPACE_AUTHOR_NAME": "ada",
    "OPENID_PROVIDER_URL": "https://huggingface.co",
    "OAUTH_CLIENT_ID": "id",
    "OAUTH_CLIENT_SECRET": CLIENT,
    "OAUTH_SCOPES": "openid profile",
}


def test_a_space_with_a_sign_in_needs_no_other_setting_and_lets_its_owner_in() -> None:
    settings = read(**SIGNING_IN)
    assert (settings.auth, settings.public_url) == ("oidc", "https://ada-flux.hf.space")
    assert (settings.oidc_issuer, settings.oidc_client_id) == ("https://huggingface.co", "id")
    assert settings.secrets == (CLIENT,)
    assert settings.oidc_scopes == "openid profile"
    assert settings.oidc_account_claim == "preferred_username"
    assert settings.admins == settings.allowed_orgs == {"ada"}
    assert settings.oidc_allowed == frozenset()


def test_lists_of_a_space_take_the_place_of_its_members_and_keep_its_owner() -> None:
    settings = read(**SIGNING_IN, OIDC_ALLOWED="bea", ADMINS="carol")
    assert settings.admins == {"ada", "carol"}
    assert (settings.oidc_allowed, settings.allowed_orgs) == ({"bea"}, frozenset())
    assert read(**SIGNING_IN, ALLOWED_ORGS="team").allowed_orgs == {"team"}


@pytest.mark.parametrize(
    ("given", "auth"),
    [
        ({"AUTH": "none"}, "none"),
        ({"APP_PASSWORD": PASSWORD}, "none"),
        ({"AUTH": "oidc", "OIDC_ISSUER": "https://id.example.org"}, "oidc"),
        ({"OIDC_ISSUER": "https://id.example.org"}, "none"),
        ({"OAUTH_CLIENT_SECRET": ""}, "none"),
        ({"SPACE_ID": ""}, "none"),
    ],
)
def test_a_spaces_sign_in_is_not_used_where_another_way_is_chosen_or_a_part_is_missing(
    given: dict[str, str], auth: str
) -> None:
    settings = read(**SIGNING_IN | given)
    assert settings.auth == auth
    assert settings.oidc_client_id is None
    assert settings.admins == frozenset()


def test_a_host_that_was_set_goes_before_what_a_space_needs() -> None:
    assert read(SPACE_ID="team/flux", HOST="127.0.0.1").on_loopback


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("::", False), ("10.0.0.5", False)],
)
def test_only_loopback_is_out_of_reach(host: str, alone: bool) -> None:
    assert read(HOST=host).on_loopback is alone


# ── as data ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "value"), [("port", 1), ("fal_key", None)])
def test_settings_are_frozen(name: str, value: Any) -> None:
    settings = read(FAL_KEY=KEY)
    with pytest.raises(ValidationError):
        setattr(settings, name, value)


def test_every_setting_is_described_once() -> None:
    rows = describe()
    assert [name for name, *_ in rows] == [name.upper() for name in Settings.model_fields]
    assert all(help_text.endswith(".") for _, _, help_text, _ in rows)
    assert {name for name, *_, secret in rows if secret} == set(SECRET_NAMES)
    shown = {name: default for name, default, *_ in rows}
    assert (shown["PORT"], shown["ALLOW_OPEN"], shown["FAL_KEY"]) == ("7860", "0", "")
