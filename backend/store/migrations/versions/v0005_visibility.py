"""Runs and presets are private or the team's; lists of what the team shares have their indexes.

Runs stay as visible as they were: the team saw all, and of guests nobody said that they may be
shown around. A preset was its owner's alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PRIVATE = "private"


def upgrade() -> None:
    """Add the columns, fill them, and change the indexes."""
    for table in ("runs", "presets"):
        op.add_column(
            table, sa.Column("visibility", sa.Text(), nullable=False, server_default=PRIVATE)
        )
    op.execute(
        "UPDATE runs SET visibility = 'team' "
        "WHERE person_id NOT IN (SELECT id FROM people WHERE role = 'guest')"
    )
    op.drop_index("ix_runs_endpoint_id_created_at_id", "runs")
    op.create_index("ix_runs_visibility_created_at_id", "runs", ["visibility", "created_at", "id"])
    op.create_index(
        "ix_runs_visibility_endpoint_id_created_at_id",
        "runs",
        ["visibility", "endpoint_id", "created_at", "id"],
    )
    op.create_index("ix_presets_visibility_updated_at", "presets", ["visibility", "updated_at"])


def downgrade() -> None:
    """Everything is seen by all again."""
    op.drop_index("ix_presets_visibility_updated_at", "presets")
    op.drop_index("ix_runs_visibility_endpoint_id_created_at_id", "runs")
    op.drop_index("ix_runs_visibility_created_at_id", "runs")
    columns = ["endpoint_id", "created_at", "id"]
    op.create_index("ix_runs_endpoint_id_created_at_id", "runs", columns)
    for table in ("runs", "presets"):
        op.drop_column(table, "visibility")
