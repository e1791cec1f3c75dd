"""Agreements read aloud"""

from alembic import op
import sqlalchemy as sa


revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voice",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("side_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(length=120), nullable=False),
        sa.Column("lang", sa.String(length=35), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_voice_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_voice_by_id_person")),
        sa.ForeignKeyConstraint(["side_id"], ["partner.id"], name=op.f("fk_voice_side_id_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_voice_agreement_id"), "voice", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_voice_side_id"), "voice", ["side_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_voice_side_id"), table_name="voice")
    op.drop_index(op.f("ix_voice_agreement_id"), table_name="voice")
    op.drop_table("voice")
