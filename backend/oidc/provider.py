"""An OpenID provider through Authlib: authorization code with PKCE, and the id token checked.

Authlib costs 15 MB and a quarter of a second, so it is read only where somebody asks for this
class. No token is kept: who has signed in is all that is wanted of it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from backend.domain.errors import ProviderUnavailable, SignInFailed
from backend.domain.openid import Answer, Attempt, Claims, OpenIdClient
from backend.oidc.known import Known
from backend.oidc.metadata import Metadata, read_metadata

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import AsyncOAuth2Client

log = logging.getLogger(__name__)

#: a person looks at an empty page meanwhile
ANSWERS_WITHIN_S: Final = 10.0
#: clocks differ
LEEWAY_S: Final = 60
#: signatures that nobody can make who only knows what we know: no HS256, no "none"
ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)


class AuthlibProvider:
    """The provider of this server."""

    def __init__(self, client: OpenIdClient, within_s: float = ANSWERS_WITHIN_S):
        # here, so that the start waits for it and not the first person
        import authlib.integrations.httpx_client  # noqa: F401, PLC0415
        import httpx2  # noqa: PLC0415

        self._tls = httpx2.create_ssl_context()
        self._client = client
        self._within_s = within_s
        self._metadata = Known(self._discover)
        self._keys = Known(self._ask_for_keys)

    async def address(self, attempt: Attempt) -> str:
        """Where to send a browser that signs in."""
        async with self._asking() as http:
            metadata = await self._metadata.get()
            address, _ = http.create_authorization_url(
                metadata.authorization_endpoint,
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(address)

    async def claims(self, attempt: Attempt, answer: Answer) -> Claims:
        """Who has signed in: the id token's claims, and beside them what the provider adds."""
        async with self._asking() as http:
            metadata = await self._metadata.get()
            _check_sender(metadata, answer)
            http.token_endpoint_auth_method = self._auth_method(metadata)
            tokens = await http.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=answer.code,
                code_verifier=attempt.verifier,
            )
            claims = await self._checked(metadata, tokens, attempt.nonce)
            return {**await self._more(metadata, tokens, claims["sub"]), **claims}

    async def sign_out_address(self, home: str) -> str | None:
        """Where to send a browser that signs out there, too."""
        async with self._asking():
            endpoint = (await self._metadata.get()).end_session_endpoint
        if endpoint is None:
            return None
        told = {"client_id": self._client.client_id, "post_logout_redirect_uri": home}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(told)}"

    # ── asking ───────────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator["AsyncOAuth2Client"]:
        """A client for one sign-in: it remembers the tokens that it is given.

        A refusal becomes one of ours; what the provider says of it goes no further, as it may hold
        a code or a token.
        """
        from authlib.integrations.base_client import OAuthError  # noqa: PLC0415
        from joserfc.errors import JoseError  # noqa: PLC0415

        try:
            with _usable():
                async with asyncio.timeout(self._within_s), self._http() as http:
                    yield http
        except OAuthError as error:
            log.warning("the provider refused a sign-in: %s", _short(error.error))
            raise SignInFailed from None
        except JoseError as error:
            log.warning("an id token was refused: %s", _short(error.error))
            raise SignInFailed from None

    def _http(self) -> "AsyncOAuth2Client":
        from authlib.integrations.httpx_client import AsyncOAuth2Client  # noqa: PLC0415

        return AsyncOAuth2Client(
            client_id=self._client.client_id,
            client_secret=self._client.client_secret,
            scope=self._client.scopes,
            redirect_uri=self._client.back,
            code_challenge_method="S256",
            verify=self._tls,
            timeout=self._within_s,
            follow_redirects=False,
        )

    async def _json(self, address: str, bearer: str | None = None) -> dict[str, Any]:
        """An object that the provider answers."""
        headers = {"Accept": "application/json"}
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        with _usable():
            async with self._http() as http:
                response = await http.request("GET", address, withhold_token=True, headers=headers)
            response.raise_for_status()
            told = response.json()
            if response.status_code != 200 or not isinstance(told, dict):
                raise ValueError("not an object")
            return told

    async def _discover(self) -> Metadata:
        issuer = self._client.issuer
        place = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        told = await self._json(place)
        with _usable():
            return read_metadata(issuer, told)

    async def _ask_for_keys(self) -> dict[str, Any]:
        return await self._json((await self._metadata.get()).jwks_uri)

    def _auth_method(self, metadata: Metadata) -> str:
        if self._client.client_secret is None:
            return "none"
        basic = "client_secret_basic" in metadata.auth_methods
        return "client_secret_basic" if basic else "client_secret_post"

    # ── checking ─────────────────────────────────────────────────────────────────────────────

    async def _checked(
        self, metadata: Metadata, tokens: Mapping[str, Any], nonce: str
    ) -> dict[str, Any]:
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415

        header, told = await self._verified(tokens.get("id_token"))
        options = {
            "iss": {"essential": True, "value": metadata.issuer},
            "aud": {"essential": True, "value": self._client.client_id},
            "sub": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
        params = {
            "nonce": nonce,
            "client_id": self._client.client_id,
            "access_token": tokens.get("access_token"),
        }
        claims = CodeIDToken(told, header, options, params)
        claims.validate(leeway=LEEWAY_S)
        return dict(claims)

    async def _verified(self, id_token: object) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of a token that the provider has signed, by a key that may be new."""
        from joserfc.errors import BadSignatureError, InvalidKeyIdError  # noqa: PLC0415

        if not isinstance(id_token, str):
            log.warning("an id token was refused: there is none")
            raise SignInFailed
        try:
            return _decoded(id_token, await self._keys.get())
        except (BadSignatureError, InvalidKeyIdError):
            return _decoded(id_token, await self._keys.anew())

    async def _more(self, metadata: Metadata, tokens: Mapping[str, Any], sub: str) -> Claims:
        """What the provider tells beside the token: many keep name and groups for this call."""
        access_token = tokens.get("access_token")
        if metadata.userinfo_endpoint is None or not isinstance(access_token, str):
            return {}
        told = await self._json(metadata.userinfo_endpoint, bearer=access_token)
        if told.get("sub") != sub:
            log.warning("the provider tells of somebody else than its id token")
            raise SignInFailed
        return told


@contextmanager
def _usable() -> Iterator[None]:
    """Silence, refusals without a reason and nonsense mean that the provider is not there."""
    import httpx2  # noqa: PLC0415

    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, ValueError) as error:
        log.warning("the provider gave no usable answer: %s", type(error).__name__)
        raise ProviderUnavailable from None


def _decoded(id_token: str, keys: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    from joserfc import jwt  # noqa: PLC0415
    from joserfc.jwk import KeySet  # noqa: PLC0415
    from joserfc.jws import JWSRegistry  # noqa: PLC0415

    listed = keys.get("keys")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ValueError("no keys")
    # providers add headers of their own; those that must be understood are checked all the same
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    token = jwt.decode(id_token, KeySet.import_key_set({"keys": listed}), registry=registry)
    return token.header, token.claims


def _check_sender(metadata: Metadata, answer: Answer) -> None:
    """Another provider's answer is not taken to this one (RFC 9207)."""
    missing = answer.issuer is None and metadata.names_itself
    if missing or answer.issuer not in (None, metadata.issuer):
        log.warning("an answer was refused: it does not come from the provider of this server")
        raise SignInFailed


def _short(reason: object) -> str:
    return str(reason)[:60]
