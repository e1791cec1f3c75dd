"""Promises, with the numbers that were signed, and the project of each moment"""

import json

from alembic import op
import sqlalchemy as sa


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What the clauses promised when this was written, with its numbers: days, minutes, months.
PROMISED = {
    "council-promises": {
        "read": (5, 0, 0),
        "outcome": (20, 0, 0),
        "show-first": (0, 0, 0),
        "time": (0, 60, 0),
    },
    "partner-promises": {"profile": (0, 0, 12)},
}


def upgrade() -> None:
    op.add_column("moment", sa.Column("work", sa.String(length=60), nullable=True))
    op.create_index(op.f("ix_moment_taker_id_giver_id"), "moment", ["taker_id", "giver_id"])
    promised = op.create_table(
        "promised",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("work", sa.String(length=60), nullable=True),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["partner.id"], name=op.f("fk_promised_giver_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["taker_id"], ["partner.id"], name=op.f("fk_promised_taker_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promised")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_promised_source"), "promised", ["source"])
    op.create_index(op.f("ix_promised_giver_id_taker_id"), "promised", ["giver_id", "taker_id"])
    op.create_index(op.f("ix_promised_taker_id"), "promised", ["taker_id"])
    _write_down(promised)
    op.create_table(
        "duty",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("turn", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint("name", name=op.f("uq_duty_name")),
        sqlite_autoincrement=True,
    )


def _write_down(promised: sa.Table) -> None:
    """What the agreements that were signed before had promised."""
    agreement = sa.table(
        "agreement",
        *map(sa.column, ("id", "giver_id", "taker_id", "work", "chosen", "state")),
        sa.column("in_force_at", sa.DateTime(timezone=True)),
    )
    terms = sa.table(
        "terms", sa.column("source"), sa.column("ended_at", sa.DateTime(timezone=True))
    )
    connection = op.get_bind()
    ended = dict(
        connection.execute(
            sa.select(terms.c.source, sa.func.max(terms.c.ended_at)).group_by(terms.c.source)
        ).all()
    )
    rows = []
    for one in connection.execute(
        sa.select(agreement).where(agreement.c.in_force_at.is_not(None)).order_by(agreement.c.id)
    ):
        chosen = json.loads(one.chosen) if isinstance(one.chosen, str) else one.chosen
        source = f"agreement:{one.id}"
        for clause in chosen:
            for key, (days, minutes, months) in PROMISED.get(clause["key"], {}).items():
                rows.append(
                    {
                        "source": source,
                        "giver_id": one.giver_id,
                        "taker_id": one.taker_id,
                        "key": key,
                        "days": days,
                        "minutes": minutes,
                        "months": months,
                        "work": one.work,
                        "starts": one.in_force_at,
                        "ended_at": ended.get(source) if one.state == "ended" else None,
                        "created_at": one.in_force_at,
                        "version": 1,
                    }
                )
    if rows:
        op.bulk_insert(promised, rows)


def downgrade() -> None:
    op.drop_table("duty")
    op.drop_table("promised")
    op.drop_index(op.f("ix_moment_taker_id_giver_id"), table_name="moment")
    with op.batch_alter_table("moment") as batch:
        batch.drop_column("work")
