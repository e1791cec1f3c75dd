"""Finding records by their words, the same on both databases.

Each noun that can be searched has an index of its own: a table ``search_NOUN`` that is made of
the records and of nothing else, so it is in no backup and ``mend`` makes it anew. ``keep`` writes
it, in the transaction that changes a record, and nobody else does. On SQLite it is FTS5, on
PostgreSQL a ``tsvector``; both hold what Python made of the words, for PostgreSQL as it comes
knows no accents.

A search costs what it shows, not what there is. So matches are capped before anybody sorts them
(``MOST``), and neither index is asked for what it would gather whole before it gives the first:
in FTS5's, beginnings of words stand themselves; on PostgreSQL common ones are looked for in the
rows that the others give (``trust/rarity.py``).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Connection,
    Select,
    Table,
    TableClause,
    column,
    event,
    false,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from trust import rarity
from trust.names import fold
from trust.records import Record

MOST = 1_000  # matches that are sorted and shown
LONGEST = 12  # letters of a word that count
MOST_WORDS = 10  # of one search
MOST_KEPT = 3_000  # words of one record
BATCH = 1_000

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʻ`´"))
_PREFIXES = " ".join(map(str, range(1, LONGEST + 1)))

T = TypeVar("T", bound=tuple[Any, ...])


class Sought(NamedTuple):
    """What a record is found by: words in any language, and ``tags``, which are exact
    (``tag`` makes them)."""

    words: Iterable[str]
    tags: Iterable[str]


class Searched:
    """A noun with an index of its own; see ``index``."""

    def sought(self) -> Sought:
        """What this record is found by."""
        raise NotImplementedError


class PartOfSearched:
    """A row that hangs on a searched record: when it changes, that record is written anew."""

    def whole(self) -> Searched | None:
        """The record it hangs on; None where it was taken off, which that record notices."""
        raise NotImplementedError


@dataclass(frozen=True)
class Index:
    """The index of one noun. ``load`` is what its records need to be read many at a time."""

    noun: type[Any]
    load: tuple[ORMOption, ...]

    @property
    def name(self) -> str:
        return f"search_{self.noun.__tablename__}"


INDEXES: dict[type[Any], Index] = {}


def index(noun: type[Record], *load: ORMOption) -> None:
    """Give ``noun`` an index, made along with its own table."""
    INDEXES[noun] = made = Index(noun, load)

    def create(_: Table, connection: Connection, **__: Any) -> None:
        for statement in statements(made.name, connection.dialect.name):
            connection.exec_driver_sql(statement)

    event.listen(noun.__table__, "after_create", create)


def statements(name: str, dialect: str) -> Sequence[str]:
    """How the index ``name`` is made."""
    if dialect == "sqlite":
        return (
            f"CREATE VIRTUAL TABLE {name} USING fts5(words, detail=none, columnsize=0, "
            f"prefix='{_PREFIXES}', tokenize=\"ascii tokenchars '_'\")",
        )
    return (
        f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, words TSVECTOR NOT NULL)",
        f"CREATE INDEX ix_{name}_words ON {name} USING gin (words) WITH (fastupdate = off)",
    )


# Words


def tokens(words: str) -> list[str]:
    """The words of a text as they are compared: folded, without apostrophes, each cut to its
    first letters. Marks stay: Bengali vowels are marks."""
    plain = fold(words).translate(_APOSTROPHES)
    if plain.isascii():
        found = re.findall("[a-z0-9]+", plain)
    else:
        found = "".join(one if _counts(one) else " " for one in plain).split()
    return [one[:LONGEST] for one in found]


def _counts(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter).startswith("M")


def alike(name: str) -> str:
    """The same for names that a search cannot tell apart: ``King’s Cross`` → ``kings cross``."""
    return " ".join(tokens(name))


def tag(kind: str, value: object) -> str:
    """What stands for one exact thing: ``tag("area", "King’s Cross")`` → ``_area_kings_cross``.
    No word that anybody types has this form."""
    return "_".join(("", kind, *tokens(str(value))))


def narrowed(
    stmt: Select[T],
    noun: type[Record],
    session: Session,
    words: str = "",
    tags: Collection[str] = (),
) -> Select[T]:
    """``stmt``, which selects from ``noun``, for the records only in which each of ``words``
    begins a word, and which have all ``tags``. In no order: limit them to ``MOST`` and one more
    before you sort them. Words without a letter or digit find nothing."""
    begun = list(dict.fromkeys(tokens(words)))[:MOST_WORDS]
    if words.strip() and not begun:
        return stmt.where(false())
    name = INDEXES[noun].name
    if session.get_bind().dialect.name == "sqlite":
        held = table(name, column("rowid"))
        asked = " AND ".join([f'"{one}"*' for one in begun] + [f'"{one}"' for one in tags])
        match = text(f"{name} MATCH :asked").bindparams(asked=asked)
        return stmt.join(held, held.c.rowid == noun.id).where(match)
    held = table(name, column("id"), column("words"))
    known = rarity.shares(session, name)
    return stmt.join(held, held.c.id == noun.id).where(*asked_of(held, begun, tags, known))


def asked_of(
    held: TableClause, begun: Sequence[str], tags: Collection[str], known: rarity.Shares
) -> list[ColumnElement[bool]]:
    """What is asked of the index on PostgreSQL, and of the rows that it gives."""
    rare = rarity.rarest(begun, known, alone=not tags)
    first = [f"'{one}'" for one in tags] + [f"'{one}':*" for one in rare]
    then = [f"'{one}':*" for one in begun if one not in rare]
    asked = [_has(held, first)] if first else []
    # ``IS TRUE`` says the same, and no index is asked for it.
    return [*asked, _has(held, then).is_(True)] if then else asked


def _has(held: TableClause, every: Sequence[str]) -> ColumnElement[bool]:
    """Whether a row has all of these. They stand in the statement itself, or PostgreSQL would
    plan for words it does not know: a common one is read along the table, a rare one from the
    index. ``tokens`` leaves nothing but letters, marks and digits."""
    asked = " & ".join(every).replace("'", "''")
    query: ColumnClause[Any] = literal_column(f"'{asked}'::tsquery")
    return held.c.words.bool_op("@@")(query)


# Keeping it right


def keep(session: Session) -> Session:
    """Make ``session`` write the index of each searched record that it changes. The one place
    where that is done: whatever verb changes a record, its index changes with it, or neither."""
    event.listen(session, "after_flush", _note)
    event.listen(session, "after_flush_postexec", _write_noted)
    return session


def _note(session: Session, _: Any) -> None:
    """Which records a flush changes; they are read once it is over."""
    changed = session.info.setdefault("searched", {})
    for one in (*session.new, *session.dirty):
        whole = one.whole() if isinstance(one, PartOfSearched) else one
        if isinstance(whole, Searched):
            changed[whole] = True
    for one in session.deleted:
        whole = one.whole() if isinstance(one, PartOfSearched) else one
        if isinstance(whole, Searched) and changed.get(whole) is not False:
            changed[whole] = whole is not one


def _write_noted(session: Session, _: Any) -> None:
    changed: Mapping[Any, bool] = session.info.pop("searched", {})
    for noun in INDEXES:
        here = [(one, stays) for one, stays in changed.items() if isinstance(one, noun)]
        if here:
            write(session, noun, [one for one, stays in here if stays])
            _forget(session, noun, [one.id for one, stays in here if not stays])


def write(session: Session, noun: type[Any], records: Sequence[Any]) -> None:
    """Write what these records are found by."""
    name, sqlite = INDEXES[noun].name, session.get_bind().dialect.name == "sqlite"
    into = (
        f"INSERT OR REPLACE INTO {name} (rowid, words) VALUES (:id, :words)"  # noqa: S608
        if sqlite
        else f"INSERT INTO {name} (id, words) VALUES (:id, array_to_tsvector(:words)) "  # noqa: S608
        "ON CONFLICT (id) DO UPDATE SET words = excluded.words"
    )
    for start in range(0, len(records), BATCH):
        rows = [
            {"id": one.id, "words": " ".join(kept) if sqlite else kept}
            for one in records[start : start + BATCH]
            for kept in (found_by(one),)
        ]
        session.connection().execute(text(into), rows)


def found_by(record: Searched) -> list[str]:
    """All that ``record`` is found by, each once."""
    words, tags = record.sought()
    every = dict.fromkeys(tags)
    every.update(dict.fromkeys(one for some in words for one in tokens(some)))
    return list(every)[:MOST_KEPT]


def _forget(session: Session, noun: type[Any], ids: Sequence[int]) -> None:
    name, sqlite = INDEXES[noun].name, session.get_bind().dialect.name == "sqlite"
    gone = f"DELETE FROM {name} WHERE {'rowid' if sqlite else 'id'} = :id"  # noqa: S608
    if ids:
        session.connection().execute(text(gone), [{"id": id} for id in ids])


def mend(session: Session) -> int:
    """Write the records that no index has yet: after a migration or a restore. How many."""
    return sum(_mend(session, noun) for noun in INDEXES)


def _mend(session: Session, noun: type[Any]) -> int:
    missing = list(_missing(session, noun))
    for start in range(0, len(missing), BATCH):
        some = missing[start : start + BATCH]
        stmt = select(noun).where(noun.id.in_(some)).options(*INDEXES[noun].load)
        write(session, noun, session.scalars(stmt).all())
        session.expunge_all()
    return len(missing)


def _missing(session: Session, noun: type[Any]) -> Iterator[int]:
    key = "rowid" if session.get_bind().dialect.name == "sqlite" else "id"
    held = table(INDEXES[noun].name, column(key))
    stmt = select(noun.id).where(~select(held.c[key]).where(held.c[key] == noun.id).exists())
    yield from session.scalars(stmt.order_by(noun.id))
