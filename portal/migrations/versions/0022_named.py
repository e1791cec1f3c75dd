"""Whom an agreement named is shown to its two sides, and said yes only where they signed it"""

from alembic import op


revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What no partner wrote down or put right itself was made by the signing of an agreement.
    op.execute(
        "UPDATE contact SET shown_to = 'named', said_yes = false"
        " WHERE shown_to = 'agreed' AND NOT EXISTS (SELECT 1 FROM event"
        " WHERE event.subject = 'contact:' || contact.id"
        " AND event.verb IN ('contact:add', 'contact:change'))"
    )
    op.execute(
        "UPDATE contact SET said_yes = true"
        " WHERE shown_to = 'named' AND person_id IN (SELECT person_id FROM signature"
        " WHERE signature.partner_id = contact.partner_id)"
    )


def downgrade() -> None:
    op.execute("UPDATE contact SET shown_to = 'agreed', said_yes = true WHERE shown_to = 'named'")
