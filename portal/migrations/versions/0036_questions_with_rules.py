"""Questions that are asked only after some answers, and limits of answers"""

from alembic import op
import sqlalchemy as sa


revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("show_if", "limit", "choice_filter"):
        op.add_column(
            "question", sa.Column(name, sa.String(length=2000), nullable=False, server_default="")
        )
    op.add_column(
        "question", sa.Column("limit_words", sa.JSON(), nullable=False, server_default="{}")
    )


def downgrade() -> None:
    for name in ("limit_words", "choice_filter", "limit", "show_if"):
        op.drop_column("question", name)
