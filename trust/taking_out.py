"""What goes when the clock takes out a row: what hangs on it, and what was said with the events
about it. The events themselves stay, and an event names those whose words went (``ERASED``)."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    String,
    Table,
    cast,
    delete,
    exists,
    literal,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from trust.audit import Event, EventWords
from trust.privacy import tables
from trust.records import Ref


def empty(column: Column[Any]) -> Any:
    """What stands in a column once it was blanked."""
    if isinstance(column.type, JSON):
        return {}
    return None if column.nullable else ""


def is_full(column: Column[Any]) -> ColumnElement[bool]:
    """Whether there is anything to blank in a column."""
    return cast(column, String) != ("{}" if isinstance(column.type, JSON) else "")


def has_words(table: Table) -> ColumnElement[bool]:
    """Whether something was said with an event about a row, and still stands."""
    row = literal(f"{table.name}:").concat(cast(table.c.id, String))
    said = select(EventWords.id).join(Event, Event.id == EventWords.event_id)
    return exists(said.where(type_coerce(Event.subject, String) == row).correlate(table))


def blank(session: Session, table: Table, columns: Iterable[str], where: Any) -> None:
    """Empty some columns of the rows that ``where`` finds."""
    values = {name: empty(table.c[name]) for name in columns}
    if values:
        session.execute(update(table).where(where).values(values))


def delete_rows(session: Session, table: Table, ids: list[int]) -> list[Ref]:
    """Delete rows, and before them whatever cannot be without them. Returns all that went."""
    went = [Ref(table.name, id) for id in ids]
    for other in tables().values():
        if any(key.column.table is table for key in other.foreign_keys):
            went += delete_pointing(session, other, table, ids)
    session.execute(delete(table).where(table.c.id.in_(ids)))
    return went


def delete_pointing(session: Session, other: Table, table: Table, ids: list[int]) -> list[Ref]:
    """Delete the rows of ``other`` that point to these. One that may do without lets go of it."""
    went: list[Ref] = []
    for key in other.foreign_keys:
        if key.column.table is not table:
            continue
        points = key.parent.in_(ids)
        if key.parent.nullable:
            session.execute(update(other).where(points).values({key.parent.name: None}))
            continue
        found = list(session.scalars(select(other.c.id).where(points)))
        if found:
            went += delete_rows(session, other, found)
    return went


def blank_pointing(
    session: Session, table: Table, ids: list[int], beside: Mapping[str, Iterable[str]]
) -> None:
    """Empty some columns of rows in other tables that point to these."""
    for name, columns in beside.items():
        other = tables()[name]
        for key in other.foreign_keys:
            if key.column.table is table:
                blank(session, other, columns, key.parent.in_(ids))


def forget_words(session: Session, about: Iterable[Ref]) -> list[int]:
    """Erase what was said with the events about some rows. Returns the ids of these events, for
    the verb's own event to name."""
    stmt = select(EventWords.event_id).join(Event, Event.id == EventWords.event_id)
    events = sorted(session.scalars(stmt.where(Event.subject.in_(list(about)))))
    session.execute(delete(EventWords).where(EventWords.event_id.in_(events)))
    return events
