"""Who says that a conflict of interest is over, why, and whether the portal is asked"""

from alembic import op
import sqlalchemy as sa


revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conflict") as batch:
        batch.add_column(sa.Column("over_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("over_why", sa.String(1000), nullable=False, server_default=""))
        batch.add_column(
            sa.Column("asks_us", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("conflict") as batch:
        batch.alter_column("over_why", server_default=None)
        batch.alter_column("asks_us", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("conflict") as batch:
        batch.drop_column("asks_us")
        batch.drop_column("over_why")
        batch.drop_column("over_at")
