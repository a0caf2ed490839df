"""The audit log only grows, and is read newest first."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from backend.domain.audit import Act, AuditEntry, AuditFilter
from backend.store.audit import SqlAuditStore
from backend.store.database import Database
from tests.integration.store.making import TestClock


@pytest.fixture
def audit(database: Database) -> SqlAuditStore:
    return SqlAuditStore(database)


async def written(audit: SqlAuditStore, clock: TestClock) -> None:
    """Four acts, a minute apart."""
    for number, (actor, act) in enumerate(
        [
            ("alice", Act.SIGN_IN),
            ("bob", Act.RUN_DELETE),
            (None, Act.SIGN_IN_REFUSED),
            ("alice", Act.RUN_DELETE),
        ]
    ):
        at = clock.now() + timedelta(minutes=number)
        await audit.add(
            AuditEntry(at=at, actor_id=actor, act=act, target=f"t{number}", facts={"n": number})
        )


async def test_what_was_written_is_read_as_it_was(audit: SqlAuditStore, clock: TestClock) -> None:
    facts = {"text": "ä=1", "number": 2, "flag": True, "none": None}
    entry = AuditEntry(
        at=clock.now(), actor_id="alice", act=Act.RUN_SHARE, target="run", facts=facts
    )
    await audit.add(entry)
    (found,) = await audit.page(AuditFilter())
    assert (found.at, found.actor_id, found.act, found.target) == (
        entry.at,
        "alice",
        Act.RUN_SHARE,
        "run",
    )
    assert found.facts == facts


async def test_entries_come_newest_first_in_pages(audit: SqlAuditStore, clock: TestClock) -> None:
    await written(audit, clock)
    first = await audit.page(AuditFilter(limit=3))
    rest = await audit.page(AuditFilter(limit=3, before=first[-1].id))
    assert [entry.target for entry in (*first, *rest)] == ["t3", "t2", "t1", "t0"]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (AuditFilter(actor_id="alice"), ["t3", "t0"]),
        (AuditFilter(act=Act.RUN_DELETE), ["t3", "t1"]),
        (AuditFilter(target="t2"), ["t2"]),
        (AuditFilter(actor_id="alice", act=Act.RUN_DELETE), ["t3"]),
    ],
)
async def test_it_is_searched(
    audit: SqlAuditStore, clock: TestClock, which: AuditFilter, expected: list[str]
) -> None:
    await written(audit, clock)
    assert [entry.target for entry in await audit.page(which)] == expected


async def test_a_span_begins_with_its_first_moment_and_ends_before_its_last(
    audit: SqlAuditStore, clock: TestClock
) -> None:
    await written(audit, clock)
    start = clock.now()
    which = AuditFilter(since=start + timedelta(minutes=1), until=start + timedelta(minutes=3))
    assert [entry.target for entry in await audit.page(which)] == ["t2", "t1"]


@pytest.mark.parametrize("change", ["UPDATE audit SET act = 'x'", "DELETE FROM audit"])
async def test_the_database_refuses_to_change_or_remove_an_entry(
    database: Database, audit: SqlAuditStore, clock: TestClock, change: str
) -> None:
    await written(audit, clock)
    with pytest.raises(IntegrityError, match="the audit log only grows"):
        async with database.write() as connection:
            await connection.execute(text(change))
    assert len(await audit.page(AuditFilter())) == 4
