"""Conflicts of interest: whoever manages a partner's grant, contract or enforcement does not read
or review what it gives (safety.md, "Misuse by an officer"). It is said by that person, or written
down by a coordinator; the partner sees that it was."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Select,
    String,
    and_,
    exists,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from trust.act import Act, Actor, verb
from trust.giving import acts_here
from trust.installation import INSTALLATION
from trust.mailboxes import of_mailbox, read_by_one
from trust.outbox import send
from trust.partners import Partner
from trust.people import Person, seated
from trust.records import N_, STAYS, Hidden, Record, Ref, Refused

DECLARES = "conflict:declare"
RECORDS = "conflict:record"
CONFIRMS = "conflict:confirm"

KINDS = {
    "grant": N_("Grant"),
    "contract": N_("Contract"),
    "enforcement": N_("Checks and enforcement"),
}


class Conflict(Record):
    """``person_id`` manages something of ``giver_id`` for ``taker_id``. While it lasts, that
    person reads nothing that ``giver_id`` gives. ``by_id`` is who said so. ``over_at``: that person
    says it is over, for the reason ``over_why``, and somebody else has not answered yet.
    ``asks_us``: nobody else of ``taker_id`` could, so whoever looks after the portal does."""

    __tablename__ = "conflict"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, info=STAYS)
    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    starts: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    over_at: Mapped[datetime | None]
    over_why: Mapped[str] = mapped_column(String(1000), default="")
    asks_us: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    giver: Mapped[Partner] = relationship(foreign_keys=[giver_id])
    taker: Mapped[Partner] = relationship(foreign_keys=[taker_id])

    @classmethod
    def visible(cls, stmt: Select["Conflict"], actor: Actor) -> Select["Conflict"]:
        """Both organisations; and whoever looks after the portal, where they are asked."""
        mine = actor.ids("relationship:read", "partner")
        ours = true() if actor.holds(CONFIRMS, INSTALLATION) else false()
        asked = and_(cls.asks_us, cls.over_at.is_not(None), ours)
        return stmt.where(or_(cls.giver_id.in_(mine), cls.taker_id.in_(mine), asked))

    def places(self, permission: str) -> tuple[Ref, ...]:
        """At the one that takes; whether it is over is for the portal to say where it is asked."""
        ours = permission == CONFIRMS and self.asks_us
        return (Ref("partner", self.taker_id), *([INSTALLATION] if ours else []))


def clear(giver: Any, person: Any) -> ColumnElement[bool]:
    """The condition under which ``person`` manages nothing of ``giver``: each an id, a column or
    a parameter. For whatever reads what partners gave; nobody is no officer."""
    if person is None:
        return true()
    manages = exists().where(
        Conflict.person_id.in_(of_mailbox(person)),
        Conflict.giver_id == giver,
        Conflict.ended_at.is_(None),
    )
    return ~manages


def barred(session: Session, actor: Actor) -> frozenset[int]:
    """Ids of the partners of which ``actor`` manages something."""
    if actor.person_id is None:
        return frozenset()
    return frozenset(session.scalars(managed_by(actor.person_id)))


def managed_by(person: Any) -> Select[int]:
    """Ids of the partners of which ``person`` manages something, or somebody who reads the same
    mailbox: an id, a column or a parameter."""
    return select(Conflict.giver_id).where(
        Conflict.person_id.in_(of_mailbox(person)), Conflict.ended_at.is_(None)
    )


def check_clear(act: Act, giver_id: int) -> None:
    """Raises ``Refused`` where whoever acts manages something of the partner."""
    if giver_id in barred(act.session, act.actor):
        raise Refused(
            N_("You look after a grant, a contract or checks of this group. A colleague reads it.")
        )


def between(session: Session, actor: Actor, one: int, other: int) -> Sequence[Conflict]:
    """What was said between two partners that lasts still, as far as ``actor`` may see it."""
    ways = [
        (Conflict.giver_id == giver) & (Conflict.taker_id == taker)
        for giver, taker in ((one, other), (other, one))
    ]
    stmt = select(Conflict).where(or_(*ways), Conflict.ended_at.is_(None))
    stmt = stmt.options(joinedload(Conflict.person), joinedload(Conflict.giver))
    return session.scalars(Conflict.visible(stmt, actor).order_by(Conflict.id)).all()


def of_own(session: Session, actor: Actor, partner_id: int) -> Sequence[Conflict]:
    """Those of one's own organisation that last still."""
    stmt = select(Conflict).where(Conflict.taker_id == partner_id, Conflict.ended_at.is_(None))
    stmt = stmt.options(joinedload(Conflict.person), joinedload(Conflict.giver))
    return session.scalars(Conflict.visible(stmt, actor).order_by(Conflict.id)).all()


@verb("conflict:declare", may=DECLARES, creates=True)
def declare(act: Act, own: Partner, /, *, other: Partner, kind: str) -> Conflict:
    """Say that one manages something of another partner. Raises ``Refused`` for one's own
    partner, without a kind, and when it is written down already."""
    person_id = act.actor.person_id
    assert person_id is not None
    return _made(act, own, person_id, other, kind)


@verb("conflict:record", may=RECORDS, creates=True)
def record(act: Act, own: Partner, /, *, person: Person, other: Partner, kind: str) -> Conflict:
    """Write down that a colleague does. Raises ``Refused`` as ``declare`` does, and for somebody
    who does not act for the same organisation."""
    if not acts_here(act, person.id, Ref.of(own)):
        raise Refused(N_("Choose a colleague of yours."), field="person")
    return _made(act, own, person.id, other, kind)


def _made(act: Act, own: Partner, person_id: int, other: Partner, kind: str) -> Conflict:
    if own.id == other.id:
        raise Refused(N_("Choose another organisation than your own."), field="partner")
    if kind not in KINDS:
        raise Refused(N_("Choose what it is."), field="kind")
    held = select(Conflict.id).where(
        Conflict.person_id == person_id,
        Conflict.giver_id == other.id,
        Conflict.kind == kind,
        Conflict.ended_at.is_(None),
    )
    if act.session.scalar(held) is not None:
        raise Refused(N_("This is written down already."), field="partner")
    act.fact(person=person_id, kind=kind)
    assert act.actor.person_id is not None
    return Conflict(
        person_id=person_id,
        giver_id=other.id,
        taker_id=own.id,
        kind=kind,
        starts=act.now,
        by_id=act.actor.person_id,
    )


@verb("conflict:say-over", may=DECLARES)
def say_over(act: Act, conflict: Conflict, *, reason: str) -> None:
    """Whoever it is about says that it is over, and why. It lasts until somebody else says yes: a
    colleague who can, or, where there is none, whoever looks after the portal. Raises ``Hidden``
    for somebody else's, ``Refused`` without a reason and once it is over."""
    if conflict.person_id != act.actor.person_id:
        raise Hidden("conflict")
    _must_last(conflict)
    reason = reason.strip()[:1000]
    if not reason:
        raise Refused(N_("Say why it is over."), field="reason")
    place = Ref("partner", conflict.taker_id)
    asked = _others(act, conflict, place)
    conflict.asks_us = not asked
    conflict.over_at, conflict.over_why = act.now, reason
    act.fact(person=conflict.person_id, kind=conflict.kind, portal=conflict.asks_us)
    act.words(reason=reason)
    for one in asked or _others(act, conflict, INSTALLATION):
        send(act, "conflict-over", one, conflict)


def _others(act: Act, conflict: Conflict, place: Ref) -> list[int]:
    """Who can say at a place that it is over, and is not the one whom it is about."""
    return [
        one
        for one in seated(act.session, place, CONFIRMS, act.now)
        if not read_by_one(act.session, one, conflict.person_id)
    ]


def may_answer(session: Session, actor: Actor, conflict: Conflict) -> bool:
    """Whether ``actor`` is asked whether it is over."""
    asked = conflict.over_at is not None and conflict.ended_at is None
    own = read_by_one(session, actor.person_id, conflict.person_id)
    return asked and not own and answer.allowed(actor, conflict)


@verb("conflict:answer", may=CONFIRMS)
def answer(act: Act, conflict: Conflict, *, over: bool) -> None:
    """Somebody else says whether it is over, as whoever it is about says. Raises ``Refused`` for
    one's own, and when nobody asks."""
    _not_own(act, conflict)
    _must_last(conflict)
    if conflict.over_at is None:
        raise Refused(N_("Nobody asks this any more."))
    act.fact(person=conflict.person_id, kind=conflict.kind, over=over)
    if over:
        conflict.ended_at = act.now
    else:
        conflict.over_at, conflict.over_why = None, ""
    send(act, "conflict-answered", conflict.person_id, conflict)


@verb("conflict:end", may=RECORDS)
def end(act: Act, conflict: Conflict) -> None:
    """It is over: that person may read again what the partner gives. Raises ``Refused`` for one's
    own: another person says so."""
    _not_own(act, conflict)
    _must_last(conflict)
    act.fact(person=conflict.person_id, kind=conflict.kind)
    conflict.ended_at = act.now


def _not_own(act: Act, conflict: Conflict) -> None:
    if read_by_one(act.session, act.actor.person_id, conflict.person_id):
        raise Refused(N_("This is about you. Somebody else says that it is over."))


def _must_last(conflict: Conflict) -> None:
    if conflict.ended_at is not None:
        raise Refused(N_("This is over already."))
