"""How far what a group shared may go now: the question of ``trust.scope``, put for contributions.
Reading, findings, quotes, tables and copies ask it here; what has no answer yet (a request, a
draft) asks it in ``cohort``.

An answer to a partner's own question was given to whoever asked, outside of any agreement: its
words need no terms there, and nothing else is ever done with it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, literal, or_, select
from sqlalchemy.orm import Session

from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.questions import Question
from trust import scope
from trust.scope import Moment, NotAllowed, Verdict, Way


def verdicts(
    session: Session, way: Way, found: Collection[Contribution], now: datetime
) -> dict[tuple[int, str], Verdict]:
    """Whether contributions to one taker for one piece of work may be used so now, by giver and
    category of what they answer. The same few statements for any number."""
    if not found:
        return {}
    [(taker_id, work)] = {(one.taker_id, one.work) for one in found}
    givers = sorted({one.giver_id for one in found})
    kinds = sorted({asked.category for one in found for asked in one.request_version.questions})
    return scope.ask(session, way, givers, taker_id, kinds, on=now, work=work)


def refusals(
    session: Session, way: Way, found: Collection[Contribution], now: datetime
) -> dict[int, NotAllowed]:
    """Of contributions as in ``verdicts``, those of which nothing at all may be used so now, by
    id, each with why. The same few statements for any number."""
    of_pilots = [one for one in found if one.pilot_id is not None]
    said = verdicts(session, way, of_pilots, now)
    refused = {}
    for one in of_pilots:
        each = [said[one.giver_id, asked.category] for asked in one.request_version.questions]
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


def inside(way: Way, *, on: Moment) -> ColumnElement[bool]:
    """The same for a query over contributions: some of it may be used so."""
    work = literal(f"{Pilot.__tablename__}:", String) + cast(Contribution.pilot_id, String)
    allowed = scope.within(
        way,
        Contribution.giver_id,
        Contribution.taker_id,
        Question.category,
        on=on,
        work=work,
    )
    asked = Question.request_version_id == Contribution.request_version_id
    found = select(Question.id).where(asked, allowed).correlate_except(Question)
    return or_(Contribution.pilot_id.is_(None), found.exists())
