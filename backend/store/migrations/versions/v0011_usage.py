"""The ledger's totals also count runs, their estimates and fal's bills, by project beside the rest.

They follow from the ledger and the bills, so they are added up from both again.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


@dataclass(frozen=True)
class Sum:
    """A column of the totals; in each text, {e} stands for the entry that is added."""

    name: str
    #: what an entry adds to it
    added: str
    #: what an entry of before adds, beside its run
    filled: str
    type: type[sa.types.TypeEngine[int]] = sa.BigInteger


def _of_start(amount: str) -> str:
    """A run is counted with its first entry."""
    return f"CASE WHEN {{e}}.kind = 'reserve' THEN {amount} ELSE 0 END"


SET_ASIDE = "CASE WHEN {e}.kind IN ('reserve', 'release') THEN {e}.amount ELSE 0 END"
CHARGED = "CASE WHEN {e}.kind IN ('reserve', 'release') THEN 0 ELSE {e}.amount END"
BILLED_ONE = "CASE WHEN {run}.billed IS NULL THEN 0 ELSE 1 END"

KEY_BEFORE = ("practice", "day", "person_id", "endpoint_id")
KEY = (*KEY_BEFORE, "project")
BEFORE = (Sum("reserved", SET_ASIDE, SET_ASIDE), Sum("charged", CHARGED, CHARGED))
NOW = (
    Sum("runs", _of_start("1"), _of_start("1"), sa.Integer),
    Sum("estimate", _of_start("{e}.amount"), _of_start("{e}.amount")),
    *BEFORE,
    Sum("billed_runs", "0", _of_start(BILLED_ONE.format(run="runs")), sa.Integer),
    Sum("billed", "0", _of_start("COALESCE(runs.billed, 0)")),
)

#: a bill's part of the total of its run
BILLED = f"""UPDATE spending SET
    billed_runs = billed_runs + {BILLED_ONE.format(run="NEW")} - {BILLED_ONE.format(run="OLD")},
    billed = billed + COALESCE(NEW.billed, 0) - COALESCE(OLD.billed, 0)
  WHERE ({", ".join(KEY)}) = (
    SELECT {", ".join(KEY)} FROM ledger WHERE run_id = NEW.id AND kind = 'reserve');"""  # noqa: S608 - constants


def upgrade() -> None:
    """New columns for the runs, the ledger and its totals."""
    for table in ("runs", "ledger"):
        op.add_column(
            table, sa.Column("project", sa.Text(), nullable=False, server_default=sa.text("''"))
        )
    _totals(KEY, NOW)
    _trigger("bills_add_up", "UPDATE OF billed ON runs", BILLED)


def downgrade() -> None:
    """The totals know no projects and bills any more."""
    _drop_trigger("bills_add_up", "runs")
    if not _sqlite():
        op.execute("DROP FUNCTION bills_add_up()")
    _totals(KEY_BEFORE, BEFORE)
    for table in ("ledger", "runs"):
        op.drop_column(table, "project")


def _totals(key: tuple[str, ...], sums: tuple[Sum, ...]) -> None:
    """The table anew, filled from the ledger, and the trigger that keeps it."""
    _drop_trigger("ledger_adds_up", "ledger")
    op.drop_table("spending")
    op.create_table(
        "spending",
        *(sa.Column(name, _type_of_key(name), nullable=False) for name in key),
        *(sa.Column(one.name, one.type(), nullable=False) for one in sums),
        sa.PrimaryKeyConstraint(*key, name="pk_spending"),
    )
    _fill(key, sums)
    _trigger("ledger_adds_up", "INSERT ON ledger", _added(key, sums))


def _type_of_key(column: str) -> sa.Boolean | sa.Text:
    return sa.Boolean() if column == "practice" else sa.Text()


def _fill(key: tuple[str, ...], sums: tuple[Sum, ...]) -> None:
    # every part is a constant of this file
    names = ", ".join((*key, *(one.name for one in sums)))
    keys = ", ".join(f"ledger.{name}" for name in key)
    added = ", ".join(f"SUM({one.filled.format(e='ledger')})" for one in sums)
    op.get_bind().exec_driver_sql(
        f"INSERT INTO spending ({names}) SELECT {keys}, {added}"  # noqa: S608
        f" FROM ledger JOIN runs ON runs.id = ledger.run_id GROUP BY {keys}"
    )


def _added(key: tuple[str, ...], sums: tuple[Sum, ...]) -> str:
    """An entry's part of its total."""
    names = ", ".join((*key, *(one.name for one in sums)))
    values = ", ".join(
        (*(f"NEW.{name}" for name in key), *(one.added.format(e="NEW") for one in sums))
    )
    grows = ", ".join(f"{one.name} = spending.{one.name} + excluded.{one.name}" for one in sums)
    return (
        f"INSERT INTO spending ({names}) VALUES ({values})"  # noqa: S608
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {grows};"
    )


def _trigger(name: str, after: str, does: str) -> None:
    run = op.get_bind().exec_driver_sql
    if _sqlite():
        run(f"CREATE TRIGGER {name} AFTER {after} BEGIN {does} END")
        return
    run(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {does} RETURN NULL; END $$"
    )
    run(f"CREATE TRIGGER {name} AFTER {after} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _drop_trigger(name: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {name}" if _sqlite() else f"DROP TRIGGER {name} ON {table}")


def _sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
