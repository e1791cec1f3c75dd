"""The question and the day of an agreement can be changed by asking, and a change taken back"""

from alembic import op
import sqlalchemy as sa


revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agreement") as batch:
        batch.add_column(sa.Column("offered_purpose", sa.String(length=500), nullable=True))
        batch.add_column(sa.Column("offered_review_on", sa.Date(), nullable=True))
    with op.batch_alter_table("change") as batch:
        batch.add_column(
            sa.Column("purpose", sa.String(length=500), nullable=False, server_default="")
        )
        batch.add_column(sa.Column("review_on", sa.Date(), nullable=True))
        batch.add_column(
            sa.Column("taken_back", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("change") as batch:
        batch.alter_column("purpose", server_default=None)
        batch.alter_column("taken_back", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("change") as batch:
        batch.drop_column("taken_back")
        batch.drop_column("review_on")
        batch.drop_column("purpose")
    with op.batch_alter_table("agreement") as batch:
        batch.drop_column("offered_review_on")
        batch.drop_column("offered_purpose")
