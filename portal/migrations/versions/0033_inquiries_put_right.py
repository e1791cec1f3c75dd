"""Why a request for information was opened again, and what it is about no more"""

from alembic import op
import sqlalchemy as sa


revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inquiry") as batch:
        batch.add_column(sa.Column("again", sa.String(4000), nullable=False, server_default=""))
        batch.add_column(sa.Column("again_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("covered") as batch:
        batch.add_column(sa.Column("off_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("off_why", sa.String(4000), nullable=False, server_default=""))
    for table, column in (("inquiry", "again"), ("covered", "off_why")):
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("covered") as batch:
        batch.drop_column("off_why")
        batch.drop_column("off_at")
    with op.batch_alter_table("inquiry") as batch:
        batch.drop_column("again_at")
        batch.drop_column("again")
