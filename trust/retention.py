"""How long what is kept: the schedule as people read it (``retention.toml``), what the next run
would take out, and the run itself, once a day."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    Table,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session

from trust import duties, erasure, holds, taking_out
from trust.act import CLOCK, Act, verb
from trust.audit import ERASED
from trust.calendar import london_day
from trust.installation import INSTALLATION, Installation
from trust.people import Person, Seat
from trust.privacy import packages, tables
from trust.records import Ref

AT_ONCE = 500
"""How many rows of one kind go in one run: the rest goes the next day, and no run takes long."""

LONGEST = 36_500  # days: a hundred years


@dataclass(frozen=True)
class Kind:
    """One line of the schedule; the names are explained in ``trust/retention.toml``. ``days`` is
    None for what stays as long as the portal runs."""

    name: str
    why: str
    key: str = ""
    days: int | None = None
    table: str = ""
    since: str = ""
    do: Literal["delete", "blank", "erase"] = "delete"
    columns: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    empties: Mapping[str, list[str]] | None = None
    where: Mapping[str, list[str]] | None = None
    sides: tuple[str, ...] = ()
    but_for: tuple[str, ...] = ()
    strangers: bool = False
    without: tuple[str, ...] = ()
    renewed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """How many rows of one kind the next run would take out, and how many are over their time and
    wait, because an open request for information holds them."""

    kind: Kind
    count: int
    held: int = 0


class WrongDays(ValueError):
    """The installation's own days cannot be read; the message says what to do."""


def schedule() -> tuple[Kind, ...]:
    """The schedule as it comes, from each package that keeps something; what stays at the end."""
    return _schedule(packages())


@cache
def _schedule(packages: tuple[str, ...]) -> tuple[Kind, ...]:
    found: list[Kind] = []
    stays: list[Kind] = []
    for package in packages:
        path = files(package).joinpath("retention.toml")
        if not path.is_file():
            continue
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [_kind(row) for row in given["kind"]]
        stays += [Kind(**row) for row in given["stays"]]
    found.sort(key=lambda kind: kind.days or 0)
    return (*found, *stays)


def _kind(row: Mapping[str, Any]) -> Kind:
    lists: dict[str, Any] = {
        name: tuple(row.get(name, ()))
        for name in ("columns", "sides", "but_for", "without", "renewed")
    }
    rest = {name: value for name, value in row.items() if name not in {*lists, "with"}}
    return Kind(**rest, **lists, beside=tuple(row.get("with", ())))


def with_days(kinds: Iterable[Kind], text: str) -> tuple[Kind, ...]:
    """The schedule with an installation's own days, from the text of its file. Raises
    ``WrongDays`` for a key that is not known and for what is no number of days."""
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise WrongDays(f"It is no TOML file: {wrong}.") from None
    kinds = tuple(kinds)
    known = {kind.key for kind in kinds if kind.days is not None}
    for key, days in own.items():
        if key not in known:
            raise WrongDays(f"“{key}” is not known. Known are: {', '.join(sorted(known))}.")
        if type(days) is not int or not 1 <= days <= LONGEST:
            raise WrongDays(f"“{key}” is no number of days from 1 to {LONGEST}.")
    return tuple(replace(kind, days=own.get(kind.key, kind.days)) for kind in kinds)


def planned(session: Session, kinds: Iterable[Kind], now: datetime) -> list[Line]:
    """What the next run would take out, kind by kind, whether there is anything or not."""
    lines = []
    for kind in kinds:
        if kind.days is None:
            continue
        due, held = (
            select(func.count()).select_from(_due(kind, now, held=one).subquery())
            for one in (False, True)
        )
        lines.append(Line(kind, session.scalar(due) or 0, session.scalar(held) or 0))
    return lines


def _due(kind: Kind, now: datetime, *, held: bool = False, most: int | None = None) -> Select[int]:
    """Ids of the rows whose time is over, oldest first: those that go; or, ``held``, those that an
    open request for information keeps back meanwhile."""
    table = tables()[kind.table]
    stmt = select(table.c.id).where(_over(kind, table, now), _has_something(kind, table))
    kept = holds.of_person(table.c.id) if kind.do == "erase" else holds.over(table, kind.sides)
    stmt = stmt.where(kept if held else ~kept)
    for column, values in (kind.where or {}).items():
        stmt = stmt.where(table.c[column].in_(values))
    stmt = stmt.where(*(table.c[column].is_(None) for column in kind.without))
    for way in kind.renewed:
        stmt = stmt.where(~_renewed(table, way, now - timedelta(days=kind.days or 0)))
    for pointer in kind.but_for:
        about = literal(f"{kind.table}:").concat(cast(table.c.id, String))
        points = type_coerce(tables()[pointer].c.about, String) == about
        stmt = stmt.where(~exists().where(points))
    return stmt.order_by(table.c.id).limit(most)


def _renewed(table: Table, way: str, over: datetime) -> ColumnElement[bool]:
    """Whether a row's time began anew after ``over``: by its own column, or one it points to."""
    column, _, last = way.rpartition(".")
    if not column:
        return func.coalesce(table.c[last] > over, false())
    (key,) = table.c[column].foreign_keys
    other = key.column.table.alias()
    return exists().where(other.c.id == table.c[column], other.c[last] > over)


def _over(kind: Kind, table: Table, now: datetime) -> ColumnElement[bool]:
    since = table.c[kind.since]
    over = now - timedelta(days=kind.days or 0)
    if kind.do == "erase":
        return _without_role(table, over, strangers=kind.strangers)
    return since <= (london_day(over) if isinstance(since.type, Date) else over)


def _without_role(person: Table, over: datetime, *, strangers: bool) -> ColumnElement[bool]:
    """Nobody who had a role, or was offered one, after ``over``; nor whoever was erased. Of
    ``strangers`` those who were offered some, and never said yes to one."""
    lately = exists().where(
        Seat.person_id == person.c.id, or_(Seat.ends.is_(None), Seat.ends > over)
    )
    there = person.c.email.not_like(f"%@{erasure.NO_ADDRESS}")
    found = (person.c.created_at <= over) & ~lately & there
    if not strangers:
        return found
    asked = exists().where(Seat.person_id == person.c.id)
    return found & asked & ~asked.where(Seat.accepted_at.is_not(None))


def _has_something(kind: Kind, table: Table) -> ColumnElement[bool]:
    """Whether there is anything to blank still, in the row or in what was said about it."""
    if kind.do != "blank":
        return true()
    full = [taking_out.is_full(table.c[name]) for name in kind.columns]
    return or_(*full, taking_out.has_words(table))


def keep_to(session: Session, kinds: Iterable[Kind], now: datetime) -> None:
    """Once a day, take out what is over; a day on which nothing is leaves no event."""
    if not duties.begins(session, "retention", london_day(now).isoformat()):
        return
    kinds = tuple(kinds)
    where = session.get(Installation, INSTALLATION.id)
    if where is not None and any(line.count for line in planned(session, kinds, now)):
        act = Act(session=session, actor=CLOCK, now=now, channel="clock")
        take_out(act, where, kinds=kinds)


@verb("installation:take-out", may="duty")
def take_out(act: Act, where: Installation, /, *, kinds: Iterable[Kind]) -> dict[str, int]:
    """Take out what is over, some of each kind at once. Returns how many rows went, by kind; the
    event holds the same numbers, and nothing of what they held."""
    counts: dict[str, int] = {}
    words: list[int] = []
    for kind in kinds:
        if kind.days is None:
            continue
        stmt = _due(kind, act.now, most=AT_ONCE)
        ids = list(act.session.scalars(stmt))
        if ids:
            counts[kind.key] = len(ids)
            words += _take_out(act.session, kind, ids, act.now)
    act.fact(took=counts)
    if words:
        act.fact(**{ERASED: sorted(words)})
    act.session.expire_all()
    return counts


def _take_out(session: Session, kind: Kind, ids: list[int], now: datetime) -> list[int]:
    """Returns the events whose words went with it."""
    table = tables()[kind.table]
    if kind.do == "erase":
        people = session.scalars(select(Person).where(Person.id.in_(ids)))
        return [one for person in people.all() for one in erasure.blank(session, person, now)]
    if kind.do == "delete":
        return taking_out.forget_words(session, taking_out.delete_rows(session, table, ids))
    went = [Ref(table.name, id) for id in ids]
    for name in kind.beside:
        went += taking_out.delete_pointing(session, tables()[name], table, ids)
    taking_out.blank_pointing(session, table, ids, kind.empties or {})
    taking_out.blank(session, table, kind.columns, table.c.id.in_(ids))
    return taking_out.forget_words(session, went)
