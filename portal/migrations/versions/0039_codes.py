"""The code of a request, which stands on its printed questions"""

import secrets

from alembic import op
import sqlalchemy as sa


revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def upgrade() -> None:
    op.add_column("request", sa.Column("code", sa.String(length=7), nullable=True))
    held = sa.table("request", sa.column("id", sa.Integer()), sa.column("code", sa.String()))
    connection, used = op.get_bind(), set()
    for id in connection.scalars(sa.select(held.c.id)).all():
        code = _code()
        while code in used:
            code = _code()
        used.add(code)
        connection.execute(held.update().where(held.c.id == id).values(code=code))
    with op.batch_alter_table("request") as batch:
        batch.alter_column("code", existing_type=sa.String(length=7), nullable=False)
        batch.create_unique_constraint(op.f("uq_request_code"), ["code"])


def downgrade() -> None:
    with op.batch_alter_table("request") as batch:
        batch.drop_constraint(op.f("uq_request_code"), type_="unique")
        batch.drop_column("code")


def _code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(6))
    return f"{letters[:3]}-{letters[3:]}"
