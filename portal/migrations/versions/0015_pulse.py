"""How a relationship is, whose next step it is, what reminds somebody of it, and what does not"""

from alembic import op
import sqlalchemy as sa


revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pulse",
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("differently", sa.String(length=1000), nullable=False),
        sa.Column("lang", sa.String(length=10), nullable=False),
        *_of_a_record(),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["partner.id"], name=op.f("fk_pulse_giver_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["taker_id"], ["partner.id"], name=op.f("fk_pulse_taker_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse")),
        sa.UniqueConstraint(
            "giver_id", "taker_id", "quarter", name=op.f("uq_pulse_giver_id_taker_id_quarter")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_pulse_taker_id"), "pulse", ["taker_id"], unique=False)
    op.create_table(
        "quiet",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        *_of_a_record(),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_quiet_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiet")),
        sa.UniqueConstraint("person_id", "kind", name=op.f("uq_quiet_person_id_kind")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "diary",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        *_of_a_record(),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_diary_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary")),
        sa.UniqueConstraint("person_id", name=op.f("uq_diary_person_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("note") as batch:
        batch.add_column(
            sa.Column("next_step_by", sa.String(length=10), nullable=False, server_default="both")
        )
        batch.add_column(
            sa.Column("next_step_dropped_at", sa.DateTime(timezone=True), nullable=True)
        )
    with op.batch_alter_table("note") as batch:
        batch.alter_column("next_step_by", server_default=None)


def _of_a_record() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def downgrade() -> None:
    with op.batch_alter_table("note") as batch:
        batch.drop_column("next_step_dropped_at")
        batch.drop_column("next_step_by")
    op.drop_table("diary")
    op.drop_table("quiet")
    op.drop_index(op.f("ix_pulse_taker_id"), table_name="pulse")
    op.drop_table("pulse")
