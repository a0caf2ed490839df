"""Every error that a person may meet. Each class's docstring is the sentence they read.

PlaygroundError
├── NotAllowed                  somebody else's, or nobody's
│   ├── SignInNeeded
│   │   └── TokenRefused
│   ├── TokenTooNarrow
│   ├── SignInFailed
│   ├── EndpointClosed          an admin has switched it off
│   ├── GuestsShareNothing
│   ├── LinkSpent
│   └── NotFound
├── InputRefused                the input never left this server
│   ├── PictureRefused
│   │   └── LinkRefused
│   └── PresetRefused
├── OverLimit
│   ├── MoneyLimitReached
│   ├── ConfirmCost
│   ├── TooManyWaiting
│   └── TooQuick
├── Conflict
│   ├── KeyReused
│   ├── NameTaken
│   ├── PresetChanged
│   ├── SnippetChanged
│   ├── ListChanged
│   ├── LastAdmin
│   └── RunUnfinished
├── VersionNeeded
├── ProviderUnavailable
├── IntakeClosed
│   └── IntakePaused            an admin has stopped new runs
├── StorageFailed
└── FalError                    what fal said, or did not say
    ├── NotAccepted             nothing was accepted; the same may be sent again
    │   ├── FalUnreachable
    │   └── FalBusy
    ├── Refused                 a clear no
    │   ├── KeyRefused
    │   ├── AccountLocked
    │   ├── EndpointGone
    │   ├── ContentPolicy
    │   ├── FieldsRefused
    │   └── RefusedOtherwise
    ├── Unknown                 fal may have taken it
    ├── Slow                    no usable answer about an accepted request; ask again
    ├── RunFailedAtFal          completed with an error
    │   ├── TimedOutAtFal
    │   ├── BrokeAtFal
    │   └── CancelledAtFal
    ├── ResultGone
    └── PictureUnavailable
        └── PictureGone

`retryable`: may the same thing succeed later, unchanged. `charged`: did it cost anything.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from backend.domain.money import plain
from backend.domain.run import Charged
from backend.domain.sentence import Sentence


class PlaygroundError(Exception):
    """Something went wrong."""

    retryable: bool = False
    charged: Charged = "no"

    def __init__(self, message: str | None = None, *, fields: Mapping[str, str] | None = None):
        self.message = message or Sentence(f"error.{self.code()}", self.sentence())
        self.fields: dict[str, str] = dict(fields or {})
        #: more for a program, by name: whom to ask, how much to confirm
        self.facts: dict[str, Any] = {}
        super().__init__(self.message)

    @classmethod
    def sentence(cls) -> str:
        """The class's docstring as one line."""
        return " ".join((cls.__doc__ or "").split())

    @classmethod
    def code(cls) -> str:
        """The class's name in snake case: what a program reads."""
        name = cls.__name__
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class NotAllowed(PlaygroundError):
    """This belongs to somebody else; only its owner or an admin can change it."""


class EndpointClosed(NotAllowed):
    """This endpoint is switched off here; an admin can allow it. Nothing was sent or charged."""


class SignInNeeded(NotAllowed):
    """Sign in first."""


class TokenRefused(SignInNeeded):
    """This token opens nothing: it is unknown, revoked or expired. Make another one on the page."""


class TokenTooNarrow(NotAllowed):
    """This token may only look. Use one of scope run or admin."""


class GuestsShareNothing(NotAllowed):
    """Guests share nothing: what you make here is seen by you alone."""


class LinkSpent(NotAllowed):
    """This link was used already, or its time is over. Ask an admin for a new one."""


class SignInFailed(NotAllowed):
    """This sign-in could not be checked. Begin it again."""


class NotFound(NotAllowed):
    """There is nothing here by that name."""


class InputRefused(PlaygroundError):
    """Some fields need another value. Nothing was sent and nothing was charged."""


class PictureRefused(InputRefused):
    """This file is not a picture that can be used: JPEG, PNG, WebP, GIF or AVIF, at most 50 MB
    and 64 megapixels."""


class LinkRefused(PictureRefused):
    """This link can't be fetched: only public http and https addresses are."""


class PresetRefused(InputRefused):
    """This preset can't be saved as it is."""


class OverLimit(PlaygroundError):
    """A limit is reached."""

    retryable = True


class MoneyLimitReached(OverLimit):
    """Today's budget is used up. Nothing was sent and nothing was charged."""


class ConfirmCost(OverLimit):
    """This run can cost more than may be spent without asking. Nothing was sent."""

    @classmethod
    def of(cls, usd: Decimal, limit: Decimal) -> "ConfirmCost":
        """For a run that can cost so much, where more than `limit` is asked about."""
        error = cls(
            Sentence(
                "limit.confirm",
                "This run can cost ${cost}, and above ${limit} you are asked first. Nothing was "
                "sent and nothing was charged.",
                cost=plain(usd),
                limit=plain(limit),
            )
        )
        error.facts = {"estimate_usd": plain(usd)}
        return error


class TooManyWaiting(OverLimit):
    """Too many runs are waiting already; try again when some have finished."""

    retry_after: int = 10


class TooQuick(OverLimit):
    """Too many requests in a short time; wait a moment."""

    retry_after: int = 10


class Conflict(PlaygroundError):
    """This contradicts what is there already."""


class KeyReused(Conflict):
    """This Idempotency-Key was used with another input before."""


class NameTaken(Conflict):
    """There is a preset of this name already."""


class PresetChanged(Conflict):
    """Somebody has changed this preset meanwhile. Nothing of yours was written or lost."""


class SnippetChanged(Conflict):
    """Somebody has changed this snippet meanwhile. Nothing of yours was written or lost."""


class ListChanged(Conflict):
    """Somebody has changed this list meanwhile. Nothing of yours was written or lost."""


class VersionNeeded(PlaygroundError):
    """Say which version you have changed: send its number as If-Match."""


class LastAdmin(Conflict):
    """There has to be an admin who can come in: make somebody else one first."""


class RunUnfinished(Conflict):
    """The run has not ended yet; cancel it first."""


class AlreadyDeleted(Conflict):
    """Somebody has deleted this already, moments ago perhaps; nothing else has happened."""


class ChangedMeanwhile(PlaygroundError):
    """Somebody has written here since you began: nothing of yours is written over theirs yet."""


class ProviderUnavailable(PlaygroundError):
    """The service that signs people in does not answer as it should; try again in a minute."""

    retryable = True


class IntakeClosed(PlaygroundError):
    """The server is stopping or waiting for its turn; try again in a moment."""

    retryable = True


class IntakePaused(IntakeClosed):
    """New runs are stopped at the moment. Nothing was sent and nothing was charged."""

    retry_after: int = 60

    @classmethod
    def because(cls, reason: str) -> "IntakePaused":
        """With the admin's reason, where there is one."""
        if not reason:
            return cls()
        return cls(
            Sentence(
                "intake.reason",
                "New runs are stopped at the moment: {reason} Nothing was sent and nothing was "
                "charged.",
                reason=_as_sentence(reason),
            )
        )


class StorageFailed(PlaygroundError):
    """The server could not write to its storage. What fal made is kept there and fetched again."""

    retryable = True


class FalError(PlaygroundError):
    """fal answered with an error."""


class NotAccepted(FalError):
    """fal did not accept the request. Nothing was charged."""

    retryable = True


class FalUnreachable(NotAccepted):
    """fal can't be reached. Nothing was charged."""


class FalBusy(NotAccepted):
    """fal is busy. Nothing was charged."""


class Refused(FalError):
    """fal refused the request."""


class KeyRefused(Refused):
    """fal does not accept this server's key. Nothing was charged; an admin has to check FAL_KEY."""


class AccountLocked(Refused):
    """fal has locked the account, mostly because its balance is used up. Nothing was charged;
    runs wait until an admin has topped it up."""

    retryable = True


class EndpointGone(Refused):
    """fal no longer offers this endpoint. Nothing was charged; choose another one."""


class ContentPolicy(Refused):
    """fal's content filter refused the prompt or a picture. Change it and run again; it may have
    been charged if the model had already started."""

    charged = "unknown"


class FieldsRefused(Refused):
    """fal refused some fields. Change them and run again; it may have been charged if the model
    had already started."""

    charged = "unknown"


class RefusedOtherwise(Refused):
    """fal refused the request without a reason that we know. Nothing was charged."""


class Unknown(FalError):
    """The answer was lost: fal may have taken the run, and may charge it. Check at fal before you
    run it again."""

    charged = "unknown"

    def __init__(
        self,
        message: str | None = None,
        *,
        fields: Mapping[str, str] | None = None,
        request_id: str | None = None,
    ):
        super().__init__(message, fields=fields)
        #: from the answer's x-fal-request-id, where there was one
        self.request_id = request_id


class Slow(FalError):
    """fal is slow to answer. The run goes on."""

    retryable = True
    charged = "unknown"


class RunFailedAtFal(FalError):
    """fal could not make this picture. Failures of fal's own are not charged."""

    retryable = True


class TimedOutAtFal(RunFailedAtFal):
    """fal took too long and gave up. It was not charged; run it again."""


class BrokeAtFal(RunFailedAtFal):
    """The model failed at fal. It was not charged; run it again."""


class CancelledAtFal(RunFailedAtFal):
    """The run was cancelled at fal."""

    charged = "unknown"


class ResultGone(FalError):
    """fal no longer has the result, it keeps one only for a short time. The run was charged; the
    request id may still be found in fal's dashboard."""

    charged = "yes"


class PictureUnavailable(FalError):
    """A picture can't be fetched from fal yet; it is tried again."""

    retryable = True
    charged = "yes"


class PictureGone(PictureUnavailable):
    """A picture can't be fetched from fal any more. It was charged."""

    retryable = False


def _as_sentence(reason: str) -> str:
    return reason if reason.endswith((".", "!", "?", "…")) else f"{reason}."
