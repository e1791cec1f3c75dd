"""Figures: the counts of accepted contributions, and the only SQL that sums them. What was
accepted and then passed to the safeguarding lead counts until its giver is told: a sum that
changed at that moment would tell (safety.md, "Safeguarding").

A true count stays a ``Count`` from the row to the gate; nothing here can print one."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from pilots.contributions import Contribution
from pilots.passed_on import seen_state
from pilots.questions import Question
from pilots.requests import RequestVersion
from trust import scope
from trust.clauses import Category
from trust.disclosure.count import Count, CountType
from trust.disclosure.table import Axis, Label, Table
from trust.places import Area
from trust.records import Record, Ref, Words


class Figure(Record):
    """One box of one count table of one accepted contribution."""

    __tablename__ = "figure"

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    row: Mapped[str] = mapped_column(String(40))
    col: Mapped[str] = mapped_column(String(40))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    people: Mapped[Count] = mapped_column(CountType)

    __table_args__ = (Index("ix_figure_sum", "question_id", "area_id", "row", "col", "giver_id"),)


def project(contribution: Contribution) -> list[Figure]:
    """The figures of a contribution that is being accepted: its count tables, by its area."""
    questions = contribution.request_version.questions
    where = place_asked(questions)
    area = contribution.answers.get(where.key) if where else None
    return [
        Figure(
            contribution_id=contribution.id,
            question_id=one.first_id,
            row=row,
            col=col,
            area_id=area,
            giver_id=contribution.giver_id,
            people=Count(number),
        )
        for one in questions
        if one.kind == "count-table"
        for row, given in (contribution.answers.get(one.key) or {}).items()
        for col, number in given.items()
    ]


AUDIENCES = {"public": scope.PUBLISH, "cohort": scope.SHARE}
"""For whom figures can be released, and the way of using them that it takes."""


def table(
    session: Session,
    question: Question,
    *,
    title: Words,
    measure: Words,
    audience: str,
    on: datetime,
    work: Ref,
) -> Table:
    """The true counts of one count table, over all accepted contributions that still stand and
    whose agreement for ``work``, the pilot, lets counts go to ``audience``.

    By area where the request asks for one, else by the table's own rows. There is a row for each
    place that was offered, in the order and the words of the version that asked: a row that came
    or went with the answers would tell where somebody gave one. What names no place is left out.
    Only the gate may turn it into something that can be read.
    """
    summed = (
        select(Figure.area_id, Figure.row, Figure.col, Figure.giver_id, func.sum(Figure.people))
        .join(Contribution, Contribution.id == Figure.contribution_id)
        .where(
            Figure.question_id == question.id,
            seen_state() == "accepted",
            scope.within(
                AUDIENCES[audience],
                Contribution.giver_id,
                Contribution.taker_id,
                Category.COUNT.value,
                on=on,
                work=work,
            ),
        )
        .group_by(Figure.area_id, Figure.row, Figure.col, Figure.giver_id)
    )
    found = list(session.execute(summed))
    cells: dict[tuple[str, str], dict[int, Count]] = defaultdict(dict)
    where = place_asked(session.get_one(RequestVersion, question.request_version_id).questions)
    if where is None:
        for _, row, col, giver, people in found:
            cells[row, col][giver] = people
        return Table(
            title=title,
            measure=measure,
            rows=Axis("answer", {"en": "Answer"}, _labels(question.rows)),
            columns=Axis("group", {"en": "Group"}, _labels(question.columns)),
            cells=cells,
        )
    keys = _keys(session, where)
    for area, row, col, giver, people in found:
        if area is not None:
            held = cells[keys[area], _pair(row, col)]
            held[giver] = held[giver] + people if giver in held else people
    names = {keys[one["area"]]: one["words"] for one in where.choices}
    return Table(
        title=title,
        measure=measure,
        rows=Axis("area", {"en": "Place"}, tuple(Label(k, words) for k, words in names.items())),
        columns=Axis("answer", {"en": "Answer"}, _pairs(question)),
        cells=cells,
    )


def left_out(
    session: Session, question: Question, *, audience: str, on: datetime, work: Ref
) -> scope.NotAllowed | None:
    """The first agreement that keeps accepted counts out of such a table, if one does."""
    stmt = (
        select(Figure.giver_id, Contribution.taker_id)
        .join(Contribution, Contribution.id == Figure.contribution_id)
        .where(Figure.question_id == question.id, seen_state() == "accepted")
        .distinct()
    )
    gave = session.execute(stmt).all()
    if not gave:
        return None
    givers, taker_id = sorted(giver for giver, _ in gave), gave[0][1]
    kinds = {Category.COUNT.value}
    no = scope.against(session, AUDIENCES[audience], givers, taker_id, kinds, on=on, work=work)
    return next(iter(no.values()), None)


def place_asked(questions: Iterable[Question]) -> Question | None:
    """The question of a version that asks for the place which its counts are about."""
    return next((one for one in questions if one.kind == "area"), None)


def _keys(session: Session, where: Question) -> dict[int, str]:
    """The key of each place that was offered: its code, where it has one."""
    offered = [one["area"] for one in where.choices]
    codes = session.execute(select(Area.id, Area.code).where(Area.id.in_(offered)))
    return {id: code or f"place-{id}" for id, code in codes}


def given_by(question_id: Any, partners: Any) -> ColumnElement[bool]:
    """Whether a count table holds accepted counts of one of these partners, for a statement."""
    return exists().where(
        Figure.contribution_id == Contribution.id,
        Figure.question_id == question_id,
        Figure.giver_id.in_(partners),
        seen_state() == "accepted",
    )


def counted_of(
    contribution_id: ColumnElement[int] | InstrumentedAttribute[int],
) -> Select[int]:
    """The count tables to which a contribution gave numbers, for a statement."""
    return select(Figure.question_id).where(Figure.contribution_id == contribution_id)


def _labels(given: list[dict[str, object]]) -> tuple[Label, ...]:
    return tuple(Label(str(one["key"]), dict(one["words"])) for one in given)  # type: ignore[call-overload]


def _pair(row: str, col: str) -> str:
    return f"{row}.{col}"


def _pairs(question: Question) -> tuple[Label, ...]:
    """One column for each row and column of the question; its row's name where it has one
    column only."""
    alone = len(question.columns) == 1
    return tuple(
        Label(
            _pair(row["key"], col["key"]),
            row["words"] if alone else _joined(row["words"], col["words"]),
        )
        for row in question.rows
        for col in question.columns
    )


def _joined(row: Words, col: Words) -> Words:
    return {
        lang: f"{text}: {col.get(lang) or next(iter(col.values()))}" for lang, text in row.items()
    }
