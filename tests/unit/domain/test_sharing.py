"""Who may see and who may change what: every answer of the rule, one by one."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from backend.domain.person import Person, Role
from backend.domain.sharing import (
    Possession,
    Visibility,
    begins_as,
    changes,
    in_team,
    sees,
    sees_run,
)

NOON = datetime(2025, 3, 14, 12, 0, tzinfo=UTC)
PRIVATE, TEAM = Visibility.PRIVATE, Visibility.TEAM


def person(name: str, role: Role = Role.MEMBER) -> Person:
    return Person(id=name, name=name, role=role, created_at=NOON)


ALICE, BOB = person("alice"), person("bob")
CAROL, GUEST = person("carol", Role.ADMIN), person("guest", Role.GUEST)


@dataclass(frozen=True)
class Thing:
    """Something that can be deleted."""

    person_id: str | None
    visibility: Visibility
    deleted_at: datetime | None = None


@pytest.mark.parametrize(
    ("who", "owner", "visibility", "seen", "changed"),
    [
        (ALICE, "alice", PRIVATE, True, True),
        (ALICE, "alice", TEAM, True, True),
        (BOB, "alice", PRIVATE, False, False),
        (BOB, "alice", TEAM, True, False),
        (CAROL, "alice", PRIVATE, True, True),
        (CAROL, "alice", TEAM, True, True),
        (GUEST, "alice", PRIVATE, False, False),
        (GUEST, "alice", TEAM, False, False),
        (GUEST, "guest", PRIVATE, True, True),
        (BOB, "guest", PRIVATE, False, False),
        (BOB, None, PRIVATE, True, False),
        (CAROL, None, TEAM, True, False),
        (GUEST, None, PRIVATE, True, False),
    ],
)
def test_the_rule(
    who: Person, owner: str | None, visibility: Visibility, seen: bool, changed: bool
) -> None:
    thing = Possession(person_id=owner, visibility=visibility)
    assert sees(who, thing) is seen
    assert changes(who, thing) is changed


def test_a_deleted_run_is_there_for_those_who_can_bring_it_back() -> None:
    gone = Thing("alice", TEAM, NOON)
    assert [sees_run(who, gone) for who in (ALICE, BOB, CAROL, GUEST)] == [True, False, True, False]
    there = Thing("alice", TEAM)
    assert [sees_run(who, there) for who in (ALICE, BOB, CAROL, GUEST)] == [True, True, True, False]


def test_whoever_changes_a_thing_sees_it() -> None:
    for who in (ALICE, BOB, CAROL, GUEST):
        for owner in ("alice", "guest", None):
            for visibility in Visibility:
                thing = Possession(person_id=owner, visibility=visibility)
                assert sees(who, thing) or not changes(who, thing)


def test_new_things_are_as_is_usual_here_but_a_guests_are_never_the_teams() -> None:
    for usual in Visibility:
        assert begins_as(ALICE, usual) is usual
        assert begins_as(GUEST, usual) is PRIVATE
    assert [in_team(who) for who in (ALICE, CAROL, GUEST)] == [True, True, False]
