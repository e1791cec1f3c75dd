"""The words of a paper that was taken away go from the links that showed it"""

from alembic import op
import sqlalchemy as sa


revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

PAPER = sa.table("paper", sa.column("id", sa.Integer()), sa.column("state", sa.String()))
LINK = sa.table("passport_link", sa.column("id", sa.Integer()), sa.column("shown", sa.JSON()))


def upgrade() -> None:
    there = op.get_bind()
    gone = set(there.scalars(sa.select(PAPER.c.id).where(PAPER.c.state == "taken-away")))
    for id, shown in there.execute(sa.select(LINK.c.id, LINK.c.shown)).all():
        papers = [{**one, "words": ""} if one["id"] in gone else one for one in shown["papers"]]
        if papers != shown["papers"]:
            new = {**shown, "papers": papers}
            there.execute(sa.update(LINK).where(LINK.c.id == id).values(shown=new))


def downgrade() -> None:
    pass  # words that are gone do not come back
