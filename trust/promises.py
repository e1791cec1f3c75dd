"""Promises, and whether they were kept: read from ``promises.toml``, judged from what happened.

Source of the rules: trust.md, "Promise ledger". Nothing here writes a row: a standing is always
worked out afresh, so the ledger cannot say anything that the moments do not.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Protocol

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


class State(StrEnum):
    """How a promise stands: done in time, done too late, not done and past due, still open."""

    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"
    NOT_YET_DUE = "not-yet-due"


STATES = {
    State.KEPT: N_("Kept"),
    State.LATE: N_("Late"),
    State.BROKEN: N_("Broken"),
    State.NOT_YET_DUE: N_("Not yet due"),
}


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
    ``minutes`` is then what was asked in it."""

    due: date
    state: State
    thread: Ref | None = None
    met: datetime | None = None
    minutes: int | None = None


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
    promise: Promise, moments: Iterable[Moment], calendar: Calendar, now: datetime
) -> list[Standing]:
    """How ``promise`` stands at ``now``, by due day.

    ``moments`` are those between one pair of partners, in any order; what lies after ``now`` is
    not looked at. A thread whose contribution was withdrawn in time (a moment of the kind
    ``withdrawn``) asks for nothing more. No moments, no standings.
    """
    past = sorted((m for m in moments if m.at <= now), key=lambda m: m.at)
    found = _RULES[promise.measure](promise, past, calendar, now)
    return sorted(found, key=lambda s: (s.due, str(s.thread), str(s.met)))


def _by_thread(moments: Sequence[Moment]) -> dict[Ref, list[Moment]]:
    threads: dict[Ref, list[Moment]] = {}
    for moment in moments:
        threads.setdefault(moment.thread, []).append(moment)
    return threads


def _stand(due: date, met: Moment | None, thread: Ref, now: datetime) -> Standing:
    if met is not None:
        state = State.KEPT if london_day(met.at) <= due else State.LATE
        return Standing(due, state, thread, met.at)
    state = State.BROKEN if due < london_day(now) else State.NOT_YET_DUE
    return Standing(due, state, thread)


def _within(
    promise: Promise, past: Sequence[Moment], calendar: Calendar, now: datetime
) -> Iterator[Standing]:
    """Each start opens a clock; the first answer stops it. An answer for now stops it too, and
    opens the next one, whose day it set itself."""
    stops = {*promise.done, promise.then} - {""}
    for thread, line in _by_thread(past).items():
        for opening in line:
            if opening.kind == promise.start:
                due = calendar.add_working_days(opening.at, promise.days)
            elif opening.kind == promise.then and opening.until is not None:
                due = london_day(opening.until)
            else:
                continue
            later = [m for m in line if m.at >= opening.at and m is not opening]
            met = next((m for m in later if m.kind in stops), None)
            gone = next((m for m in later if m.kind == "withdrawn"), None)
            if gone and london_day(gone.at) <= due and (met is None or gone.at <= met.at):
                continue
            yield _stand(due, met, thread, now)


def _before(
    promise: Promise, past: Sequence[Moment], calendar: Calendar, now: datetime
) -> Iterator[Standing]:
    """What is published without having been shown is broken; shown afterwards, it is late."""
    for thread, line in _by_thread(past).items():
        shown = next((m.at for m in line if m.kind == promise.start), None)
        for moment in line:
            if moment.kind in promise.done:
                due = london_day(moment.at)
                if shown is None:
                    yield Standing(due, State.BROKEN, thread)
                elif shown < moment.at:
                    yield Standing(due, State.KEPT, thread, shown)
                else:
                    yield Standing(due, State.LATE, thread, shown)


def _limit(
    promise: Promise, past: Sequence[Moment], calendar: Calendar, now: datetime
) -> Iterator[Standing]:
    """A quarter over the limit is broken at once; one within it is kept only when it is over."""
    asked: dict[date, int] = {}
    for moment in past:
        if moment.kind == promise.start:
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
    promise: Promise, past: Sequence[Moment], calendar: Calendar, now: datetime
) -> Iterator[Standing]:
    """Doing it often does not count as keeping it often: one standing a period."""
    today = london_day(now)
    for thread, line in _by_thread(past).items():
        turns = [m for m in line if m.kind == promise.start]
        while turns:
            due = add_months(london_day(turns[0].at), promise.months)
            inside = [m for m in turns[1:] if london_day(m.at) <= due]
            after = turns[1 + len(inside) :]
            if inside:
                if due < today:
                    yield _stand(due, inside[-1], thread, now)
                turns = [inside[-1], *after]
            else:
                yield _stand(due, after[0] if after else None, thread, now)
                turns = after


_Rule = Callable[[Promise, Sequence[Moment], Calendar, datetime], Iterator[Standing]]
_RULES: dict[Measure, _Rule] = {
    Measure.WITHIN: _within,
    Measure.BEFORE: _before,
    Measure.LIMIT: _limit,
    Measure.RENEW: _renew,
}
