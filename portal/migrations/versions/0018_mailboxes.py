"""Mailboxes that several people read"""

from alembic import op
import sqlalchemy as sa


revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(op.f("uq_person_email"), type_="unique")
        batch.create_index(op.f("ix_person_email"), ["email"], unique=False)
        batch.add_column(
            sa.Column("passkey_only", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("person") as batch:
        batch.alter_column("passkey_only", server_default=None)
    with op.batch_alter_table("code") as batch:
        batch.add_column(sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE code SET proved_at = used_at")
    with op.batch_alter_table("signature") as batch:
        batch.add_column(
            sa.Column("shared_mailbox", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("signature") as batch:
        batch.alter_column("shared_mailbox", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("signature") as batch:
        batch.drop_column("shared_mailbox")
    with op.batch_alter_table("code") as batch:
        batch.drop_column("proved_at")
    # One address, one person again: whoever was here first keeps it.
    op.execute(
        "UPDATE person SET email = id || '@shared.invalid' WHERE id NOT IN"
        " (SELECT MIN(id) FROM person GROUP BY email)"
    )
    with op.batch_alter_table("person") as batch:
        batch.drop_column("passkey_only")
        batch.drop_index(op.f("ix_person_email"))
        batch.create_unique_constraint(op.f("uq_person_email"), ["email"])
