"""When an agreement ends, or a narrower one takes its place: what is hidden from that minute, and
what has left and cannot be called back (clauses.toml, "cannot-be-called-back"). Read afresh each
time, before and after, the same for both sides."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from pilots import bounds
from pilots.contributions import Contribution
from pilots.copies import TAKEN
from pilots.evidence import TEXTS, Evidence, words_in
from pilots.figures import Figure
from pilots.insight import Insight
from pilots.pilot import Pilot
from pilots.publications import Publication
from pilots.questions import Question
from pilots.releases import Release
from trust import scope, terms
from trust.act import Actor
from trust.agreements import Agreement
from trust.governance.case import Case
from trust.records import Ref
from trust.sightings import Looked, looked_among
from trust.terms import Fall


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
    """``answers`` that are hidden, and ``parts``: those of which only some may be read still; in
    how many places words are ``quoted`` no more; who has read them, which findings are shared and
    which ``public``, which tables are out, who took a file of the case along, and who ``copies`` of
    answers. ``shared``: whether there was anything to hide."""

    shared: bool = False
    answers: int = 0
    parts: int = 0
    quoted: int = 0
    readers: list[Looked] = field(default_factory=list)
    findings: list[Left] = field(default_factory=list)
    public: list[Left] = field(default_factory=list)
    tables: list[Left] = field(default_factory=list)
    files: list[Looked] = field(default_factory=list)
    copies: list[Looked] = field(default_factory=list)


def recall(session: Session, agreement: Agreement, actor: Actor, now: datetime) -> Recall:
    """What becomes of what was shared under an agreement, as ``actor`` may read it: all that its
    terms alone let be used, which is now outside (``trust.terms``). The same few statements however
    much there is."""
    under, fall = _under(agreement), terms.fall(session, Ref.of(agreement), now)
    if fall is None or session.scalar(select(Contribution.id).where(*under).limit(1)) is None:
        return Recall()
    read = (*under, bounds.closed(scope.READ, fall, whole=False))
    whole = (*under, bounds.closed(scope.READ, fall, whole=True))
    ids, gone = (set(session.scalars(select(Contribution.id).where(*one))) for one in (read, whole))
    pilots = session.scalars(select(Contribution.pilot_id).where(*read).distinct())
    cases = select(Case.id).where(
        Case.about.in_([Ref(Pilot.__tablename__, id) for id in pilots if id])
    )
    shown = (*under, bounds.closed(scope.SHARE, fall, whole=False))
    copy, study = (
        bounds.closed(scope.COPY, fall, whole=False),
        bounds.closed(scope.STUDY, fall, whole=False),
    )
    copied = session.scalars(select(Contribution.id).where(*under, or_(copy, study))).all()
    to_all = bounds.closed(scope.PUBLISH, fall, whole=False)
    out = (*under, or_(shown[-1], to_all))
    return Recall(
        shared=True,
        answers=len(gone),
        parts=len(ids - gone),
        quoted=_quoted(session, under, fall),
        readers=looked_among(session, [Ref(Contribution.__tablename__, id) for id in sorted(ids)]),
        findings=_findings(session, shown, actor),
        public=_public(session, (*under, to_all)),
        tables=_tables(session, out, actor),
        files=looked_among(
            session, [Ref(Case.__tablename__, id) for id in session.scalars(cases)], how=["export"]
        ),
        copies=looked_among(
            session, [Ref(Contribution.__tablename__, id) for id in copied], how=TAKEN.values()
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


def _quoted(session: Session, under: tuple[ColumnElement[bool], ...], fall: Fall) -> int:
    """In how many places words stand that were answered to what may be quoted no more."""
    stmt = (
        select(Evidence.id, Evidence.quoted, Contribution.answers, Question.key)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .join(Question, bounds.fallen(scope.QUOTE, fall))
        .where(*under, Evidence.quoted != "", Question.kind.in_(TEXTS))
    )
    found = session.execute(stmt)
    return len({id for id, words, answers, key in found if words_in(words, answers.get(key))})


def _rests_on(mine: tuple[ColumnElement[bool], ...]) -> Select[int]:
    """The ids of the findings that rest on some of what was shared."""
    return (
        select(Evidence.insight_id)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(*mine)
    )


def _findings(session: Session, mine: tuple[ColumnElement[bool], ...], actor: Actor) -> list[Left]:
    stmt = select(Insight).where(Insight.state == "published", Insight.id.in_(_rests_on(mine)))
    seen = Insight.visible(stmt, actor).with_only_columns(Insight.id)
    may = set(session.scalars(seen))
    return [
        Left(Ref.of(one), one.published_at, one.statement if one.id in may else "", one.lang)
        for one in session.scalars(stmt.order_by(Insight.id))
        if one.published_at is not None
    ]


def _public(session: Session, mine: tuple[ColumnElement[bool], ...]) -> list[Left]:
    stmt = (
        select(Publication)
        .where(Publication.state == "out", Publication.insight_id.in_(_rests_on(mine)))
        .options(joinedload(Publication.insight))
    )
    return [
        Left(Ref.of(one), one.out_at, one.insight.statement, one.insight.lang)
        for one in session.scalars(stmt.order_by(Publication.id))
        if one.out_at is not None
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
