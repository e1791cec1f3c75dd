"""Findings for anyone to read, and whether a group lets its words stand in them"""

from alembic import op
import sqlalchemy as sa


revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("insight_id", sa.Integer(), nullable=False),
        sa.Column("quotes", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("down_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("down_because", sa.String(length=1000), nullable=True),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("allowed_by_id", sa.Integer(), nullable=True),
        sa.Column("allowed_because", sa.String(length=1000), nullable=True),
        sa.Column("allowed_in", sa.JSON(), nullable=True),
        *_record(),
        *_keys("publication", insight_id="insight", pilot_id="pilot", taker_id="partner"),
        *_keys("publication", prepared_by_id="person", signed_by_id="person"),
        *_keys("publication", allowed_by_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_publication_pilot_id"), "publication", ["pilot_id"])
    op.create_index(op.f("ix_publication_state_out_at"), "publication", ["state", "out_at"])
    now = sa.text("state IN ('prepared', 'out')")
    op.create_index(
        "ix_publication_one",
        "publication",
        ["insight_id"],
        unique=True,
        sqlite_where=now,
        postgresql_where=now,
    )
    op.create_table(
        "quotation",
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        *_record(),
        *_keys("quotation", evidence_id="evidence", asked_by_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_quotation_evidence_id")),
        sqlite_autoincrement=True,
    )


def _record() -> tuple[sa.Column, ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _keys(table: str, **to: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return tuple(
        sa.ForeignKeyConstraint([column], [f"{noun}.id"], name=op.f(f"fk_{table}_{column}_{noun}"))
        for column, noun in to.items()
    )


def downgrade() -> None:
    op.drop_table("quotation")
    op.drop_table("publication")
