"""Before an election: the days on which a council makes nothing public in a region, by-elections
too (safety.md, "Elections"). Tables for anyone wait, and what was promised in public has a new day.
Private answers to contributors go on, and so does what a cohort shares.

Periods may overlap: what waits, waits until none of them is on."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from trust.act import Act, Actor, verb
from trust.audit import Event, EventWords
from trust.calendar import london_day
from trust.installation import INSTALLATION, Installation, Region
from trust.records import N_, Msg, Record, Ref, Refused

KEEPS = "election:keep"
MOST = 120  # days, before somebody is asked whether that is right


class Election(Record):
    """One period, both days included. What was taken away before it began stays in the record,
    and counts for nothing."""

    __tablename__ = "election"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    name: Mapped[str] = mapped_column(String(120))
    by_election: Mapped[bool] = mapped_column(default=False)
    first_day: Mapped[date]
    last_day: Mapped[date]
    taken_away_at: Mapped[datetime | None]

    region: Mapped[Region] = relationship()

    __table_args__ = (Index(None, "region_id"),)

    @classmethod
    def visible(cls, stmt: Select["Election"], actor: Actor) -> Select["Election"]:
        """Everyone: when there is an election is no secret. Its pages ask who keeps them."""
        return stmt.where(cls.taken_away_at.is_(None))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (INSTALLATION,)

    def begun(self, today: date) -> bool:
        return self.first_day <= today

    def over(self, today: date) -> bool:
        return self.last_day < today


class Wait(NamedTuple):
    """Why something waits: the periods that are on, the name of the longest, and the first day
    on which none is."""

    ids: frozenset[int]
    name: str
    until: date


def periods(session: Session, region_ids: Iterable[int]) -> list[Election]:
    """All periods of some regions, by their first day."""
    stmt = select(Election).where(
        Election.region_id.in_(region_ids), Election.taken_away_at.is_(None)
    )
    return list(session.scalars(stmt.order_by(Election.first_day, Election.id)))


def wait_among(held: Sequence[Election], region_id: int, day: date) -> Wait | None:
    """Why nothing becomes public in a region on ``day``; None where nothing waits."""
    here = [one for one in held if one.region_id == region_id]
    on = [one for one in here if one.begun(day) and not one.over(day)]
    if not on:
        return None
    longest, until = max(on, key=lambda one: one.last_day), day
    while any(one.begun(until) and not one.over(until) for one in here):
        until += timedelta(days=1)
    return Wait(frozenset(one.id for one in on), longest.name, until)


def wait(session: Session, region_id: int, day: date) -> Wait | None:
    """The same, where the periods are not at hand."""
    return wait_among(periods(session, [region_id]), region_id, day)


@verb("election:add", may=KEEPS, creates=True)
def add(
    act: Act,
    where: Installation,
    /,
    *,
    region: Region,
    name: str,
    by_election: bool,
    first_day: date,
    last_day: date,
    sure: bool = False,
) -> Election:
    """Write down a period. One that has begun may be added: from then on it holds.

    Raises ``Refused`` without a name, when it ends before it starts or is over, and for more than
    120 days unless ``sure``.
    """
    made = Election(region_id=region.id)
    _fill(act, made, name, by_election, first_day, last_day, sure)
    return made


@verb("election:change", may=KEEPS)
def change(
    act: Act,
    election: Election,
    /,
    *,
    name: str,
    by_election: bool,
    first_day: date,
    last_day: date,
    sure: bool = False,
    reason: str = "",
) -> None:
    """Put a period right. Once it has begun it keeps its first day, and another last day needs a
    reason: so it can be shortened, down to today, and not be undone.

    Raises ``Refused`` as ``add`` does, and for one that is over.
    """
    today = london_day(act.now)
    if election.over(today):
        raise Refused(N_("This is over. It stays as it was."))
    if election.begun(today):
        if first_day != election.first_day:
            raise Refused(N_("It has begun, so its first day stays."), field="first_day")
        if last_day != election.last_day and not reason.strip():
            raise Refused(N_("Say why it ends on another day."), field="reason")
    act.fact(was=[election.first_day.isoformat(), election.last_day.isoformat()])
    if reason.strip():
        act.words(reason=reason.strip()[:1000])
    _fill(act, election, name, by_election, first_day, last_day, sure)


@verb("election:take-away", may=KEEPS)
def take_away(act: Act, election: Election, /, *, reason: str) -> None:
    """Take away a period that has not begun. Raises ``Refused`` without a reason, and for one that
    has begun."""
    if election.begun(london_day(act.now)):
        raise Refused(
            N_("It has begun, so it cannot be taken away."),
            next_step=Msg(N_("You can give it an earlier last day, and say why.")),
        )
    if not reason.strip():
        raise Refused(N_("Say why, in your own words."), field="reason")
    act.words(reason=reason.strip()[:1000])
    election.taken_away_at = act.now


def _fill(
    act: Act,
    election: Election,
    name: str,
    by_election: bool,
    first_day: date,
    last_day: date,
    sure: bool,
) -> None:
    name = " ".join(name.split())
    if not name:
        raise Refused(N_("Give it a name."), field="name")
    if last_day < first_day:
        raise Refused(N_("The last day comes before the first. Check both."), field="last_day")
    if last_day < london_day(act.now):
        raise Refused(N_("Give today or a day that is still to come."), field="last_day")
    days = (last_day - first_day).days + 1
    if days > MOST and not sure:
        said = N_("That is %(days)s days. Check it. If it is right, tick the box.")
        raise Refused(Msg(said, {"days": days}), field="sure")
    act.fact(first_day=first_day.isoformat(), last_day=last_day.isoformat())
    election.name, election.by_election = name[:120], by_election
    election.first_day, election.last_day = first_day, last_day


class Moved(NamedTuple):
    """Why a period that had begun ends on another day, and when that was said."""

    at: datetime
    reason: str


def moved(session: Session, ids: Iterable[int]) -> dict[int, Moved]:
    """The newest reason for which the days of some periods were changed, by id."""
    stmt = (
        select(Event.subject, Event.at, EventWords.words)
        .join(EventWords, EventWords.event_id == Event.id)
        .where(Event.verb == change.name, Event.subject.in_([Ref("election", id) for id in ids]))
        .order_by(Event.id)
    )
    return {
        subject.id: Moved(at, words["reason"])
        for subject, at, words in session.execute(stmt)
        if "reason" in words
    }
