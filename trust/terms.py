"""What the agreements in force allow, as rows that signing writes and ending ends; and which of
them count for a piece of work.

The narrower one holds: where two partners have signed an agreement for one project, only its terms
count there, and one for each project counts where there is none. When the narrower one ends, the
wider one does not take its place by itself: what ended by a reason would come back by none. It
counts there again once both sides sign it anew, after that end. Where the groups of a project have
agreed on less (``trust.ground``), an agreement for each project allows no more than that there."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    and_,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from trust import ground
from trust.records import Record, Ref

Moment = datetime | ColumnElement[Any]
Work = Ref | None | ColumnElement[Any]


class Terms(Record):
    """One use that an agreement in force allows. Written by signing, ended by ending. ``work`` is
    the project that it was signed for; None: each one."""

    __tablename__ = "terms"

    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    use: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(20))
    work: Mapped[Ref | None]
    source: Mapped[Ref]
    clause: Mapped[str] = mapped_column(String(60))
    starts: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_terms_asked", "giver_id", "taker_id", "use", "category", "audience", "purpose"),
        Index(None, "work", "giver_id", "taker_id"),
        Index(None, "source"),
    )


def current(on: Moment) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which terms are in force at a moment."""
    return (Terms.starts <= on, or_(Terms.ended_at.is_(None), Terms.ended_at > on))


@cache
def _narrower() -> Any:
    return aliased(Terms)


def counts(work: Work, on: Moment) -> ColumnElement[bool]:
    """The condition under which terms count for ``work``: they are its own, or it has none and
    they are for each project."""
    if work is None:
        return Terms.work.is_(None)
    uses = (Terms.use, Terms.purpose, Terms.category, Terms.audience)
    return or_(Terms.work == work, and_(counts_for_each(work, on), ground.allows(work, on, *uses)))


def counts_for_each(work: Work, on: Moment) -> ColumnElement[bool]:
    """The same of terms for each project alone, whatever the base of this one is: nothing was
    signed for it that held when they were signed, or later."""
    if work is None:
        return Terms.work.is_(None)
    own = _narrower()
    signed = select(own.id).where(
        own.work == work,
        own.giver_id == Terms.giver_id,
        own.taker_id == Terms.taker_id,
        own.starts <= on,
        or_(own.ended_at.is_(None), own.ended_at > Terms.starts),
    )
    return and_(Terms.work.is_(None), ~signed.correlate_except(own).exists())


def covers(source: ColumnElement[Any], work: Ref, on: datetime) -> ColumnElement[bool]:
    """The condition that an agreement holds for ``work``: some of what it allows counts there."""
    held = select(Terms.id).where(Terms.source == source, counts(work, on), *current(on))
    return held.correlate_except(Terms).exists()


class Fall(NamedTuple):
    """Between which moments an agreement falls away: ``before``, and each moment of ``after``;
    ``without`` names it while it is still in force."""

    before: datetime
    after: tuple[datetime, ...]
    without: Ref | None


def fall(session: Session, source: Ref, now: datetime) -> Fall | None:
    """When an agreement falls away: now, as long as it holds; else when its terms ended, and what
    was open again since does not count as fallen. None: it never allowed anything."""
    ends = set(session.scalars(select(Terms.ended_at).where(Terms.source == source).distinct()))
    past = [end for end in ends if end is not None]
    if None in ends:
        return Fall(now, (now,), source)
    if not past:
        return None
    end = max(past)
    return Fall(end - timedelta(microseconds=1), (end, now), None)
