"""Which picture a picture was made from: an upload knows the run's picture that it is, and a run
that sends it remembers that picture, also when the upload has gone.

Uploads and runs of before know nothing of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AGAIN = "ix_runs_again_of"
PARENT = "ix_lineage_parent_id"


def upgrade() -> None:
    """Two columns, a table, and the way from a run to those that repeat it."""
    op.add_column("uploads", sa.Column("source_run_id", sa.Text()))
    op.add_column("uploads", sa.Column("source_index", sa.Integer()))
    op.create_table(
        "lineage",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "parent_id", "position", name="pk_lineage"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_lineage_run_id", ondelete="CASCADE"
        ),
    )
    op.create_index(PARENT, "lineage", ["parent_id"])
    op.create_index(AGAIN, "runs", ["again_of"])


def downgrade() -> None:
    """What came from what is forgotten."""
    op.drop_index(AGAIN, table_name="runs")
    op.drop_table("lineage")
    op.drop_column("uploads", "source_index")
    op.drop_column("uploads", "source_run_id")
