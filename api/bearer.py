"""Programs that carry a personal token: where one counts, and what its scope lets through.

A browser never sends `Authorization: Bearer` by itself, and another page's script can't without our
leave. So a request with a token needs no Origin of ours, and a cookie beside it is not looked at.
"""

from typing import Final

from starlette.requests import HTTPConnection

from backend.domain.errors import NotAllowed, TokenTooNarrow
from backend.domain.sentence import Sentence
from backend.domain.token import Scope

#: a token counts below these, and nowhere else: not on the page, not on Gradio's routes
FOLDERS: Final = ("/api/v1/", "/media/")
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: they are asked by POST because of their body, and change nothing
LOOKS: Final = frozenset(
    {
        ("POST", "/api/v1/estimates"),
        ("POST", "/api/v1/exports"),
        ("POST", "/api/v1/pictures/settings"),
    }
)
#: tokens, sessions, limits of one's own: who comes in as a person is said by that person alone
PERSONS_OWN: Final = "/api/v1/me/"


def bearer_of(request: HTTPConnection) -> str | None:
    """The token that this request carries, where one counts."""
    if not request.scope["path"].startswith(FOLDERS):
        return None
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def refusal(scope: Scope, method: str, path: str) -> NotAllowed | None:
    """Why a token of this scope can't do that; None where it can.

    What only admins may is not listed here: with a smaller scope an admin counts as a member.
    """
    looks = method in SAFE_METHODS
    if path.startswith(PERSONS_OWN) and not looks:
        return NotAllowed(
            Sentence("token.own_only", "A token can't do this; sign in on the page instead.")
        )
    if scope is Scope.READ and not looks and (method, path) not in LOOKS:
        return TokenTooNarrow()
    return None
