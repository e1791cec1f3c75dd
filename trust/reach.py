"""Where a letter and a call reach a partner: kept apart from its page, because it may be somebody's
home. Who wrote it down, and when, decides what may be proved by it (trust/recordings.py)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ForeignKey, Select, String, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from trust.act import Act, Actor, verb
from trust.giving import peopled
from trust.locks import one_at_a_time
from trust.partners import Partner
from trust.records import N_, STAYS, Msg, Record, Ref, Refused

STANDS_FOR = timedelta(days=7)
"""How long an address or a number was there before anything is proved by it. Ours."""


class Way(NamedTuple):
    """One way to reach a partner, and who wrote it down, for whom, when."""

    words: str
    since: datetime | None
    by_id: int | None
    for_id: int | None


NOWHERE = Way("", None, None, None)


class Reach(Record):
    """The postal address and the number to call of one partner."""

    __tablename__ = "reach"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), unique=True)
    post: Mapped[str] = mapped_column(String(500), default="")
    post_since: Mapped[datetime | None]
    post_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    post_for_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    phone: Mapped[str] = mapped_column(String(40), default="")
    phone_since: Mapped[datetime | None]
    phone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    phone_for_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))

    partner: Mapped[Partner] = relationship(foreign_keys=[partner_id])

    @classmethod
    def visible(cls, stmt: Select["Reach"], actor: Actor) -> Select["Reach"]:
        """The partner itself, and whoever is a supporter at the organisation that stands by it."""
        mine = actor.ids("reach:write", "partner")
        helped = select(Partner.id).where(
            Partner.supporter_id.in_(actor.ids("reach:help", "partner"))
        )
        return stmt.where(or_(cls.partner_id.in_(mine), cls.partner_id.in_(helped)))

    @property
    def by_post(self) -> Way:
        return Way(self.post, self.post_since, self.post_by_id, self.post_for_id)

    @property
    def by_phone(self) -> Way:
        return Way(self.phone, self.phone_since, self.phone_by_id, self.phone_for_id)


def of(session: Session, partner_id: int) -> Reach | None:
    """What is written down, for rules; whoever shows it asks ``seen``."""
    return session.scalars(select(Reach).where(Reach.partner_id == partner_id)).first()


def ways(session: Session, partner_id: int) -> tuple[Way, Way]:
    """How a letter and how a call reaches a partner, for rules."""
    held = of(session, partner_id)
    return (held.by_post, held.by_phone) if held else (NOWHERE, NOWHERE)


def seen(session: Session, actor: Actor, partner_id: int) -> Reach | None:
    """How a partner is reached, if ``actor`` may see it."""
    stmt = select(Reach).where(Reach.partner_id == partner_id)
    return session.scalars(Reach.visible(stmt, actor)).first()


@verb("reach:write", may="reach:write", creates=True)
def write(act: Act, partner: Partner, *, post: str, phone: str) -> Reach:
    """A partner writes down where letters and calls reach it."""
    return _written(act, partner, post, phone)


@verb("reach:help", may="reach:help", creates=True)
def write_for(act: Act, partner: Partner, *, post: str, phone: str) -> Reach:
    """The organisation that stands by a partner does so for it, as long as nobody acts for it here.
    Raises ``Refused`` once somebody does."""
    one_at_a_time(act.session, f"seats:{Ref.of(partner)}")
    if peopled(act, Ref.of(partner)):
        raise Refused(
            Msg(
                N_("%(partner)s has people here. They write down where letters reach them."),
                {"partner": partner.name},
            )
        )
    return _written(act, partner, post, phone)


def _written(act: Act, partner: Partner, post: str, phone: str) -> Reach:
    one_at_a_time(act.session, f"reach:{partner.id}")
    held = of(act.session, partner.id) or Reach(partner_id=partner.id, post="", phone="")
    given = {"post": "\n".join(line.strip() for line in post.strip().splitlines())[:500]}
    given["phone"] = " ".join(phone.split())[:40]
    different = [name for name, new in given.items() if getattr(held, name) != new]
    for name in different:
        setattr(held, name, given[name])
        setattr(held, f"{name}_since", act.now)
        setattr(held, f"{name}_by_id", act.actor.person_id)
        setattr(held, f"{name}_for_id", act.actor.acting_for)
    held.changed_at = act.now
    act.fact(fields=different)
    act.parties(partner.id, None)
    return held


def came(session: Session, ids: Collection[int], now: datetime) -> None:
    """What stood there for another partner comes to stand here now, by a merge: it proves nothing
    here before it has stood a while."""
    stmt = update(Reach).where(Reach.id.in_(ids))
    session.execute(stmt.values(post_since=now, phone_since=now, version=Reach.version + 1))


def may_write(actor: Actor, partner: Partner) -> bool:
    """Whether to offer it: to the partner, and to whoever stands by it."""
    return write.allowed(actor, partner) or write_for.allowed(actor, partner)
