"""Law 9 in the database: a count stays shut through every query that figures need."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import (
    ForeignKey,
    Integer,
    case,
    cast,
    create_engine,
    func,
    literal,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.exc import CompileError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from tests.databases import PostgreSQL, SQLite
from trust.disclosure.count import Count, CountType, Leak, _peek

TRACER = 7919


class Base(DeclarativeBase):
    pass


class Report(Base):
    __tablename__ = "report"
    id: Mapped[int] = mapped_column(primary_key=True)


class Figure(Base):
    __tablename__ = "figure"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    people: Mapped[Count | None] = mapped_column(CountType)


def reports_with_figures(url: str) -> None:
    engine = create_engine(url, hide_parameters=True)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Report(id=1), Report(id=2)])
        session.flush()
        session.add_all(
            Figure(report_id=report, people=None if people is None else Count(people))
            for report, people in [(1, 3), (1, 4), (2, 9), (2, None)]
        )
        session.commit()
    engine.dispose()


@contextmanager
def fresh_session(database: SQLite | PostgreSQL) -> Iterator[Session]:
    with database.fresh(reports_with_figures) as url:
        engine = create_engine(url, hide_parameters=True)
        with Session(engine) as session:
            yield session
        engine.dispose()


@pytest.fixture(scope="module")
def reader(database: SQLite | PostgreSQL) -> Iterator[Session]:
    """For tests that only ask."""
    with fresh_session(database) as session:
        yield session


@pytest.fixture
def session(database: SQLite | PostgreSQL) -> Iterator[Session]:
    with fresh_session(database) as session:
        yield session


STILL_SHUT: dict[str, tuple[Any, int]] = {
    "column": (select(Figure.people).where(Figure.id == 1), 3),
    "sum": (select(func.sum(Figure.people)), 16),
    "max": (select(func.max(Figure.people)), 9),
    "min": (select(func.min(Figure.people)), 3),
    "coalesce": (select(func.coalesce(func.sum(Figure.people), 0)), 16),
    "coalesce of nothing": (
        select(func.coalesce(func.sum(Figure.people), 0)).where(Figure.id > 99),
        0,
    ),
    "plus": (select(Figure.people + Figure.people).where(Figure.id == 1), 6),
    "filter": (select(func.sum(Figure.people).filter(Figure.report_id == 1)), 7),
    "window": (select(func.sum(Figure.people).over()).limit(1), 16),
    "label": (select(func.sum(Figure.people).label("people")), 16),
    "subquery": (select(select(func.sum(Figure.people)).scalar_subquery()), 16),
    "not empty": (select(func.sum(Figure.people)).where(Figure.people.is_not(None)), 16),
    "group": (
        select(func.sum(Figure.people)).group_by(Figure.report_id).order_by(Figure.report_id),
        7,
    ),
}


@pytest.mark.parametrize("name", STILL_SHUT)
def test_the_database_gives_counts(name: str, reader: Session) -> None:
    stmt, number = STILL_SHUT[name]
    found = reader.execute(stmt).scalars().first()
    assert isinstance(found, Count)
    assert _peek(found) == number


def test_an_empty_sum_and_an_empty_column_are_none(reader: Session) -> None:
    assert reader.scalar(select(func.sum(Figure.people)).where(Figure.id > 99)) is None
    assert reader.scalars(select(Figure.people).where(Figure.people.is_(None))).all() == [None]


def test_a_row_with_a_count_can_be_changed_and_saved(session: Session) -> None:
    figure = session.get_one(Figure, 1)
    assert figure.people is not None
    figure.people = Count(3)
    assert not session.is_modified(figure)
    figure.people = Count(5)
    assert session.is_modified(figure)
    session.commit()
    figure.people = None
    session.commit()
    figure.people = Count(6)
    session.commit()
    assert _peek(figure.people) == 6


QUESTIONS: dict[str, Callable[[Any], object]] = {
    "more than": lambda people: people > 7,
    "equals": lambda people: people == TRACER,
    "equals a bound number": lambda people: people == literal(TRACER),
    "from the other side": lambda people: 7 < people,  # noqa: SIM300
    "in": lambda people: people.in_([1, 2]),
    "between": lambda people: people.between(1, 7),
    "of a sum": lambda people: func.sum(people) >= 8,
    "minus": lambda people: people - 1,
    "divide": lambda people: people / people,
    "other side divide": lambda people: 100 / people,
    "times": lambda people: people * 2,
    "negative": lambda people: -people,
    "order": lambda people: people.desc(),
    "like": lambda people: people.like("1%"),
}


@pytest.mark.parametrize("column", [Figure.people, Figure.__table__.c.people], ids=["orm", "core"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_sql_cannot_be_asked_about_a_count(name: str, column: Any) -> None:
    with pytest.raises(Leak):
        QUESTIONS[name](column)


@pytest.mark.parametrize("probe", [1 + Figure.people, Figure.people + 1], ids=["before", "after"])
def test_a_known_number_cannot_be_added_in_sql(probe: Any, reader: Session) -> None:
    with pytest.raises(StatementError, match="takes a Count"):
        reader.scalars(select(probe)).all()


def test_a_plain_number_is_not_stored_as_a_count(session: Session) -> None:
    session.add(Figure(report_id=1, people=TRACER))
    with pytest.raises(StatementError, match="takes a Count") as caught:
        session.flush()
    assert str(TRACER) not in str(caught.value)


def test_a_statement_with_a_count_in_it_cannot_be_printed() -> None:
    stmt = select(literal(Count(TRACER), CountType))
    assert str(TRACER) not in str(stmt)
    with pytest.raises((Leak, CompileError)) as caught:
        str(stmt.compile(compile_kwargs={"literal_binds": True}))
    assert str(TRACER) not in str(caught.value)


def test_hidden_parameters_keep_counts_out_of_the_sql_log(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "sqlalchemy.engine"):
        session.add(Figure(report_id=1, people=Count(TRACER)))
        session.commit()
    assert "INSERT INTO figure" in caplog.text
    assert str(TRACER) not in caplog.text


ESCAPES = {
    "avg": func.avg(Figure.people),
    "round": func.round(Figure.people),
    "abs": func.abs(Figure.people),
    "nullif": func.nullif(Figure.people, 0),
    "coalesce from a number": func.coalesce(0, Figure.people),
    "cast": cast(Figure.people, Integer),
    "type_coerce": type_coerce(Figure.people, Integer),
    "case from a number": case((Figure.people.is_(None), 0), else_=Figure.people),
    "text": literal_column("people"),
}


@pytest.mark.parametrize("name", ESCAPES)
def test_the_known_escapes_are_what_the_docstring_says(name: str, reader: Session) -> None:
    """These give a plain number. If one no longer does, say so in ``CountType``."""
    stmt = select(ESCAPES[name]).select_from(Figure)
    found = reader.execute(stmt).scalars().first()
    assert found is not None
    assert not isinstance(found, Count)
