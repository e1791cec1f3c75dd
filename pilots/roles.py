"""Roles as people read them: for which pilot, case or organisation each is."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilots.pilot import Pilot
from pilots.waiting import Task
from trust.governance.case import Case
from trust.partners import Partner
from trust.people import Seat
from trust.permissions import roles
from trust.records import N_, Msg, Ref


def named(session: Session, places: Iterable[Ref]) -> dict[Ref, str]:
    """What a place at which a role is held is called: the name of its pilot, for a case that of
    the pilot it is about. A partner is named beside the role already. At most two statements."""
    held = set(places)
    cases = [place.id for place in held if place.noun == "case"]
    about = {}
    if cases:
        found = session.execute(select(Case.id, Case.about).where(Case.id.in_(cases)))
        about = {Ref("case", id): ref for id, ref in found}
    about |= {place: place for place in held if place.noun == "pilot"}
    if not about:
        return {}
    ids = [ref.id for ref in about.values()]
    rows = session.execute(select(Pilot.id, Pilot.name).where(Pilot.id.in_(ids)))
    names: dict[int, str] = dict(iter(rows))
    return {place: names[ref.id] for place, ref in about.items() if ref.id in names}


def offered(session: Session, person_id: int, now: datetime) -> list[Task]:
    """Roles that were offered to a person, whoever they act for."""
    stmt = (
        select(Seat, Partner.name)
        .outerjoin(Partner, Partner.id == Seat.partner_id)
        .where(
            Seat.person_id == person_id,
            Seat.accepted_at.is_(None),
            Seat.ends.is_(None) | (Seat.ends > now),
        )
    )
    found = [(seat, name) for seat, name in session.execute(stmt) if seat.role in roles()]
    names = named(session, (seat.place for seat, _ in found))
    return [
        Task(
            Msg(
                N_("Say yes or no to a role: %(role)s, %(place)s"),
                {
                    "role": Msg(roles()[seat.role].name),
                    "place": names.get(seat.place) or name or "–",
                },
            ),
            Ref.of(seat),
            seat.starts,
        )
        for seat, name in found
    ]
