"""How many pictures each person has, and how large, by endpoint and month: sums by triggers."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = "person_id, endpoint_id, month"
SUMS = ("pictures", "bytes", "deleted_pictures", "deleted_bytes")
#: (name, event, table): what changes the sums
TRIGGERS = (
    ("image_comes", "INSERT", "images"),
    ("image_goes", "DELETE", "images"),
    ("image_changes", "UPDATE OF key, bytes", "images"),
    ("images_move", "UPDATE OF person_id, deleted_at", "runs"),
)


def upgrade() -> None:
    """The table, filled from what is there, and what keeps it."""
    op.create_table(
        "holdings",
        *(sa.Column(name, sa.Text(), nullable=False) for name in KEY.split(", ")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in SUMS),
        sa.PrimaryKeyConstraint(*KEY.split(", "), name="pk_holdings"),
    )
    run = op.get_bind().exec_driver_sql
    run(
        f"INSERT INTO holdings ({_columns()}) SELECT {_key('runs')},"  # noqa: S608 - constants
        f" {_sums('runs', 'images', 'SUM', 1)} FROM runs JOIN images ON images.run_id = runs.id"
        f" WHERE images.key IS NOT NULL GROUP BY {_key('runs')}"
    )
    does = {
        "image_comes": _of_image("NEW", 1),
        "image_goes": _of_image("OLD", -1),
        "image_changes": _of_image("OLD", -1) + _of_image("NEW", 1),
        "images_move": _of_run("OLD", -1) + _of_run("NEW", 1),
    }
    for name, event, table in TRIGGERS:
        _trigger(name, f"{event} ON {table}", does[name])


def downgrade() -> None:
    """Nothing is counted any more."""
    for name, _, table in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" if _sqlite() else f"DROP TRIGGER {name} ON {table}")
        if not _sqlite():
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("holdings")


def _columns() -> str:
    return ", ".join((KEY, *SUMS))


def _key(run: str) -> str:
    month = (
        f"strftime('%Y-%m', {run}.created_at / 1000000, 'unixepoch')"
        if _sqlite()
        else f"to_char(to_timestamp({run}.created_at / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM')"
    )
    return f"{run}.person_id, {run}.endpoint_id, {month}"


def _sums(run: str, image: str, adds: str, sign: int) -> str:
    """`adds`: SUM, or nothing for one image."""
    size = f"COALESCE({image}.bytes, 0)"
    each = (("IS NULL", "1"), ("IS NULL", size), ("IS NOT NULL", "1"), ("IS NOT NULL", size))
    return ", ".join(
        f"{adds}(CASE WHEN {run}.deleted_at {kind} THEN {sign} * {what} ELSE 0 END)"
        for kind, what in each
    )


def _of_image(row: str, sign: int) -> str:
    """What an image adds to its run's sums, or takes from them."""
    return (
        f"INSERT INTO holdings ({_columns()}) SELECT {_key('runs')},"  # noqa: S608 - constants
        f" {_sums('runs', row, '', sign)} FROM runs"
        f" WHERE runs.id = {row}.run_id AND {row}.key IS NOT NULL {_grow()};"
    )


def _of_run(row: str, sign: int) -> str:
    """What all images of a run add to the sums of its person, or take from them."""
    return (
        f"INSERT INTO holdings ({_columns()}) SELECT {_key(row)},"  # noqa: S608 - constants
        f" {_sums(row, 'images', 'SUM', sign)} FROM images"
        f" WHERE images.run_id = {row}.id AND images.key IS NOT NULL"
        f" GROUP BY images.run_id {_grow()};"
    )


def _grow() -> str:
    grows = ", ".join(f"{name} = holdings.{name} + excluded.{name}" for name in SUMS)
    return f"ON CONFLICT ({KEY}) DO UPDATE SET {grows}"


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


def _sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
