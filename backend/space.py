"""What a Hugging Face Space decides by itself, from the variables that it sets."""

from collections.abc import Mapping
from typing import Any

#: what `hf_oauth: true` brings (huggingface.co/docs/hub/spaces-oauth), and the settings it becomes
CLIENT = {
    "OPENID_PROVIDER_URL": "oidc_issuer",
    "OAUTH_CLIENT_ID": "oidc_client_id",
    "OAUTH_CLIENT_SECRET": "oidc_client_secret",
}
#: names of accounts and organisations, which nobody else can have there
ACCOUNT_CLAIM = "preferred_username"


def with_space(environ: Mapping[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """The settings that are given, and beside them what a Space decides.

    It listens for the Space's proxy. Where the Space has a sign-in and nobody has chosen another
    way, people sign in with Hugging Face: the Space's owner, or the members of the organisation
    that owns it, unless there is another list. The owner is an admin in any case.
    """
    if not environ.get("SPACE_ID"):
        return given
    own = {"host": "0.0.0.0"}  # noqa: S104 - a Space's container is reached through its proxy
    if not _by_hugging_face(environ, given):
        return {**own, **given}
    owner = environ.get("SPACE_AUTHOR_NAME", "")
    own |= {"auth": "oidc", "oidc_account_claim": ACCOUNT_CLAIM}
    own |= {setting: environ[name] for name, setting in CLIENT.items()}
    own |= {"oidc_scopes": environ.get("OAUTH_SCOPES") or "openid profile"}
    if environ.get("SPACE_HOST"):
        own |= {"public_url": f"https://{environ['SPACE_HOST']}"}
    if not {"oidc_allowed", "allowed_orgs"} & set(given):
        own |= {"allowed_orgs": owner}
    return {**own, **given, "admins": f"{given.get('admins', '')},{owner}"}


def _by_hugging_face(environ: Mapping[str, str], given: Mapping[str, Any]) -> bool:
    otherwise = "app_password" in given or "oidc_issuer" in given
    auth = given.get("auth", "none" if otherwise else "oidc")
    return auth == "oidc" and "oidc_issuer" not in given and all(map(environ.get, CLIENT))
