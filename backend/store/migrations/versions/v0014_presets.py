"""Presets have tags, a cover, a lock, versions, a place, and can be brought back when deleted.

Those from before are locked: nobody but their owner could change them.
"""

import json
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS: tuple[sa.Column[Any], ...] = (
    sa.Column("tags", sa.Text(), nullable=False, server_default=sa.text("'[]'")),
    sa.Column("cover_run_id", sa.Text()),
    sa.Column("cover_index", sa.Integer()),
    sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
    sa.Column("place", sa.Integer(), nullable=False, server_default=sa.text("0")),
    sa.Column("deleted_at", sa.BigInteger()),
    sa.Column("words", sa.Text(), nullable=False, server_default=sa.text("''")),
)


def upgrade() -> None:
    """Add columns and tables; what a preset says now becomes its first version."""
    for column in COLUMNS:
        op.add_column("presets", column)
    op.create_table(
        "preset_versions",
        sa.Column("preset_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("cover_run_id", sa.Text()),
        sa.Column("cover_index", sa.Integer()),
        sa.Column("input", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("preset_id", "version", name="pk_preset_versions"),
        sa.ForeignKeyConstraint(
            ["preset_id"], ["presets.id"], name="fk_preset_versions_preset_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "preset_uses",
        sa.Column("preset_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("preset_id", "person_id", name="pk_preset_uses"),
    )
    op.execute(sa.text("UPDATE presets SET locked = :locked").bindparams(locked=True))
    op.execute(
        "INSERT INTO preset_versions"
        " (preset_id, version, person_id, at, name, description, tags, input)"
        " SELECT id, 1, person_id, updated_at, name, description, '[]', input FROM presets"
    )
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, name, description, input FROM presets")).all()
    filled = sa.text("UPDATE presets SET words = :words WHERE id = :id")
    for preset_id, name, description, given in rows:
        prompt = json.loads(given).get("prompt")
        said = "\n".join([name, description, prompt if isinstance(prompt, str) else ""])
        connection.execute(filled, {"id": preset_id, "words": _folded(said)})


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return plain.strip().encode("utf-8", "replace").decode("utf-8")


def downgrade() -> None:
    """What was deleted is gone; of the others what they say now stays."""
    op.execute("DELETE FROM presets WHERE deleted_at IS NOT NULL")
    op.drop_table("preset_uses")
    op.drop_table("preset_versions")
    for column in reversed(COLUMNS):
        op.drop_column("presets", column.name)
