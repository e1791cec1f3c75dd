"""What a reader read, kept with what worries them: of every text, not of answers only"""

from alembic import op
import sqlalchemy as sa


revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("concern") as batch:
        batch.add_column(sa.Column("wrote_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("passages", sa.JSON(), nullable=True))
        batch.create_foreign_key(op.f("fk_concern_wrote_id_person"), "person", ["wrote_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("concern") as batch:
        batch.drop_constraint(op.f("fk_concern_wrote_id_person"), type_="foreignkey")
        batch.drop_column("passages")
        batch.drop_column("wrote_id")
