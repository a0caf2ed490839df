"""Who comes in: names as they are kept, the one password, guests and the local person."""

import hmac
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.errors import InputRefused, NotAllowed
from backend.domain.person import Person, Role
from backend.services.people import LOCAL_ID, NAME_LENGTH, People, clean_name
from tests.unit.services.clocks import NOON, StandingClock
from tests.unit.services.people_store import PeopleInMemory

PASSWORD = "öpen sésame 🚪"


def house(password: str | None = PASSWORD, *known: Person) -> People:
    return People(
        store=PeopleInMemory(*known),
        clock=StandingClock(),
        password=password,
        one_local_person=password is None,
    )


# ── names ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Alice", "Alice"),
        ("  Alice \t Liddell\n", "Alice Liddell"),
        ("Al\x00ice\x1b[31m", "Al ice [31m"),
        ("Zoe\u0308", "Zoë"),
        ("\u202eecilA\u202c", "ecilA"),
        ("A\u200bl\u2028ice", "A l ice"),
        ("x" * NAME_LENGTH, "x" * NAME_LENGTH),
        ("李小龍 🐉", "李小龍 🐉"),
        ("half \ud83d", "half"),
    ],
    ids=ascii,
)
def test_a_name_is_kept_as_one_clean_line(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "   ", "\n\t", "\u200b\u200d", "\x00", "x" * (NAME_LENGTH + 1)], ids=ascii
)
def test_a_name_that_nobody_can_read_is_refused_on_its_field(typed: str) -> None:
    with pytest.raises(InputRefused) as caught:
        clean_name(typed)
    assert list(caught.value.fields) == ["name"]


@given(st.text(st.characters(), max_size=80))
def test_every_name_is_refused_or_clean(typed: str) -> None:
    try:
        kept = clean_name(typed)
    except InputRefused:
        return
    assert 1 <= len(kept) <= NAME_LENGTH
    assert kept.isprintable()
    assert clean_name(kept) == kept


# ── the door ─────────────────────────────────────────────────────────────────────────────────


async def test_the_same_name_is_the_same_person_whatever_its_case() -> None:
    people = house()
    first = await people.come_in(PASSWORD, "Alice Liddell")
    again = await people.come_in(PASSWORD, "  aLICE   liddell ")
    other = await people.come_in(PASSWORD, "Bob")
    assert first == again
    assert first.name == "Alice Liddell"
    assert first.role is Role.MEMBER
    assert first.created_at == NOON
    assert other.id != first.id
    assert await people.person(first.id) == first


@pytest.mark.parametrize(
    "typed",
    ["", " ", PASSWORD.upper(), PASSWORD + " ", PASSWORD[:-1], "\ud83d", "x" * 100_000],
    ids=lambda typed: ascii(typed[:12]),
)
async def test_a_wrong_password_opens_nothing_and_makes_nobody(typed: str) -> None:
    people = house()
    with pytest.raises(NotAllowed) as caught:
        await people.come_in(typed, "Alice")
    assert PASSWORD not in caught.value.message
    assert await people.store.by_name("Alice") is None


@pytest.mark.parametrize("typed", ["", "None", PASSWORD])
async def test_where_there_is_no_password_there_is_no_door(typed: str) -> None:
    with pytest.raises(NotAllowed):
        await house(None).come_in(typed, "Alice")


async def test_a_bad_name_with_the_right_password_makes_nobody() -> None:
    people = house()
    with pytest.raises(InputRefused):
        await people.come_in(PASSWORD, " ")
    assert people.store.people == {}  # type: ignore[attr-defined]


@pytest.mark.parametrize("typed", ["x", PASSWORD])
async def test_passwords_are_compared_in_constant_time(
    typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def spy(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return False

    monkeypatch.setattr(hmac, "compare_digest", spy)
    # whatever the comparison says decides, so nothing else has compared
    with pytest.raises(NotAllowed):
        await house().come_in(typed, "Alice")
    assert compared == [(typed.encode(), PASSWORD.encode())]


async def test_nobody_becomes_the_earlier_local_person_by_their_name() -> None:
    local = await house(None).local()
    with pytest.raises(InputRefused) as refused:
        await house(PASSWORD, local).come_in(PASSWORD, local.name.upper())
    assert "name" in refused.value.fields


async def test_who_was_shut_out_does_not_come_in_by_their_name() -> None:
    out = Person(id="p", name="Alice", created_at=NOON, deactivated_at=NOON)
    with pytest.raises(NotAllowed):
        await house(PASSWORD, out).come_in(PASSWORD, "alice")
    assert await house(PASSWORD, out).person("p") is None


# ── without a door ───────────────────────────────────────────────────────────────────────────


async def test_the_local_person_is_always_the_same_and_runs_the_place() -> None:
    people = house(None)
    first, again = await people.local(), await people.local()
    assert first == again
    assert (first.id, first.role) == (LOCAL_ID, Role.ADMIN)


async def test_each_guest_is_a_person_of_their_own() -> None:
    people = house(None)
    guests = [await people.guest() for _ in range(50)]
    assert len({guest.id for guest in guests}) == 50
    assert {guest.role for guest in guests} == {Role.GUEST}


async def test_two_guests_whose_short_names_meet_are_still_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokens = chain(["abcd000000000001", "abcd000000000002"], repeat("never asked"))
    monkeypatch.setattr("backend.services.people.secrets.token_hex", lambda _: next(tokens))
    people = house(None)
    first, second = await people.guest(), await people.guest()
    assert (first.id, first.name) == ("abcd000000000001", "Guest abcd")
    assert (second.id, second.name) == ("abcd000000000002", "Guest abcd000000000002")


async def test_somebody_who_never_came_is_nobody() -> None:
    assert await house().person("nobody") is None
