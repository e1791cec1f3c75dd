"""What a group said by phone or on paper: yes, no, or that it ends; and why"""

from alembic import op
import sqlalchemy as sa


revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("recording") as batch:
        batch.add_column(sa.Column("kind", sa.String(10), nullable=False, server_default="yes"))
        batch.add_column(sa.Column("why", sa.String(1000), nullable=False, server_default=""))
    with op.batch_alter_table("recording") as batch:
        batch.alter_column("kind", server_default=None)
        batch.alter_column("why", server_default=None)


def downgrade() -> None:
    """A no or an end is not a yes: what was not one goes, with its letters."""
    op.execute(
        "DELETE FROM letter WHERE recording_id IN (SELECT id FROM recording WHERE kind != 'yes')"
    )
    op.execute("DELETE FROM recording WHERE kind != 'yes'")
    with op.batch_alter_table("recording") as batch:
        batch.drop_column("why")
        batch.drop_column("kind")
