"""Long lists, fifty rows at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from trust.records import Hidden

ROWS = 50


@dataclass(frozen=True)
class Part:
    """One page of a list: its rows, how many there are in all, and where the other pages are,
    if there are any (an address with ``{page}`` in it)."""

    rows: list[Any]
    total: int
    page: int
    href: str
    more: bool = False
    """Whether there are more than ``total``, which nobody counted."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // ROWS))


def part_of(
    session: Session, stmt: Select[Any], bound: Mapping[str, Any] | None = None, /, **given: Any
) -> Part:
    """The page of ``stmt``'s rows that this request asks for (``?page=2``), in one statement
    whatever there is; ``bound`` are its parameters, if it has any. ``given`` are the arguments
    of the list's own address. Raises ``Hidden`` for a page that is not there."""
    page = _page()
    counted = stmt.add_columns(func.count().over()).limit(ROWS).offset((page - 1) * ROWS)
    found = session.execute(counted, bound).all()
    if page > 1 and not found:
        raise Hidden("page")
    alone = bool(found) and len(found[0]) == 2
    rows = [row[0] if alone else tuple(row[:-1]) for row in found]
    total = found[0][-1] if found else 0
    return Part(rows, total, page, _href(total, given))


def part_of_found(
    session: Session,
    found: Select[Any],
    columns: Sequence[InstrumentedAttribute[Any]],
    most: int,
    /,
    **given: Any,
) -> Part:
    """The same of what a search found: ``found`` selects id and name to sort by, of ``most`` rows
    and one more, and no more than these are counted and sorted. ``columns`` are read of the rows
    that are shown."""
    page = _page()
    if (page - 1) * ROWS >= most:
        raise Hidden("page")
    noun = columns[0].class_
    held = found.subquery()
    id, name = held.c
    size = min(ROWS, most - (page - 1) * ROWS)
    shown = select(id, name, func.count().over().label("total")).order_by(name, id)
    some = shown.limit(size).offset((page - 1) * ROWS).subquery()
    stmt = select(*columns, some.c.total).join(some, some.c.id == noun.id)
    rows = session.execute(stmt.order_by(some.c[1], some.c[0])).all()
    if page > 1 and not rows:
        raise Hidden("page")
    total = rows[0][-1] if rows else 0
    return Part(
        [tuple(row[:-1]) for row in rows],
        min(total, most),
        page,
        _href(total, given),
        more=total > most,
    )


def part_of_list(rows: Sequence[Any], **given: Any) -> Part:
    """The same of rows that were worked out and stand in no table."""
    page = _page()
    if page > 1 and len(rows) <= (page - 1) * ROWS:
        raise Hidden("page")
    shown = list(rows[(page - 1) * ROWS : page * ROWS])
    return Part(shown, len(rows), page, _href(len(rows), given))


def _page() -> int:
    asked = request.args.get("page", "1")
    if not asked.isdecimal() or not 1 <= int(asked[:6]) <= 100_000:
        raise Hidden("page")
    return int(asked[:6])


def _href(total: int, given: Mapping[str, Any]) -> str:
    if total <= ROWS:
        return ""
    kept = {key: value for key, value in given.items() if value not in (None, "")}
    return url_for(request.endpoint or "", **kept, page=0).replace("page=0", "page={page}")
