"""What the base of a project allows, so that agreements for each project keep to it there"""

import json
from datetime import UTC, datetime

from alembic import op
import sqlalchemy as sa


revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# What the clauses allowed when this was written: use, purpose and audience, and of what.
ALL = ("count", "observation", "story")
ALLOWED = {
    "ask": [("request", "question", "reviewers", ALL)],
    "read": [("review", "question", "reviewers", ALL)],
    "find": [("insight", "question", "reviewers", ALL)],
    "improve": [("insight", "improve", "reviewers", ALL)],
    "quote": [("quote", "question", one, ALL[1:]) for one in ("cohort", "public")],
    "copy": [("export", "question", "reviewers", ALL)],
    "research": [("research", "research", "reviewers", ALL[:2])],
    "other-members": [("insight", "question", "cohort", ALL)],
    "everyone": [("publish", "question", "public", ALL)],
}
# What an option takes away of it: of which uses (all of them where none is named), and of what.
TAKEN = {
    "no-counts": (None, "count"),
    "no-stories": (None, "story"),
    "findings-only": ("publish", "count"),
}


def upgrade() -> None:
    made = op.create_table(
        "ground_term",
        sa.Column("ground_id", sa.Integer(), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ground_id"], ["ground.id"], name=op.f("fk_ground_term_ground_id_ground")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ground_term")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ground_term_ground_id"), "ground_term", ["ground_id"])
    op.create_index(
        op.f("ix_terms_work_giver_id_taker_id"), "terms", ["work", "giver_id", "taker_id"]
    )
    ground = sa.table("ground", *map(sa.column, ("id", "chosen", "agreed_at")))
    held = sa.select(ground.c.id, ground.c.chosen).where(ground.c.agreed_at.is_not(None))
    rows = [
        {
            "ground_id": id,
            "use": use,
            "purpose": purpose,
            "category": category,
            "audience": audience,
            "created_at": datetime.now(UTC),
            "version": 1,
        }
        for id, chosen in op.get_bind().execute(held).all()
        for use, purpose, audience, category in _allowed(chosen)
    ]
    if rows:
        op.bulk_insert(made, rows)


def _allowed(chosen: str | list[dict[str, object]]) -> list[tuple[str, str, str, str]]:
    parts = json.loads(chosen) if isinstance(chosen, str) else chosen
    taken = [TAKEN[key] for one in parts for key in one["options"] if key in TAKEN]
    return [
        (use, purpose, audience, category)
        for one in parts
        for use, purpose, audience, categories in ALLOWED.get(one["key"], ())
        for category in categories
        if not any(category == of and only in (None, use) for only, of in taken)
    ]


def downgrade() -> None:
    op.drop_index(op.f("ix_terms_work_giver_id_taker_id"), table_name="terms")
    op.drop_table("ground_term")
