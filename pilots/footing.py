"""How the council of a pilot and a partner stand: the trust agreement between them, if any."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from trust.agreements import Agreement, for_work, holds_for
from trust.records import Ref


class Footing(NamedTuple):
    """The agreement that two partners have, or had, for a pilot: which, and in what state."""

    id: int
    state: str


def footings(
    session: Session, pilot: Ref, taker_id: int, giver_ids: Collection[int], now: datetime
) -> dict[int, Footing]:
    """By giver: the agreement in force with ``taker_id`` that covers the pilot, else the newest
    that would."""
    holds = holds_for(pilot, now)
    stmt = (
        select(Agreement.giver_id, Agreement.id, Agreement.state)
        .where(
            Agreement.taker_id == taker_id,
            Agreement.giver_id.in_(giver_ids),
            for_work(pilot),
            # One for each project that is in force, and not here: it says nothing about this one.
            or_(holds, Agreement.state != "in-force"),
        )
        .order_by(holds, Agreement.id)
    )
    return {giver: Footing(id, state) for giver, id, state in session.execute(stmt)}


def agreed_elsewhere(
    session: Session, pilot: Ref, taker_id: int, giver_ids: Collection[int]
) -> set[int]:
    """Which givers have an agreement in force with ``taker_id`` that does not cover the pilot."""
    stmt = select(Agreement.giver_id).where(
        Agreement.taker_id == taker_id,
        Agreement.giver_id.in_(giver_ids),
        Agreement.state == "in-force",
        ~for_work(pilot),
    )
    return set(session.scalars(stmt))
