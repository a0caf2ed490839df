"""Who is invited, by what the provider says of them and nothing that they say themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from backend.settings import read_settings
from tests.acceptance.openid_provider import OpenIdProvider
from tests.integration.api.site import EVERYWHERE, Site, opened
from tests.integration.openid.conftest import Open
from tests.integration.openid.visitor import Visitor
from tests.integration.openid.wire import Wire
from tests.integration.playground import Fal

NOT_LISTED = "is not on this playground&#x27;s list"
CHECKED = {"email_verified": True}
#: claims of somebody, and the role that the lists below give them; None: they stay out
GUESTS: dict[str, tuple[dict[str, Any], str | None]] = {
    "address": ({"email": "Ada@Example.org", **CHECKED}, "member"),
    "address that nobody has checked": ({"email": "ada@example.org"}, None),
    "address that was found wrong": ({"email": "ada@example.org", "email_verified": False}, None),
    "address, checked as they say": ({"email": "ada@example.org", "email_verified": "yes"}, None),
    "domain": ({"email": "zoe@team.example", **CHECKED}, "member"),
    "below the domain": ({"email": "zoe@evil.team.example", **CHECKED}, None),
    "beside the domain": ({"email": "zoe@evilteam.example", **CHECKED}, None),
    "domain in a name": ({"email": "zoe@team.example@evil.example", **CHECKED}, None),
    "another address": ({"email": "eve@example.org", **CHECKED}, None),
    "account": ({"preferred_username": "Bea"}, "member"),
    "account as a name": ({"name": "bea", "nickname": "bea"}, None),
    "account as an address": ({"email": "bea", **CHECKED}, "member"),
    "group": ({"groups": ["others", "painters"]}, "member"),
    "organisation": ({"orgs": [{"preferred_username": "painters", "name": "x"}]}, "member"),
    "organisation by its display name": (
        {"orgs": [{"preferred_username": "evil", "name": "painters"}]},
        None,
    ),
    "admin of an organisation of members": (
        {"orgs": [{"preferred_username": "painters", "roleInOrg": "admin"}]},
        "member",
    ),
    "admin of an organisation of admins": (
        {"orgs": [{"preferred_username": "house", "roleInOrg": "admin"}]},
        "admin",
    ),
    "member of an organisation of admins": (
        {"orgs": [{"preferred_username": "house", "roleInOrg": "write"}]},
        None,
    ),
    "groups of another shape": ({"groups": "painters", "orgs": {"painters": 1}}, None),
    "admin by address": ({"email": "carol@example.org", **CHECKED}, "admin"),
    "admin by an address that nobody has checked": ({"email": "carol@example.org"}, None),
    "admin by account": ({"preferred_username": "dora"}, "admin"),
    "nothing": ({}, None),
}
LISTS = {
    "oidc_allowed": "ada@example.org, @team.example, bea",
    "allowed_orgs": "painters",
    "admins": "carol@example.org, dora, house",
    "oidc_account_claim": "preferred_username",
}


async def test_the_lists_let_in_whom_they_name_and_nobody_else(
    open_site: Open, provider: OpenIdProvider
) -> None:
    async with open_site(**LISTS) as site:
        for number, (case, (claims, role)) in enumerate(GUESTS.items()):
            provider.knows(f"guest-{number}", claims)
            guest = await Visitor.at(site)
            answer = await guest.sign_in(f"guest-{number}")
            if role is None:
                await guest.refused(answer, NOT_LISTED, case=case)
            else:
                assert answer.status_code == 303, case
                assert (await guest.person())["role"] == role, case


async def test_an_account_counts_only_where_a_claim_is_said_to_be_one(
    open_site: Open, provider: OpenIdProvider
) -> None:
    async with open_site(oidc_allowed="ada@example.org", admins="bea") as site:
        provider.knows("named", {"preferred_username": "bea", "name": "bea"})
        guest = await Visitor.at(site)
        await guest.refused(await guest.sign_in("named"), NOT_LISTED)


async def test_without_admins_the_first_who_comes_is_one(open_site: Open) -> None:
    async with open_site() as site:
        roles = []
        for name in ("ada", "bea"):
            visitor = await Visitor.at(site)
            await visitor.sign_in(name)
            roles.append((await visitor.person())["role"])
        assert roles == ["admin", "member"]


async def test_with_other_lists_everybody_comes_in_anew(open_site: Open) -> None:
    async with open_site() as site:
        ada = await Visitor.at(site)
        await ada.sign_in("ada")
        cookie = f"playground={ada.browser.cookies['playground']}"
    async with open_site() as site:
        browser = await site.browser(cookie=cookie)
        assert (await browser.get("/api/v1/me")).status_code == 200
    async with open_site(oidc_allowed="bea@example.org") as site:
        browser = await site.browser(cookie=cookie)
        assert (await browser.get("/api/v1/me")).status_code == 401


# ── on a Space ───────────────────────────────────────────────────────────────────────────────

HOST = "ada-flux.hf.space"


@pytest.fixture
def space(fal: Fal, tmp_path: Path, wire: Wire) -> Open:
    """An app on a Space whose owner is given; with its provider in Hugging Face's place."""

    @asynccontextmanager
    async def space(owner: str, **variables: str) -> AsyncIterator[Site]:
        environ = {
            "SPACE_ID": f"{owner}/flux",
            "SPACE_HOST": HOST,
            "SPACE_AUTHOR_NAME": owner,
            "OPENID_PROVIDER_URL": wire.base,
            "OAUTH_CLIENT_ID": "client-of-the-space",
            "OAUTH_CLIENT_SECRET": "marked-secret-of-the-space",
            "OAUTH_SCOPES": "openid profile",
            **variables,
        }
        settings = read_settings(environ, env_file=None)
        given = {name: getattr(settings, name) for name in settings.model_fields_set}
        assert given.pop("host") == EVERYWHERE
        async with opened(fal, tmp_path, environ=environ, host=EVERYWHERE, **given) as site:
            site.base = f"https://{HOST}"
            yield site

    return space


async def come(site: Site, sub: str) -> str | None:
    """The role with which somebody comes in; None: not at all."""
    visitor = await Visitor.at(site)
    answer = await visitor.sign_in(sub)
    if answer.status_code != 303:
        await visitor.refused(answer, NOT_LISTED)
        return None
    role: str = (await visitor.person())["role"]
    return role


async def test_a_space_lets_its_owner_in_as_the_admin_and_nobody_else(
    space: Open, provider: OpenIdProvider
) -> None:
    provider.knows("hf-1", {"preferred_username": "ada", "name": "Ada L."})
    provider.knows("hf-2", {"preferred_username": "eve", "name": "ada"})
    async with space("ada") as site:
        assert await come(site, "hf-2") is None
        assert await come(site, "hf-1") == "admin"
    async with space("ada", OIDC_ALLOWED="Eve") as site:
        assert await come(site, "hf-2") == "member"
        assert await come(site, "hf-1") == "admin"


async def test_a_space_of_an_organisation_lets_its_members_in(
    space: Open, provider: OpenIdProvider
) -> None:
    for sub, role in (("hf-3", "admin"), ("hf-4", "write")):
        told = {"preferred_username": "painters", "name": "Painters", "roleInOrg": role}
        provider.knows(sub, {"preferred_username": sub, "name": sub, "orgs": [told]})
    provider.knows("hf-5", {"preferred_username": "eve", "orgs": [{"name": "painters"}]})
    async with space("painters") as site:
        assert await come(site, "hf-4") == "member"
        assert await come(site, "hf-3") == "admin"
        assert await come(site, "hf-5") is None
    async with space("painters", ALLOWED_ORGS="sculptors") as site:
        assert await come(site, "hf-4") is None
        assert await come(site, "hf-3") == "admin"


async def test_the_way_through_a_space_is_by_https_and_its_cookies_fit_its_frame(
    space: Open, provider: OpenIdProvider, wire: Wire
) -> None:
    provider.knows("hf-1", {"preferred_username": "ada", "name": "Ada L."})
    async with space("ada") as site:
        ada = await Visitor.at(site)
        begun = await ada.browser.get("/sign-in/openid")
        assert "SameSite=Lax; Secure" in begun.headers["set-cookie"]
        assert f"redirect_uri=https%3A%2F%2F{HOST}%2Fsign-in" in begun.headers["location"]
        answer = await ada.sign_in("hf-1")
        session = answer.headers.get_list("set-cookie")[0]
        assert "HttpOnly; SameSite=None; Secure; Partitioned" in session


@pytest.mark.parametrize(("where", "tab"), [("iframe", True), ("document", False), (None, True)])
async def test_in_the_frame_the_button_opens_a_tab_of_its_own(
    space: Open, where: str | None, tab: bool
) -> None:
    async with space("ada") as site:
        browser = await site.browser(**({} if where is None else {"sec-fetch-dest": where}))
        page = await browser.get("/sign-in")
        assert f'href="https://{HOST}/sign-in/openid?next=%2F"' in page.text
        assert ('target="_blank" rel="noopener"' in page.text) == tab
        assert ("in a tab of its own" in page.text) == tab
