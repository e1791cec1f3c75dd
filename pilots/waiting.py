"""What waits for somebody: read from the records at the moment it is asked, so that it cannot
disagree with them. Home shows it as a task list; the digest mail says the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from pilots.cohort import Member
from pilots.contributions import Contribution
from pilots.insight import Evidence, Insight, Verdict
from pilots.pilot import Pilot
from pilots.requests import Asked, Request
from trust.act import Actor
from trust.agreements import Agreement, Signature
from trust.partners import Partner
from trust.people import Seat
from trust.records import N_, Msg, Ref
from trust.relationships import Note
from trust.safeguarding import Concern


@dataclass(frozen=True)
class Task:
    """One thing that waits: what to do, about what, and since when."""

    what: Msg
    about: Ref
    since: datetime


def seats(session: Session, person_id: int, now: datetime) -> list[Task]:
    """Roles that were offered to a person, whoever they act for."""
    stmt = (
        select(Seat, Partner.name)
        .outerjoin(Partner, Partner.id == Seat.partner_id)
        .where(
            Seat.person_id == person_id,
            Seat.accepted_at.is_(None),
            Seat.ends.is_(None) | (Seat.ends > now),
        )
    )
    return [
        Task(
            Msg(N_("Say yes or no to a role: %(place)s"), {"place": name or "–"}),
            Ref.of(seat),
            seat.starts,
        )
        for seat, name in session.execute(stmt)
    ]


def tasks(session: Session, actor: Actor) -> list[Task]:
    """What waits for an actor, oldest first. A handful of statements, whatever waits."""
    found = [
        *_notes(session, actor),
        *_agreements(session, actor),
        *_members(session, actor),
        *_requests(session, actor),
        *_asked(session, actor),
        *_answers(session, actor),
        *_insights(session, actor),
        *_concerns(session, actor),
    ]
    return sorted(found, key=lambda task: task.since)


def _notes(session: Session, actor: Actor) -> Iterator[Task]:
    mine = actor.ids("note:confirm", "partner")
    stmt = (
        select(Note.id, Note.created_at, Partner.name)
        .join(Partner, Partner.id == Note.giver_id)
        .where(Note.taker_id.in_(mine), Note.state == "written")
    )
    for id, at, name in session.execute(stmt):
        yield Task(
            Msg(N_("Read what %(partner)s wrote down"), {"partner": name}), Ref("note", id), at
        )


def _agreements(session: Session, actor: Actor) -> Iterator[Task]:
    mine = actor.ids("agreement:sign", "partner")
    signed = select(Signature.agreement_id).where(Signature.partner_id.in_(mine))
    stmt = select(Agreement).where(
        Agreement.giver_id.in_(mine) | Agreement.taker_id.in_(mine),
        Agreement.state.in_(("proposed", "signed-by-one")),
        Agreement.id.not_in(signed),
    )
    for one in session.scalars(stmt):
        yield Task(Msg(N_("Read and sign a trust agreement")), Ref.of(one), one.created_at)
    proposing = actor.ids("agreement:propose", "partner")
    stmt = select(Agreement).where(
        Agreement.giver_id.in_(proposing) | Agreement.taker_id.in_(proposing),
        Agreement.state == "changes-asked",
    )
    for one in session.scalars(stmt):
        change = one.changes[-1]
        if change.by_partner_id not in proposing:
            yield Task(Msg(N_("Answer a change to a trust agreement")), Ref.of(one), change.at)


def _members(session: Session, actor: Actor) -> Iterator[Task]:
    mine = actor.ids("member:answer", "partner")
    stmt = (
        select(Member.id, Member.created_at, Pilot.name)
        .join(Pilot, Pilot.id == Member.pilot_id)
        .where(Member.partner_id.in_(mine), Member.state == "invited")
    )
    for id, at, name in session.execute(stmt):
        yield Task(
            Msg(N_("Say yes or no to taking part: %(pilot)s"), {"pilot": name}),
            Ref("member", id),
            at,
        )


def _requests(session: Session, actor: Actor) -> Iterator[Task]:
    mine = actor.ids("contribution:write", "partner")
    sent = select(Contribution.request_id).where(
        Contribution.giver_id.in_(mine), Contribution.state != "draft"
    )
    stmt = (
        select(Request, Asked.at)
        .join(Asked, Asked.request_id == Request.id)
        .where(Asked.giver_id.in_(mine), Request.state == "open", Request.id.not_in(sent))
    )
    for request, at in session.execute(stmt):
        title = next(iter(request.title.values()), "")
        what = Msg(N_("Answer: %(title)s"), {"title": title})
        if request.pilot_id is None:
            what = Msg(N_("A group asks you: %(title)s"), {"title": title})
        yield Task(what, Ref.of(request), at)


def _asked(session: Session, actor: Actor) -> Iterator[Task]:
    mine = actor.ids("contribution:write", "partner")
    stmt = select(Contribution).where(
        Contribution.giver_id.in_(mine), Contribution.state == "asked"
    )
    for one in session.scalars(stmt):
        what = Msg(N_("They asked you something about %(reference)s"), {"reference": one.reference})
        yield Task(what, Ref.of(one), one.changed_at or one.created_at)


def _answers(session: Session, actor: Actor) -> Iterator[Task]:
    """Answers to what one's own partner asked, not read to the end yet."""
    askers = actor.ids("contribution:review", "partner")
    stmt = select(Contribution).where(
        Contribution.pilot_id.is_(None),
        Contribution.taker_id.in_(askers),
        Contribution.state.in_(("submitted", "in-review")),
    )
    for one in session.scalars(stmt.options(joinedload(Contribution.giver))):
        what = Msg(N_("Read what %(partner)s answered"), {"partner": one.giver.name})
        yield Task(what, Ref.of(one), one.sent_at or one.created_at)


def _insights(session: Session, actor: Actor) -> Iterator[Task]:
    mine = actor.ids("insight:judge", "partner")
    judged = select(Verdict.insight_id).where(Verdict.partner_id.in_(mine))
    stmt = (
        select(Insight)
        .join(Evidence, Evidence.insight_id == Insight.id)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(Contribution.giver_id.in_(mine), Insight.state == "shown", Insight.id.not_in(judged))
        .distinct()
    )
    for one in session.scalars(stmt):
        what = Msg(N_("Did we understand you? Read what we learned"))
        yield Task(what, Ref.of(one), one.shown_at or one.created_at)


def _concerns(session: Session, actor: Actor) -> Iterator[Task]:
    stmt = Concern.visible(select(Concern).where(Concern.state == "raised"), actor)
    for one in session.scalars(stmt):
        yield Task(Msg(N_("Someone may be at risk")), Ref.of(one), one.raised_at)
