"""When an agreement ends, or a narrower one takes its place: what is hidden from that minute, and
what has left and cannot be called back (clauses.toml, "cannot-be-called-back"). Read afresh each
time, before and after, the same for both sides."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pilots.contributions import Contribution
from pilots.evidence import Evidence
from pilots.figures import Figure
from pilots.insight import Insight
from pilots.pilot import Pilot
from pilots.releases import Release
from trust.act import Actor
from trust.agreements import Agreement
from trust.governance.case import Case
from trust.records import Ref
from trust.sightings import Looked, looked_among


@dataclass(frozen=True)
class Left:
    """A finding or a table that others have: its words and where it stands, for those who may read
    it there; and since when."""

    about: Ref
    at: datetime
    words: str = ""
    lang: str = "en"


@dataclass(frozen=True)
class Recall:
    """``answers`` that are hidden, among them with ``quoted`` words; who has read them, which
    findings and tables are out, and who took a file of the case along."""

    answers: int
    quoted: int
    readers: list[Looked]
    findings: list[Left]
    tables: list[Left]
    files: list[Looked]


def recall(session: Session, agreement: Agreement, actor: Actor) -> Recall:
    """What becomes of what was shared under an agreement, as ``actor`` may read it. The same few
    statements however much there is."""
    mine = _under(agreement)
    ids = list(session.scalars(select(Contribution.id).where(*mine)))
    quoted = (
        select(func.count())
        .select_from(Evidence)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(*mine, Evidence.quoted != "")
    )
    pilots = select(Contribution.pilot_id).where(*mine).distinct()
    cases = select(Case.id).where(
        Case.about.in_([Ref(Pilot.__tablename__, id) for id in session.scalars(pilots) if id])
    )
    return Recall(
        answers=len(ids),
        quoted=session.scalar(quoted) or 0,
        readers=looked_among(session, [Ref(Contribution.__tablename__, id) for id in ids]),
        findings=_findings(session, mine, actor),
        tables=_tables(session, mine, actor),
        files=looked_among(
            session, [Ref(Case.__tablename__, id) for id in session.scalars(cases)], how="export"
        ),
    )


def _under(agreement: Agreement) -> tuple[ColumnElement[bool], ...]:
    """What was shared between its two sides for its work, and was not taken back."""
    found = (
        Contribution.giver_id == agreement.giver_id,
        Contribution.taker_id == agreement.taker_id,
        Contribution.pilot_id.is_not(None),
        # What was passed on counts as the giver goes on seeing it: as what was sent.
        Contribution.state.not_in(("draft", "withdrawn")),
    )
    if agreement.work is None:
        return found
    return (*found, Contribution.pilot_id == agreement.work.id)


def _findings(session: Session, mine: tuple[ColumnElement[bool], ...], actor: Actor) -> list[Left]:
    rests = (
        select(Evidence.insight_id)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(*mine)
    )
    stmt = select(Insight).where(Insight.state == "published", Insight.id.in_(rests))
    seen = Insight.visible(stmt, actor).with_only_columns(Insight.id)
    may = set(session.scalars(seen))
    return [
        Left(Ref.of(one), one.published_at, one.statement if one.id in may else "", one.lang)
        for one in session.scalars(stmt.order_by(Insight.id))
        if one.published_at is not None
    ]


def _tables(session: Session, mine: tuple[ColumnElement[bool], ...], actor: Actor) -> list[Left]:
    held = (
        select(Figure.question_id)
        .join(Contribution, Contribution.id == Figure.contribution_id)
        .where(*mine)
    )
    stmt = select(Release).where(Release.state == "released", Release.question_id.in_(held))
    may = set(session.scalars(Release.visible(stmt, actor).with_only_columns(Release.id)))
    return [
        Left(Ref.of(one), one.released_at, one.title if one.id in may else "")
        for one in session.scalars(stmt.order_by(Release.id))
        if one.released_at is not None
    ]
