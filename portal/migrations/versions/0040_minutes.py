"""How long answers took, and why more was asked for than was agreed"""

from alembic import op
import sqlalchemy as sa


revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("asked") as batch:
        batch.add_column(sa.Column("took", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("over", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(
            sa.Column("reason", sa.String(length=500), nullable=False, server_default="")
        )
        batch.drop_index(op.f("ix_asked_giver_id"))
        batch.create_index(op.f("ix_asked_giver_id_at"), ["giver_id", "at"])
    with op.batch_alter_table("asked") as batch:
        batch.alter_column("over", server_default=None)
        batch.alter_column("reason", server_default=None)
    with op.batch_alter_table("draft_answer") as batch:
        batch.add_column(sa.Column("seconds", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("draft_answer") as batch:
        batch.alter_column("seconds", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("draft_answer") as batch:
        batch.drop_column("seconds")
    with op.batch_alter_table("asked") as batch:
        batch.drop_index(op.f("ix_asked_giver_id_at"))
        batch.create_index(op.f("ix_asked_giver_id"), ["giver_id"])
        batch.drop_column("reason")
        batch.drop_column("over")
        batch.drop_column("took")
