"""The hash of each picture's file as it is stored, beside that of fal's bytes."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Those of before have none until a check with --repair reads their files."""
    op.add_column("images", sa.Column("file_sha256", sa.Text()))


def downgrade() -> None:
    """Files are told by their size alone."""
    op.drop_column("images", "file_sha256")
