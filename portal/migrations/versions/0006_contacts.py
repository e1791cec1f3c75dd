"""Contacts of a partner, whom an agreement names now, and mailboxes that several people read"""

from collections.abc import Iterator
from typing import Any

from alembic import op
import sqlalchemy as sa


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SIDES = ("giver_contact", "giver_deputy", "taker_contact", "taker_deputy")


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("ask_for", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("shown_to", sa.String(length=20), nullable=False),
        sa.Column("said_yes", sa.Boolean(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["contact.id"], name=op.f("fk_contact_deputy_id_contact")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_contact_partner_id_partner")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_contact_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_contact_partner_id"), "contact", ["partner_id"])
    op.create_index(op.f("ix_contact_person_id"), "contact", ["person_id"])
    column = sa.Column("shared_mailbox", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("partner", column)
    with op.batch_alter_table("agreement") as batch:
        for side in SIDES:
            batch.add_column(sa.Column(f"{side}_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(
                op.f(f"fk_agreement_{side}_id_contact"), "contact", [f"{side}_id"], ["id"]
            )
    _name_contacts(op.get_bind())


def _name_contacts(bind: sa.Connection) -> None:
    """Whoever a signed agreement names is a contact of that side."""
    agreement = sa.table(
        "agreement",
        *(sa.column(name) for name in ("id", "giver_id", "taker_id")),
        sa.column("contacts", sa.JSON()),
        *(sa.column(f"{side}_id") for side in SIDES),
    )
    contact = sa.table("contact", *(sa.column(name) for name in _NEW), sa.column("id"))
    held: dict[tuple[int, str], int] = {}
    for id, side, partner_id, said in _signed(bind, agreement):
        key = (partner_id, said)
        if key not in held:
            name, _, phone = said.rpartition(",")
            # Seven digits or more: as the portal reads such a line.
            if not name or sum(map(str.isdigit, phone)) < 7:
                name, phone = said, ""
            now = sa.func.current_timestamp()
            row = {"partner_id": partner_id, "name": name.strip()[:120], "phone": phone.strip()}
            made = sa.insert(contact).values(**_NEW | row, created_at=now)
            held[key] = bind.execute(made.returning(contact.c.id)).scalar_one()
        stmt = sa.update(agreement).where(agreement.c.id == id)
        bind.execute(stmt.values({f"{side}_id": held[key]}))


_NEW: dict[str, Any] = {
    **dict.fromkeys(("name", "role", "way", "ask_for", "email", "phone"), ""),
    "partner_id": None,
    "shown_to": "agreed",
    "said_yes": True,
    "version": 1,
    "created_at": None,
}


def _signed(bind: sa.Connection, agreement: Any) -> Iterator[tuple[int, str, int, str]]:
    """Each line of a contact that its own side has signed, and that does not stand for both."""
    signature = sa.table("signature", sa.column("agreement_id"), sa.column("partner_id"))
    signed = {tuple(row) for row in bind.execute(sa.select(signature))}
    stmt = sa.select(agreement).order_by(agreement.c.id)
    for row in bind.execute(stmt).mappings().all():
        said = {side: (row["contacts"] or {}).get(side, "").strip() for side in SIDES}
        for side in SIDES:
            own, other = ("giver", "taker") if side[0] == "g" else ("taker", "giver")
            both = {said[f"{other}_contact"], said[f"{other}_deputy"]}
            if said[side] and said[side] not in both and (row["id"], row[f"{own}_id"]) in signed:
                yield row["id"], side, row[f"{own}_id"], said[side]


def downgrade() -> None:
    with op.batch_alter_table("agreement") as batch:
        for side in SIDES:
            batch.drop_constraint(op.f(f"fk_agreement_{side}_id_contact"), type_="foreignkey")
            batch.drop_column(f"{side}_id")
    with op.batch_alter_table("partner") as batch:
        batch.drop_column("shared_mailbox")
    op.drop_table("contact")
