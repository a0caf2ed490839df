"""Pages of runs, newest first, each read in the order of an index."""

import base64
from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    desc,
    exists,
    literal,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.sql.selectable import CompoundSelect

from backend.domain.errors import InputRefused
from backend.domain.ports import RunFilter
from backend.domain.run import Run, RunState
from backend.domain.sentence import Sentence
from backend.domain.sharing import Visibility
from backend.store.columns import EPOCH, MICROSECOND, Moment, Words
from backend.store.tables import images, runs

MAX_LIMIT = 1_000
#: only runs in these states can have images
PICTURED = frozenset({RunState.SAVING, RunState.DONE})
#: the last moment that a datetime can hold, in microseconds
END_OF_TIME = (datetime.max.replace(tzinfo=EPOCH.tzinfo) - EPOCH) // MICROSECOND
#: what PostgreSQL's bigint holds
LARGEST = 2**63 - 1
#: marks a cursor of a search
BELOW = "below"

Position = tuple[datetime, str]


def page_size(which: RunFilter) -> int:
    """How many runs a page has: the limit, between 1 and 1,000."""
    return max(1, min(which.limit, MAX_LIMIT))


def cursor_after(run: Run) -> str:
    """Where the page after this run begins."""
    return cursor_at(run.created_at, run.id)


def cursor_at(moment: datetime, name: str) -> str:
    """Where the page begins that comes after what has this moment and this id."""
    return _opaque(f"{(moment - EPOCH) // MICROSECOND}.{name}")


def position_of(cursor: str) -> Position:
    """Raises InputRefused for text that `cursor_at` did not make."""
    moment, run_id = _parts(cursor, END_OF_TIME)
    return EPOCH + moment * MICROSECOND, run_id


def cursor_below(number: int) -> str:
    """Where the page of a search begins that is below this document's number."""
    return _opaque(f"{number}.{BELOW}")


def number_of(cursor: str) -> int:
    """Raises InputRefused for text that `cursor_below` did not make."""
    number, kind = _parts(cursor, LARGEST)
    if kind != BELOW:
        raise _lost()
    return number


def _opaque(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _parts(cursor: str, most: int) -> tuple[int, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        number, dot, rest = base64.urlsafe_b64decode(padded).decode().partition(".")
        if not dot or not 0 <= int(number) <= most:
            raise ValueError("not a position")
        return int(number), rest
    except ValueError as error:
        raise _lost() from error


def _lost() -> InputRefused:
    return InputRefused(
        Sentence("page.lost", "This page can't be found; start again from the newest."),
        fields={
            "cursor": Sentence(
                "page.cursor", "Use the next_cursor of an earlier answer, or leave it out."
            )
        },
    )


def page_statement(which: RunFilter) -> Select[tuple[object, ...]] | CompoundSelect[object]:
    """One more run than the page has, so that the next one is known to be there.

    Each state is a branch of its own: `state IN (…)` would make the database sort every run in
    those states, a branch is read in the order of its index and stops.
    """
    if which.with_team and which.person_id is not None:
        return _own_and_shared(which)
    branches = [_branch(which, state) for state in _states(which)]
    if len(branches) == 1:
        return branches[0]
    parts = (select(branch.subquery()) for branch in branches)
    whole = union_all(*parts)
    return whole.order_by(desc("created_at"), desc("id")).limit(page_size(which) + 1)


def _own_and_shared(which: RunFilter) -> Select[tuple[object, ...]]:
    """The newest of one's own beside the newest of the team's, each in the order of its index.

    `own OR shared` would make the database sort both; what is in both is dropped by its id.
    """
    team = runs.c.visibility == Visibility.TEAM
    branches = [
        branch
        for state in _states(which)
        for branch in (_branch(which, state), _branch(replace(which, person_id=None), state, team))
    ]
    ids = union(*(select(branch.subquery().c.id) for branch in branches))
    found = select(runs).where(runs.c.id.in_(ids))
    return found.order_by(runs.c.created_at.desc(), runs.c.id.desc()).limit(page_size(which) + 1)


def _states(which: RunFilter) -> tuple[RunState | None, ...]:
    """One for each branch; None for a branch of all states."""
    if not which.states:
        return (None,)
    return tuple(dict.fromkeys(which.states))


def _branch(
    which: RunFilter, state: RunState | None, also: ColumnElement[bool] | None = None
) -> Select[tuple[object, ...]]:
    branch = select(runs).where(runs.c.deleted_at.is_(None))
    if also is not None:
        branch = branch.where(also)
    if which.person_id is not None:
        branch = branch.where(runs.c.person_id == which.person_id)
    if which.endpoint_id is not None:
        branch = branch.where(runs.c.endpoint_id == which.endpoint_id)
    if state is not None:
        branch = branch.where(runs.c.state == state)
    if which.with_pictures:
        # the other states are named so that no index of states is used: it would mean a sort
        others = sorted(frozenset(RunState) - PICTURED)
        branch = branch.where(runs.c.state.not_in(others))
        branch = branch.where(exists().where(images.c.run_id == runs.c.id))
    if which.cursor is not None:
        moment, run_id = position_of(which.cursor)
        here = tuple_(literal(moment, Moment), literal(run_id, Words))
        branch = branch.where(tuple_(runs.c.created_at, runs.c.id) < here)
    return branch.order_by(runs.c.created_at.desc(), runs.c.id.desc()).limit(page_size(which) + 1)
