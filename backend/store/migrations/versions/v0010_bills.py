"""fal's bill beside the estimate, and when to ask for it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; ended runs of before are asked about once there is a key for it."""
    op.add_column("runs", sa.Column("billed", sa.BigInteger()))
    op.add_column("runs", sa.Column("bill_due_at", sa.BigInteger()))
    op.create_index("ix_runs_bill_due_at", "runs", ["bill_due_at"])
    op.execute(
        "UPDATE runs SET bill_due_at = state_at"
        " WHERE request_id IS NOT NULL AND state IN ('done', 'failed', 'cancelled', 'lost')"
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_runs_bill_due_at", "runs")
    op.drop_column("runs", "bill_due_at")
    op.drop_column("runs", "billed")
