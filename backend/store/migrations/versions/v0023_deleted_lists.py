"""Deleted lists are kept for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add when a list was deleted."""
    op.add_column("wordlists", sa.Column("deleted_at", sa.BigInteger()))


def downgrade() -> None:
    """Deleted ones go: their names would stand in the way."""
    op.execute("DELETE FROM wordlists WHERE deleted_at IS NOT NULL")
    op.drop_column("wordlists", "deleted_at")
