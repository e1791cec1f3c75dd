"""What the words of a question come to, by which the like of it is found"""

import json

from alembic import op
import sqlalchemy as sa

from pilots.likeness import alike


revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

QUESTION = sa.table("question", sa.column("id"), sa.column("words", sa.JSON), sa.column("likeness"))


def upgrade() -> None:
    with op.batch_alter_table("question") as batch:
        batch.add_column(
            sa.Column("likeness", sa.String(length=200), nullable=False, server_default="")
        )
        batch.create_index(op.f("ix_question_likeness"), ["likeness"])
    with op.batch_alter_table("question") as batch:
        batch.alter_column("likeness", server_default=None)
    bind = op.get_bind()
    for id, words in bind.execute(sa.select(QUESTION.c.id, QUESTION.c.words)).all():
        held = json.loads(words) if isinstance(words, str) else words
        bind.execute(
            sa.update(QUESTION).where(QUESTION.c.id == id).values(likeness=alike(held or {}))
        )


def downgrade() -> None:
    with op.batch_alter_table("question") as batch:
        batch.drop_index(op.f("ix_question_likeness"))
        batch.drop_column("likeness")
