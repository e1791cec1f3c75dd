"""Headings of the parts of a request, and notes between its questions"""

from alembic import op
import sqlalchemy as sa


revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("question") as batch:
        batch.add_column(sa.Column("section", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("question") as batch:
        batch.alter_column("section", server_default=None)


def downgrade() -> None:
    # Without the kind, nothing could show them; and they hold no answer.
    op.execute("DELETE FROM question WHERE kind = 'note'")
    with op.batch_alter_table("question") as batch:
        batch.drop_column("section")
