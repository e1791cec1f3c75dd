"""Promises, and whether they were kept: read from ``promises.toml``, judged from what happened.

Source of the rules: trust.md, "Promise ledger". Nothing here writes a row: a standing is always
worked out afresh, so the ledger cannot say anything that the moments do not.

No election moves a day here: all that is measured is private. Reading, answering and calling back
go on, and ``published`` says that a finding was shared with its cohort. What a council promised to
make public does wait: it is an answer to a finding, and ``pilots.responses.delays`` has its new
day (safety.md, "Elections").
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple, Protocol

from trust.calendar import Calendar, add_months, london_day, quarter_of
from trust.records import N_, Msg, Ref


class Side(StrEnum):
    """The side that made a promise. The other side is the one it was made to."""

    COUNCIL = "council"
    PARTNER = "partner"


class Measure(StrEnum):
    """How a promise is judged; see ``promises.toml``."""

    WITHIN = "within"
    BEFORE = "before"
    LIMIT = "limit"
    RENEW = "renew"
    SAID = "said"


class State(StrEnum):
    """How a promise stands: done in time, done too late, not done and past due, still open; or
    over, and whoever it was made to has not said how it was."""

    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"
    NOT_YET_DUE = "not-yet-due"
    NOT_SAID = "not-said"


STATES = {
    State.KEPT: N_("Kept"),
    State.LATE: N_("Late"),
    State.BROKEN: N_("Broken"),
    State.NOT_YET_DUE: N_("Not yet due"),
    State.NOT_SAID: N_("Not said yet"),
}


SAYS = (State.KEPT, State.LATE, State.BROKEN)
"""What the side that a promise was made to can say of it, where nothing measures it. Moments of
these kinds say so."""


class Held(NamedTuple):
    """The time for which a promise holds: ``until`` is None while it goes on."""

    since: datetime
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


ALWAYS = Held(datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True)
class Promise:
    """One promise. ``days`` are working days; ``minutes`` are in a calendar quarter."""

    key: str
    name: str
    text: str
    owner: Side
    measure: Measure
    start: str
    done: tuple[str, ...] = ()
    then: str = ""
    days: int = 0
    minutes: int = 0
    months: int = 0

    def words(self, partner: str, council: str) -> Msg:
        """The promise as both sides read it."""
        filled = {"partner": partner, "council": council, **self.numbers}
        return Msg(self.text, filled)

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers that stand in ``text``, by name."""
        rule = {"days": self.days, "minutes": self.minutes, "months": self.months}
        return {name: number for name, number in rule.items() if number}


class Moment(Protocol):
    """What is needed of a moment; ``trust.audit.Moment`` has it."""

    @property
    def kind(self) -> str: ...
    @property
    def thread(self) -> Ref: ...
    @property
    def at(self) -> datetime: ...
    @property
    def minutes(self) -> int | None: ...
    @property
    def until(self) -> datetime | None: ...


@dataclass(frozen=True)
class Standing:
    """How one promise stands for one thing. ``due`` is the last day in London on which it is
    kept; ``met`` is when it was done; ``thread`` is None where it is about a whole quarter, and
    ``minutes`` is then what was asked in it. ``said`` is when an answer for now set the day
    itself: two clocks of one thread are told apart by it."""

    due: date
    state: State
    thread: Ref | None = None
    met: datetime | None = None
    minutes: int | None = None
    said: datetime | None = None


@cache
def promises() -> dict[str, Promise]:
    """Every promise by key, in the order in which an agreement lists them."""
    text = files("trust").joinpath("promises.toml").read_text(encoding="utf-8")
    found = {}
    for row in tomllib.loads(text)["promise"]:
        row["owner"] = Side(row["owner"])
        row["measure"] = Measure(row["measure"])
        row["done"] = tuple(row.get("done", ()))
        found[row["key"]] = Promise(**row)
    return found


def judge(
    promise: Promise,
    moments: Iterable[Moment],
    calendar: Calendar,
    now: datetime,
    held: Held = ALWAYS,
) -> list[Standing]:
    """How ``promise`` stands at ``now``, by due day.

    ``moments`` are those between one pair of partners, in any order; what lies after ``now`` is
    not looked at. A promise is about what began while it was ``held``: what was sent before asks
    for nothing, and what was sent in time is owed after it has ended too. A thread whose
    contribution was withdrawn in time (a moment of the kind ``withdrawn``) asks for nothing more.
    No moments, no standings, but for what comes round by the calendar alone.
    """
    past = sorted((m for m in moments if m.at <= now), key=lambda m: m.at)
    found = _RULES[promise.measure](promise, past, calendar, now, held)
    return sorted(found, key=lambda s: (s.due, str(s.thread), str(s.met)))


def _by_thread(moments: Sequence[Moment]) -> dict[Ref, list[Moment]]:
    threads: dict[Ref, list[Moment]] = {}
    for moment in moments:
        threads.setdefault(moment.thread, []).append(moment)
    return threads


def _stand(due: date, met: Moment | None, thread: Ref | None, now: datetime) -> Standing:
    if met is not None:
        state = State.KEPT if london_day(met.at) <= due else State.LATE
        return Standing(due, state, thread, met.at)
    state = State.BROKEN if due < london_day(now) else State.NOT_YET_DUE
    return Standing(due, state, thread)


def _within(
    promise: Promise, past: Sequence[Moment], calendar: Calendar, now: datetime, held: Held
) -> Iterator[Standing]:
    """Each start opens a clock; the first answer stops it. An answer for now stops it too, and
    opens the next one, whose day it set itself."""
    stops = {*promise.done, promise.then} - {""}
    for thread, line in _by_thread(past).items():
        owed = False
        for opening in line:
            if opening.kind == promise.start:
                owed = held.covers(opening.at)
                if not owed:
                    continue
                due = calendar.add_working_days(opening.at, promise.days)
            elif opening.kind == promise.then and opening.until is not None and owed:
                due = london_day(opening.until)
            else:
                continue
            later = [m for m in line if m.at >= opening.at and m is not opening]
            met = next((m for m in later if m.kind in stops), None)
            gone = next((m for m in later if m.kind == "withdrawn"), None)
            if gone and london_day(gone.at) <= due and (met is None or gone.at <= met.at):
                continue
            said = opening.at if opening.kind == promise.then else None
            yield replace(_stand(due, met, thread, now), said=said)


def _before(
    promise: Promise, past: Sequence[Moment], calendar: Calendar, now: datetime, held: Held
) -> Iterator[Standing]:
    """What is published without having been shown is broken; shown afterwards, it is late."""
    for thread, line in _by_thread(past).items():
        shown = next((m.at for m in line if m.kind == promise.start), None)
        for moment in line:
            if moment.kind in promise.done and held.covers(moment.at):
                due = london_day(moment.at)
                if shown is None:
                    yield Standing(due, State.BROKEN, thread)
                elif shown < moment.at:
                    yield Standing(due, State.KEPT, thread, shown)
                else:
                    yield Standing(due, State.LATE, thread, shown)


def _limit(
    promise: Promise, past: Sequence[Moment], calendar: Calendar, now: datetime, held: Held
) -> Iterator[Standing]:
    """A quarter over the limit is broken at once; one within it is kept only when it is over."""
    asked: dict[date, int] = {}
    for moment in past:
        if moment.kind == promise.start and held.covers(moment.at):
            last = quarter_of(london_day(moment.at))[1]
            asked[last] = asked.get(last, 0) + (moment.minutes or 0)
    for last, minutes in asked.items():
        if minutes > promise.minutes:
            state = State.BROKEN
        elif last < london_day(now):
            state = State.KEPT
        else:
            state = State.NOT_YET_DUE
        yield Standing(last, state, minutes=minutes)


def _renew(
    promise: Promise, past: Sequence[Moment], calendar: Calendar, now: datetime, held: Held
) -> Iterator[Standing]:
    """Doing it often does not count as keeping it often: one standing a period. The first period
    begins with the promise, or where that is not known with the first time it was done."""
    turns = _by_thread([m for m in past if m.kind == promise.start and m.at >= held.since])
    if held is ALWAYS:
        for ref, times in turns.items():
            yield from _periods(promise, times[0].at, times[1:], ref, now)
        return
    threads: list[tuple[Ref | None, list[Moment]]] = [*turns.items()] or [(None, [])]
    for thread, line in threads:
        for one in _periods(promise, held.since, line, thread, now):
            if held.until is None or one.due <= london_day(held.until):
                yield one


def _periods(
    promise: Promise, since: datetime, turns: Sequence[Moment], thread: Ref | None, now: datetime
) -> Iterator[Standing]:
    today = london_day(now)
    while True:
        due = add_months(london_day(since), promise.months)
        inside = [m for m in turns if london_day(m.at) <= due]
        after = turns[len(inside) :]
        if inside:
            if due < today:
                yield _stand(due, inside[-1], thread, now)
            since, turns = inside[-1].at, after
            continue
        yield _stand(due, after[0] if after else None, thread, now)
        if not after:
            return
        since, turns = after[0].at, after[1:]


def _said(
    promise: Promise, past: Sequence[Moment], calendar: Calendar, now: datetime, held: Held
) -> Iterator[Standing]:
    """What nothing measures is for the other side to say, quarter by quarter once it is over: the
    newest word counts."""
    said = {london_day(m.until): m for m in past if m.kind in SAYS and m.until is not None}
    end = now if held.until is None else min(now, held.until)
    day = london_day(held.since) if held is not ALWAYS else min(said, default=None)
    while day is not None and day <= london_day(end):
        last = quarter_of(day)[1]
        word = said.get(last)
        open_ = State.NOT_SAID if last < london_day(now) else State.NOT_YET_DUE
        state = State(word.kind) if word else open_
        yield Standing(last, state, word.thread if word else None, word.at if word else None)
        day = last + timedelta(days=1)


_Rule = Callable[[Promise, Sequence[Moment], Calendar, datetime, Held], Iterator[Standing]]
_RULES: dict[Measure, _Rule] = {
    Measure.WITHIN: _within,
    Measure.BEFORE: _before,
    Measure.LIMIT: _limit,
    Measure.RENEW: _renew,
    Measure.SAID: _said,
}
