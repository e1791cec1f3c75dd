"""Files, and the trust passport with its links"""

from alembic import op
import sqlalchemy as sa


revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_attachment_by_id_person")),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["partner.id"], name=op.f("fk_attachment_giver_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attachment_about"), "attachment", ["about"], unique=False)
    op.create_index(op.f("ix_attachment_giver_id"), "attachment", ["giver_id"], unique=False)
    op.create_index(op.f("ix_attachment_sha256"), "attachment", ["sha256"], unique=False)
    op.create_table(
        "paper",
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_paper_by_id_person")),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["partner.id"], name=op.f("fk_paper_giver_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_paper_giver_id"), "paper", ["giver_id"], unique=False)
    op.create_table(
        "passport_link",
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("to_whom", sa.String(length=200), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_passport_link_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["partner.id"], name=op.f("fk_passport_link_giver_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passport_link")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_passport_link_secret_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_passport_link_giver_id"), "passport_link", ["giver_id"], unique=False)


def downgrade() -> None:
    op.drop_table("passport_link")
    op.drop_table("paper")
    op.drop_table("attachment")
