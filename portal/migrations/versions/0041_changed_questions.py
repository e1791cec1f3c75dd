"""Which wording of a request a partner is asked, and which questions a later one repeats"""

from alembic import op
import sqlalchemy as sa


revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("asked") as batch:
        batch.add_column(sa.Column("request_version_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE asked SET request_version_id = (SELECT max(request_version.id) FROM "
        "request_version WHERE request_version.request_id = asked.request_id)"
    )
    with op.batch_alter_table("asked") as batch:
        batch.alter_column("request_version_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(
            op.f("fk_asked_request_version_id_request_version"),
            "request_version",
            ["request_version_id"],
            ["id"],
        )
    with op.batch_alter_table("question") as batch:
        batch.add_column(sa.Column("same_as_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_question_same_as_id_question"), "question", ["same_as_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("question") as batch:
        batch.drop_constraint(op.f("fk_question_same_as_id_question"), type_="foreignkey")
        batch.drop_column("same_as_id")
    with op.batch_alter_table("asked") as batch:
        batch.drop_constraint(
            op.f("fk_asked_request_version_id_request_version"), type_="foreignkey"
        )
        batch.drop_column("request_version_id")
