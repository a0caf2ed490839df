"""What admins allow."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "rules",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rules"),
    )


def downgrade() -> None:
    """Drop it: everything is allowed."""
    op.drop_table("rules")
