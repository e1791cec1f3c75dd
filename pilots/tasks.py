"""The columns that every statement about what waits for somebody gives."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    bindparam,
    cast,
    literal,
    null,
    select,
)

Columns = tuple[str, int, datetime, str, date | None, int | None, int | None]
"""Its kind, what it is about, since when, whose or which, by which day, how far of how much."""


def at(name: str) -> BindParameter[Any]:
    """Ids of the places at which the actor holds a permission (``AT``)."""
    return bindparam(name, expanding=True)


def task(
    kind: str | ColumnElement[str],
    id: Any,
    since: Any,
    name: Any = "",
    *,
    by: Any = None,
    done: Any = None,
    most: Any = None,
) -> Select[*Columns]:
    """The columns of one kind of task. ``by`` is the day it is asked for by; ``done`` of
    ``most`` how far it is, or how much of it there is."""
    told = literal(kind) if isinstance(kind, str) else kind
    return select(
        told.label("kind"),
        id.label("id"),
        since.label("since"),
        (literal(name) if isinstance(name, str) else name).label("name"),
        (cast(null(), Date) if by is None else by).label("by"),
        (cast(null(), Integer) if done is None else done).label("done"),
        (cast(null(), Integer) if most is None else most).label("most"),
    )
