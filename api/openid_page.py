"""The sign-in page where an OpenID provider keeps the door."""

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from api import sign_in_pages
from api.sign_in_pages import Way
from api.who import given_resolver
from backend.domain.errors import PlaygroundError
from backend.services.openid import OpenId

BEGIN = "/sign-in/openid"
BACK = f"{BEGIN}/back"
OUT = f"{BEGIN}/out"


def openid_page(
    request: Request, openid: OpenId, target: str, error: PlaygroundError | None = None
) -> HTMLResponse:
    """One button. It names this server's own address: the way back leads to no other."""
    address = f"{openid.home}{BEGIN}?{urlencode({'next': target})}"
    framed = in_a_frame(request)
    about = "about_openid_framed" if framed else "about_openid"
    way = Way(address=address, text="by_openid", new_tab=framed)
    return sign_in_pages.page(request, "sign_in", about, None, error, way=way, provider=openid.name)


def signed_out_page(request: Request, openid: OpenId, address: str) -> HTMLResponse:
    """On to the provider's own sign-out. A redirect would be part of our form, which may not
    lead to another host (form-action)."""
    way = Way(address=address, text="out_there", new_tab=in_a_frame(request))
    page = sign_in_pages.page(
        request, "signed_out", "about_signed_out", way=way, provider=openid.name
    )
    if not way.new_tab:
        page.headers["Refresh"] = f"0; url={address}"
    return page


def in_a_frame(request: Request) -> bool:
    """Whether this page may be inside a Space's frame, where a provider shows nothing.

    The browser's cookies are not ours there, either, so the playground opens in a tab of its own.
    """
    if not given_resolver(request).cookies.framed:
        return False
    return request.headers.get("sec-fetch-dest") != "document"
