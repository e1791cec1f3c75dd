"""Whom a partner asked to stand by it"""

from alembic import op
import sqlalchemy as sa


revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("partner") as batch:
        batch.add_column(sa.Column("asked_supporter_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("supporter_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(
            op.f("fk_partner_asked_supporter_id_partner"),
            "partner",
            ["asked_supporter_id"],
            ["id"],
        )
        batch.create_index(op.f("ix_partner_asked_supporter_id"), ["asked_supporter_id"])


def downgrade() -> None:
    with op.batch_alter_table("partner") as batch:
        batch.drop_index(op.f("ix_partner_asked_supporter_id"))
        batch.drop_constraint(op.f("fk_partner_asked_supporter_id_partner"), type_="foreignkey")
        batch.drop_column("supporter_asked_at")
        batch.drop_column("asked_supporter_id")
