"""The walk over what hangs on a partner: it misses no table, and what it moved it puts back."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Column,
    Date,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    create_engine,
    insert,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import nouns
from trust import hanging
from trust.disclosure.count import Count, CountType
from trust.records import Instant, Record, Ref, RefType

assert nouns.MODULES
pytestmark = pytest.mark.one_database

KEPT, GONE, OTHER = 1, 2, 3
NOW = datetime(2026, 3, 2, tzinfo=UTC)
HOOKED = sorted({hook.table.name for hook in hanging.hooks()} - {"partner"})


@pytest.fixture
def session(database: Session) -> Iterator[Session]:
    yield database
    database.rollback()


@pytest.fixture(scope="module")
def database() -> Iterator[Session]:
    """Every table there is, empty but for three partners; foreign keys are not looked at."""
    engine = create_engine("sqlite://")
    Record.metadata.create_all(engine)
    with Session(engine) as session:
        for id in (KEPT, GONE, OTHER):
            session.execute(insert(Record.metadata.tables["partner"]).values(filled("partner", id)))
        session.commit()
        yield session


_numbers = itertools.count(100)


def filled(table: str, id: int | None = None) -> dict[str, Any]:
    """A row of any table, with something in every column that needs it."""
    return {
        column.name: anything(column, id or next(_numbers))
        for column in Record.metadata.tables[table].columns
        if not column.nullable or column.name == "id"
    }


def anything(column: Column[Any], number: int) -> Any:
    kind: Any = column.type
    if isinstance(kind, RefType):
        return Ref("pilot", number)
    if isinstance(kind, CountType):
        return Count(1)
    if isinstance(kind, Instant):
        return NOW
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, Date):
        return date(2026, 3, 2)
    made = getattr(kind, "python_type", str)
    known: dict[type, Any] = {bool: False, int: number, datetime: NOW, date: NOW.date()}
    return known.get(made, b"" if made is bytes else f"x{number}")


def rows(session: Session) -> dict[str, list[Any]]:
    """All that hangs on anybody, as it stands."""
    return {
        name: list(session.execute(text(f'SELECT * FROM "{name}" ORDER BY id')))
        for name in [*HOOKED, "partner"]
    }


planned = st.lists(
    st.tuples(st.sampled_from(HOOKED), st.lists(st.sampled_from((KEPT, GONE, OTHER)), min_size=6)),
    max_size=12,
)


# Without making a failure small, which takes minutes: each example is small enough.
@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(plan=planned)
def test_what_moved_goes_back_to_where_it_was(session: Session, plan: Any) -> None:
    session.rollback()
    for name, partners in plan:
        own = [hook for hook in hanging.hooks() if hook.table.name == name]
        given_ids = {hook.name: hook.value(id) for hook, id in zip(own, partners, strict=False)}
        with suppress(IntegrityError):  # there is room for one only
            session.execute(insert(own[0].table).values(filled(name) | given_ids))
    before = rows(session)
    moved = hanging.move(session, GONE, KEPT)
    for hook in hanging.hooks():
        if hook.table.name not in {*hanging.LEFT, "partner"}:
            left = session.execute(
                select(hook.table.c.id).where(hook.column == hook.value(GONE))
            ).all()
            assert not left, f"{hook} still hangs on the one that goes"
    again = hanging.move(session, GONE, KEPT)
    assert not again
    hanging.put_back(session, moved, GONE, KEPT)
    assert rows(session) == before


@pytest.mark.parametrize("hook", hanging.hooks(), ids=str)
def test_every_column_moves(session: Session, hook: hanging.Hook) -> None:
    row = filled(hook.table.name) | {hook.name: hook.value(GONE)}
    id = row["id"]
    session.execute(insert(hook.table).values(row))
    moved = hanging.move(session, GONE, KEPT)
    assert moved == {str(hook): [id]}
    now = session.scalar(select(hook.column).where(hook.table.c.id == id))
    assert now == hook.value(KEPT)


def test_nothing_was_forgotten() -> None:
    """A new table in which a partner may stand once, or whose ids name partners without a foreign
    key, is to be thought of (``trust/hanging.py``)."""
    assert hanging.unhandled() == []
    known = {hook.table.name for hook in hanging.hooks()}
    assert {*hanging.LEFT, *hanging.ONCE} <= known, "a table that is not there any more"
    columns = {f"{table.name}.{column}" for table in every() for column in table.columns.keys()}  # noqa: SIM118 - of columns, not names
    assert columns >= hanging.SEALED | hanging.STAYS


def every() -> list[Table]:
    return list(Record.metadata.tables.values())


def test_a_new_table_is_missed_until_somebody_has_thought_of_it() -> None:
    metadata = MetaData()
    Table("partner", metadata, Column("id", Integer, primary_key=True))
    Table(
        "badge",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("partner_id", ForeignKey("partner.id")),
        Column("taker_id", Integer),
        Column("about", RefType()),
        UniqueConstraint("partner_id"),
    )
    assert [str(hook) for hook in hanging.hooks(metadata)] == ["badge.partner_id", "badge.about"]
    assert hanging.unhandled(metadata) == ["badge.partner_id", "badge.taker_id"]


def test_where_there_is_room_for_one_only_they_cannot_be_one(session: Session) -> None:
    table = Record.metadata.tables["contribution"]
    for id in (KEPT, GONE):
        session.execute(
            insert(table).values(filled("contribution") | {"giver_id": id, "request_id": 7})
        )
    assert hanging.in_the_way(session, GONE, KEPT) == hanging.ONCE["contribution"]
    assert hanging.in_the_way(session, GONE, OTHER) is None


def test_what_both_were_asked_stays_with_each(session: Session) -> None:
    table = Record.metadata.tables["asked"]
    for id, request in ((KEPT, 7), (GONE, 7), (GONE, 8)):
        row = filled("asked") | {"giver_id": id, "request_id": request}
        session.execute(insert(table).values(row))
    assert hanging.in_the_way(session, GONE, KEPT) is None
    assert len(hanging.move(session, GONE, KEPT)["asked.giver_id"]) == 1
    left = select(table.c.request_id).where(table.c.giver_id == GONE)
    assert list(session.scalars(left)) == [7]
