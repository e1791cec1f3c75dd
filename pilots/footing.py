"""How the council of a pilot and a partner stand: the trust agreement between them, if any."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trust.agreements import Agreement, for_work
from trust.records import Ref


class Footing(NamedTuple):
    """The agreement that two partners have, or had, for a pilot: which, and in what state."""

    id: int
    state: str


def footings(
    session: Session, pilot: Ref, taker_id: int, giver_ids: Collection[int]
) -> dict[int, Footing]:
    """By giver: the agreement in force with ``taker_id`` that covers the pilot, else the newest
    that would."""
    stmt = (
        select(Agreement.giver_id, Agreement.id, Agreement.state)
        .where(Agreement.taker_id == taker_id, Agreement.giver_id.in_(giver_ids), for_work(pilot))
        .order_by(Agreement.id)
    )
    found: dict[int, Footing] = {}
    for giver, id, state in session.execute(stmt):
        if giver not in found or found[giver].state != "in-force":
            found[giver] = Footing(id, state)
    return found


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
