"""An invitation that nobody said yes to ends"""

from datetime import UTC, datetime, timedelta

from alembic import op
import sqlalchemy as sa


revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

SEAT = sa.table(
    "seat",
    sa.column("accepted_at", sa.DateTime(timezone=True)),
    sa.column("ends", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    # Nobody was told of an end, so all that wait get the whole of it from now.
    soon = datetime.now(UTC) + timedelta(days=60)
    waits = SEAT.c.accepted_at.is_(None), sa.or_(SEAT.c.ends.is_(None), SEAT.c.ends > soon)
    op.execute(sa.update(SEAT).where(*waits).values(ends=soon))


def downgrade() -> None:
    pass  # that an invitation ends does no harm
