"""How far a pilot has come, read from the records: what the checks of its stages look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilots import asking, canvas
from pilots.cohort import joined
from pilots.contribution_states import OWN
from pilots.contributions import Contribution
from pilots.evidence import Evidence
from pilots.insight import Insight, Verdict
from pilots.passed_on import seen_state
from pilots.pilot import Pilot
from pilots.requests import Request
from pilots.responses import Response
from trust.agreements import Agreement, holds_for
from trust.calendar import london_day
from trust.people import Seat, in_force
from trust.records import Ref
from trust.relationships import Note
from trust.safeguarding import closed_about


class Side(NamedTuple):
    """A partner that takes part."""

    id: int
    name: str


@dataclass(frozen=True)
class Progress:
    """What the portal can see of a pilot. Sets hold ids of partners.

    ``talked`` have a note with the council that both sides say is right; ``review_days`` are those
    of the agreements in force for it, by partner. ``written`` are the parts of the canvas that are
    filled in, ``unexplained`` the names of data items without a reason. ``read_back`` lack nothing
    but the reading back of something written for them. ``findings`` counts the findings that were
    shown; ``to_judge`` were shown one, have not answered and still have time; ``unanswered`` gave
    something of which nothing has come yet. What was passed to the safeguarding lead goes on
    waiting until its giver is told; or, once the lead has closed it, as long as anybody else waits:
    their page shows this list too.
    """

    council: Side
    today: date
    members: tuple[Side, ...] = ()
    talked: frozenset[int] = frozenset()
    review_days: Mapping[int, date] | None = None
    roles: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    agreed_vcs: bool = False
    agreed_council: bool = False
    items: int = 0
    unexplained: tuple[str, ...] = ()
    route: str = "undecided"
    council_gave: bool = False
    asked: bool = False
    contributed: frozenset[int] = frozenset()
    not_read_back: frozenset[int] = frozenset()
    findings: int = 0
    to_judge: frozenset[int] = frozenset()
    unanswered: frozenset[int] = frozenset()


def of(session: Session, pilot: Pilot, council: str, now: datetime) -> Progress:
    """Read how far ``pilot`` has come, in as many statements for a large cohort as for none."""
    cohort = [Side(partner.id, partner.name) for partner in joined(session, pilot.id)]
    ids = [side.id for side in cohort]
    held = canvas.of(session, pilot.id)
    case = canvas.case_of(session, pilot.id)
    given = _given(session, pilot)
    shown, to_judge = _shown(session, pilot, london_day(now))
    return Progress(
        council=Side(pilot.taker_id, council),
        today=london_day(now),
        members=tuple(cohort),
        talked=_talked(session, pilot.taker_id, ids),
        review_days=_review_days(session, pilot, ids, now),
        roles=frozenset(
            session.scalars(select(Seat.role).where(Seat.place == Ref.of(pilot), *in_force(now)))
        ),
        written=frozenset(part for part in canvas.PARTS if held and getattr(held, part)),
        agreed_vcs=bool(held and held.agreed_vcs_at),
        agreed_council=bool(held and held.agreed_council_at),
        items=len(case.items),
        unexplained=tuple(item.name for item in case.items if not item.why.strip()),
        route=case.route,
        council_gave=asking.council_gave(session, pilot),
        asked=_asked(session, pilot.id),
        contributed=frozenset(one.giver_id for one in given),
        not_read_back=frozenset(
            one.giver_id for one in given if one.channel not in OWN and one.read_back_at is None
        ),
        findings=shown,
        to_judge=to_judge,
        unanswered=_unanswered(session, given),
    )


def _talked(session: Session, council_id: int, ids: list[int]) -> frozenset[int]:
    stmt = select(Note.giver_id, Note.taker_id).where(
        Note.state == "confirmed",
        (Note.giver_id == council_id) & Note.taker_id.in_(ids)
        | (Note.taker_id == council_id) & Note.giver_id.in_(ids),
    )
    return frozenset(side for row in session.execute(stmt) for side in row if side != council_id)


def _review_days(session: Session, pilot: Pilot, ids: list[int], now: datetime) -> dict[int, date]:
    stmt = select(Agreement.giver_id, Agreement.review_on).where(
        Agreement.taker_id == pilot.taker_id,
        Agreement.giver_id.in_(ids),
        holds_for(Ref.of(pilot), now),
    )
    return dict(iter(session.execute(stmt)))


def _asked(session: Session, pilot_id: int) -> bool:
    stmt = select(Request.id).where(Request.pilot_id == pilot_id, Request.state != "draft")
    return session.scalars(stmt).first() is not None


class _Given(NamedTuple):
    id: int
    giver_id: int
    state: str
    closed: bool
    channel: str
    read_back_at: datetime | None


def _given(session: Session, pilot: Pilot) -> list[_Given]:
    """What the cohort has sent to this pilot and not taken back, in the state that its giver
    sees."""
    stmt = select(
        Contribution.id,
        Contribution.giver_id,
        seen_state(),
        closed_about(Contribution.__tablename__, Contribution.id, Contribution.giver_id),
        Contribution.channel,
        Contribution.read_back_at,
    ).where(
        Contribution.pilot_id == pilot.id,
        Contribution.giver_id != pilot.taker_id,
        Contribution.state.not_in(("draft", "withdrawn")),
    )
    return [_Given(*row) for row in session.execute(stmt)]


def _shown(session: Session, pilot: Pilot, today: date) -> tuple[int, frozenset[int]]:
    stmt = (
        select(Insight.id, Contribution.giver_id, Insight.state, Insight.answer_by)
        .join(Evidence, Evidence.insight_id == Insight.id)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(
            Insight.pilot_id == pilot.id,
            Insight.state != "draft",
            Contribution.state != "withdrawn",
        )
    )
    rows = session.execute(stmt).all()
    shown = {row[0] for row in rows}
    verdicts = (
        select(Verdict.insight_id, Verdict.partner_id)
        .join(Insight, (Insight.id == Verdict.insight_id) & (Insight.wording == Verdict.wording))
        .where(Insight.id.in_(shown))
    )
    judged = {(insight, partner) for insight, partner in session.execute(verdicts)}
    waiting = frozenset(
        giver
        for insight, giver, state, answer_by in rows
        if state == "shown" and (insight, giver) not in judged and answer_by and answer_by >= today
    )
    return len(shown), waiting


def _unanswered(session: Session, given: list[_Given]) -> frozenset[int]:
    """Who gave something that was neither set aside, with its reason, nor answered."""
    answered = set(
        session.scalars(
            select(Evidence.contribution_id)
            .join(Response, Response.insight_id == Evidence.insight_id)
            .where(Evidence.contribution_id.in_([one.id for one in given]))
        )
    )
    waiting = [
        one
        for one in given
        if one.state not in ("not-used", "passed-on") and one.id not in answered
    ]
    if all(one.closed for one in waiting):
        return frozenset()
    return frozenset(one.giver_id for one in waiting)
