"""How long we wait for fal, in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """Bounds of each call; the whole call, where nothing else is said."""

    #: until a connection stands
    connect: float = 10
    #: the paid POST
    submit: float = 60
    #: cancel, fal's list of requests, the state of the key
    ask: float = 30
    #: one poll, with fal-client's own repetitions
    poll: float = 10
    #: a status stream without a usable event
    silence: float = 20
    result: float = 120
    upload: float = 60
    download: float = 180
    #: from one "there is no such request" to the question that has to confirm it
    confirm_after: float = 2


DEFAULT_TIMEOUTS = Timeouts()
