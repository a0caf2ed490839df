"""What a new run has to pass, in the transaction that writes it: no two pass a limit together."""

from decimal import Decimal

from sqlalchemy import BigInteger, Row, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.domain.budget import Strictness, in_force, over, warning
from backend.domain.errors import ConfirmCost, IntakePaused, MoneyLimitReached, TooManyWaiting
from backend.domain.ledger import day_of
from backend.domain.money import from_micros, plain
from backend.domain.ports import NewRun
from backend.domain.run import RunState
from backend.domain.sentence import Sentence
from backend.store.budgets import all_budgets, standings
from backend.store.ledger import spent_that_day
from backend.store.tables import asking, budgets, intake, runs


async def admit(connection: AsyncConnection, new: NewRun) -> tuple[str, ...]:
    """Warnings about a run that may start. Raises the reason why it may not.

    IntakePaused, TooManyWaiting, MoneyLimitReached, or ConfirmCost.
    """
    facts = await _facts(connection, new)
    if facts.paused is not None:
        raise IntakePaused.because(facts.paused)
    if facts.waiting >= new.max_waiting:
        raise TooManyWaiting()
    _check_day(new, from_micros(int(facts.spent or 0)))
    warnings = await _check_budgets(connection, new) if facts.budgets else ()
    _check_asked(new, facts.ask_above)
    return warnings


async def _facts(connection: AsyncConnection, new: NewRun) -> Row[tuple[object, ...]]:
    """All that most starts need to know, in one query."""
    run = new.run
    created = select(func.count()).select_from(runs).where(runs.c.state == RunState.CREATED)
    paused = select(intake.c.reason).where(intake.c.open.is_(False))
    own = select(asking.c.above).where(asking.c.person_id == run.person_id)
    spent = spent_that_day(day_of(run.created_at), practice=run.practice)
    return (
        await connection.execute(
            select(
                created.scalar_subquery().label("waiting"),
                paused.scalar_subquery().label("paused"),
                select(func.count()).select_from(budgets).scalar_subquery().label("budgets"),
                own.scalar_subquery().label("ask_above"),
                type_coerce(spent.scalar_subquery(), BigInteger).label("spent"),
            )
        )
    ).one()


def _check_day(new: NewRun, spent: Decimal) -> None:
    limit, cost = new.max_usd_per_day, new.run.estimate
    if limit is not None and spent + cost > limit:
        raise MoneyLimitReached(
            Sentence(
                "limit.day",
                "This run would go beyond today's limit of ${limit} for all: ${spent} is spent or "
                "under way, and this run can cost ${cost}. Nothing was sent and nothing was "
                "charged.",
                limit=plain(limit),
                spent=plain(spent),
                cost=plain(cost),
            )
        )


async def _check_budgets(connection: AsyncConnection, new: NewRun) -> tuple[str, ...]:
    run = new.run
    known = in_force(await all_budgets(connection), run.person_id, run.endpoint_id)
    now = await standings(connection, known, run.person_id, run.created_at, practice=run.practice)
    exceeded = [one for one in now if one.exceeded_by(run.estimate)]
    for one in exceeded:
        if one.budget.kind is Strictness.HARD:
            raise MoneyLimitReached(over(one, run.estimate))
    return tuple(warning(one, run.estimate) for one in exceeded)


def _check_asked(new: NewRun, own: Decimal | None) -> None:
    """The lower of the server's and the person's own amount counts."""
    limits = [limit for limit in (new.ask_above, own) if limit is not None]
    cost = new.run.estimate
    if limits and cost > min(limits) and (new.confirmed is None or new.confirmed < cost):
        raise ConfirmCost.of(cost, min(limits))
