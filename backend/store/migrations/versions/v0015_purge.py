"""When a deleted run's pictures and words go for good."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MONTH_US = 30 * 24 * 3600 * 1_000_000


def upgrade() -> None:
    """Those that are deleted already have 30 days from then on, too."""
    op.add_column("runs", sa.Column("purge_at", sa.BigInteger()))
    op.create_index("ix_runs_purge_at", "runs", ["purge_at"])
    op.execute(
        f"UPDATE runs SET purge_at = deleted_at + {MONTH_US} WHERE deleted_at IS NOT NULL"  # noqa: S608
    )


def downgrade() -> None:
    """What was purged stays so."""
    op.drop_index("ix_runs_purge_at", "runs")
    op.drop_column("runs", "purge_at")
