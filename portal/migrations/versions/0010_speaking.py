"""Who speaks for a group: vouching for somebody new, and two who both say so"""

from alembic import op
import sqlalchemy as sa


revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _own() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "vouching",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("by_partner_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("route", sa.String(length=60), nullable=False),
        sa.Column("asked_at", sa.String(length=254), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        *_own(),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_vouching_by_id_person")),
        sa.ForeignKeyConstraint(
            ["by_partner_id"], ["partner.id"], name=op.f("fk_vouching_by_partner_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_vouching_partner_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouching")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_vouching_partner_id"), "vouching", ["partner_id"])
    op.create_table(
        "dispute",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_own(),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["person.id"], name=op.f("fk_dispute_agreed_by_id_person")
        ),
        sa.ForeignKeyConstraint(["one_id"], ["person.id"], name=op.f("fk_dispute_one_id_person")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["person.id"], name=op.f("fk_dispute_other_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_dispute_partner_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_dispute_partner_id"), "dispute", ["partner_id"])


def downgrade() -> None:
    op.drop_table("dispute")
    op.drop_table("vouching")
