"""Settings as data: read once, frozen, passed on as values. Nothing else reads the environment.

Each setting's name in the environment is its field's name in capitals. A secret may also come from
a file named by NAME_FILE (Docker and Kubernetes secrets). `.env.example` and
docs/configuration.md are checked against this file by a test.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from limits import parse as parse_rate
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)

from backend.space import with_space

#: what a header may be called (RFC 9110)
HEADER = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
#: a source of frame-ancestors: nothing in it can end the header's directive
ANCESTOR = re.compile(r"'self'|'none'|https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SettingsWrong(ValueError):
    """One sentence about the settings that are wrong; the start ends with exit code 2."""


def _listed(value: object) -> object:
    """What stands between commas."""
    if not isinstance(value, str):
        return value
    return frozenset(one.strip() for one in value.split(",") if one.strip())


class Settings(BaseModel):
    """Everything that a host can decide."""

    model_config = ConfigDict(frozen=True)

    fal_key: SecretStr | None = Field(
        None, description="fal's API key, for all people of this server. Without it: practice mode."
    )
    fal_billing_key: SecretStr | None = Field(
        None, description="A second, read-only key of fal's that may read bills and the balance."
    )
    practice: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Practice mode: on, off, or auto (on where there is no FAL_KEY).",
    )
    app_password: SecretStr | None = Field(
        None, description="A password that everybody types once, with their name, to come in."
    )
    max_usd_per_day: Decimal | None = Field(
        None,
        ge=0,
        description="Most US dollars that all people together may spend in a UTC day.",
    )
    ask_above_usd: Decimal | None = Field(
        None,
        ge=0,
        description="People are asked before a run that can cost more US dollars than this.",
    )
    money_contact: str | None = Field(
        None,
        max_length=200,
        description="Whom to ask for more money; without it the names of the admins are said.",
    )
    allow_open: bool = Field(
        False,
        description="1 allows paid runs without sign-in on an address off loopback.",
    )
    auth: Literal["none", "password", "oidc", "proxy"] = Field(
        "none",
        description="How people come in: none, password (accounts here), oidc or proxy (a header).",
    )
    admins: Annotated[frozenset[str], BeforeValidator(_listed)] = Field(
        frozenset(),
        description="Who is an admin with AUTH=proxy, by the header's name or e-mail.",
    )
    proxy_addresses: Annotated[frozenset[str], BeforeValidator(_listed)] = Field(
        frozenset(),
        description="With AUTH=proxy: addresses and networks whose headers are believed.",
    )
    proxy_header: str = Field(
        "Remote-User", pattern=HEADER, description="The header that names the person."
    )
    proxy_name_header: str | None = Field(
        None, pattern=HEADER, description="The header with the name to show."
    )
    proxy_email_header: str | None = Field(
        None, pattern=HEADER, description="The header with the e-mail address."
    )
    visibility: Literal["team", "private"] = Field(
        "team",
        description="Who sees new runs and presets: the team, or their owner alone (private).",
    )
    oidc_issuer: str | None = Field(
        None, description="With AUTH=oidc: the provider's address, as it calls itself."
    )
    oidc_client_id: str | None = Field(None, description="What the provider calls this playground.")
    oidc_client_secret: SecretStr | None = Field(
        None, description="What proves it to the provider."
    )
    oidc_scopes: str = Field(
        "openid profile email", description="What the provider is asked to tell."
    )
    oidc_allowed: Annotated[frozenset[str], BeforeValidator(_listed)] = Field(
        frozenset(),
        description="Who may come in with AUTH=oidc: e-mails, @domains, accounts, or *.",
    )
    allowed_orgs: Annotated[frozenset[str], BeforeValidator(_listed)] = Field(
        frozenset(), description="Organisations or groups whose members may come in."
    )
    oidc_account_claim: str | None = Field(
        None, description="The claim with an account name that no two people have."
    )
    oidc_sign_out: bool = Field(
        False, description="1: signing out here leads to the provider's own sign-out."
    )
    host: str = Field("127.0.0.1", description="Address to listen on. On a Space: 0.0.0.0.")
    port: int = Field(7860, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str | None = Field(
        None, description="The address that people type, where a proxy stands before this server."
    )
    frame_ancestors: str | None = Field(
        None,
        description="Whose pages may lay this one into a frame, e.g. 'self' https://intranet.example.",
    )
    data_dir: Path = Field(
        Path("data"), description="Folder of the database and the pictures. Keep it."
    )
    database_url: SecretStr | None = Field(
        None, description="postgresql://… instead of the SQLite file in DATA_DIR."
    )
    storage_url: str | None = Field(
        None, description="s3://bucket/path or hf://… for pictures, instead of DATA_DIR."
    )
    prompts_in_downloads: bool = Field(
        True,
        description="0 leaves prompts out of pictures that leave this server; its own files keep "
        "them.",
    )
    max_runs_in_flight: int = Field(
        16, ge=1, le=1000, description="How many runs may be at fal at once; others wait."
    )
    max_waiting: int = Field(
        1000, ge=1, le=100_000, description="How many runs may wait; more are refused."
    )
    rate_limit: str = Field(
        "120/minute", description="Writes that one person may make, e.g. 120/minute."
    )
    audit_prompts: bool = Field(
        False, description="1 keeps the prompt of each run in the audit log, too."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much the log says. No level shows keys."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="Lines for people, or one JSON object a line for machines."
    )
    fal_stand_in_url: str | None = Field(
        None,
        description="A loopback address that answers in fal's place, for tests and benchmarks.",
    )

    @field_validator("rate_limit")
    @classmethod
    def _rate(cls, value: str) -> str:
        try:
            amount = parse_rate(value).amount
        except ValueError:
            amount = 0
        if amount < 1:
            raise ValueError("needs a rate like 120/minute")
        return value

    @field_validator("proxy_addresses")
    @classmethod
    def _networks(cls, value: frozenset[str]) -> frozenset[str]:
        for one in value:
            try:
                ip_network(one)
            except ValueError:
                raise ValueError("needs addresses or networks like 10.0.0.0/8") from None
        return value

    @field_validator("frame_ancestors")
    @classmethod
    def _ancestors(cls, value: str | None) -> str | None:
        if value is None:
            return None
        named = value.split()
        if not named or not all(ANCESTOR.fullmatch(one) for one in named):
            raise ValueError("needs 'self', 'none' or addresses like https://intranet.example.org")
        if "'none'" in named and len(named) > 1:
            raise ValueError("'none' stands alone")
        return " ".join(named)

    @field_validator("oidc_scopes")
    @classmethod
    def _openid(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("needs openid among its words")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _unread(cls, value: str | None) -> str | None:
        parts = urlsplit(cls._address(value) or "https://none")
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("needs https: who signs in would be readable on the way")
        return value

    @field_validator("public_url", "fal_stand_in_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            # reading the port checks it
            sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            sound = False
        if not sound:
            raise ValueError("needs an address like https://flux.example.org")
        return value.rstrip("/")

    @field_validator("fal_stand_in_url")
    @classmethod
    def _loopback_only(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).hostname not in LOOPBACK:
            raise ValueError("must be a loopback address, the key would be sent to it")
        return value

    @property
    def on_loopback(self) -> bool:
        """True where only this machine can reach the server."""
        return self.host in LOOPBACK

    @property
    def only_here(self) -> bool:
        """True where only this machine can reach the server, and no proxy brings others to it."""
        public = urlsplit(self.public_url or "http://localhost").hostname
        return self.on_loopback and public in LOOPBACK

    @property
    def signs_in(self) -> bool:
        """True where people are told apart by more than their browser."""
        return self.auth != "none" or self.app_password is not None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that may never be seen anywhere."""
        values = (
            self.fal_key,
            self.fal_billing_key,
            self.app_password,
            self.database_url,
            self.oidc_client_secret,
        )
        return tuple(value.get_secret_value() for value in values if value is not None)


SECRET_NAMES = (
    "FAL_KEY",
    "FAL_BILLING_KEY",
    "APP_PASSWORD",
    "DATABASE_URL",
    "OIDC_CLIENT_SECRET",
)


def read_settings(environ: Mapping[str, str], env_file: Path | None = Path(".env")) -> Settings:
    """The settings of this process. Raises SettingsWrong with one sentence.

    A Hugging Face Space (SPACE_ID is set) decides some by itself where nobody else does.
    """
    given = {**_from_env_file(env_file), **environ}
    told = {name: _value(name.upper(), given) for name in Settings.model_fields}
    values: dict[str, Any] = {name: value for name, value in told.items() if value}
    try:
        return Settings(**with_space(given, values))
    except ValidationError as error:
        raise SettingsWrong(_sentence(error)) from None


def _from_env_file(env_file: Path | None) -> dict[str, str]:
    if env_file is None or not env_file.is_file():
        return {}
    return {name: value for name, value in dotenv_values(env_file).items() if value}


def _value(name: str, given: Mapping[str, str]) -> str | None:
    value = (given.get(name) or "").strip()
    if value:
        return value
    file = given.get(f"{name}_FILE") if name in SECRET_NAMES else None
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsWrong(f"{name}_FILE can't be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise SettingsWrong(f"{name}_FILE can't be read: it is not text in UTF-8.") from None


def _sentence(error: ValidationError) -> str:
    """The first fault, without the value: it may be a secret."""
    fault = error.errors(include_input=False, include_url=False)[0]
    name = str(fault["loc"][0]).upper() if fault["loc"] else "A setting"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{name} is wrong: {message[:1].lower()}{message[1:]}."


def _shown(default: Any) -> str:
    if default is None or default == frozenset():
        return ""
    return str(int(default)) if isinstance(default, bool) else str(default)


def describe() -> tuple[tuple[str, str, str, bool], ...]:
    """(name, default, help, secret) of every setting, for the docs' test."""
    return tuple(
        (
            name.upper(),
            _shown(field.default),
            field.description or "",
            name.upper() in SECRET_NAMES,
        )
        for name, field in Settings.model_fields.items()
    )
