"""The way in, and who comes in by it."""

import hashlib
from html import escape

import pytest
from fastapi import Response
from sqlalchemy import update

from backend.store.tables import people
from tests.acceptance.openid_provider import OpenIdProvider
from tests.integration.api.site import BASE, Site
from tests.integration.openid.conftest import CLIENT, Open
from tests.integration.openid.visitor import BACK, BEGIN, Visitor, query_of
from tests.integration.openid.wire import Wire, part


async def test_whoever_the_provider_knows_comes_in_where_they_wanted_to(ada: Visitor) -> None:
    assert (await ada.me()).status_code == 401
    answer = await ada.sign_in("ada", "/gallery?person=me")
    assert (answer.status_code, answer.headers["location"]) == (303, "/gallery?person=me")
    assert answer.headers["cache-control"] == "no-store"
    assert (await ada.person())["name"] == "Ada"


async def test_the_page_has_one_button_that_names_the_provider(ada: Visitor, wire: Wire) -> None:
    away = await ada.browser.get("/gallery")
    assert away.headers["location"] == "/sign-in?next=%2Fgallery"
    page = await ada.browser.get(away.headers["location"])
    assert f'href="{BASE}{BEGIN}?next=%2Fgallery"' in page.text
    assert f"Sign in with {wire.base.removeprefix('http://')}" in page.text
    assert "_blank" not in page.text
    assert "<form" not in page.text


async def test_no_password_opens_this_door(ada: Visitor) -> None:
    for form in ({"name": "Ada", "password": ""}, {"name": "Ada", "password": "None"}, {}):
        await ada.refused(await ada.browser.post("/sign-in", data=form))


async def test_the_code_is_asked_for_with_pkce_state_and_nonce(ada: Visitor, wire: Wire) -> None:
    asked = query_of(await ada.begin())
    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT
    assert asked["redirect_uri"] == f"{BASE}{BACK}"
    assert asked["scope"].split() == ["openid", "profile", "email"]
    assert asked["code_challenge_method"] == "S256"
    again = query_of(await ada.begin())
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) >= 43
        assert asked[name] != again[name]
    await ada.sign_in("ada")
    [redeemed] = wire.of("/oauth2/token")
    challenge = wire.of("/oauth2/authorize")[-1].query["code_challenge"]
    digest = hashlib.sha256(redeemed.body["code_verifier"].encode()).digest()
    assert part(digest) == challenge
    assert redeemed.headers["authorization"].startswith("Basic ")
    assert "client_secret" not in redeemed.body


async def test_the_way_back_is_our_own_address_whatever_the_host_header_says(
    ada: Visitor,
) -> None:
    for host in ("localhost:9999", "127.0.0.1:7860"):
        answer = await ada.browser.get(BEGIN, headers={"host": host})
        assert query_of(answer.headers["location"])["redirect_uri"] == f"{BASE}{BACK}"
    answer = await ada.browser.get(BEGIN, headers={"x-forwarded-host": "evil.example"})
    assert query_of(answer.headers["location"])["redirect_uri"] == f"{BASE}{BACK}"
    refused = await ada.browser.get(BEGIN, headers={"host": "evil.example"})
    assert refused.status_code == 421


async def test_signing_in_begins_a_new_session_and_signing_out_ends_it(
    ada: Visitor, site: Site
) -> None:
    await ada.sign_in("ada")
    first = ada.browser.cookies["playground"]
    await ada.sign_in("ada")
    second = ada.browser.cookies["playground"]
    assert second != first
    replayed = await site.browser(cookie=f"playground={first}")
    assert (await replayed.get("/api/v1/me")).status_code == 401
    out = await ada.browser.post("/sign-out")
    assert out.headers["location"] == "/sign-in"
    stolen = await site.browser(cookie=f"playground={second}")
    assert (await stolen.get("/api/v1/me")).status_code == 401


async def test_a_session_that_somebody_else_put_there_is_not_taken_over(
    ada: Visitor, mallory: Visitor
) -> None:
    await mallory.sign_in("mallory")
    planted = mallory.browser.cookies["playground"]
    ada.browser.cookies.set("playground", planted, domain="localhost.local", path="/")
    await ada.sign_in("ada")
    assert (await ada.person())["name"] == "Ada"
    assert (await mallory.me()).status_code == 401


async def test_signing_out_leads_to_the_providers_own_where_that_is_wanted(
    open_site: Open, wire: Wire
) -> None:
    async with open_site(oidc_sign_out=True) as site:
        ada = await Visitor.at(site)
        await ada.sign_in("ada")
        away = (await ada.browser.post("/sign-out")).headers["location"]
        assert (await ada.me()).status_code == 401
        page = await ada.browser.get(away)
        _, address = page.headers["refresh"].split("; url=")
        assert address.startswith(f"{wire.base}/oauth2/end_session?")
        assert query_of(address) == {
            "client_id": CLIENT,
            "post_logout_redirect_uri": f"{BASE}/sign-in",
        }
        assert f'href="{escape(address)}"' in page.text


@pytest.mark.parametrize("offered", [True, False])
async def test_signing_out_ends_here_where_the_provider_has_no_sign_out_or_is_down(
    open_site: Open, wire: Wire, offered: bool
) -> None:
    if offered:
        wire.answers["/.well-known/openid-configuration"] = Response(status_code=500)
    else:
        wire.metadata["end_session_endpoint"] = None
    async with open_site(oidc_sign_out=True) as site:
        ada = await Visitor.at(site)
        out = await ada.browser.get(f"{BEGIN}/out")
        assert out.headers["location"] == "/sign-in"


# ── who somebody is ──────────────────────────────────────────────────────────────────────────


async def test_a_person_is_who_the_provider_says_whatever_they_are_called(
    site: Site, provider: OpenIdProvider
) -> None:
    told = {"email": "grace@example.org", "email_verified": True}
    provider.knows("sub-1", {**told, "name": "Grace"})
    grace = await Visitor.at(site)
    await grace.sign_in("sub-1")
    before = await grace.person()
    provider.knows("sub-1", {"email": "g@example.org", "email_verified": True, "name": "Admiral"})
    provider.knows("sub-2", {**told, "name": "Admiral"})
    await grace.sign_in("sub-1")
    other = await Visitor.at(site)
    await other.sign_in("sub-2")
    after, stranger = await grace.person(), await other.person()
    assert (before["name"], after["name"]) == ("Grace", "Admiral")
    assert after["id"] == before["id"]
    assert stranger["id"] != before["id"]
    assert stranger["name"] == "Admiral 2"
    kept = await site.world.services.people.person(before["id"])
    assert kept is not None
    assert kept.email == "g@example.org"


async def test_a_name_makes_nobody_somebody_who_was_here_before(
    site: Site, provider: OpenIdProvider
) -> None:
    provider.knows("impostor", {"name": site.world.alice.name})
    visitor = await Visitor.at(site)
    await visitor.sign_in("impostor")
    person = await visitor.person()
    assert person["id"] != site.world.alice.id
    assert person["name"] == f"{site.world.alice.name} 2"


async def test_the_same_subject_of_another_provider_is_another_person(
    open_site: Open, provider: OpenIdProvider, wire: Wire
) -> None:
    async with open_site() as site:
        ada = await Visitor.at(site)
        await ada.sign_in("ada")
        here = await ada.person()
    async with open_site(oidc_issuer=provider.url) as site:
        ada = await Visitor.at(site)
        await ada.sign_in("ada")
        assert (await ada.person())["id"] != here["id"]


async def test_somebody_who_was_shut_out_stays_out(ada: Visitor, site: Site) -> None:
    await ada.sign_in("ada")
    await ada.sign_in("ada")
    await deactivate(site, (await ada.person())["id"])
    again = await Visitor.at(site)
    await again.refused(await again.sign_in("ada"), "can&#x27;t come in here any more")


async def deactivate(site: Site, person_id: str) -> None:
    """As an admin does."""
    store = site.world.playground._services.people.store
    async with store._database.write() as connection:
        when = {"deactivated_at": site.world.clock.now()}
        await connection.execute(update(people).where(people.c.id == person_id).values(when))
