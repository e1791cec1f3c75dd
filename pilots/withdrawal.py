"""Taking something back: where it went meanwhile, so that the page can say plainly what cannot be
recalled (safety.md, "Withdrawal, rights, records")."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilots.contributions import Contribution
from pilots.copies import TAKEN
from pilots.evidence import Evidence
from pilots.insight import Insight
from pilots.publications import Publication
from pilots.releases import Release
from pilots.responses import Response
from trust.audit import Event
from trust.records import Ref
from trust.sightings import Looked, looked, looked_among


@dataclass(frozen=True)
class Trace:
    """A finding that rests on it: its id, words and language, whether words of it are quoted
    there, how many answers were given because of it, and since when anyone could read it."""

    insight_id: int
    statement: str
    lang: str
    quoted: bool
    published_at: datetime | None
    responses: int
    public_at: datetime | None


@dataclass(frozen=True)
class Whereabouts:
    """Who has read it, who took a copy of it along, which findings rest on it, and which
    released tables (id and title) its numbers are a part of."""

    readers: list[Looked]
    copies: list[Looked]
    findings: list[Trace]
    tables: list[tuple[int, str]]


def whereabouts(session: Session, contribution: Contribution) -> Whereabouts:
    """Where a contribution went. What nobody but its writers has seen is not listed."""
    answered = (
        select(func.count())
        .where(Response.insight_id == Insight.id)
        .correlate(Insight)
        .scalar_subquery()
    )
    public = (
        select(func.min(Publication.out_at))
        .where(Publication.insight_id == Insight.id)
        .correlate(Insight)
        .scalar_subquery()
    )
    stmt = (
        select(Insight, Evidence.quoted, answered, public)
        .join(Evidence, Evidence.insight_id == Insight.id)
        .where(Evidence.contribution_id == contribution.id, Insight.state != "draft")
        .order_by(Insight.id)
    )
    findings = [
        Trace(one.id, one.statement, one.lang, bool(quoted), one.published_at, responses, at)
        for one, quoted, responses, at in session.execute(stmt)
    ]
    return Whereabouts(
        readers=looked(session, Ref.of(contribution)),
        copies=looked_among(session, [Ref.of(contribution)], how=TAKEN.values()),
        findings=findings,
        tables=[(one.id, one.title) for one in tables(session, contribution)],
    )


def tables(session: Session, contribution: Contribution) -> list[Release]:
    """What was released of its count tables after it had been accepted."""
    accepted = select(func.min(Event.at)).where(
        Event.subject == Ref.of(contribution), Event.verb == "contribution:accept"
    )
    questions = [one.first_id for one in contribution.request_version.questions]
    stmt = (
        select(Release)
        .where(
            Release.question_id.in_(questions),
            Release.state == "released",
            Release.released_at >= accepted.scalar_subquery(),
        )
        .order_by(Release.id)
    )
    return list(session.scalars(stmt))
