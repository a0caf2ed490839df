"""The tables. migrations/versions/ makes them; a test holds both to each other."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    false,
    text,
)

from backend.store.columns import Json, Moment, Money, Units, Words

#: SQLite's own row number, which its full-text index goes by
Sequential = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

people = Table(
    "people",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    #: the name without case, which is what has to be unique
    Column("folded_name", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("email", Words),
    Column("deactivated_at", Moment),
    UniqueConstraint("folded_name"),
)

#: who somebody is at a proxy or an OpenID provider
identities = Table(
    "identities",
    metadata,
    Column("provider", Words, primary_key=True),
    Column("subject", Words, primary_key=True),
    Column("person_id", Words, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Index(None, "person_id"),
)

#: argon2's text, which holds its parameters and salt
passwords = Table(
    "passwords",
    metadata,
    Column("person_id", Words, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("hash", Words, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

#: invitations and resets; what stands in the link is here as a hash only
one_time_links = Table(
    "one_time_links",
    metadata,
    Column("id", Words, primary_key=True),
    Column("token_hash", Words, nullable=False),
    #: first (the first admin), invitation or reset
    Column("kind", Words, nullable=False),
    #: of whoever will come, with an invitation
    Column("role", Words, nullable=False),
    Column("name", Words, nullable=False),
    #: whose password is set anew, with a reset
    Column("person_id", Words, ForeignKey("people.id", ondelete="CASCADE")),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    UniqueConstraint("token_hash"),
)

#: browsers that have come in; what they carry is here as a hash only
sessions = Table(
    "sessions",
    metadata,
    Column("id", Words, primary_key=True),
    Column("person_id", Words, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("token_hash", Words, nullable=False),
    Column("agent", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    UniqueConstraint("token_hash"),
    Index(None, "person_id"),
    Index(None, "expires_at"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Words, primary_key=True),
    Column("person_id", Words, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("name", Words, nullable=False),
    Column("scope", Words, nullable=False),
    Column("prefix", Words, nullable=False),
    Column("token_hash", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    UniqueConstraint("token_hash"),
    Index(None, "person_id", "created_at"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Words, primary_key=True),
    Column("person_id", Words, nullable=False),
    Column("endpoint_id", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("state_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("deleted_at", Moment),
    Column("practice", Boolean, nullable=False),
    Column("input", Json, nullable=False),
    Column("defaults", Json, nullable=False),
    Column("estimate", Money, nullable=False),
    Column("unit_price", Money, nullable=False),
    Column("cost", Money),
    Column("billable_units", Units),
    Column("idempotency_key", Words),
    Column("again_of", Words),
    Column("submitted_at", Moment),
    Column("sent_input", Json),
    Column("cancel_requested", Boolean, nullable=False),
    Column("request_id", Words),
    Column("status_url", Words),
    Column("response_url", Words),
    Column("cancel_url", Words),
    Column("output", Json),
    Column("problem", Json),
    #: `charged` of the problem once more, where the day's budget can add it up
    Column("charged", Words),
    #: what fal's bill says; beside the cost, which follows from the units of its answer
    Column("billed", Money),
    #: when to ask fal for the bill; NULL: it is known, given up, or nothing was ever sent
    Column("bill_due_at", Moment),
    #: when a deleted run's pictures and words go; NULL: it is not deleted, or they are gone
    Column("purge_at", Moment),
    #: when it was last brought back from being deleted
    Column("restored_at", Moment),
    Column("visibility", Words, nullable=False, server_default="private"),
    #: what it was made for, in a person's own words; empty where nobody said
    Column("project", Words, nullable=False, server_default=text("''")),
    #: of which it began with the settings; empty without one
    Column("preset", Words, nullable=False, server_default=text("''")),
    #: of its person's history; NULL without a prompt, or when it was purged
    Column("prompt_id", Words),
    #: the prompt as it was written, with its variables, where it is a template
    Column("template", Json),
    UniqueConstraint("request_id"),
    UniqueConstraint("person_id", "idempotency_key"),
    # one index for each way of paging, each in the order of the page
    Index(None, "created_at", "id"),
    Index(None, "person_id", "created_at", "id"),
    Index(None, "visibility", "created_at", "id"),
    Index(None, "visibility", "endpoint_id", "created_at", "id"),
    Index(None, "person_id", "endpoint_id", "created_at", "id"),
    Index(None, "state", "created_at", "id"),
    Index(None, "bill_due_at"),
    Index(None, "purge_at"),
    Index(None, "again_of"),
    Index(None, "person_id", "prompt_id"),
)

#: what people prompted (backend/domain/prompts.py); a row goes with the last run that refers to it
prompts = Table(
    "prompts",
    metadata,
    Column("person_id", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("text", Words, nullable=False),
    #: the text, folded: what a search looks in
    Column("words", Words, nullable=False),
    Column("last_at", Moment, nullable=False),
    #: since when it is kept whatever becomes of its runs
    Column("starred_at", Moment),
    Index(None, "person_id", "last_at", "id"),
)

images = Table(
    "images",
    metadata,
    Column("run_id", Words, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("fal_url", Words),
    Column("key", Words),
    Column("preview_key", Words),
    Column("width", BigInteger),
    Column("height", BigInteger),
    Column("content_type", Words),
    Column("bytes", BigInteger),
    #: of fal's bytes, before anything was written into them
    Column("sha256", Words),
    #: of the file as it is stored; NULL where it was stored before there were such hashes
    Column("file_sha256", Words),
    Column("flagged", Boolean, nullable=False),
    Column("missing", Boolean, nullable=False),
)

#: how many pictures with a file people have, and how large, by endpoint and month (UTC) of their
#: runs' start (backend/domain/holdings.py). Triggers on images and runs keep it
holdings = Table(
    "holdings",
    metadata,
    Column("person_id", Words, primary_key=True),
    Column("endpoint_id", Words, primary_key=True),
    Column("month", Words, primary_key=True),
    Column("pictures", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    #: of deleted runs, not among those above
    Column("deleted_pictures", BigInteger, nullable=False),
    Column("deleted_bytes", BigInteger, nullable=False),
)

#: what people wrote on a picture (backend/domain/marks.py). They refer to the run, since its
#: images are written anew while they arrive
marks = Table(
    "marks",
    metadata,
    Column("run_id", Words, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("title", Words, nullable=False),
    Column("note", Words, nullable=False),
)

tags = Table(
    "tags",
    metadata,
    Column("run_id", Words, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("folded_name", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("tagged_at", Moment, nullable=False),
    Index(None, "folded_name"),
)

stars = Table(
    "stars",
    metadata,
    Column("run_id", Words, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("person_id", Words, primary_key=True),
    Column("starred_at", Moment, nullable=False),
)

#: what a search looks at (backend/domain/findable.py), one for each picture that is not deleted.
#: Triggers keep `search_index` in step, which only the search talks to: FTS5 or a tsvector
documents = Table(
    "documents",
    metadata,
    #: rises with the run's start; the pictures of a run follow each other
    Column("seq", Sequential, primary_key=True, autoincrement=False),
    Column("run_id", Words, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("tokens", Words, nullable=False),
    Column("cost", Money),
    Index(None, "run_id"),
    Index(None, "cost"),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", Words, primary_key=True),
    Column("person_id", Words, nullable=False),
    Column("sha256", Words, nullable=False),
    Column("content_type", Words, nullable=False),
    Column("width", BigInteger, nullable=False),
    Column("height", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("key", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("fal_url", Words),
    Column("fal_expires_at", Moment),
    #: the picture of a run that it is, where it was last taken from one
    Column("source_run_id", Words),
    Column("source_index", Integer),
    UniqueConstraint("person_id", "sha256", "content_type"),
    Index(None, "key"),
    Index(None, "created_at"),
)

presets = Table(
    "presets",
    metadata,
    Column("id", Words, primary_key=True),
    Column("person_id", Words, nullable=False),
    Column("endpoint_id", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("folded_name", Words, nullable=False),
    Column("description", Words, nullable=False),
    Column("input", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("visibility", Words, nullable=False, server_default="private"),
    Column("tags", Json, nullable=False, server_default=text("'[]'")),
    Column("cover_run_id", Words),
    Column("cover_index", Integer),
    Column("locked", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("place", Integer, nullable=False, server_default=text("0")),
    #: when it was deleted; its folded name is its id then, so that the name is free
    Column("deleted_at", Moment),
    #: name, description, tags and prompt, folded: what a search looks in
    Column("words", Words, nullable=False, server_default=text("''")),
    UniqueConstraint("person_id", "endpoint_id", "folded_name"),
    Index(None, "person_id", "updated_at"),
    Index(None, "visibility", "updated_at"),
)

#: texts for prompts under a name (backend/domain/snippet.py)
snippets = Table(
    "snippets",
    metadata,
    Column("id", Words, primary_key=True),
    Column("person_id", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("folded_name", Words, nullable=False),
    Column("text", Words, nullable=False),
    #: name and text, folded: what a search looks in
    Column("words", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("visibility", Words, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    #: when it was deleted; its folded name is its id then, so that the name is free
    Column("deleted_at", Moment),
    UniqueConstraint("person_id", "folded_name"),
    Index(None, "visibility"),
)

#: what each preset said at each version, the one of now included
preset_versions = Table(
    "preset_versions",
    metadata,
    Column("preset_id", Words, ForeignKey("presets.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    #: who made it say so
    Column("person_id", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("name", Words, nullable=False),
    Column("description", Words, nullable=False),
    Column("tags", Json, nullable=False),
    Column("cover_run_id", Words),
    Column("cover_index", Integer),
    Column("input", Json, nullable=False),
)

#: who put which preset into a form, how often, and when last; shipped ones, too
preset_uses = Table(
    "preset_uses",
    metadata,
    Column("preset_id", Words, primary_key=True),
    Column("person_id", Words, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)

#: who refers to an upload, so that it is kept: a run or a preset
upload_uses = Table(
    "upload_uses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("upload_id", Words, ForeignKey("uploads.id"), nullable=False),
    Column("run_id", Words, ForeignKey("runs.id", ondelete="CASCADE")),
    Column("preset_id", Words, ForeignKey("presets.id", ondelete="CASCADE")),
    CheckConstraint("(run_id IS NULL) <> (preset_id IS NULL)", name="one_user"),
    UniqueConstraint("upload_id", "run_id"),
    UniqueConstraint("upload_id", "preset_id"),
    Index(None, "run_id"),
    Index(None, "preset_id"),
)

#: what prompts choose from by name (backend/domain/wordlist.py); all of them are the team's
wordlists = Table(
    "wordlists",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("folded_name", Words, nullable=False),
    Column("lines", Json, nullable=False),
    #: who made it
    Column("person_id", Words, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    #: when it was deleted; its folded name is its id then, so that the name is free
    Column("deleted_at", Moment),
    UniqueConstraint("folded_name"),
)

#: the pictures of earlier runs that a run was given
lineage = Table(
    "lineage",
    metadata,
    Column("run_id", Words, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("parent_id", Words, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Index(None, "parent_id"),
)

#: what each run is worth and how it came to that (backend/domain/ledger.py). Triggers refuse to
#: change or remove an entry, and keep `spending`
ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Words, ForeignKey("runs.id"), nullable=False),
    #: who started it, also where it belongs to somebody else by now
    Column("person_id", Words, nullable=False),
    Column("endpoint_id", Words, nullable=False),
    Column("practice", Boolean, nullable=False),
    #: the UTC day of its start, as 2026-11-21
    Column("day", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("amount", Money, nullable=False),
    Column("at", Moment, nullable=False),
    Column("project", Words, nullable=False, server_default=text("''")),
    Index(None, "run_id"),
)

#: the ledger's totals, so that budgets and usage are read without reading its entries
spending = Table(
    "spending",
    metadata,
    Column("practice", Boolean, primary_key=True),
    Column("day", Words, primary_key=True),
    Column("person_id", Words, primary_key=True),
    Column("endpoint_id", Words, primary_key=True),
    Column("project", Words, primary_key=True),
    Column("runs", Integer, nullable=False),
    #: estimates of all of them
    Column("estimate", Money, nullable=False),
    #: estimates of runs that have not ended
    Column("reserved", Money, nullable=False),
    #: what ended runs were charged
    Column("charged", Money, nullable=False),
    #: those whose bill is known, and what fal billed for them
    Column("billed_runs", Integer, nullable=False),
    Column("billed", Money, nullable=False),
)

#: limits that admins set (backend/domain/budget.py); an empty person or endpoint means all
budgets = Table(
    "budgets",
    metadata,
    Column("id", Words, primary_key=True),
    Column("scope", Words, nullable=False),
    Column("person_id", Words, nullable=False),
    Column("endpoint_id", Words, nullable=False),
    Column("period", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("amount", Money, nullable=False),
    UniqueConstraint("scope", "person_id", "endpoint_id", "period", "kind"),
)

#: from which estimate on a person wants to be asked before a run
asking = Table(
    "asking",
    metadata,
    Column("person_id", Words, primary_key=True),
    Column("above", Money, nullable=False),
)

#: the switch that stops new runs for all; at most one row
intake = Table(
    "intake",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("open", Boolean, nullable=False),
    Column("reason", Words, nullable=False),
    Column("person_id", Words),
    Column("changed_at", Moment),
)

#: what admins allow (backend/domain/rules.py); at most one row
rules = Table(
    "rules",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("said", Json, nullable=False),
)

#: who did what, and when (backend/domain/audit.py). Triggers refuse to change or remove an entry
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    #: None: nobody was signed in
    Column("actor_id", Words),
    Column("act", Words, nullable=False),
    Column("target", Words),
    Column("facts", Json, nullable=False),
    Index(None, "at"),
    Index(None, "actor_id", "id"),
    Index(None, "target"),
)
