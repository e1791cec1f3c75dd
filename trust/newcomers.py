"""Partners for whom nobody acts yet, and the first person who was asked to."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from trust.act import Actor
from trust.partners import Identifier, Kind, Partner
from trust.people import Person, Seat, in_time
from trust.records import Ref


class First(NamedTuple):
    """Whether somebody acts for a partner; and who was asked to be the first, and when, while
    nobody has said yes."""

    here: bool
    invited: str = ""
    since: datetime | None = None


def first(session: Session, partner: Partner, now: datetime) -> First:
    """How far a partner has come with its first person."""
    at = Seat.place == Ref.of(partner), Seat.partner_id == partner.id
    if session.scalar(select(exists().where(*at, Seat.accepted_at.is_not(None)))):
        return First(True)
    stmt = select(Person.name, Seat.starts).join(Person, Person.id == Seat.person_id)
    asked = session.execute(stmt.where(*at, *in_time(now)).order_by(Seat.id.desc())).first()
    return First(False, *asked) if asked else First(False)


def unpeopled(actor: Actor) -> Select[Partner]:
    """Partners for whom nobody has said yes to act, newest first. Without those that a register
    brought, which wait by the hundred until somebody stands by them: a group with a number."""
    accepted = exists().where(Seat.partner_id == Partner.id, Seat.accepted_at.is_not(None))
    numbered = exists().where(Identifier.partner_id == Partner.id)
    waits = or_(Partner.kind != Kind.VCS, Partner.supporter_id.is_not(None), ~numbered)
    stmt = select(Partner).where(~accepted, waits)
    return Partner.visible(stmt, actor).order_by(Partner.id.desc())
