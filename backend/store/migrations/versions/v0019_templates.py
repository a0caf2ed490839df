"""A run whose prompt came out of a template keeps that beside its input."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Prompts of before were written as they were sent."""
    op.add_column("runs", sa.Column("template", sa.Text()))


def downgrade() -> None:
    """What was sent stays."""
    op.drop_column("runs", "template")
