"""Each thing that can wait for somebody, as a statement of its own: what the task list of
``waiting`` is put together from."""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from pilots import bounds
from pilots.answers import DraftAnswer
from pilots.canvas import Canvas
from pilots.cohort import Member
from pilots.contributions import Contribution
from pilots.passed_on import seen_since, seen_state
from pilots.pilot import Pilot
from pilots.questions import NOTE, Question
from pilots.requests import Asked, Request
from pilots.tasks import Columns
from pilots.tasks import at as _at
from pilots.tasks import task as _task
from trust import conflicts, renewal, scope
from trust.agreements import Agreement, Signature
from trust.changes import Change
from trust.merging import Merge
from trust.next_steps import done_by, open_ones
from trust.partners import Partner
from trust.proposals import Proposal
from trust.relationships import Note
from trust.safeguarding import Concern


def notes() -> Select[*Columns]:
    """Notes of a conversation that the group has not read yet."""
    return (
        _task("note", Note.id, Note.created_at, Partner.name)
        .join(Partner, Partner.id == Note.giver_id)
        .where(
            Note.taker_id.in_(_at("confirms")),
            Note.state == "written",
            Note.written_by_id != bindparam("me"),
            Note.giver_id.not_in(bindparam("own", expanding=True)),
        )
    )


def next_steps() -> Select[*Columns]:
    """What this side agreed to do, once it is due within a week."""
    mine = _at("does")
    other = case((Note.giver_id.in_(mine), Note.taker_id), else_=Note.giver_id)
    return (
        _task("step", Note.id, Note.confirmed_at, Partner.name, by=Note.next_step_on)
        .join(Partner, Partner.id == other)
        .where(done_by(mine), *open_ones(), Note.next_step_on <= bindparam("soon"))
    )


def proposals() -> Select[*Columns]:
    """Changes to one's own page that somebody else proposes, or that a file would make."""
    kind = case((Proposal.giver_id.is_(None), "filed"), else_="proposal")
    return (
        _task(kind, Proposal.id, Proposal.created_at, func.coalesce(Partner.name, ""))
        .outerjoin(Partner, Partner.id == Proposal.giver_id)
        .where(Proposal.taker_id.in_(_at("edits")), Proposal.state == "waiting")
    )


def to_stand_by() -> Select[*Columns]:
    """Groups that ask this organisation to stand by them."""
    return _task("stand-by", Partner.id, Partner.supporter_asked_at, Partner.name).where(
        Partner.asked_supporter_id.in_(_at("stands")), Partner.merged_into_id.is_(None)
    )


def merges() -> Select[*Columns]:
    """The same organisation, here twice: the side that has not said yet."""
    mine, other = _at("speaks"), aliased(Partner)
    return (
        _task("merge", Merge.id, Merge.created_at, other.name)
        .join(
            other,
            or_(
                (other.id == Merge.gone_id) & Merge.kept_id.in_(mine) & Merge.kept_yes_id.is_(None),
                (other.id == Merge.kept_id) & Merge.gone_id.in_(mine) & Merge.gone_yes_id.is_(None),
            ),
        )
        .where(Merge.state == "waiting")
    )


def to_sign() -> Select[*Columns]:
    """Trust agreements that wait for this side’s signature; whoever belongs to the other side as
    well is not asked for it."""
    mine = _at("signs")
    signed = select(Signature.agreement_id).where(Signature.partner_id.in_(mine))
    return (
        _task("sign", Agreement.id, Agreement.created_at, Partner.name)
        .join(Partner, Partner.id == _other(mine))
        .where(
            Agreement.giver_id.in_(mine) | Agreement.taker_id.in_(mine),
            Agreement.state.in_(("proposed", "signed-by-one")),
            Agreement.id.not_in(signed),
            _other(mine).not_in(bindparam("own", expanding=True)),
        )
    )


def _other(mine: BindParameter[Any]) -> ColumnElement[int]:
    """The side of an agreement that is not mine."""
    return case((Agreement.giver_id.in_(mine), Agreement.taker_id), else_=Agreement.giver_id)


def changes() -> Select[*Columns]:
    """The newest change to an agreement that somebody else of the other side asked for."""
    mine = _at("proposes")
    newest = select(func.max(Change.id)).where(
        Change.agreement_id == Agreement.id,
        Change.answered_at.is_(None),
        Change.by_partner_id.not_in(_at("is_not")),
        Change.by_id != bindparam("me"),
    )
    return (
        _task("change", Agreement.id, Change.at, Partner.name)
        .join(Partner, Partner.id == _other(mine))
        .join(Change, Change.id == newest.correlate(Agreement).scalar_subquery())
        .where(
            Agreement.giver_id.in_(mine) | Agreement.taker_id.in_(mine),
            Agreement.state == "changes-asked",
        )
    )


def reviews() -> Select[*Columns]:
    """Agreements that this side said it would look at again within a month."""
    mine = _at("proposes")
    return (
        _task(
            "look-again", Agreement.id, Agreement.created_at, Partner.name, by=Agreement.review_on
        )
        .join(Partner, Partner.id == _other(mine))
        .where(
            Agreement.giver_id.in_(mine) | Agreement.taker_id.in_(mine),
            *renewal.looked_at_by(bindparam("in_a_month", type_=Date)),
        )
    )


def members() -> Select[*Columns]:
    """Invitations to take part in a pilot."""
    return (
        _task("join", Member.id, Member.created_at, Pilot.name)
        .join(Pilot, Pilot.id == Member.pilot_id)
        .where(Member.partner_id.in_(_at("joins")), Member.state == "invited")
    )


def plans() -> Select[*Columns]:
    """Canvases to which the other side has said yes, and this side has not."""
    taking_part = select(Member.pilot_id).where(
        Member.partner_id.in_(_at("agrees")), Member.state == "joined"
    )
    vcs, council = Canvas.agreed_vcs_at, Canvas.agreed_council_at
    return (
        _task("plan", Pilot.id, func.coalesce(council, vcs), Pilot.name)
        .join(Pilot, Pilot.id == Canvas.pilot_id)
        .where(
            Pilot.state != "ended",
            (council.is_not(None) & vcs.is_(None) & Pilot.id.in_(taking_part))
            | (vcs.is_not(None) & council.is_(None) & Pilot.id.in_(_at("runs"))),
        )
    )


def requests() -> Select[*Columns]:
    """What was put to a partner and is neither answered nor turned down; or begun, and how far."""
    mine, draft = _at("writes"), aliased(Contribution)
    kind = case(
        (draft.id.is_not(None), "draft"), (Request.pilot_id.is_(None), "question"), else_="request"
    )
    sent = select(Contribution.request_id).where(
        Contribution.giver_id.in_(mine), Contribution.state != "draft"
    )
    done = select(func.count()).where(DraftAnswer.contribution_id == draft.id)
    most = select(func.count()).where(
        Question.request_version_id == draft.request_version_id, Question.kind != NOTE
    )
    title = cast(Request.title, Text)
    return (
        _task(
            kind,
            Request.id,
            Asked.at,
            title,
            by=Request.closes_on,
            done=done.scalar_subquery(),
            most=most.scalar_subquery(),
        )
        .join(Asked, Asked.request_id == Request.id)
        .outerjoin(
            draft,
            (draft.request_id == Request.id)
            & (draft.giver_id == Asked.giver_id)
            & (draft.state == "draft"),
        )
        .where(
            Asked.giver_id.in_(mine),
            Asked.declined_at.is_(None) | draft.id.is_not(None),
            Request.state == "open",
            Request.id.not_in(sent),
        )
    )


def asked() -> Select[*Columns]:
    """Questions of a reviewer about something that was sent."""
    since = func.coalesce(seen_since(), Contribution.created_at)
    return (
        _task("asked", Contribution.id, since, cast(Request.title, Text))
        .join(Request, Request.id == Contribution.request_id)
        .where(Contribution.giver_id.in_(_at("writes")), seen_state() == "asked")
    )


def answers() -> Select[*Columns]:
    """Answers to what one's own partner asked, not read to the end yet."""
    since = func.coalesce(Contribution.sent_at, Contribution.created_at)
    return (
        _task("answer", Contribution.id, since, Partner.name)
        .join(Partner, Partner.id == Contribution.giver_id)
        .where(
            Contribution.pilot_id.is_(None),
            Contribution.taker_id.in_(_at("reads")),
            Contribution.giver_id.not_in(bindparam("own", expanding=True)),
            conflicts.clear(Contribution.giver_id, bindparam("me")),
            Contribution.state.in_(("submitted", "in-review")),
        )
    )


def queued() -> Select[*Columns]:
    """How many answers wait on the queue of each pilot: those that nobody has taken, and those
    that the reader took and has not settled; only what the agreement lets them read now."""
    mine = (Contribution.state == "in-review") & (Contribution.claimed_by_id == bindparam("me"))
    return (
        _task("queue", Pilot.id, func.min(Contribution.sent_at), Pilot.name, done=func.count())
        .join(Contribution, Contribution.pilot_id == Pilot.id)
        .where(
            Pilot.id.in_(_at("queues")),
            Contribution.giver_id.not_in(bindparam("own", expanding=True)),
            conflicts.clear(Contribution.giver_id, bindparam("me")),
            (Contribution.state == "submitted") | mine,
            bounds.inside(scope.READ, on=scope.NOW),
        )
        .group_by(Pilot.id, Pilot.name)
    )


def concerns() -> Select[*Columns]:
    """As ``Concern.readable``: for the safeguarding lead and the deputy of the partner concerned,
    where it is not about what their own partners gave. What one of them took waits for that one
    until it is closed."""
    mine = (Concern.state == "taken") & (Concern.taken_by_id == bindparam("me"))
    kind = case((mine, "taken"), else_="concern")
    return _task(kind, Concern.id, Concern.raised_at).where(
        Concern.taker_id.in_(_at("leads")),
        Concern.from_others(bindparam("own", expanding=True)),
        (Concern.state == "raised") | mine,
    )
