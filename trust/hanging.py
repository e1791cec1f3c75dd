"""What hangs on a partner, in every table: a walk over the metadata (design.md, law 3). A merge
moves it from one partner to another, and its undoing moves it back.

Whoever adds a table need not think of merges: what names a partner by a foreign key or a ``Ref``
moves by itself. Only where a partner may stand once in something (a unique constraint), or where
an id names a partner without a foreign key, somebody has to say here what is right; a test fails
until they have.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    and_,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session

from trust.records import N_, Msg, Record, Ref, RefType

PARTNER = "partner"

SEALED = {
    "event.subject",
    "event.acting_for_id",
    "event.giver_id",
    "event.taker_id",
    "moment.thread",
    "moment.work",
    "moment.giver_id",
    "moment.taker_id",
}
"""What happened is sealed as it happened. Whoever reads it asks ``partners.once``."""

STAYS = {"merge.kept_id", "merge.gone_id"}
"""A merge tells which two they were."""

LEFT = {"asked", "capability", "case", "consultation", "covered", "pulse", "reach"}
"""Where both stand in the same thing, that of the one that goes stays with it, and comes back with
it: who was asked the same, what each said that would help or how it was in the same three months,
where a letter or a call that confirms something reaches it, where both are covered by the same
request for information. (A case is about a pilot.)"""

ONCE: dict[str, Msg] = {
    "contribution": Msg(N_("Both answered the same questions. Take one answer back first.")),
    "member": Msg(N_("Both were asked to take part in the same pilot.")),
    "signature": Msg(N_("Both signed the same agreement. They are two sides of it.")),
    "verdict": Msg(N_("Both said what they think of the same finding.")),
}
"""Where both stand in the same thing and neither can give way, they cannot be merged."""

_NAMES = {"giver_id", "taker_id", "partner_id", "acting_for_id", "by_partner_id", "supporter_id"}
_PART = 1_000


@dataclass(frozen=True)
class Hook:
    """One column by which rows hang on a partner. ``once`` are the sets of columns, with this one
    among them, of which there may be only one row each."""

    table: Table
    name: str
    ref: bool
    once: tuple[tuple[str, ...], ...] = ()

    def __str__(self) -> str:
        return f"{self.table.name}.{self.name}"

    @property
    def column(self) -> ColumnElement[Any]:
        return self.table.c[self.name]

    def value(self, partner_id: int) -> Any:
        """How this column names a partner."""
        return Ref(PARTNER, partner_id) if self.ref else partner_id


@cache
def hooks(metadata: MetaData = Record.metadata) -> tuple[Hook, ...]:
    """Every column that a merge moves, by table and name."""
    found = []
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        once = _once(table)
        for column in table.columns:
            points = any(key.column.table.name == PARTNER for key in column.foreign_keys)
            ref = isinstance(column.type, RefType)
            if (points or ref) and f"{table.name}.{column.name}" not in SEALED | STAYS:
                own = tuple(names for names in once if column.name in names)
                found.append(Hook(table, column.name, ref, own))
    return tuple(found)


def unhandled(metadata: MetaData = Record.metadata) -> list[str]:
    """What nobody has thought of: places where a partner may stand once, and ids of partners
    without a foreign key."""
    once = {str(hook) for hook in hooks(metadata) if hook.once and not _said(hook)}
    bare = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.name in _NAMES and isinstance(column.type, Integer) and not column.foreign_keys
    }
    return sorted(once | (bare - SEALED))


def _said(hook: Hook) -> bool:
    return hook.table.name in LEFT or hook.table.name in ONCE


def _once(table: Table) -> list[tuple[str, ...]]:
    unique: list[UniqueConstraint | Index] = [
        one for one in table.constraints if isinstance(one, UniqueConstraint)
    ]
    unique += [one for one in table.indexes if one.unique]
    found = [tuple(column.name for column in one.columns) for one in unique]
    return sorted(found)


def in_the_way(session: Session, gone: int, kept: int) -> Msg | None:
    """Why two cannot become one, where both stand in something in which there is room for one."""
    for hook in hooks():
        if hook.table.name in ONCE and any(_clashing(session, hook, gone, kept)):
            return ONCE[hook.table.name]
    return None


def _clashing(session: Session, hook: Hook, gone: int, kept: int) -> Iterator[int]:
    """The rows of ``gone`` beside which ``kept`` has one of its own."""
    other = hook.table.alias("other")
    for names in hook.once:
        rest = [hook.table.c[name] == other.c[name] for name in names if name != hook.name]
        stmt = (
            select(hook.table.c.id)
            .join(other, and_(other.c[hook.name] == hook.value(kept), *rest))
            .where(hook.column == hook.value(gone))
        )
        yield from session.scalars(stmt)


def move(session: Session, gone: int, kept: int) -> dict[str, list[int]]:
    """Move all that hangs on ``gone`` to ``kept``. Returns the ids of the rows that moved, by
    column. Nobody comes to stand by itself: a partner's own row is not moved on to it."""
    moved = {}
    for hook in hooks():
        stmt = select(hook.table.c.id).where(hook.column == hook.value(gone))
        stay = set(_clashing(session, hook, gone, kept)) if hook.table.name in LEFT else set()
        if hook.table.name == PARTNER:
            stay |= {kept, gone}
        ids = [id for id in session.scalars(stmt.order_by(hook.table.c.id)) if id not in stay]
        _write(session, hook, ids, gone, kept)
        if ids:
            moved[str(hook)] = ids
    session.expire_all()
    return moved


def put_back(session: Session, moved: Mapping[str, Sequence[int]], gone: int, kept: int) -> None:
    """Give ``gone`` back the rows that ``move`` took from it, as far as they are still there."""
    for hook in hooks():
        _write(session, hook, moved.get(str(hook), ()), kept, gone)
    session.expire_all()


def _write(session: Session, hook: Hook, ids: Sequence[int], was: int, to: int) -> None:
    for part in _parts(ids):
        session.execute(
            update(hook.table)
            .where(hook.table.c.id.in_(part), hook.column == hook.value(was))
            .values({hook.name: hook.value(to)})
        )


def newest(session: Session, moved: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """The highest id in each table whose rows can hang both on a partner and on what moved."""
    tables = {hook.table for hook, _ in _between(moved)}
    return {
        table.name: session.scalar(select(func.max(table.c.id))) or 0
        for table in sorted(tables, key=lambda table: table.name)
    }


def grown(
    session: Session, moved: Mapping[str, Sequence[int]], tops: Mapping[str, int], kept: int
) -> bool:
    """Whether ``kept`` did something since with what had moved: signed an agreement that came
    along, say. Then it cannot be taken apart again."""
    for hook, keys in _between(moved):
        since = hook.table.c.id > tops.get(hook.table.name, 0)
        for key, ids in keys:
            for part in _parts(ids):
                stmt = select(hook.table.c.id).where(
                    since, hook.column == hook.value(kept), hook.table.c[key].in_(part)
                )
                if session.scalar(stmt.limit(1)) is not None:
                    return True
    return False


def _between(
    moved: Mapping[str, Sequence[int]],
) -> Iterator[tuple[Hook, list[tuple[str, Sequence[int]]]]]:
    """The columns by which rows hang on a partner, each with those by which the same rows hang on
    rows that moved, and the ids of these."""
    by_table: dict[str, set[int]] = {}
    for name, ids in moved.items():
        by_table.setdefault(name.partition(".")[0], set()).update(ids)
    by_table.pop(PARTNER, None)
    for hook in hooks():
        keys: list[tuple[str, Sequence[int]]] = [
            (column.name, sorted(by_table[target]))
            for column in hook.table.columns
            for key in column.foreign_keys
            if (target := key.column.table.name) in by_table
        ]
        if keys:
            yield hook, keys


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    """Few enough at a time for one statement on either database."""
    every = list(ids)
    for start in range(0, len(every), _PART):
        yield every[start : start + _PART]
