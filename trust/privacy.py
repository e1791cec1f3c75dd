"""Which columns are personal: one declaration for every table, beside the tables' own package
(``privacy.toml``). What is given out to a person who asks, erased, and kept walks over it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, Select, String, Table, or_, select, type_coerce

from trust.records import Record, RefType

Erase = Literal["blank", "delete", "keep"]

PLAIN = frozenset({"id", "created_at", "changed_at", "version"})
"""What every row has, and what says nothing by itself."""

LISTS = ("personal", "words", "named", "secret", "none")


@dataclass(frozen=True)
class Declared:
    """What one table holds about people. ``own`` is the way to the column that names whose row
    it is ("" where rows belong to nobody); ``why`` says why it stays when its person is erased.
    The other names are explained in ``trust/privacy.toml``."""

    table: str
    own: str = ""
    name: str = ""
    personal: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    erase: Erase = "keep"
    why: str = ""
    restricted: bool = False


def tables() -> Mapping[str, Table]:
    """Every table there is, by name."""
    return Record.metadata.tables


def packages() -> tuple[str, ...]:
    """The packages that have tables, as far as they are imported."""
    found = {m.class_.__module__.partition(".")[0] for m in Record.registry.mappers}
    return tuple(sorted(found, reverse=True))


def declared() -> dict[str, Declared]:
    """What every table holds, by its name: from each package that has tables."""
    return _declared(packages())


@cache
def _declared(packages: tuple[str, ...]) -> dict[str, Declared]:
    found: dict[str, Declared] = {}
    for package in packages:
        path = files(package).joinpath("privacy.toml")
        if not path.is_file():
            continue
        for table, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found[table] = _read(table, row)
    return found


def _read(table: str, row: Mapping[str, Any]) -> Declared:
    lists: dict[str, Any] = {name: tuple(row.get(name, ())) for name in LISTS}
    rest = {name: value for name, value in row.items() if name not in LISTS}
    return Declared(table=table, **lists, **rest)


def is_plain(column: Column[Any]) -> bool:
    """Whether a column needs no entry: the row's own number and dates, and pointers."""
    return column.name in PLAIN or bool(column.foreign_keys)


def unclassed() -> list[str]:
    """The columns that no list of ``privacy.toml`` names, as ``table.column``; and the entries
    that name no column, or one twice."""
    wrong: list[str] = []
    for name, table in tables().items():
        entry = declared().get(name)
        if entry is None:
            wrong.append(f"{name}: no entry")
            continue
        said = [column for listed in LISTS for column in getattr(entry, listed)]
        own = [entry.own] if entry.own in table.columns else []
        there = {c.name for c in table.columns if not is_plain(c)}
        wrong += [f"{name}.{one}: in no list" for one in sorted(there - {*said, *own})]
        wrong += [f"{name}.{one}: no such column" for one in said if one not in table.columns]
        wrong += [f"{name}.{one}: twice" for one in sorted(set(said)) if said.count(one) > 1]
        if entry.own and entry.erase == "keep" and not entry.why:
            wrong.append(f"{name}: it stays, and nothing says why")
    return wrong + [f"{name}: no such table" for name in sorted(set(declared()) - set(tables()))]


def whose(entry: Declared) -> ColumnElement[int]:
    """The column that names whose row it is. With ``joined``, where it stands on another row."""
    at = tables()[entry.table]
    *way, last = entry.own.split(".")
    for step in way:
        at = _target(at.c[step])
    owner: ColumnElement[int] = at.c[last]
    return owner


def joined(entry: Declared, stmt: Select[Any]) -> Select[Any]:
    """``stmt`` on the table of ``entry``, with the rows on the way to ``whose`` joined; without
    those that are about something restricted: what somebody did with it is part of it."""
    at = tables()[entry.table]
    stmt = stmt.where(*_open(at))
    for step in entry.own.split(".")[:-1]:
        there = _target(at.c[step])
        stmt = stmt.join(there, there.c.id == at.c[step]).where(*_open(there))
        at = there
    return stmt


def _open(table: Table) -> list[ColumnElement[bool]]:
    """The conditions under which a row is about nothing that is restricted."""
    nouns = [one.table for one in declared().values() if one.restricted]
    return [
        or_(table.c[name].is_(None), ~type_coerce(table.c[name], String).startswith(f"{noun}:"))
        for name in ("subject", "about")
        if name in table.c and isinstance(table.c[name].type, RefType)
        for noun in nouns
    ]


def _target(column: Column[Any]) -> Table:
    (key,) = column.foreign_keys
    found = key.column.table
    assert isinstance(found, Table)
    return found


def rows_of(entry: Declared, person_id: int, *columns: str) -> Select[Any]:
    """The rows of a table that are one person's own, oldest first: these columns of them."""
    table = tables()[entry.table]
    chosen = select(*(table.c[name] for name in columns)).select_from(table)
    return joined(entry, chosen).where(whose(entry) == person_id).order_by(table.c.id)


def own_tables() -> list[Declared]:
    """The tables whose rows may be one person's own and may be given to them."""
    return [one for one in declared().values() if one.own and not one.restricted]
