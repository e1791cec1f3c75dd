"""What a request for information can be about: what a council holds. Whoever keeps the log chooses
among names, days and references, and opens none of it; a draft is the partner's and never among
it (safety.md, "Freedom of information")."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from pilots.contributions import Contribution
from trust.agreements import Agreement
from trust.partners import Partner

HELD = ("in-force", "ended", "replaced", "declined")
"""States of an agreement that is no mere wish."""


def partners(session: Session, council_id: int) -> Sequence[Partner]:
    """Whoever shares, or shared, anything with a council, by name. Not the council itself: that
    would hold all that it has, of everybody."""
    ways = (
        select(Agreement.giver_id).where(Agreement.taker_id == council_id),
        select(Agreement.taker_id).where(Agreement.giver_id == council_id),
        select(Contribution.giver_id).where(
            Contribution.taker_id == council_id, Contribution.sent_at.is_not(None)
        ),
    )
    stmt = select(Partner).where(
        Partner.id != council_id, or_(*(Partner.id.in_(way) for way in ways))
    )
    return session.scalars(stmt.order_by(Partner.sort_name, Partner.id).limit(2000)).all()


def agreements(session: Session, council_id: int) -> Sequence[Agreement]:
    """The agreements of a council that were in force or turned down, newest first."""
    stmt = select(Agreement).where(
        or_(Agreement.taker_id == council_id, Agreement.giver_id == council_id),
        Agreement.state.in_(HELD),
    )
    stmt = stmt.options(joinedload(Agreement.giver), joinedload(Agreement.taker))
    return session.scalars(stmt.order_by(Agreement.id.desc()).limit(2000)).all()


def sent(session: Session, council_id: int, reference: str) -> Contribution | None:
    """An answer that the council was sent, by its reference. One that never was, kept or dropped,
    looks as if there were none."""
    stmt = select(Contribution).where(
        Contribution.reference == reference.strip().upper(),
        Contribution.taker_id == council_id,
        Contribution.sent_at.is_not(None),
    )
    return session.scalars(stmt).first()
