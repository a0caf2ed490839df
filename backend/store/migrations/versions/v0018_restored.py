"""When a deleted run was brought back: from then on it has its whole time again."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody knows of those that are back already."""
    op.add_column("runs", sa.Column("restored_at", sa.BigInteger()))


def downgrade() -> None:
    """They are as old as they were made."""
    op.drop_column("runs", "restored_at")
