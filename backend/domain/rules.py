"""What admins allow: which endpoints, how loose a filter for whom, what is kept for how long."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from backend.domain.errors import EndpointClosed
from backend.domain.field import Input
from backend.domain.person import Role
from backend.domain.sentence import Sentence

#: fal's field that says how much its content filter lets through, "1" (strict) to "6"
TOLERANCE: Final = "safety_tolerance"
STRICTEST: Final = 1
LOOSEST: Final = 6


@dataclass(frozen=True, kw_only=True)
class Retention:
    """What fal keeps of a run. https://fal.ai/docs/ (common parameters, read 2026-11-21)."""

    #: fal keeps what was sent and answered, 30 days, for everybody of its team to see
    payloads: bool = True
    #: seconds until fal deletes the pictures; None: as fal's account has it
    pictures_s: int | None = None


AS_THE_ACCOUNT_HAS_IT: Final = Retention()


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All of them; as they stand here everything is allowed."""

    #: ids of the endpoints that may be run; None: all
    endpoints: frozenset[str] | None = None
    #: the loosest filter by role; a role without one has none
    ceilings: Mapping[Role, int] = field(default_factory=dict)
    retention: Retention = AS_THE_ACCOUNT_HAS_IT
    #: days after which pictures go to Recently deleted by themselves; None: never
    keep_days: int | None = None
    #: a line for everybody; "" for none
    banner: str = ""


def check_endpoint(rules: Rules, endpoint_id: str) -> None:
    """Raises EndpointClosed."""
    if rules.endpoints is not None and endpoint_id not in rules.endpoints:
        raise EndpointClosed


def over_ceiling(rules: Rules, role: Role, given: Input) -> dict[str, str]:
    """The message for an input whose filter is looser than this role may have it, by field."""
    ceiling = rules.ceilings.get(role)
    asked = _number(given.get(TOLERANCE))
    if ceiling is None or asked is None or asked <= ceiling:
        return {}
    told = "Here at most {most}: an admin has set it."
    return {TOLERANCE: Sentence("rules.tolerance", told, most=ceiling)}


def under_ceiling(rules: Rules, role: Role, given: Input, defaults: Input) -> Input:
    """The input with the ceiling in it, where fal's own default would be looser."""
    ceiling = rules.ceilings.get(role)
    default = _number(defaults.get(TOLERANCE))
    if TOLERANCE in given or ceiling is None or default is None or default <= ceiling:
        return given
    return {**given, TOLERANCE: str(ceiling)}


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isdecimal() else None
