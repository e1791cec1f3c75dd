"""A change that one side asks for, and how an agreement stands with it: told from the words alone,
without a database."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, Required, TypedDict

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trust.clauses import Chosen, library
from trust.narrowing import with_back, with_note, with_options, without
from trust.people import Person
from trust.records import STAYS, Record

PURPOSE, REVIEW = "shared-purpose", "review"
"""The clauses that hold the question in its own words, and the day of the review."""


class Change(Record):
    """A change that one side asks for, clause by clause, with the reason and the answer.
    ``purpose`` and ``review_on`` are other words for the question and another day, in the clauses
    that hold them. One that was taken back was answered by nobody: ``taken_back`` says so."""

    __tablename__ = "change"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    by_partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    at: Mapped[datetime]
    clause: Mapped[str] = mapped_column(String(60))
    options: Mapped[list[str]] = mapped_column(default=list)
    leave_out: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(600), default="")
    purpose: Mapped[str] = mapped_column(String(500), default="")
    review_on: Mapped[date | None]
    why: Mapped[str] = mapped_column(String(1000))
    made: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    taken_back: Mapped[bool] = mapped_column(default=False)

    by: Mapped[Person] = relationship()


class Wanted(TypedDict, total=False):
    """What somebody asks for: the clause, and what should be different in it."""

    clause: Required[str]
    options: Sequence[str]
    leave_out: bool
    note: str
    purpose: str
    review_on: date | None


def change_of(wanted: Wanted) -> Change:
    """The same as a change, that nobody has asked for yet."""
    clause = wanted["clause"]
    return Change(
        clause=clause,
        options=list(wanted.get("options", ())),
        leave_out=wanted.get("leave_out", False),
        note=wanted.get("note", "").strip(),
        purpose=wanted.get("purpose", "").strip() if clause == PURPOSE else "",
        review_on=wanted.get("review_on") if clause == REVIEW else None,
    )


class Stood(NamedTuple):
    """How an agreement stands, or stood: its clauses, its question, the day of its review."""

    parts: tuple[Chosen, ...]
    purpose: str
    review_on: date


def with_change(stood: Stood, change: Change) -> Stood:
    """How it stands with a change: a clause that was left out comes back. Raises ``Refused`` for
    one that cannot be."""
    if change.leave_out:
        return stood._replace(parts=without(stood.parts, change.clause))
    parts = stood.parts
    if change.clause in library():
        parts = with_back(parts, Chosen(library()[change.clause]))
    parts = with_options(parts, change.clause, change.options)
    return Stood(
        with_note(parts, change.clause, change.note),
        change.purpose or stood.purpose,
        change.review_on or stood.review_on,
    )


def touched(before: Sequence[Chosen], after: Sequence[Chosen]) -> list[str]:
    """Keys of the clauses that differ, in their order."""
    then = {one.clause.key: one for one in before}
    now = {one.clause.key: one for one in after}
    return [key for key in {**then, **now} if then.get(key) != now.get(key)]
