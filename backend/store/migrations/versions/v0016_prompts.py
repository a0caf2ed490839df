"""What each person has prompted, for the history of prompts."""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AT_ONCE = 2_000


def upgrade() -> None:
    """The prompts of all runs that still have one."""
    op.add_column("runs", sa.Column("prompt_id", sa.Text()))
    op.create_table(
        "prompts",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("starred_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("person_id", "id", name="pk_prompts"),
    )
    connection = op.get_bind()
    refers = sa.text("UPDATE runs SET prompt_id = :prompt_id WHERE id = :run_id")
    # the newest use comes last, and stands
    keeps = sa.text(
        "INSERT INTO prompts (person_id, id, text, words, last_at)"
        " VALUES (:person_id, :prompt_id, :text, :words, :last_at)"
        " ON CONFLICT (person_id, id) DO UPDATE SET last_at = excluded.last_at"
    )
    for rows in _pages(connection):
        found = [one for row in rows if (one := _prompted(row)) is not None]
        if found:
            connection.execute(refers, found)
            connection.execute(keeps, found)
    op.create_index("ix_prompts_person_id_last_at_id", "prompts", ["person_id", "last_at", "id"])
    op.create_index("ix_runs_person_id_prompt_id", "runs", ["person_id", "prompt_id"])


def _pages(connection: sa.Connection) -> Iterator[Sequence[sa.Row[Any]]]:
    """All runs, oldest first, some at a time."""
    page = sa.text(
        "SELECT id, person_id, created_at, input FROM runs"
        " WHERE (created_at, id) > (:created_at, :run_id)"
        " ORDER BY created_at, id LIMIT :most"
    )
    here: dict[str, object] = {"created_at": -1, "run_id": "", "most": AT_ONCE}
    while rows := connection.execute(page, here).all():
        yield rows
        here |= {"created_at": rows[-1].created_at, "run_id": rows[-1].id}


def _prompted(row: sa.Row[Any]) -> dict[str, object] | None:
    said = json.loads(row.input).get("prompt")
    text = said.strip() if isinstance(said, str) else ""
    if not text:
        return None
    return {
        "run_id": row.id,
        "person_id": row.person_id,
        "prompt_id": sha256(text.encode("utf-8", "replace")).hexdigest()[:32],
        "text": _storable(text),
        "words": _storable(_folded(text)),
        "last_at": row.created_at,
    }


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return plain.strip()


def _storable(text: str) -> str:
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def downgrade() -> None:
    """The runs keep their prompts."""
    op.drop_index("ix_runs_person_id_prompt_id", "runs")
    op.drop_table("prompts")
    op.drop_column("runs", "prompt_id")
