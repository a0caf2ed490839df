"""What a provider says of itself (OpenID Connect Discovery 1.0), as far as it is used."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: what a provider takes that does not say (section 3)
BY_ITSELF = ["client_secret_basic"]


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """A provider's addresses."""

    #: as it stands in id tokens
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    auth_methods: frozenset[str]
    #: its answers say who sends them (RFC 9207)
    names_itself: bool


def read_metadata(issuer: str, told: dict[str, Any]) -> Metadata:
    """The metadata of the provider that was asked. Raises ValueError for another's, or half."""
    if str(told.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        raise ValueError("another issuer")
    methods = told.get("token_endpoint_auth_methods_supported") or BY_ITSELF
    return Metadata(
        issuer=told["issuer"],
        authorization_endpoint=_address(told, "authorization_endpoint"),
        token_endpoint=_address(told, "token_endpoint"),
        jwks_uri=_address(told, "jwks_uri"),
        userinfo_endpoint=_address_if_any(told, "userinfo_endpoint"),
        end_session_endpoint=_address_if_any(told, "end_session_endpoint"),
        auth_methods=frozenset(one for one in methods if isinstance(one, str)),
        names_itself=told.get("authorization_response_iss_parameter_supported") is True,
    )


def is_safe(address: str) -> bool:
    """Whether nobody on the way can read it: https, or this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and parts.hostname in LOOPBACK


def _address_if_any(told: dict[str, Any], name: str) -> str | None:
    return _address(told, name) if told.get(name) else None


def _address(told: dict[str, Any], name: str) -> str:
    address = told.get(name)
    if not isinstance(address, str) or not is_safe(address):
        raise ValueError(f"no {name}")
    return address
