"""Ways to come in as somebody else. Each one has to fail, and the true way beside it works."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import Response
from itsdangerous import URLSafeTimedSerializer
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.integration.api.site import BASE, Site
from tests.integration.openid.conftest import SECRET, Open
from tests.integration.openid.visitor import BACK, BEGIN, Visitor, query_of
from tests.integration.openid.wire import Claims, Wire, part

COOKIE = "playground-sign-in"
UNCHECKED = "This sign-in could not be checked."
ELSEWHERE = "was begun in another browser or tab"
DOWN = "does not answer as it should"


# ── state: the answer belongs to the browser that has asked ──────────────────────────────────


async def test_a_state_that_is_missing_or_wrong_is_refused(ada: Visitor, wire: Wire) -> None:
    back = query_of(await ada.authorize(await ada.begin(), "ada"))
    true = back["state"]
    for state in ("", "x", "a" * 43, "ä", "%ff", true.swapcase(), f"{true}x", true[:-1]):
        told = f"code={back['code']}&state={state}"
        await ada.refused(await ada.browser.get(f"{BACK}?{told}"), ELSEWHERE, case=state)
        back = query_of(await ada.authorize(await ada.begin(), "ada"))
        true = back["state"]
    await ada.refused(await ada.browser.get(BACK, params={"code": back["code"]}), ELSEWHERE)
    assert wire.of("/oauth2/token") == []


async def test_an_answer_for_another_browser_is_refused(
    ada: Visitor, mallory: Visitor, wire: Wire
) -> None:
    """Mallory wants ada to work in his account: he gives her his way back."""
    his = await mallory.authorize(await mallory.begin(), "mallory")
    await ada.refused(await ada.come_back(his), ELSEWHERE)
    await ada.begin()
    await ada.refused(await ada.come_back(his), ELSEWHERE)
    assert wire.of("/oauth2/token") == []


async def test_a_way_back_works_once(ada: Visitor, wire: Wire) -> None:
    back = await ada.authorize(await ada.begin(), "ada")
    kept = ada.browser.cookies[COOKIE]
    await ada.come_back(back)
    await ada.browser.post("/sign-out")
    await ada.refused(await ada.come_back(back), ELSEWHERE)
    # not even with a copy of the cookie
    ada.browser.cookies.set(COOKIE, kept, domain="localhost.local", path="/sign-in")
    await ada.refused(await ada.come_back(back), UNCHECKED)
    assert len(wire.of("/oauth2/token")) == 1


async def test_a_code_works_once_at_the_provider_too(ada: Visitor, mallory: Visitor) -> None:
    """A code that was seen on the way is brought back inside a sign-in of mallory's own."""
    hers = query_of(await ada.authorize(await ada.begin(), "ada"))
    await ada.browser.get(BACK, params=hers)
    assert (await ada.person())["name"] == "Ada"
    own = query_of(await mallory.begin())
    stolen = {"code": hers["code"], "state": own["state"]}
    await mallory.refused(await mallory.browser.get(BACK, params=stolen), UNCHECKED)


async def test_a_code_that_was_not_used_yet_is_of_no_use_to_another(
    ada: Visitor, mallory: Visitor, wire: Wire
) -> None:
    """The provider here does not check PKCE: the nonce inside the id token holds by itself."""
    hers = query_of(await ada.authorize(await ada.begin(), "ada"))
    own = query_of(await mallory.begin())
    stolen = {"code": hers["code"], "state": own["state"]}
    await mallory.refused(await mallory.browser.get(BACK, params=stolen), UNCHECKED)
    verifiers = [one.body["code_verifier"] for one in wire.of("/oauth2/token")]
    await ada.begin()
    assert len(set(verifiers)) == len(verifiers) == 1


@pytest.mark.parametrize("change", ["cut", "other key", "own"])
async def test_a_forged_cookie_is_none(ada: Visitor, site: Site, change: str) -> None:
    back = await ada.authorize(await ada.begin(), "ada")
    value = ada.browser.cookies[COOKIE]
    seed = URLSafeTimedSerializer("a guess", salt="sign-in").loads_unsafe(value)[1]
    forged = {
        "cut": value[:-2],
        "other key": URLSafeTimedSerializer("a guess", salt="sign-in").dumps(seed),
        # the same key signs sessions: a value of one is none of the other
        "own": URLSafeTimedSerializer(site.resolver.cookies.key, salt="session").dumps(seed),
    }[change]
    ada.browser.cookies.set(COOKIE, str(forged), domain="localhost.local", path="/sign-in")
    await ada.refused(await ada.come_back(back), ELSEWHERE)


async def test_the_cookie_opens_nothing_and_goes_with_the_answer(ada: Visitor) -> None:
    begun = await ada.browser.get(BEGIN)
    [cookie] = begun.headers.get_list("set-cookie")
    assert cookie.startswith(f"{COOKIE}=")
    assert "; Max-Age=600; Path=/sign-in; HttpOnly; SameSite=Lax" in cookie
    asked = query_of(begun.headers["location"])
    assert not any(asked[name] in cookie for name in ("state", "nonce", "code_challenge"))
    stolen = ada.browser.cookies[COOKIE]
    ada.browser.cookies.set("playground", stolen, domain="localhost.local", path="/")
    assert (await ada.me()).status_code == 401
    [ended] = (await ada.browser.get(BACK)).headers.get_list("set-cookie")
    assert ended.startswith(f"{COOKIE}=; Max-Age=0;")


async def test_somebody_who_says_no_at_the_provider_is_told_so(ada: Visitor) -> None:
    state = query_of(await ada.begin())["state"]
    told = {"state": state, "error": "access_denied", "error_description": "<b>no</b>"}
    answer = await ada.browser.get(BACK, params=told)
    await ada.refused(answer, "You were not signed in there")
    assert "<b>no" not in answer.text


# ── the id token ─────────────────────────────────────────────────────────────────────────────


def but(**changes: Any) -> Callable[[Claims], Claims]:
    """The true claims, changed; None takes one away."""

    def changed(claims: Claims) -> Claims:
        return {k: v for k, v in {**claims, **changes}.items() if v is not None}

    return changed


NOW = int(time.time())
WRONG_CLAIMS = {
    "another audience": but(aud="another-app"),
    "another audience beside ours, for another": but(aud=["flux", "other"], azp="other"),
    "two audiences, for nobody": but(aud=["flux", "other"]),
    "no audience": but(aud=None),
    "another issuer": but(iss="https://evil.example"),
    "no issuer": but(iss=None),
    "expired": but(exp=NOW - 3600, iat=NOW - 7200),
    "no end": but(exp=None),
    "an end that is no number": but(exp="never"),
    "made in the future": but(iat=NOW + 86_400),
    "another nonce": but(nonce="x" * 43),
    "an empty nonce": but(nonce=""),
    "no nonce": but(nonce=None),
    "nobody": but(sub=None),
    "an empty subject": but(sub=""),
    "a subject that is no text": but(sub=7),
    "of another access token": but(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "somebody else than the access token": but(sub="ada"),
}


async def test_an_id_token_that_says_something_wrong_is_refused(
    mallory: Visitor, wire: Wire
) -> None:
    wire.shows_key = True
    for name, wrong in WRONG_CLAIMS.items():
        wire.mint = lambda claims, wrong=wrong: wire.signed(wrong(claims))
        await mallory.refused(await mallory.sign_in("mallory"), UNCHECKED, case=name)


async def test_an_id_token_by_the_wires_key_is_taken_where_all_is_right(
    ada: Visitor, wire: Wire
) -> None:
    """Else the tests beside this one would not fail for their own reasons."""
    wire.shows_key = True
    for fine in (but(), but(aud=["flux"]), but(aud=["flux", "other"], azp="flux")):
        wire.mint = lambda claims, fine=fine: wire.signed(fine(claims))
        assert (await ada.sign_in("ada")).status_code == 303
        assert (await ada.person())["name"] == "Ada"


def unsigned(wire: Wire, claims: Claims) -> str:
    return f"{part({'alg': 'none', 'kid': 'wire'})}.{part(claims)}."


def by_public_key(wire: Wire, claims: Claims) -> str:
    """HS256 with what everybody can read: the confusion of the two kinds of keys."""
    pem = wire.key.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return _hs256(pem, claims)


def by_key_document(wire: Wire, claims: Claims) -> str:
    return _hs256(json.dumps(wire.key.as_dict(private=False)).encode(), claims)


def by_client_secret(wire: Wire, claims: Claims) -> str:
    return _hs256(SECRET.encode(), claims)


def by_another_key(wire: Wire, claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "wire"}, claims, RSAKey.generate_key(2048))


def by_a_key_that_is_not_there(wire: Wire, claims: Claims) -> str:
    return wire.signed(claims, kid="another")


def by_a_key_that_it_brings(wire: Wire, claims: Claims) -> str:
    own = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "jwk": own.as_dict(private=False)}
    return jwt.encode(header, claims, own)


def changed_afterwards(wire: Wire, claims: Claims) -> str:
    head, _, signature = wire.signed(claims).split(".")
    return f"{head}.{part({**claims, 'sub': 'ada'})}.{signature}"


def with_a_header_that_must_be_understood(wire: Wire, claims: Claims) -> str:
    head = part({"alg": "RS256", "kid": "wire", "crit": ["b65"], "b65": True})
    return f"{head}.{'.'.join(wire.signed(claims).split('.')[1:])}"


def _hs256(secret: bytes, claims: Claims) -> str:
    signing = f"{part({'alg': 'HS256', 'kid': 'wire'})}.{part(claims)}"
    return f"{signing}.{part(hmac.new(secret, signing.encode(), hashlib.sha256).digest())}"


FORGERIES = (
    unsigned,
    by_public_key,
    by_key_document,
    by_client_secret,
    by_another_key,
    by_a_key_that_is_not_there,
    by_a_key_that_it_brings,
    changed_afterwards,
    with_a_header_that_must_be_understood,
)


async def test_an_id_token_that_the_provider_has_not_signed_is_refused(
    mallory: Visitor, wire: Wire
) -> None:
    wire.shows_key = True
    for forge in FORGERIES:
        wire.mint = lambda claims, forge=forge: forge(wire, claims)
        answer = await mallory.sign_in("mallory")
        await mallory.refused(answer, UNCHECKED, case=forge.__name__)


async def test_what_is_no_id_token_is_refused(mallory: Visitor, wire: Wire) -> None:
    for token in (None, "", "x", "a.b.c", "a.b", 7, {"sub": "ada"}, "." * 9):
        wire.mint = lambda _, token=token: token
        answer = await mallory.sign_in("mallory")
        await mallory.refused(answer, status=answer.status_code, case=str(token))
        assert answer.status_code in (403, 503)


async def test_a_key_that_the_provider_has_changed_is_asked_for(
    ada: Visitor, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.oidc.known.ANEW_AFTER_S", 0.0)
    wire.shows_key = True
    wire.mint = wire.signed
    await ada.sign_in("ada")
    assert len(wire.of("/jwks")) == 1
    await ada.sign_in("ada")
    assert len(wire.of("/jwks")) == 1
    wire.key = RSAKey.generate_key(2048, {"kid": "newer"})
    wire.mint = lambda claims: wire.signed(claims, kid="newer")
    assert (await ada.sign_in("ada")).status_code == 303
    assert len(wire.of("/jwks")) == 2


# ── the provider itself ──────────────────────────────────────────────────────────────────────


async def test_another_provider_in_the_place_of_this_one_is_refused(
    ada: Visitor, wire: Wire
) -> None:
    wire.metadata["issuer"] = "https://evil.example"
    answer = await ada.browser.get(BEGIN)
    await ada.refused(answer, DOWN, status=503)


async def test_an_answer_that_names_another_provider_is_refused(ada: Visitor, wire: Wire) -> None:
    """The mix-up of two providers (RFC 9207): the code goes to neither."""
    for iss in ("https://evil.example", "", f"{wire.base}/"):
        back = query_of(await ada.authorize(await ada.begin(), "ada"))
        answer = await ada.browser.get(BACK, params={**back, "iss": iss})
        await ada.refused(answer, UNCHECKED)
    assert wire.of("/oauth2/token") == []
    back = query_of(await ada.authorize(await ada.begin(), "ada"))
    await ada.browser.get(BACK, params={**back, "iss": wire.base})
    assert (await ada.person())["name"] == "Ada"


async def test_a_provider_that_names_itself_has_to(ada: Visitor, wire: Wire) -> None:
    wire.metadata["authorization_response_iss_parameter_supported"] = True
    await ada.refused(await ada.sign_in("ada"), UNCHECKED)


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app asks the provider for everything each time."""
    for name in ("HOLDS_FOR_S", "DOWN_FOR_S", "ANEW_AFTER_S"):
        monkeypatch.setattr(f"backend.oidc.known.{name}", 0.0)


@pytest.mark.usefixtures("forgetful")
async def test_addresses_that_others_can_read_are_not_used(ada: Visitor, wire: Wire) -> None:
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        for address in ("http://evil.example/x", "javascript:alert(1)", 7):
            wire.metadata = {name: address}
            answer = await ada.browser.get(BEGIN)
            await ada.refused(answer, DOWN, status=503, case=f"{name} {address}")
    wire.metadata = {}
    assert (await ada.sign_in("ada")).status_code == 303


USED = ("/.well-known/openid-configuration", "/oauth2/token", "/jwks", "/userinfo")


NONSENSE = (
    Response(status_code=500),
    Response(status_code=429, content="slow down"),
    Response(content="<html>", media_type="text/html"),
    Response(content="{", media_type="application/json"),
    Response(content="[]", media_type="application/json"),
    Response(content='{"keys": 7}', media_type="application/json"),
    Response(status_code=302, headers={"location": "http://127.0.0.1:1/"}),
)


async def tried(visitor: Visitor) -> httpx.Response:
    """How far somebody comes."""
    begun = await visitor.browser.get(BEGIN)
    if begun.status_code != 303:
        return begun
    return await visitor.come_back(await visitor.authorize(begun.headers["location"], "ada"))


@pytest.mark.usefixtures("forgetful")
async def test_a_provider_that_talks_nonsense_is_said_to_and_comes_back(
    ada: Visitor, wire: Wire
) -> None:
    for path in USED:
        for number, answer in enumerate(NONSENSE):
            wire.answers = {path: answer}
            refused = await tried(ada)
            assert refused.status_code in (403, 503)
            await ada.refused(refused, status=refused.status_code, case=f"{path} {number}")
    wire.answers = {}
    assert (await ada.browser.get("/healthz")).status_code == 200
    assert (await tried(ada)).status_code == 303


@pytest.mark.usefixtures("forgetful")
async def test_a_provider_that_is_slow_is_not_waited_for(
    ada: Visitor, site: Site, wire: Wire
) -> None:
    site.world.services.openid._provider._within_s = 0.5
    for path in USED:
        wire.hangs = {path}
        await ada.refused(await tried(ada), DOWN, status=503, case=path)


async def test_a_port_where_nobody_listens_is_said_to(open_site: Open) -> None:
    async with open_site(oidc_issuer="http://127.0.0.1:9") as site:
        ada = await Visitor.at(site)
        await ada.refused(await ada.browser.get(BEGIN), DOWN, status=503)


# ── where it leads afterwards ────────────────────────────────────────────────────────────────


ELSEWHERES = (
    *("//evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example"),
    *("\\/evil.example", "/\t/evil.example", "/\n/evil.example", " //evil.example"),
    *("https://evil.example", "https:evil.example", "javascript:alert(1)", "evil.example"),
    *("@evil.example", ""),
)


async def test_nobody_is_led_to_another_host(ada: Visitor) -> None:
    for target in ELSEWHERES:
        answer = await ada.sign_in("ada", target)
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), target
        await ada.browser.post("/sign-out")
        page = await ada.browser.get("/sign-in", params={"next": target})
        assert f'href="{BASE}{BEGIN}?next=%2F"' in page.text, target


async def test_ways_without_end_are_refused_for_a_while(open_site: Open) -> None:
    async with open_site() as site:
        ada = await Visitor.at(site)
        answers = [await ada.browser.get(BACK) for _ in range(121)]
        assert {one.status_code for one in answers[:120]} == {403}
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) > 0


async def test_where_people_come_in_another_way_there_is_no_such_way(open_site: Open) -> None:
    async with open_site(auth="none", app_password="open sesame") as site:
        browser = await site.browser()
        for path in (BEGIN, BACK, f"{BEGIN}/out"):
            assert (await browser.get(path)).status_code == 404
