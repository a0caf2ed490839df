"""Stars, tags, titles and notes of pictures, the preset of a run, and the index that finds them.

`documents` holds what a search looks at; `search_index` is FTS5's table over it, or in PostgreSQL
a tsvector beside it. Triggers keep the index in step with the documents, whoever writes them.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

from backend.domain.findable import documents_of
from backend.domain.money import from_micros
from backend.domain.run import Image, Output, Run, RunState
from backend.domain.sharing import Visibility
from backend.store.columns import EPOCH
from backend.store.documents import SLOT, base_of

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

AT_ONCE = 2_000
PER_PICTURE = ("marks", "tags", "stars")

#: `prefix` makes words that begin with three letters as quick as whole ones
FTS5 = (
    "CREATE VIRTUAL TABLE search_index USING fts5(tokens, content='documents',"
    " content_rowid='seq', columnsize=0, prefix='3', tokenize=\"ascii tokenchars ':-'\")"
)
FTS5_TRIGGERS = (
    "CREATE TRIGGER search_adds AFTER INSERT ON documents BEGIN"
    " INSERT INTO search_index (rowid, tokens) VALUES (NEW.seq, NEW.tokens); END",
    "CREATE TRIGGER search_forgets AFTER DELETE ON documents BEGIN"
    " INSERT INTO search_index (search_index, rowid, tokens)"
    " VALUES ('delete', OLD.seq, OLD.tokens); END",
    "CREATE TRIGGER search_changes AFTER UPDATE OF tokens ON documents"
    " WHEN OLD.tokens <> NEW.tokens BEGIN"
    " INSERT INTO search_index (search_index, rowid, tokens)"
    " VALUES ('delete', OLD.seq, OLD.tokens);"
    " INSERT INTO search_index (rowid, tokens) VALUES (NEW.seq, NEW.tokens); END",
)

#: tokens hold no quotes and no spaces, so they can be written down as a tsvector is spelt
TSVECTOR = """CREATE FUNCTION tokens_as_vector(tokens text) RETURNS tsvector
LANGUAGE sql IMMUTABLE AS $$
  SELECT COALESCE(string_agg('''' || token || ''':' || LEAST(place, 16383), ' '), '')::tsvector
  FROM unnest(string_to_array(tokens, ' ')) WITH ORDINALITY AS each (token, place) $$"""
TSVECTOR_TRIGGER = """CREATE FUNCTION search_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM search_index WHERE seq = OLD.seq;
  ELSE
    INSERT INTO search_index (seq, vector) VALUES (NEW.seq, tokens_as_vector(NEW.tokens))
      ON CONFLICT (seq) DO UPDATE SET vector = excluded.vector;
  END IF;
  RETURN NULL; END $$"""


def upgrade() -> None:
    """New tables, filled from the runs that are there."""
    op.add_column(
        "runs", sa.Column("preset", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.create_table("marks", *_picture("marks"), _text("title"), _text("note"))
    op.create_table(
        "tags",
        *_picture("tags", _text("folded_name")),
        _text("name"),
        sa.Column("tagged_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_tags_folded_name", "tags", ["folded_name"])
    op.create_table(
        "stars",
        *_picture("stars", _text("person_id")),
        sa.Column("starred_at", sa.BigInteger(), nullable=False),
    )
    documents = op.create_table(
        "documents",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            autoincrement=False,
        ),
        _text("run_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("tokens"),
        sa.Column("cost", sa.BigInteger()),
        sa.PrimaryKeyConstraint("seq", name="pk_documents"),
        _of_run("documents"),
    )
    for rows in _documents():
        op.bulk_insert(documents, rows)
    op.create_index("ix_documents_run_id", "documents", ["run_id"])
    op.create_index("ix_documents_cost", "documents", ["cost"])
    _index()


def downgrade() -> None:
    """Nothing is searched any more, and what people put on pictures is gone."""
    run = op.get_bind().exec_driver_sql
    run("DROP TABLE search_index")
    op.drop_table("documents")
    if not _sqlite():
        run("DROP FUNCTION search_follows()")
        run("DROP FUNCTION tokens_as_vector(text)")
    for table in PER_PICTURE:
        op.drop_table(table)
    op.drop_column("runs", "preset")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _of_run(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["run_id"], ["runs.id"], name=f"fk_{table}_run_id", ondelete="CASCADE"
    )


def _picture(table: str, *key: sa.Column[str]) -> Iterator[sa.schema.SchemaItem]:
    """The columns that name a picture, and what else is in the table's key."""
    yield _text("run_id")
    yield sa.Column("position", sa.Integer(), nullable=False, autoincrement=False)
    yield from key
    names = ("run_id", "position", *(column.name for column in key))
    yield sa.PrimaryKeyConstraint(*names, name=f"pk_{table}")
    yield _of_run(table)


def _index() -> None:
    run = op.get_bind().exec_driver_sql
    if _sqlite():
        run(FTS5)
        run("INSERT INTO search_index (search_index) VALUES ('rebuild')")
        for trigger in FTS5_TRIGGERS:
            run(trigger)
        return
    run(TSVECTOR)
    run("CREATE TABLE search_index (seq bigint PRIMARY KEY, vector tsvector NOT NULL)")
    run("INSERT INTO search_index SELECT seq, tokens_as_vector(tokens) FROM documents")
    run("CREATE INDEX ix_search_index_vector ON search_index USING gin (vector)")
    run(TSVECTOR_TRIGGER)
    run(
        "CREATE TRIGGER search_follows AFTER INSERT OR UPDATE OF tokens OR DELETE ON documents"
        " FOR EACH ROW EXECUTE FUNCTION search_follows()"
    )


def _sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


# ── what is there already ────────────────────────────────────────────────────────────────────

RUNS = sa.text(
    "SELECT id, person_id, endpoint_id, state, input, output, visibility, project, cost,"
    " created_at FROM runs WHERE deleted_at IS NULL AND (created_at, id) > (:moment, :run_id)"
    " ORDER BY created_at, id LIMIT :most"
)
IMAGES = sa.text(
    "SELECT run_id, position, width, height FROM images WHERE run_id IN :ids"
    " ORDER BY run_id, position"
).bindparams(sa.bindparam("ids", expanding=True))


def _documents() -> Iterator[list[dict[str, Any]]]:
    """Rows of documents, some thousand at once."""
    connection = op.get_bind()
    place = {"moment": -1, "run_id": ""}
    free = 0
    while found := connection.execute(RUNS, {**place, "most": AT_ONCE}).all():
        pictures = _images(connection, [row.id for row in found])
        rows: list[dict[str, Any]] = []
        for row in found:
            run = _run(row, pictures.get(row.id, ()))
            base = max(free, base_of(run.created_at))
            free = base + SLOT
            rows += [
                {
                    "seq": base + document.position,
                    "run_id": run.id,
                    "position": document.position,
                    "tokens": document.tokens,
                    "cost": row.cost,
                }
                for document in documents_of(run, {})
            ]
        yield rows
        place = {"moment": found[-1].created_at, "run_id": found[-1].id}


def _images(connection: sa.Connection, ids: Sequence[str]) -> dict[str, tuple[Image, ...]]:
    found: dict[str, tuple[Image, ...]] = {}
    for row in connection.execute(IMAGES, {"ids": ids}):
        image = Image(index=row.position, width=row.width, height=row.height)
        found[row.run_id] = (*found.get(row.run_id, ()), image)
    return found


def _run(row: sa.Row[Any], images: tuple[Image, ...]) -> Run:
    """As much of it as is searched."""
    created_at = EPOCH + timedelta(microseconds=row.created_at)
    nothing = Decimal(0)
    return Run(
        id=row.id,
        person_id=row.person_id,
        endpoint_id=row.endpoint_id,
        state=RunState(row.state),
        input=json.loads(row.input),
        defaults={},
        practice=False,
        estimate=nothing,
        unit_price=nothing,
        created_at=created_at,
        state_at=created_at,
        cost=None if row.cost is None else from_micros(row.cost),
        output=None if row.output is None else Output(**json.loads(row.output)),
        visibility=Visibility(row.visibility),
        project=row.project,
        images=images,
    )
