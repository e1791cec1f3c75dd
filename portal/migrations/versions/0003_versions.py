"""Versions of an agreement: the newer beside the older"""

from alembic import op
import sqlalchemy as sa


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agreement") as batch:
        batch.add_column(sa.Column("offered", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_agreement_replaces_id_agreement"), "agreement", ["replaces_id"], ["id"]
        )
        batch.create_index(op.f("ix_agreement_replaces_id"), ["replaces_id"])
    with op.batch_alter_table("agreement") as batch:
        batch.alter_column("number", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("agreement") as batch:
        batch.drop_index(op.f("ix_agreement_replaces_id"))
        batch.drop_constraint(op.f("fk_agreement_replaces_id_agreement"), type_="foreignkey")
        batch.drop_column("replaces_id")
        batch.drop_column("number")
        batch.drop_column("offered")
