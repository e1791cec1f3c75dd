"""A yes by phone or on paper, and the letters that confirm it"""

from alembic import op
import sqlalchemy as sa


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reach",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("post", sa.String(length=500), nullable=False),
        sa.Column("post_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("post_by_id", sa.Integer(), nullable=True),
        sa.Column("post_for_id", sa.Integer(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("phone_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phone_by_id", sa.Integer(), nullable=True),
        sa.Column("phone_for_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_reach_partner_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["phone_by_id"], ["person.id"], name=op.f("fk_reach_phone_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["phone_for_id"], ["partner.id"], name=op.f("fk_reach_phone_for_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["post_by_id"], ["person.id"], name=op.f("fk_reach_post_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["post_for_id"], ["partner.id"], name=op.f("fk_reach_post_for_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach")),
        sa.UniqueConstraint("partner_id", name=op.f("uq_reach_partner_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "recording",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("work", sa.String(length=60), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("for_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("lang", sa.String(length=10), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("spoke_with", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_recording_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_recording_by_id_person")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_recording_confirmed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["for_id"], ["partner.id"], name=op.f("fk_recording_for_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["partner.id"], name=op.f("fk_recording_giver_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["taker_id"], ["partner.id"], name=op.f("fk_recording_taker_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_recording_agreement_id"), "recording", ["agreement_id"])
    op.create_index(op.f("ix_recording_giver_id"), "recording", ["giver_id"])
    op.create_index(op.f("ix_recording_taker_id"), "recording", ["taker_id"])
    op.create_table(
        "letter",
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("proof", sa.String(length=64), nullable=False),
        sa.Column("post", sa.String(length=500), nullable=False),
        sa.Column("lang", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_letter_by_id_person")),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name=op.f("fk_letter_recording_id_recording")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("reference", name=op.f("uq_letter_reference")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_letter_recording_id"), "letter", ["recording_id"])
    with op.batch_alter_table("signature") as batch:
        batch.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("recorded", sa.String(length=60), nullable=True))


def downgrade() -> None:
    """What was said by phone or on paper stays signed, by whoever wrote it down."""
    op.execute(
        "UPDATE signature SET person_id = (SELECT by_id FROM recording"
        " WHERE 'recording:' || recording.id = signature.recorded) WHERE person_id IS NULL"
    )
    with op.batch_alter_table("signature") as batch:
        batch.drop_column("recorded")
        batch.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
    for table in ("letter", "recording", "reach"):
        op.drop_table(table)
