"""Passwords, one-time links, what admins change, and what is handed over."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.domain.errors import LastAdmin, LinkSpent, NameTaken
from backend.domain.person import LOCAL_ID, Person, Role
from backend.domain.ports import RunFilter
from backend.domain.preset import PresetFilter
from backend.domain.run import RunState
from backend.domain.sign_in import OneTimeLink
from backend.store.accounts import SqlAccountStore
from backend.store.database import Database
from backend.store.hand_over import SqlHandOver
from backend.store.people import SqlPeopleStore
from backend.store.presets import SqlPresetStore
from backend.store.runs import SqlRunStore
from backend.store.uploads import SqlUploadStore
from tests.integration.store.making import NOON, a_preset, a_run, an_upload, new, written

HOUR = timedelta(hours=1)


@pytest.fixture
def accounts(database: Database) -> SqlAccountStore:
    """The account store."""
    return SqlAccountStore(database)


def a_link(number: int = 1, **changes: Any) -> OneTimeLink:
    """An invitation."""
    link = OneTimeLink(
        id=f"l{number}",
        token_hash=f"hash{number}",
        kind="invitation",
        role=Role.MEMBER,
        name="",
        created_at=NOON + number * HOUR,
        expires_at=NOON + 24 * HOUR,
    )
    return replace(link, **changes)


def somebody(name: str = "Ada", **changes: Any) -> Person:
    """Somebody new, an hour later."""
    person = Person(id=f"p-{name.lower()}", name=name, created_at=NOON + HOUR)
    return replace(person, **changes)


async def test_an_account_is_found_by_its_name_and_has_one_hash(
    accounts: SqlAccountStore, people: SqlPeopleStore
) -> None:
    ada = await people.add(somebody())
    assert await accounts.account("Ada") is None
    for hashed in ("one", "two"):
        await accounts.set_hash(ada.id, hashed, NOON)
    assert await accounts.account(" aDA ") == (ada, "two")
    assert await accounts.hash_of(ada.id) == "two"
    assert await accounts.hash_of("nobody\x00") is None


async def test_a_link_lets_in_one_of_many_who_use_it_at_once(accounts: SqlAccountStore) -> None:
    link = a_link()
    await accounts.add_link(link)
    answers = await asyncio.gather(
        *(accounts.join(link, somebody(f"Ada {n}"), "x") for n in range(6)), return_exceptions=True
    )
    assert sum(isinstance(one, Person) for one in answers) == 1
    assert sum(isinstance(one, LinkSpent) for one in answers) == 5


async def test_a_name_that_is_taken_leaves_the_link_unused(
    accounts: SqlAccountStore, people: SqlPeopleStore
) -> None:
    await people.add(somebody("Ada"))
    await accounts.add_link(a_link())
    with pytest.raises(NameTaken):
        await accounts.join(a_link(), somebody("ADA", id="other"), "x")
    assert await accounts.link("hash1") == a_link()
    assert (await accounts.join(a_link(), somebody("Bea"), "x")).name == "Bea"


async def test_a_late_link_opens_nothing_and_is_removed(accounts: SqlAccountStore) -> None:
    await accounts.add_link(a_link())
    with pytest.raises(LinkSpent):
        await accounts.join(a_link(), somebody(created_at=NOON + 24 * HOUR), "x")
    assert await accounts.invitations(NOON + 24 * HOUR) == ()
    assert await accounts.remove_links(NOON + 24 * HOUR) == 1
    assert await accounts.link("hash1") is None


async def test_of_two_first_links_one_makes_an_admin_in_the_local_persons_place(
    accounts: SqlAccountStore, people: SqlPeopleStore
) -> None:
    await people.add(somebody("You", id=LOCAL_ID, role=Role.ADMIN))
    first = a_link(1, kind="first", role=Role.ADMIN)
    second = a_link(2, kind="first", role=Role.ADMIN)
    await accounts.add_link(first)
    await accounts.add_link(second)
    with pytest.raises(LinkSpent):
        await accounts.join(first, somebody(role=Role.ADMIN), "x")
    assert not await accounts.has_admin()
    ada = await accounts.join(second, somebody(role=Role.ADMIN), "x")
    assert (ada.id, ada.name, ada.role) == (LOCAL_ID, "Ada", Role.ADMIN)
    assert await accounts.has_admin()
    third = a_link(3, kind="first", role=Role.ADMIN)
    await accounts.add_link(third)
    with pytest.raises(LinkSpent):
        await accounts.join(third, somebody("Bea", role=Role.ADMIN), "x")


async def test_a_reset_is_used_once_and_the_latest_counts(
    accounts: SqlAccountStore, people: SqlPeopleStore
) -> None:
    ada = await people.add(somebody())
    earlier = a_link(1, kind="reset", person_id=ada.id)
    later = a_link(2, kind="reset", person_id=ada.id)
    await accounts.add_link(earlier)
    await accounts.add_link(later)
    with pytest.raises(LinkSpent):
        await accounts.reset(earlier, "x", NOON)
    assert await accounts.reset(later, "y", NOON) == ada
    with pytest.raises(LinkSpent):
        await accounts.reset(later, "z", NOON)
    assert await accounts.hash_of(ada.id) == "y"


async def test_invitations_are_listed_newest_first_and_can_be_taken_back(
    accounts: SqlAccountStore,
) -> None:
    for number in (1, 3, 2):
        await accounts.add_link(a_link(number))
    assert [one.id for one in await accounts.invitations(NOON)] == ["l3", "l2", "l1"]
    assert await accounts.withdraw("l2")
    assert not await accounts.withdraw("l2")
    assert [one.id for one in await accounts.invitations(NOON)] == ["l3", "l1"]


# ── admins ───────────────────────────────────────────────────────────────────────────────────


async def test_two_admins_who_remove_each_other_at_once_leave_one(
    accounts: SqlAccountStore, people: SqlPeopleStore
) -> None:
    for name in ("Ada", "Bea"):
        admin = await people.add(somebody(name, role=Role.ADMIN))
        await accounts.set_hash(admin.id, "x", NOON)

    async def demote(person_id: str) -> Person | None:
        return await people.change(
            person_id, role=Role.MEMBER, active=None, way="password", at=NOON
        )

    answers = await asyncio.gather(demote("p-ada"), demote("p-bea"), return_exceptions=True)
    assert sum(isinstance(one, LastAdmin) for one in answers) == 1
    assert await accounts.has_admin()


async def test_who_is_let_out_keeps_the_time_of_it_and_can_be_let_in_again(
    people: SqlPeopleStore,
) -> None:
    await people.add(somebody())

    async def change(active: bool, hours: int) -> Person | None:
        at = NOON + hours * HOUR
        return await people.change("p-ada", role=None, active=active, way="none", at=at)

    for hours in (1, 2):
        out = await change(False, hours)
        assert out is not None
        assert out.deactivated_at == NOON + HOUR
    back = await change(True, 3)
    assert back is not None
    assert back.active
    assert await people.change("nobody", role=None, active=False, way="none", at=NOON) is None


async def test_admins_see_who_can_come_in_which_way(
    accounts: SqlAccountStore, people: SqlPeopleStore
) -> None:
    for name in ("bea", "Ada"):
        await people.add(somebody(name))
    await accounts.set_hash("p-ada", "x", NOON)
    seen = await people.everybody("password")
    assert [(one.person.name, one.comes_in) for one in seen] == [("Ada", True), ("bea", False)]
    assert [one.comes_in for one in await people.everybody("proxy")] == [False, False]
    assert [one.last_used_at for one in seen] == [None, None]


# ── handing over ─────────────────────────────────────────────────────────────────────────────


async def test_all_that_somebody_made_becomes_anothers_and_clashes_do_no_harm(
    database: Database,
    runs: SqlRunStore,
    presets: SqlPresetStore,
    uploads: SqlUploadStore,
) -> None:
    await runs.add(new(a_run(), idempotency_key="both"))
    mine, _ = await runs.add(new(a_run(person_id="bob"), idempotency_key="both"))
    brought = await uploads.add(an_upload())
    same = an_upload(sha256="f" * 64)
    await uploads.add(same)
    kept = await uploads.add(replace(same, id="bobs", person_id="bob"))
    await presets.add(a_preset(name="Sunny"))
    await presets.add(a_preset(name="SUNNY", person_id="bob"))
    assert await SqlHandOver(database).move("alice", "bob") == (1, 1)
    assert (await runs.list(RunFilter(person_id="alice"))).runs == ()
    assert len((await runs.list(RunFilter(person_id="bob"))).runs) == 2
    again, fresh = await runs.add(new(a_run(person_id="bob"), idempotency_key="both"))
    assert (again.id, fresh) == (mine.id, False)
    assert sorted(one.name for one in await presets.list(PresetFilter(person_id="bob"))) == [
        "SUNNY",
        "Sunny 2",
    ]
    assert await presets.list(PresetFilter(person_id="alice")) == ()
    moved, left = await uploads.get(brought.id), await uploads.get(same.id)
    assert moved is not None
    assert left is not None
    assert (moved.person_id, left.person_id) == ("bob", "alice")
    assert await uploads.get("bobs") == kept


async def test_money_stays_with_whoever_spent_it(database: Database, runs: SqlRunStore) -> None:
    run = await written(runs)
    before = await runs.spent_today(NOON, practice=False)
    await SqlHandOver(database).move("alice", "bob")
    assert await runs.move(run.id, RunState.CREATED, RunState.CANCELLED) is not None
    assert (before, await runs.spent_today(NOON, practice=False)) == (run.estimate, 0)
