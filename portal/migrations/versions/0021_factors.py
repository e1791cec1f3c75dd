"""Second factors that were made behind a mailbox that others read"""

from alembic import op
import sqlalchemy as sa


revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.add_column(
            sa.Column("factor_shared", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("person") as batch:
        batch.alter_column("factor_shared", server_default=None)
    # Nobody knows any more what was shown when they were made.
    op.execute(
        "UPDATE person SET factor_shared = true"
        " WHERE (id IN (SELECT person_id FROM passkey)"
        " OR id IN (SELECT person_id FROM authenticator))"
        " AND (email IN (SELECT email FROM person GROUP BY email HAVING COUNT(*) > 1)"
        " OR email IN (SELECT LOWER(email) FROM partner WHERE shared_mailbox))"
    )


def downgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.drop_column("factor_shared")
