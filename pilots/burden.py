"""Burden: how many minutes partners are asked for, all askers together, and how long answering
really took (pilots.md, "Burden").

How long it took is worked out from the portal's own clock, and kept as one sum for an answer:
nothing says how long one person worked, or when. What a quarter comes to is summed over the rows
that say who was asked (``Asked``), never over what was answered."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from pilots.answers import DraftAnswer
from pilots.requests import Asked, Request
from trust.calendar import day_ends, london_day, quarter_of
from trust.disclosure.policy import DEFAULT
from trust.ledger import Promised
from trust.partners import Partner
from trust.promises import Measure, promises

IDLE = timedelta(minutes=10)
"""A page that is looked at for longer than this without a word was left alone: it counts so much
and no more."""

TYPED_HERE = ("web", "phone", "in-person")
"""The ways in which an answer comes into being while somebody types it here. What was filled in
elsewhere and is copied took another time than the copying."""

LEAST = 10
"""Seconds. What took less did not come into being here."""

QUARTERS = 5
"""How many a page offers: this one, and a year of them before."""


def spent(last: datetime | None, opened: datetime | None, now: datetime) -> int:
    """The seconds that something took which was saved ``now``: since the same person last saved
    (``last``) or, where that is longer ago than ``IDLE``, since they ``opened`` the page. Never
    more than ``IDLE``, and nothing where neither is known."""
    if last is not None and last <= now and now - last <= IDLE:
        since = last
    elif opened is not None:
        since = max(opened, last) if last is not None else opened
    else:
        return 0
    return int(min(max(now - since, timedelta()), IDLE).total_seconds())


def last_saved(drafts: Iterable[DraftAnswer], person_id: int | None) -> datetime | None:
    """When a person last saved something of a draft: each one's time counts by itself."""
    return max((one.at for one in drafts if one.by_id == person_id), default=None)


def took(session: Session, request_id: int, giver_id: int, seconds: int, channel: str) -> None:
    """Note how long an answer took that is sent now: full minutes, beside what was asked for. One
    that is sent after another adds to it."""
    if channel not in TYPED_HERE or seconds < LEAST:
        return
    stmt = select(Asked).where(Asked.request_id == request_id, Asked.giver_id == giver_id)
    row = session.scalars(stmt).one()
    row.took = (row.took or 0) + -(-seconds // 60)


def usual(session: Session, request_id: int) -> int | None:
    """How many minutes a request took those who answered it: the median. None while it was
    measured for fewer groups than stand behind a figure: nobody is to be made out by it."""
    stmt = select(Asked.took).where(Asked.request_id == request_id, Asked.took.is_not(None))
    found = [minutes for minutes in session.scalars(stmt) if minutes is not None]
    return round(median(found)) if len(found) >= DEFAULT.least_groups else None


# What a quarter comes to


def quarters(now: datetime) -> list[tuple[date, date]]:
    """This calendar quarter and the year before it, newest first, by first and last day."""
    found = [quarter_of(london_day(now))]
    while len(found) < QUARTERS:
        found.append(quarter_of(found[-1][0] - timedelta(days=1)))
    return found


def _begins(first: date) -> datetime:
    return day_ends(first - timedelta(days=1))


_MINUTES = func.coalesce(Asked.took, Asked.minutes)


def asked_for(
    session: Session, giver_ids: Collection[int], quarter: tuple[date, date]
) -> dict[int, int]:
    """The minutes that partners were asked for in a quarter, by whomever: as measured where they
    answered, else as was said when they were asked."""
    stmt = (
        select(Asked.giver_id, func.sum(_MINUTES))
        .where(Asked.giver_id.in_(giver_ids), _within(quarter))
        .group_by(Asked.giver_id)
    )
    found = {giver: int(minutes) for giver, minutes in session.execute(stmt)}
    return {giver: found.get(giver, 0) for giver in giver_ids}


def _within(quarter: tuple[date, date]) -> Any:
    return and_(Asked.at >= _begins(quarter[0]), Asked.at < day_ends(quarter[1]))


class Sum(NamedTuple):
    """What one partner asked of another in one quarter, which is named by its last day."""

    quarter: date
    asker: str
    minutes: int
    times: int


def sums(session: Session, giver_id: int, now: datetime) -> list[Sum]:
    """Who asked a partner for how many minutes in each of ``quarters``, by quarter and name."""
    found = quarters(now)
    which = case(
        *((Asked.at >= _begins(first), number) for number, (first, _) in enumerate(found)),
        else_=len(found),
    ).label("which")
    stmt = (
        select(which, Partner.name, func.sum(_MINUTES), func.count())
        .join(Partner, Partner.id == Asked.taker_id)
        .where(Asked.giver_id == giver_id, Asked.at >= _begins(found[-1][0]))
        .group_by(which, Partner.id, Partner.name, Partner.sort_name)
        .order_by(which, Partner.sort_name)
    )
    return [Sum(found[n][1], name, int(m), times) for n, name, m, times in session.execute(stmt)]


def asked_in(giver_id: int, quarter: tuple[date, date]) -> Select[Asked, Request, str]:
    """What a partner was asked in a quarter, newest first: each with the request and who asked."""
    return (
        select(Asked, Request, Partner.name)
        .join(Request, Request.id == Asked.request_id)
        .join(Partner, Partner.id == Asked.taker_id)
        .where(Asked.giver_id == giver_id, _within(quarter))
        .order_by(Asked.at.desc(), Asked.id.desc())
    )


# What was agreed


def _limits(now: datetime) -> Select[int, int, int]:
    """Promises to ask for no more than so many minutes in three months that hold now: to whom, by
    whom, how many."""
    keys = [key for key, one in promises().items() if one.measure is Measure.LIMIT]
    return select(Promised.giver_id, Promised.taker_id, Promised.minutes).where(
        Promised.key.in_(keys),
        Promised.starts <= now,
        or_(Promised.ended_at.is_(None), Promised.ended_at > now),
    )


def agreed_with(session: Session, giver_id: int, now: datetime) -> list[tuple[str, int]]:
    """Who promised a partner to ask for no more than how many minutes in three months, by name;
    of several promises the smallest."""
    limits = _limits(now).where(Promised.giver_id == giver_id).subquery()
    stmt = (
        select(Partner.name, func.min(limits.c.minutes))
        .join(limits, limits.c.taker_id == Partner.id)
        .group_by(Partner.id, Partner.name, Partner.sort_name)
        .order_by(Partner.sort_name)
    )
    return [(name, minutes) for name, minutes in session.execute(stmt)]


@dataclass(frozen=True)
class Load:
    """A partner's quarter as one that asks may know it: the minutes it was asked for by all
    together, what was agreed with this asker (``budget``, if anything), and what one request more
    would add. Never who else asked, nor about what: that may tell of a relationship."""

    asked: int
    more: int
    budget: int | None

    @property
    def over(self) -> int:
        """By how many minutes it would go over what was agreed."""
        return max(0, self.asked + self.more - self.budget) if self.budget is not None else 0


def loads(
    session: Session,
    request: Request,
    giver_ids: Collection[int],
    now: datetime,
    *,
    wait: bool = False,
) -> dict[int, Load]:
    """How putting ``request`` to some partners now would weigh on each. Two statements. ``wait``:
    others who ask the same partners for the same council wait until this transaction is over."""
    stmt = _limits(now).where(
        Promised.giver_id.in_(giver_ids), Promised.taker_id == request.taker_id
    )
    if wait:
        stmt = stmt.order_by(Promised.id).with_for_update()
    budgets: dict[int, int] = {}
    for giver, _taker, minutes in session.execute(stmt):
        budgets[giver] = min(minutes, budgets.get(giver, minutes))
    held = asked_for(session, giver_ids, quarter_of(london_day(now)))
    return {id: Load(held[id], request.minutes, budgets.get(id)) for id in giver_ids}
