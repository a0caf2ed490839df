"""What a day has cost, and may still cost."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import BigInteger, and_, case, func, literal, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.money import from_micros
from backend.domain.run import UNFINISHED, RunState
from backend.store.tables import runs

#: an ended run without a bill that was paid all the same
PAID = (RunState.DONE, RunState.LOST)


async def spent_on(connection: AsyncConnection, day: datetime, *, practice: bool) -> Decimal:
    """US dollars of the runs that were created on that UTC day, deleted ones too.

    Estimates of those that have not ended (uncertain ones are so), costs of those that have. An
    ended run without a bill counts with its estimate where it was, or may have been, charged.
    """
    start = day.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    estimate = type_coerce(runs.c.estimate, BigInteger)
    cost = type_coerce(runs.c.cost, BigInteger)
    charged = or_(runs.c.state.in_(PAID), runs.c.charged.in_(("yes", "unknown")))
    amount = case(
        (runs.c.state.in_(sorted(UNFINISHED)), estimate),
        (runs.c.cost.is_not(None), cost),
        (charged, estimate),
        else_=literal(0, BigInteger),
    )
    of_the_day = and_(
        runs.c.created_at >= start,
        runs.c.created_at < start + timedelta(days=1),
        runs.c.practice == practice,
    )
    total = await connection.scalar(select(func.sum(amount)).where(of_the_day))
    return from_micros(int(total or 0))
