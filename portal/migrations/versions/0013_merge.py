"""Organisations that were here twice"""

from alembic import op
import sqlalchemy as sa


revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merge",
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("kept_yes_id", sa.Integer(), nullable=True),
        sa.Column("gone_yes_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("tops", sa.JSON(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_merge_by_id_person")),
        sa.ForeignKeyConstraint(["gone_id"], ["partner.id"], name=op.f("fk_merge_gone_id_partner")),
        sa.ForeignKeyConstraint(
            ["gone_yes_id"], ["person.id"], name=op.f("fk_merge_gone_yes_id_person")
        ),
        sa.ForeignKeyConstraint(["kept_id"], ["partner.id"], name=op.f("fk_merge_kept_id_partner")),
        sa.ForeignKeyConstraint(
            ["kept_yes_id"], ["person.id"], name=op.f("fk_merge_kept_yes_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_merge_gone_id"), "merge", ["gone_id"])
    op.create_index(op.f("ix_merge_kept_id"), "merge", ["kept_id"])
    with op.batch_alter_table("proposal") as batch:  # a file proposes, too
        batch.alter_column("giver_id", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("by_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("partner") as batch:
        batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_partner_merged_into_id_partner"), "partner", ["merged_into_id"], ["id"]
        )
        batch.create_index(op.f("ix_partner_merged_into_id"), ["merged_into_id"])


def downgrade() -> None:
    op.execute("DELETE FROM proposal WHERE giver_id IS NULL OR by_id IS NULL")
    with op.batch_alter_table("proposal") as batch:
        batch.alter_column("by_id", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("giver_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("partner") as batch:
        batch.drop_index(op.f("ix_partner_merged_into_id"))
        batch.drop_constraint(op.f("fk_partner_merged_into_id_partner"), type_="foreignkey")
        batch.drop_column("merged_into_id")
    op.drop_index(op.f("ix_merge_kept_id"), table_name="merge")
    op.drop_index(op.f("ix_merge_gone_id"), table_name="merge")
    op.drop_table("merge")
