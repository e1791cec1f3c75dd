"""Requests for information"""

from alembic import op
import sqlalchemy as sa


revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _own() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def upgrade() -> None:
    op.create_table(
        "inquiry",
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("law", sa.String(length=10), nullable=False),
        sa.Column("asks", sa.String(length=4000), nullable=False),
        sa.Column("lang", sa.String(length=10), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=4000), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("logged_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        *_own(),
        _key("inquiry", "taker_id", "partner"),
        _key("inquiry", "logged_by_id", "person"),
        _key("inquiry", "closed_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_inquiry_taker_id"), "inquiry", ["taker_id"])
    op.create_table(
        "covered",
        sa.Column("inquiry_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        *_own(),
        _key("covered", "inquiry_id", "inquiry"),
        _key("covered", "giver_id", "partner"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_covered")),
        sa.UniqueConstraint("inquiry_id", "about", name=op.f("uq_covered_inquiry_id_about")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_covered_about"), "covered", ["about"])
    op.create_index(op.f("ix_covered_giver_id"), "covered", ["giver_id"])
    op.create_table(
        "consultation",
        sa.Column("inquiry_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("wants", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(length=4000), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_by_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        *_own(),
        _key("consultation", "inquiry_id", "inquiry"),
        _key("consultation", "giver_id", "partner"),
        _key("consultation", "taker_id", "partner"),
        _key("consultation", "said_by_id", "person"),
        _key("consultation", "decided_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint(
            "inquiry_id", "giver_id", name=op.f("uq_consultation_inquiry_id_giver_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_consultation_giver_id"), "consultation", ["giver_id"])
    op.create_index(op.f("ix_consultation_taker_id"), "consultation", ["taker_id"])


def downgrade() -> None:
    op.drop_table("consultation")
    op.drop_table("covered")
    op.drop_table("inquiry")
