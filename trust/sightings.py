"""Who looked at what another partner shared: the only row that reading may leave behind."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.act import Actor
from trust.calendar import day_ends, london_day
from trust.partners import Partner
from trust.people import Person
from trust.records import STAYS, Record, Ref


class Sighting(Record):
    """Somebody of another partner opened something, that day. Shown to the partner whose it is."""

    __tablename__ = "sighting"
    audited = False

    about: Mapped[Ref] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    how: Mapped[str] = mapped_column(String(20), default="read")
    at: Mapped[datetime]


def saw(session: Session, actor: Actor, about: Ref, now: datetime, how: str = "read") -> None:
    """Note that ``actor`` looked, once a day in London. The caller commits it apart from the
    page's transaction."""
    saw_all(session, actor, [about], now, how)


def saw_all(
    session: Session, actor: Actor, about: Collection[Ref], now: datetime, how: str = "read"
) -> None:
    """The same of several things that one page showed, in one statement and what is new."""
    if actor.person_id is None or not about:
        return
    who = {"person_id": actor.person_id, "partner_id": actor.acting_for, "how": how}
    began = day_ends(london_day(now) - timedelta(days=1))
    today = select(Sighting.about).filter_by(**who)
    held = set(session.scalars(today.where(Sighting.about.in_(about), Sighting.at >= began)))
    note(session, actor, [one for one in dict.fromkeys(about) if one not in held], now, how)


def note(session: Session, actor: Actor, about: Collection[Ref], now: datetime, how: str) -> None:
    """Note each time what somebody did with several things: a copy that was taken, say. A verb
    does so within its own transaction."""
    who = {"person_id": actor.person_id, "partner_id": actor.acting_for, "how": how}
    if about:
        session.execute(insert(Sighting), [{"about": one, **who, "at": now} for one in about])


@dataclass(frozen=True)
class Looked:
    """Somebody who opened it, for whom, and when first."""

    name: str
    partner: str
    at: datetime


def looked(session: Session, about: Ref) -> list[Looked]:
    """Who opened something, each person once, first first. For the partner whose it is."""
    return looked_among(session, [about])


def looked_among(
    session: Session, about: Collection[Ref], how: Collection[str] = ("read",)
) -> list[Looked]:
    """Who did one of ``how`` with any of several things, each person once, first first."""
    first = func.min(Sighting.at)
    stmt = (
        select(Person.name, Partner.name, first)
        .join(Person, Person.id == Sighting.person_id)
        .outerjoin(Partner, Partner.id == Sighting.partner_id)
        .where(Sighting.about.in_(about), Sighting.how.in_(how))
        .group_by(Person.id, Person.name, Partner.id, Partner.name)
        .order_by(first)
    )
    return [Looked(name, partner or "", at) for name, partner, at in session.execute(stmt)]
