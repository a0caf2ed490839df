"""Signing in by an OpenID provider: once for each attempt, and only who is invited."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from backend.domain.errors import NotAllowed, SignInFailed
from backend.domain.openid import Answer, Attempt, OpenIdProvider
from backend.domain.person import Person
from backend.domain.ports import Clock
from backend.domain.sentence import Sentence
from backend.services.arrivals import Arrivals
from backend.services.invited import Invited, shown_name

#: a person types a password there, and maybe a code from a phone
LASTS: Final = timedelta(minutes=10)
MOST_REMEMBERED: Final = 10_000


class OpenId:
    """The door that a provider keeps.

    `name`: what the provider is called. `home`: this server's own address, as people type it.
    `signs_out_there`: whether signing out here leads to the provider's own sign-out.
    """

    def __init__(
        self,
        *,
        provider: OpenIdProvider,
        arrivals: Arrivals,
        invited: Invited,
        clock: Clock,
        name: str,
        home: str,
        signs_out_there: bool,
    ):
        self._provider = provider
        self._arrivals = arrivals
        self._invited = invited
        self._clock = clock
        self.signs_out_there = signs_out_there
        self._used: OrderedDict[str, datetime] = OrderedDict()
        self.name = name
        self.home = home

    @property
    def fingerprint(self) -> str:
        """Another one where others are invited: who is in then has to sign in once more."""
        return f"{self.name} {self._invited.fingerprint()}"

    async def begin(self, attempt: Attempt) -> str:
        """Where to send the browser. Raises ProviderUnavailable."""
        return await self._provider.address(attempt)

    async def finish(self, attempt: Attempt, answer: Answer) -> Person:
        """Who has signed in.

        Raises SignInFailed, NotAllowed where they are not invited or not active any more, and
        ProviderUnavailable.
        """
        self._use(attempt)
        claims = await self._provider.claims(attempt, answer)
        identity = self._invited.identity(claims)
        if identity is None:
            raise NotAllowed(
                Sentence(
                    "openid.not_invited",
                    "{name}, your account is not on this playground's list. Ask whoever looks "
                    "after it.",
                    name=shown_name(claims),
                )
            )
        person = await self._arrivals.signed_in(identity)
        if person is None:
            raise NotAllowed(
                Sentence("openid.deactivated", "You can't come in here any more."),
            )
        return person

    async def sign_out_address(self) -> str | None:
        """Where a browser that has signed out here does so at the provider; None: nowhere."""
        if not self.signs_out_there:
            return None
        return await self._provider.sign_out_address(f"{self.home}/sign-in")

    def _use(self, attempt: Attempt) -> None:
        """An answer counts once, also where somebody has a copy of the browser's cookie."""
        now = self._clock.now()
        while self._used and now - next(iter(self._used.values())) > LASTS:
            self._used.popitem(last=False)
        if attempt.state in self._used:
            raise SignInFailed
        self._used[attempt.state] = now
        if len(self._used) > MOST_REMEMBERED:
            self._used.popitem(last=False)
