"""The first tables: people, runs, images, uploads, presets, and who uses an upload."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    _people()
    _runs()
    _images()
    _uploads()
    _presets()
    _upload_uses()


def downgrade() -> None:
    """Drop them, with everything in them."""
    for table in ("upload_uses", "presets", "uploads", "images", "runs", "people"):
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("folded_name", name="uq_people_folded_name"),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("endpoint_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column("deleted_at", sa.BigInteger()),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("input", sa.Text(), nullable=False),
        sa.Column("defaults", sa.Text(), nullable=False),
        sa.Column("estimate", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger()),
        sa.Column("billable_units", sa.Text()),
        sa.Column("idempotency_key", sa.Text()),
        sa.Column("again_of", sa.Text()),
        sa.Column("submitted_at", sa.BigInteger()),
        sa.Column("sent_input", sa.Text()),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("request_id", sa.Text()),
        sa.Column("status_url", sa.Text()),
        sa.Column("response_url", sa.Text()),
        sa.Column("cancel_url", sa.Text()),
        sa.Column("output", sa.Text()),
        sa.Column("problem", sa.Text()),
        sa.Column("charged", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("request_id", name="uq_runs_request_id"),
        sa.UniqueConstraint(
            "person_id", "idempotency_key", name="uq_runs_person_id_idempotency_key"
        ),
    )
    for columns in (
        ["created_at", "id"],
        ["person_id", "created_at", "id"],
        ["endpoint_id", "created_at", "id"],
        ["person_id", "endpoint_id", "created_at", "id"],
        ["state", "created_at", "id"],
    ):
        op.create_index(f"ix_runs_{'_'.join(columns)}", "runs", columns)


def _images() -> None:
    op.create_table(
        "images",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("fal_url", sa.Text()),
        sa.Column("key", sa.Text()),
        sa.Column("preview_key", sa.Text()),
        sa.Column("width", sa.BigInteger()),
        sa.Column("height", sa.BigInteger()),
        sa.Column("content_type", sa.Text()),
        sa.Column("bytes", sa.BigInteger()),
        sa.Column("sha256", sa.Text()),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "position", name="pk_images"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_images_run_id", ondelete="CASCADE"
        ),
    )


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("fal_url", sa.Text()),
        sa.Column("fal_expires_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
        sa.UniqueConstraint(
            "person_id",
            "sha256",
            "content_type",
            name="uq_uploads_person_id_sha256_content_type",
        ),
    )
    op.create_index("ix_uploads_key", "uploads", ["key"])
    op.create_index("ix_uploads_created_at", "uploads", ["created_at"])


def _presets() -> None:
    op.create_table(
        "presets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("endpoint_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("input", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_presets"),
        sa.UniqueConstraint(
            "person_id",
            "endpoint_id",
            "folded_name",
            name="uq_presets_person_id_endpoint_id_folded_name",
        ),
    )
    op.create_index("ix_presets_person_id_updated_at", "presets", ["person_id", "updated_at"])


def _upload_uses() -> None:
    op.create_table(
        "upload_uses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text()),
        sa.Column("preset_id", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_upload_uses"),
        sa.CheckConstraint(
            "(run_id IS NULL) <> (preset_id IS NULL)", name=op.f("ck_upload_uses_one_user")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name="fk_upload_uses_upload_id"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_upload_uses_run_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["preset_id"], ["presets.id"], name="fk_upload_uses_preset_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("upload_id", "run_id", name="uq_upload_uses_upload_id_run_id"),
        sa.UniqueConstraint("upload_id", "preset_id", name="uq_upload_uses_upload_id_preset_id"),
    )
    op.create_index("ix_upload_uses_run_id", "upload_uses", ["run_id"])
    op.create_index("ix_upload_uses_preset_id", "upload_uses", ["preset_id"])
