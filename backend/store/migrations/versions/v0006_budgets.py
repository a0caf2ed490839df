"""Budgets, from when on people want to be asked, and the switch that stops new runs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "budgets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("endpoint_id", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_budgets"),
        sa.UniqueConstraint(
            "scope",
            "person_id",
            "endpoint_id",
            "period",
            "kind",
            name="uq_budgets_scope_person_id_endpoint_id_period_kind",
        ),
    )
    op.create_table(
        "asking",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("above", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_asking"),
    )
    op.create_table(
        "intake",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text()),
        sa.Column("changed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_intake"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("intake", "asking", "budgets"):
        op.drop_table(table)
