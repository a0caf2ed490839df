"""Which runs still wait for fal's bill, and what it said, in the database."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update

from backend.domain.ledger import BillDue
from backend.domain.run import ENDED, Run
from backend.store import database as db
from backend.store.ledger import book_change
from backend.store.records import run_from
from backend.store.tables import runs


class SqlBillStore:
    """The bill store on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def due(self, now: datetime, *, practice: bool, limit: int) -> tuple[BillDue, ...]:
        """Ended runs about whose requests fal is to be asked now, the longest waiting first."""
        statement = (
            select(runs.c.id, runs.c.request_id, runs.c.submitted_at, runs.c.state_at)
            .where(
                runs.c.bill_due_at <= now,
                runs.c.request_id.is_not(None),
                runs.c.practice == practice,
            )
            .order_by(runs.c.bill_due_at)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return tuple(
            BillDue(
                run_id=row.id,
                request_id=row.request_id,
                sent_at=row.submitted_at or row.state_at,
                ended_at=row.state_at,
            )
            for row in rows
        )

    async def write(self, run_id: str, usd: Decimal, now: datetime) -> Run | None:
        """Put fal's bill beside the estimate, and the difference into the ledger.

        The run without its images; None where it is not there or has not ended.
        """
        ended = (runs.c.id == run_id) & runs.c.state.in_(sorted(ENDED))
        change = update(runs).where(ended).values(billed=usd, bill_due_at=None).returning(runs)
        async with self._database.write() as connection:
            locked = select(runs).where(ended).with_for_update()
            before = (await connection.execute(locked)).mappings().first()
            if before is None:
                return None
            after = (await connection.execute(change)).mappings().one()
            await book_change(connection, run_from(before, ()), run_from(after, ()), now)
        return run_from(after, ())

    async def later(self, run_ids: Sequence[str], at: datetime | None) -> None:
        """Ask again then; None: never."""
        async with self._database.write() as connection:
            these = runs.c.id.in_(list(run_ids))
            await connection.execute(update(runs).where(these).values(bill_due_at=at))
