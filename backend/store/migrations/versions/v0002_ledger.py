"""The ledger, its totals, and the triggers that hold them together; entries of earlier runs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: what an ended run was charged, as backend/domain/ledger.py decides it
CHARGED = """CASE
  WHEN cost IS NOT NULL THEN cost
  WHEN state IN ('done', 'lost') OR charged IN ('yes', 'unknown') THEN estimate
  ELSE 0 END"""
ENDED = "state IN ('done', 'failed', 'cancelled', 'lost')"
DAY = {
    "sqlite": "strftime('%Y-%m-%d', created_at / 1000000, 'unixepoch')",
    "postgresql": "to_char(to_timestamp(created_at / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
}

#: an entry's part of its total
ADDED = """INSERT INTO spending (practice, day, person_id, endpoint_id, reserved, charged)
  VALUES (NEW.practice, NEW.day, NEW.person_id, NEW.endpoint_id,
    CASE WHEN NEW.kind IN ('reserve', 'release') THEN NEW.amount ELSE 0 END,
    CASE WHEN NEW.kind IN ('reserve', 'release') THEN 0 ELSE NEW.amount END)
  ON CONFLICT (practice, day, person_id, endpoint_id) DO UPDATE SET
    reserved = spending.reserved + excluded.reserved,
    charged = spending.charged + excluded.charged;"""
TRIGGERS = {
    "sqlite": (
        f"CREATE TRIGGER ledger_adds_up AFTER INSERT ON ledger BEGIN {ADDED} END",
        "CREATE TRIGGER ledger_keeps_entries BEFORE UPDATE ON ledger"
        " BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
        "CREATE TRIGGER ledger_loses_nothing BEFORE DELETE ON ledger"
        " BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION ledger_adds_up() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {ADDED} RETURN NULL; END $$",
        "CREATE TRIGGER ledger_adds_up AFTER INSERT ON ledger"
        " FOR EACH ROW EXECUTE FUNCTION ledger_adds_up()",
        "CREATE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the ledger only grows'"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()",
    ),
}


def upgrade() -> None:
    """Make them; the triggers come before the entries of earlier runs, and add those up."""
    _tables()
    dialect = op.get_bind().dialect.name
    for trigger in TRIGGERS[dialect]:
        op.get_bind().exec_driver_sql(trigger)
    _enter("reserve", "estimate", "created_at", DAY[dialect])
    end = "COALESCE(finished_at, state_at)"
    _enter("release", "-estimate", end, DAY[dialect], ENDED)
    _enter("settle", CHARGED, end, DAY[dialect], ENDED)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("spending")
    op.drop_table("ledger")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_adds_up()")
        op.execute("DROP FUNCTION ledger_only_grows()")


def _tables() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("endpoint_id", sa.Text(), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_ledger_run_id"),
    )
    op.create_index("ix_ledger_run_id", "ledger", ["run_id"])
    op.create_table(
        "spending",
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("endpoint_id", sa.Text(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("charged", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("practice", "day", "person_id", "endpoint_id", name="pk_spending"),
    )


def _enter(kind: str, amount: str, at: str, day: str, where: str = "true") -> None:
    """An entry for each run of before; the end of a run leaves none where it changes nothing."""
    unless_nothing = "" if kind == "reserve" else f" AND ({amount}) <> 0"
    # every part is a constant of this file
    entries = (
        f"SELECT id, person_id, endpoint_id, practice, {day}, '{kind}', {amount}, {at}"  # noqa: S608
        f" FROM runs WHERE {where}{unless_nothing} ORDER BY created_at, id"
    )
    op.get_bind().exec_driver_sql(
        "INSERT INTO ledger (run_id, person_id, endpoint_id, practice, day, kind, amount, at) "
        + entries
    )
