"""What a group said by phone or on paper can be about an answer, and not about an agreement"""

from alembic import op
import sqlalchemy as sa


revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("recording") as batch:
        batch.alter_column("agreement_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("answer", sa.String(60), nullable=True))
        batch.create_index(op.f("ix_recording_answer"), ["answer"])


def downgrade() -> None:
    """What is about no agreement goes, with its letters."""
    op.execute(
        "DELETE FROM letter WHERE recording_id IN"
        " (SELECT id FROM recording WHERE agreement_id IS NULL)"
    )
    op.execute("DELETE FROM recording WHERE agreement_id IS NULL")
    with op.batch_alter_table("recording") as batch:
        batch.drop_index(op.f("ix_recording_answer"))
        batch.drop_column("answer")
        batch.alter_column("agreement_id", existing_type=sa.Integer(), nullable=False)
