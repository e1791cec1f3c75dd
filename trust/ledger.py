"""The promise ledger: what two partners promised each other in the agreements between them, and
how each promise stands, the same to both sides (trust.md, "Promise ledger").

Signing writes down what was promised, with the numbers of that day; ending ends it. How it stands
is worked out from the moments each time it is read (``trust.promises``)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, Select, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust import audit
from trust.act import Act, Actor, verb
from trust.calendar import Calendar, london_day, quarter_of
from trust.clauses import Chosen
from trust.partners import sealed_under
from trust.promises import (
    SAYS,
    Held,
    Measure,
    Promise,
    Side,
    Standing,
    State,
    judge,
    promises,
)
from trust.records import N_, Record, Ref, Refused

COUNTED = (State.KEPT, State.LATE, State.BROKEN, State.NOT_YET_DUE)


class Promised(Record):
    """One promise that an agreement holds a side to. ``giver_id`` and ``taker_id`` are those of
    the agreement; ``work`` the one project that it is for, if it is for one. ``days``, ``minutes``
    and ``months`` are the numbers that both signed, whatever the library says later."""

    __tablename__ = "promised"

    source: Mapped[Ref]
    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    key: Mapped[str] = mapped_column(String(40))
    days: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    months: Mapped[int] = mapped_column(default=0)
    work: Mapped[Ref | None]
    starts: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "source"),
        Index(None, "giver_id", "taker_id"),
        Index(None, "taker_id"),
    )

    @classmethod
    def visible(cls, stmt: Select["Promised"], actor: Actor) -> Select["Promised"]:
        """Both sides; nobody else."""
        mine = actor.ids("agreement:read", "partner")
        return stmt.where(or_(cls.giver_id.in_(mine), cls.taker_id.in_(mine)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        """At the side that it was made to: what cannot be measured is for that side to say."""
        return (Ref("partner", self.made_to),)

    @property
    def rule(self) -> Promise:
        """The promise with the numbers that were signed."""
        return replace(
            promises()[self.key], days=self.days, minutes=self.minutes, months=self.months
        )

    @property
    def owner(self) -> int:
        """The id of the partner that promised."""
        return self.taker_id if self.rule.owner is Side.COUNCIL else self.giver_id

    @property
    def made_to(self) -> int:
        """The id of the partner that it was promised to."""
        return self.giver_id if self.rule.owner is Side.COUNCIL else self.taker_id

    @property
    def held(self) -> Held:
        return Held(self.starts, self.ended_at)


class Entry(NamedTuple):
    """One line of the ledger: a promise, and how it stands for one thing."""

    promised: Promised
    standing: Standing


@dataclass(frozen=True)
class _Happened:
    """A moment as the ledger reads it: without the row that it came from."""

    kind: str
    thread: Ref
    work: Ref | None
    minutes: int | None
    until: datetime | None
    at: datetime


def promised_in(
    parts: Sequence[Chosen],
    source: Ref,
    giver_id: int,
    taker_id: int,
    work: Ref | None,
    starts: datetime,
) -> list[Promised]:
    """What the clauses of an agreement promise, as rows that signing writes."""
    found = [promises()[key] for one in parts for key in one.clause.promises]
    return [
        Promised(
            source=source,
            giver_id=giver_id,
            taker_id=taker_id,
            key=one.key,
            days=one.days,
            minutes=one.minutes,
            months=one.months,
            work=work,
            starts=starts,
        )
        for one in found
    ]


def of_agreement(session: Session, source: Ref) -> list[Promised]:
    """What one agreement promises, in the order in which it does."""
    stmt = select(Promised).where(Promised.source == source).order_by(Promised.id)
    return list(session.scalars(stmt))


def of_partner(actor: Actor, partner_id: int) -> Select[Promised]:
    """All that was promised by or to a partner, as far as ``actor`` may see it."""
    both = or_(Promised.giver_id == partner_id, Promised.taker_id == partner_id)
    return Promised.visible(select(Promised).where(both), actor).order_by(Promised.id)


def entries(
    session: Session, promised: Sequence[Promised], calendar: Calendar, now: datetime
) -> list[Entry]:
    """How some promises stand, by due day, the newest first. Three statements, however many there
    are: what happened between the partners, and what else they promised each other."""
    if not promised:
        return []
    happened = _happened(session, promised)
    specific = _specific(session, promised)
    found = []
    for one in promised:
        moments = _about(one, happened[one.giver_id, one.taker_id], specific)
        standings = judge(one.rule, moments, calendar, now, one.held)
        found += [Entry(one, standing) for standing in standings]
    found.sort(key=lambda entry: (entry.standing.due, entry.promised.id), reverse=True)
    return found


def _happened(
    session: Session, promised: Sequence[Promised]
) -> dict[tuple[int, int], list[_Happened]]:
    """The moments between each pair, by pair. A page that was looked at is nobody's but its
    partner's: it counts towards each agreement of that partner. What happened to one that was
    merged into another counts for that one, a look at its page too."""
    pairs = {(one.giver_id, one.taker_id) for one in promised}
    givers, takers = {giver for giver, _ in pairs}, {taker for _, taker in pairs}
    now = sealed_under(session, givers | takers)
    m = audit.Moment
    gave_it = m.giver_id.in_([old for old, kept in now.items() if kept in givers])
    took_it = m.taker_id.in_([old for old, kept in now.items() if kept in takers])
    pages = [Ref("partner", old) for old, kept in now.items() if kept in givers]
    stmt = (
        select(m.kind, m.thread, m.work, m.giver_id, m.taker_id, m.minutes, m.until, m.at)
        .where(or_(gave_it & took_it, m.thread.in_(pages)))
        .order_by(m.id)
    )
    found: dict[tuple[int, int], list[_Happened]] = defaultdict(list)
    for kind, thread, work, gave, took, minutes, until, at in session.execute(stmt):
        if thread.noun == "partner":
            page = Ref("partner", now[thread.id])
            one = _Happened(kind, page, work, minutes, until, at)
            for pair in pairs:
                if pair[0] == page.id:
                    found[pair].append(one)
        elif gave and took and (pair := (now[gave], now[took])) in pairs:
            found[pair].append(_Happened(kind, thread, work, minutes, until, at))
    return found


_Key = tuple[int, int, str]


def _specific(session: Session, promised: Sequence[Promised]) -> dict[_Key, list[Promised]]:
    """What the same pairs promise for one project: there, that one is judged and no other."""
    givers = {one.giver_id for one in promised if one.work is None}
    if not givers:
        return {}
    stmt = select(Promised).where(Promised.giver_id.in_(givers), Promised.work.is_not(None))
    found: dict[_Key, list[Promised]] = defaultdict(list)
    for one in session.scalars(stmt):
        found[one.giver_id, one.taker_id, one.key].append(one)
    return found


def _about(
    promised: Promised, happened: Iterable[_Happened], specific: dict[_Key, list[Promised]]
) -> list[_Happened]:
    """The moments that a promise is judged by. One about a whole quarter or a whole year is about
    all that the two do with each other; the others are for the project of their agreement."""
    rule = promised.rule
    if rule.measure is Measure.SAID:
        return [one for one in happened if one.thread == Ref.of(promised)]
    if rule.measure in (Measure.LIMIT, Measure.RENEW):
        return list(happened)
    opens = rule.done if rule.measure is Measure.BEFORE else (rule.start,)
    others = specific.get((promised.giver_id, promised.taker_id, promised.key), [])

    def counts(one: _Happened) -> bool:
        if one.kind not in opens or one.work is None:
            return True
        if promised.work is not None:
            return one.work == promised.work
        return not any(other.work == one.work and other.held.covers(one.at) for other in others)

    return [one for one in happened if counts(one)]


def tally(entries: Iterable[Entry]) -> dict[str, dict[State, int]]:
    """How often each promise stands how, by the key of the promise."""
    found: dict[str, dict[State, int]] = defaultdict(lambda: dict.fromkeys(State, 0))
    for promised, standing in entries:
        found[promised.key][standing.state] += 1
    return dict(found)


def over_time(
    entries: Iterable[Entry], now: datetime, most: int = 8
) -> dict[date, dict[State, int]]:
    """How promises stood that were due in each quarter, by its first day, oldest first: the last
    ``most`` quarters up to the one that runs, without a gap. What nobody has said is left out."""
    found: dict[date, dict[State, int]] = {}
    first = quarter_of(london_day(now))[0]
    for _ in range(most):
        found[first] = dict.fromkeys(COUNTED, 0)
        first = quarter_of(date.fromordinal(first.toordinal() - 1))[0]
    for _promised, standing in entries:
        quarter = quarter_of(standing.due)[0]
        if quarter in found and standing.state is not State.NOT_SAID:
            found[quarter][standing.state] += 1
    begun = [day for day, states in found.items() if any(states.values())]
    return {day: found[day] for day in sorted(found) if begun and day >= min(begun)}


def to_say(entries: Iterable[Entry], partner_id: int | None) -> list[Entry]:
    """What a partner can say of the promises made to it that nothing measures: the quarters that
    are over, and of which it said nothing yet."""
    return [
        entry
        for entry in entries
        if entry.promised.made_to == partner_id and entry.standing.state is State.NOT_SAID
    ]


@verb("promised:say", may="promise:say")
def say(act: Act, promised: Promised, *, quarter: date, state: State) -> None:
    """The side that it was made to says how a promise was kept in one quarter, by its last day.

    Raises ``Refused`` for a promise that the portal measures, for a quarter that is not over or
    in which it did not hold, for anything but kept, late or broken, and for whoever belongs to the
    side that made it, too.
    """
    if promised.owner in act.actor.own:
        raise Refused(N_("You belong to both sides. A colleague answers for yours."))
    if promised.rule.measure is not Measure.SAID:
        raise Refused(N_("The portal keeps count of this promise. Nobody needs to say."))
    if state not in SAYS:
        raise Refused(N_("Choose how it was."), field="state")
    first, last = quarter_of(quarter)
    over = last != quarter or last >= london_day(act.now)
    ended = promised.ended_at is not None and london_day(promised.ended_at) < first
    if over or ended or last < london_day(promised.starts):
        raise Refused(N_("Choose three months that are over."), field="quarter")
    act.fact(key=promised.key, quarter=last.isoformat(), state=state.value)
    noon = datetime.combine(last, time(12), UTC)
    act.moment(state.value, promised, until=noon)
