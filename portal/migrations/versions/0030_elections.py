"""The days before an election, and what waits on them or was let out all the same"""

from alembic import op
import sqlalchemy as sa


revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "election",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("by_election", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("taken_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_election_region_id_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_election")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_election_region_id"), "election", ["region_id"])
    with op.batch_alter_table("release") as batch:
        batch.add_column(sa.Column("allowed_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("allowed_because", sa.String(length=1000), nullable=True))
        batch.add_column(sa.Column("allowed_in", sa.JSON(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_release_allowed_by_id_person"), "person", ["allowed_by_id"], ["id"]
        )
    public = sa.Column("public", sa.Boolean(), server_default=sa.false(), nullable=False)
    with op.batch_alter_table("response") as batch:
        batch.add_column(public)
    with op.batch_alter_table("response") as batch:
        batch.alter_column("public", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("response") as batch:
        batch.drop_column("public")
    with op.batch_alter_table("release") as batch:
        batch.drop_constraint(op.f("fk_release_allowed_by_id_person"), type_="foreignkey")
        batch.drop_column("allowed_in")
        batch.drop_column("allowed_because")
        batch.drop_column("allowed_by_id")
    op.drop_table("election")
