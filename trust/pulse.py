"""How a relationship is, said by each side once a quarter if it likes: one of five plain choices,
and one thing to do differently. Both sides read both, and nobody else does: it is put together
with no other relationship, compared with none, and counts for nothing (trust.md, "Relationship
record")."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, exists, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.act import Act, Actor, verb
from trust.agreements import Agreement
from trust.calendar import add_months, london_day, quarter_of
from trust.partners import Partner
from trust.records import N_, Record, Ref, Refused
from trust.relationships import Note

HOW = {
    "very-good": N_("Very good"),
    "good": N_("Good"),
    "mixed": N_("Up and down"),
    "hard": N_("Hard"),
    "very-hard": N_("Very hard"),
}
"""The five choices, the best first. Ours; never a number, so that nobody adds them up."""

SHOWN = 8
"""Quarters in the trend: two years."""


class Pulse(Record):
    """What one side said in one quarter, which is named by its first day."""

    __tablename__ = "pulse"

    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    quarter: Mapped[date]
    how: Mapped[str] = mapped_column(String(20))
    differently: Mapped[str] = mapped_column(String(1000), default="")
    lang: Mapped[str] = mapped_column(String(10))

    __table_args__ = (UniqueConstraint("giver_id", "taker_id", "quarter"),)

    @classmethod
    def visible(cls, stmt: Select["Pulse"], actor: Actor) -> Select["Pulse"]:
        """The two sides, and nobody else."""
        mine = actor.ids("relationship:read", "partner")
        return stmt.where(or_(cls.giver_id.in_(mine), cls.taker_id.in_(mine)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.giver_id),)


@dataclass(frozen=True)
class Quarter:
    """One quarter of a relationship, as one of its sides reads it: its own words and theirs."""

    first: date
    ours: Pulse | None = None
    theirs: Pulse | None = None


def there_is_one(session: Session, one_id: int, other_id: int) -> bool:
    """Whether two partners have anything to do with each other: a talk that was written up, or an
    agreement that was put to one of them."""
    pair = (one_id, other_id)

    def between(noun: type[Note] | type[Agreement]) -> Select[int]:
        return select(noun.id).where(noun.giver_id.in_(pair), noun.taker_id.in_(pair))

    found = or_(exists(between(Note)), exists(between(Agreement)))
    return bool(session.scalar(select(found)))


def of_quarter(session: Session, own_id: int, other_id: int, now: datetime) -> Pulse | None:
    """What a side said in the quarter it is now."""
    first, _ = quarter_of(london_day(now))
    stmt = select(Pulse).where(
        Pulse.giver_id == own_id, Pulse.taker_id == other_id, Pulse.quarter == first
    )
    return session.scalars(stmt).first()


@verb("pulse:say", may="note:write", creates=True)
def say(act: Act, own: Partner, *, other: Partner, how: str, differently: str, lang: str) -> Pulse:
    """A side says how the relationship is, or puts right what it said this quarter. What it said
    before stays in the record.

    Raises ``Refused`` for a choice that is not offered, where there is no relationship, and for
    somebody who belongs to both sides.
    """
    if how not in HOW:
        raise Refused(N_("Choose one of the answers."), field="how")
    if own.id == other.id or not there_is_one(act.session, own.id, other.id):
        raise Refused(N_("First write up a talk with them. Then say how it is."))
    if other.id in act.actor.own:
        raise Refused(N_("You belong to both sides. A colleague answers for yours."))
    held = of_quarter(act.session, own.id, other.id, act.now)
    if held is None:
        first, _ = quarter_of(london_day(act.now))
        held = Pulse(giver_id=own.id, taker_id=other.id, quarter=first)
    else:
        act.fact(again=True)
    held.how, held.differently, held.lang = how, differently.strip()[:1000], lang
    held.changed_at = act.now
    act.words(how=how, differently=held.differently)
    return held


def trend(
    session: Session, actor: Actor, own_id: int, other_id: int, now: datetime
) -> list[Quarter]:
    """The last two years of a relationship, oldest first, from the first quarter in which either
    side said something; empty when neither did."""
    this, _ = quarter_of(london_day(now))
    oldest = add_months(this, -3 * (SHOWN - 1))
    pair = (own_id, other_id)
    stmt = Pulse.visible(select(Pulse), actor).where(
        Pulse.giver_id.in_(pair), Pulse.taker_id.in_(pair), Pulse.quarter >= oldest
    )
    said = {(one.quarter, one.giver_id): one for one in session.scalars(stmt)}
    if not said:
        return []
    first = min(quarter for quarter, _ in said)
    quarters = []
    while first <= this:
        quarters.append(Quarter(first, said.get((first, own_id)), said.get((first, other_id))))
        first = add_months(first, 3)
    return quarters


def others(actor: Actor, own_id: int) -> Select[Partner]:
    """Whom a partner has an agreement in force with, by name: whose pulse it is asked for."""
    mine = Agreement.visible(select(Agreement.id), actor).where(Agreement.state == "in-force")
    given = mine.where(Agreement.giver_id == own_id, Agreement.taker_id == Partner.id)
    taken = mine.where(Agreement.taker_id == own_id, Agreement.giver_id == Partner.id)
    found = or_(exists(given), exists(taken))
    return select(Partner).where(found).order_by(Partner.name, Partner.id)


def unsaid(session: Session, now: datetime) -> list[int]:
    """Ids of the partners that have an agreement in force with one of whom they said nothing this
    quarter."""
    first, _ = quarter_of(london_day(now))
    stmt = select(Agreement.giver_id, Agreement.taker_id).where(Agreement.state == "in-force")
    pairs = {(one, other) for pair in session.execute(stmt) for one, other in (pair, pair[::-1])}
    said = select(Pulse.giver_id, Pulse.taker_id).where(Pulse.quarter == first)
    return sorted(
        {own for own, _ in pairs - {(one, other) for one, other in session.execute(said)}}
    )
