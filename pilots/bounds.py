"""How far what a group shared may go now: the question of ``trust.scope``, put for contributions.
Reading, findings, quotes, tables and copies ask it here; what has no answer yet (a request, a
draft) asks it in ``cohort``.

An answer to a partner's own question was given to whoever asked, outside of any agreement: its
words need no terms there, and nothing else is ever done with it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, literal, or_, select
from sqlalchemy.orm import Session

from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.questions import Question
from trust import scope
from trust.records import Ref
from trust.scope import NotAllowed, Verdict, Way
from trust.terms import Fall, Moment


def verdicts(
    session: Session, way: Way, found: Collection[Contribution], now: datetime
) -> dict[tuple[int, str], Verdict]:
    """Whether contributions to one taker for one piece of work may be used so now, by giver and
    category of what they answer. The same few statements for any number."""
    if not found:
        return {}
    [(taker_id, work)] = {(one.taker_id, one.work) for one in found}
    givers = sorted({one.giver_id for one in found})
    kinds = sorted({asked.category for one in found for asked in _asking(one)})
    return scope.ask(session, way, givers, taker_id, kinds, on=now, work=work)


def _asking(contribution: Contribution) -> list[Question]:
    return [one for one in contribution.request_version.questions if one.asks]


def refusals(
    session: Session, way: Way, found: Collection[Contribution], now: datetime
) -> dict[int, NotAllowed]:
    """Of contributions as in ``verdicts``, those of which nothing at all may be used so now, by
    id, each with why. The same few statements for any number."""
    of_pilots = [one for one in found if one.pilot_id is not None]
    said = verdicts(session, way, of_pilots, now)
    refused = {}
    for one in of_pilots:
        each = [said[one.giver_id, asked.category] for asked in _asking(one)]
        no = [verdict for verdict in each if isinstance(verdict, NotAllowed)]
        if no and len(no) == len(each):
            refused[one.id] = no[0]
    return refused


def refusal(
    session: Session, way: Way, contribution: Contribution, now: datetime
) -> NotAllowed | None:
    """The same of one; None when some of it may be used."""
    return refusals(session, way, [contribution], now).get(contribution.id)


def must(session: Session, way: Way, contribution: Contribution, now: datetime) -> None:
    """Raises ``Refused`` that names the clause when nothing of a contribution may be used so."""
    no = refusal(session, way, contribution, now)
    if no is not None:
        raise no.refused()


def _open(way: Way, on: Moment, without: Ref | None = None) -> ColumnElement[bool]:
    """The same as a condition, for what was answered to one question of a contribution."""
    work = literal(f"{Pilot.__tablename__}:", String) + cast(Contribution.pilot_id, String)
    return scope.within(
        way,
        Contribution.giver_id,
        Contribution.taker_id,
        Question.category,
        on=on,
        work=work,
        without=without,
    )


_ASKED = Question.request_version_id == Contribution.request_version_id


def inside(way: Way, *, on: Moment) -> ColumnElement[bool]:
    """The same for a query over contributions: some of it may be used so."""
    found = select(Question.id).where(_ASKED, _open(way, on)).correlate_except(Question)
    return or_(Contribution.pilot_id.is_(None), found.exists())


def fallen(way: Way, fall: Fall) -> ColumnElement[bool]:
    """The condition, over contributions with their questions, that what was answered could be used
    so until an agreement fell away, and not after."""
    still = or_(*(_open(way, at, fall.without) for at in fall.after))
    return and_(_ASKED, _open(way, fall.before), ~still)


def closed(way: Way, fall: Fall, *, whole: bool) -> ColumnElement[bool]:
    """The same over contributions: something that was answered fell out. ``whole``: and nothing
    of it may be used so any more."""
    gone = select(Question.id).where(fallen(way, fall)).correlate_except(Question).exists()
    still = (_open(way, at, fall.without) for at in fall.after)
    left = select(Question.id).where(_ASKED, or_(*still)).correlate_except(Question).exists()
    return and_(gone, ~left) if whole else gone
