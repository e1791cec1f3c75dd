"""The common base of a project's agreements"""

from alembic import op
import sqlalchemy as sa


revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ground",
        sa.Column("work", sa.String(length=60), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("yes", sa.JSON(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_ground_by_id_person")),
        sa.ForeignKeyConstraint(
            ["taker_id"], ["partner.id"], name=op.f("fk_ground_taker_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ground")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ground_work"), "ground", ["work"])


def downgrade() -> None:
    op.drop_table("ground")
