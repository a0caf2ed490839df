"""The sign-in by an OpenID provider, put together from the settings."""

from urllib.parse import urlsplit

from backend.domain.openid import OpenIdClient
from backend.domain.ports import Clock
from backend.oidc.provider import AuthlibProvider
from backend.services.arrivals import Arrivals
from backend.services.invited import Invited
from backend.services.openid import OpenId
from backend.settings import Settings

#: where a provider sends people back to, behind this server's own address
BACK = "/sign-in/openid/back"


def openid_of(settings: Settings, arrivals: Arrivals, clock: Clock) -> OpenId | None:
    """None where people come in another way. The settings are checked (backend/mode.py)."""
    if settings.auth != "oidc":
        return None
    public = urlsplit(settings.public_url or "")
    home = f"{public.scheme}://{public.netloc}"
    issuer = settings.oidc_issuer or ""
    secret = settings.oidc_client_secret
    client = OpenIdClient(
        issuer=issuer,
        client_id=settings.oidc_client_id or "",
        client_secret=secret.get_secret_value() if secret else None,
        scopes=settings.oidc_scopes,
        back=f"{home}{BACK}",
    )
    invited = Invited(
        allowed=settings.oidc_allowed,
        organisations=settings.allowed_orgs,
        admins=settings.admins,
        account_claim=settings.oidc_account_claim,
    )
    return OpenId(
        provider=AuthlibProvider(client),
        arrivals=arrivals,
        invited=invited,
        clock=clock,
        name=urlsplit(issuer).netloc,
        home=home,
        signs_out_there=settings.oidc_sign_out,
    )
