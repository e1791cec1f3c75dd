"""All that is held about one person, gathered for them: a walk over what ``privacy.toml`` says."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Select, String, cast, func, or_, select
from sqlalchemy.orm import Session

from trust import privacy
from trust.act import Act, verb
from trust.partners import Partner
from trust.people import Person, Seat, own_person
from trust.privacy import Declared
from trust.records import Ref

MOST_NAMED = 500  # places where somebody is named: more say nothing new


@dataclass(frozen=True)
class Kept:
    """The rows of one table that are a person's own. ``rows`` hold every column that is given
    out, by its name, oldest first."""

    entry: Declared
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Named:
    """A record of others in which the person is named, and the column in which."""

    about: Ref
    column: str


def counted(session: Session, person: Person) -> list[tuple[Declared, int]]:
    """How much is held about a person, by table; nothing, no line."""
    found = []
    for entry in privacy.own_tables():
        rows = privacy.rows_of(entry, person.id, "id").order_by(None).subquery()
        count = session.scalar(select(func.count()).select_from(rows)) or 0
        if count:
            found.append((entry, count))
    return found


def own(session: Session, person: Person) -> Iterator[Kept]:
    """Everything that is a person's own, by table; without what keeps a sign-in safe, and without
    the words of an organisation: these are read where they stand, by whoever acts for it."""
    for entry in privacy.own_tables():
        table = privacy.tables()[entry.table]
        hidden = {"version", "changed_at", *entry.secret, *entry.named, *entry.words}
        columns = [column.name for column in table.columns if column.name not in hidden]
        stmt = privacy.rows_of(entry, person.id, *columns)
        rows = [dict(row) for row in session.execute(stmt).mappings()]
        if rows:
            yield Kept(entry, rows)


def named(session: Session, person: Person) -> list[Named]:
    """Where others named a person: records of the organisations that they act or acted for, in
    which their address, their number or their whole name stands. Not what is restricted."""
    clues = [clue for clue in (person.email, person.phone, person.name) if len(clue) > 4]
    partners = select(Seat.partner_id).where(
        Seat.person_id == person.id, Seat.partner_id.is_not(None)
    )
    found: list[Named] = []
    for entry in privacy.declared().values():
        if entry.restricted:
            continue
        for column in (*entry.named, *entry.words):
            stmt = _naming(entry, column, clues, partners)
            if stmt is not None:
                ids = session.scalars(stmt.limit(MOST_NAMED))
                found += [Named(Ref(entry.table, id), column) for id in ids]
    return found[:MOST_NAMED]


def _naming(
    entry: Declared, name: str, clues: list[str], partners: Select[Any]
) -> Select[int] | None:
    table = privacy.tables()[entry.table]
    sides, stmt = _sides(table), select(table.c.id)
    for column in () if sides else table.columns:
        for key in column.foreign_keys:
            if above := _sides(key.column.table):
                sides, stmt = above, stmt.join(key.column.table, column == key.column)
                break
        if sides:
            break
    if not sides or not clues or not isinstance(table.c[name].type, JSON | String):
        return None
    content = func.lower(cast(table.c[name], String))
    texts = {text for clue in clues for text in (clue, json.dumps(clue)[1:-1])}
    says = or_(*(content.contains(text.lower(), autoescape=True) for text in sorted(texts)))
    return stmt.where(or_(*(side.in_(partners) for side in sides)), says).order_by(table.c.id)


def _sides(table: Any) -> list[Any]:
    """The columns of a table that say whose it is."""
    if table.name == Partner.__tablename__:
        return [table.c.id]
    return [table.c[one] for one in ("giver_id", "taker_id", "partner_id") if one in table.c]


def plain(value: Any) -> Any:
    """A value of a row as JSON knows it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Ref):
        return str(value)
    if isinstance(value, bytes):
        return None
    return value


@verb("person:see-own", may="signed-in")
def see_own(act: Act, person: Person) -> None:
    """A person takes a copy of all that is held about them. Raises ``Hidden`` for another's."""
    own_person(act, person)
