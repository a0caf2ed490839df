"""What admins allow, and what of an input is over it."""

import pytest

from backend.domain.errors import EndpointClosed
from backend.domain.person import Role
from backend.domain.rules import Rules, check_endpoint, over_ceiling, under_ceiling

THREE = Rules(ceilings={Role.MEMBER: 3})
STRICT = Rules(ceilings={Role.MEMBER: 1})
DEFAULTS = {"safety_tolerance": "2", "seed": None}


def test_without_rules_every_endpoint_is_open() -> None:
    check_endpoint(Rules(), "fal-ai/flux-pro/v1.1")


def test_an_endpoint_that_is_not_named_is_closed() -> None:
    rules = Rules(endpoints=frozenset({"a"}))
    check_endpoint(rules, "a")
    with pytest.raises(EndpointClosed):
        check_endpoint(rules, "b")


@pytest.mark.parametrize("asked", ["4", "6"])
def test_a_looser_filter_than_a_role_may_have_is_refused(asked: str) -> None:
    refused = over_ceiling(THREE, Role.MEMBER, {"safety_tolerance": asked})
    assert refused == {"safety_tolerance": "Here at most 3: an admin has set it."}


@pytest.mark.parametrize("given", [{}, {"safety_tolerance": "3"}, {"safety_tolerance": "1"}])
def test_as_strict_or_stricter_is_fine(given: dict[str, str]) -> None:
    assert over_ceiling(THREE, Role.MEMBER, given) == {}


def test_a_ceiling_is_one_roles_alone() -> None:
    assert over_ceiling(THREE, Role.ADMIN, {"safety_tolerance": "6"}) == {}


@pytest.mark.parametrize("odd", [6, True, None, "six", ["6"]])
def test_what_is_no_tolerance_is_left_to_the_schema(odd: object) -> None:
    assert over_ceiling(THREE, Role.MEMBER, {"safety_tolerance": odd}) == {}


def test_an_unset_filter_is_set_where_fals_default_is_looser() -> None:
    given = under_ceiling(STRICT, Role.MEMBER, {"prompt": "a"}, DEFAULTS)
    assert given == {"prompt": "a", "safety_tolerance": "1"}


@pytest.mark.parametrize(
    ("rules", "given", "defaults"),
    [
        (THREE, {}, DEFAULTS),
        (STRICT, {"safety_tolerance": "1"}, DEFAULTS),
        (STRICT, {}, {"seed": None}),
        (Rules(), {}, DEFAULTS),
    ],
)
def test_any_other_input_is_sent_as_it_is(
    rules: Rules, given: dict[str, str], defaults: dict[str, str | None]
) -> None:
    assert under_ceiling(rules, Role.MEMBER, given, defaults) is given
