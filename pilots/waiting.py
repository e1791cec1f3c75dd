"""What waits for somebody: read from the records at the moment it is asked, so that it cannot
disagree with them. Home shows it as a task list; the digest mail says the same."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from pilots.cohort import Member
from pilots.contributions import Contribution
from pilots.insight import Evidence, Insight, Verdict
from pilots.pilot import Pilot
from pilots.requests import Asked, Request
from trust.act import Actor
from trust.agreements import Agreement, Change, Signature
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


class Kind(NamedTuple):
    """What a task says, the name of what it is told with, and what it is about."""

    text: str
    given: str
    noun: str


KINDS = {
    "note": Kind(N_("Read what %(partner)s wrote down"), "partner", "note"),
    "sign": Kind(N_("Read and sign a trust agreement"), "", "agreement"),
    "change": Kind(N_("Answer a change to a trust agreement"), "", "agreement"),
    "join": Kind(N_("Say yes or no to taking part: %(pilot)s"), "pilot", "member"),
    "request": Kind(N_("Answer: %(title)s"), "title", "request"),
    "question": Kind(N_("A group asks you: %(title)s"), "title", "request"),
    "asked": Kind(N_("They asked you something about %(reference)s"), "reference", "contribution"),
    "answer": Kind(N_("Read what %(partner)s answered"), "partner", "contribution"),
    "insight": Kind(N_("Did we understand you? Read what we learned"), "", "insight"),
    "concern": Kind(N_("Someone may be at risk"), "", "concern"),
}


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
    """What waits for an actor, oldest first. One statement, whatever waits."""
    given = {name: actor.ids(permission, "partner") for name, permission in AT.items()}
    found = []
    for kind, id, since, name in session.execute(_all(), given):
        text, told, noun = KINDS[kind]
        if told == "title":
            name = next(iter(json.loads(name).values()), "")
        found.append(Task(Msg(text, {told: name} if told else {}), Ref(noun, id), since))
    return sorted(found, key=lambda task: task.since)


AT = {
    "confirms": "note:confirm",
    "signs": "agreement:sign",
    "proposes": "agreement:propose",
    "is_not": "agreement:propose",
    "joins": "member:answer",
    "writes": "contribution:write",
    "reads": "contribution:review",
    "judges": "insight:judge",
    "leads": "concern:read",
}
"""Partners at which an actor may do something, by the permission that it takes. A list that is
excluded needs a name of its own: SQLAlchemy writes an empty one as never true where it is asked
for and as always true where it is excluded, but only one of the two under one name."""


@cache
def _all() -> CompoundSelect[str, int, datetime, str]:
    """Everything that can wait, in one statement. Built once: that takes ten times as long as
    asking it."""
    return union_all(
        _notes(),
        _to_sign(),
        _changes(),
        _members(),
        _requests(),
        _asked(),
        _answers(),
        _insights(),
        _concerns(),
    )


def _at(name: str) -> BindParameter[Any]:
    """Ids of the partners at which the actor holds a permission (``AT``)."""
    return bindparam(name, expanding=True)


def _task(
    kind: str | ColumnElement[str], id: Any, since: Any, name: Any = ""
) -> Select[str, int, datetime, str]:
    """The columns of one kind of task."""
    told = literal(kind) if isinstance(kind, str) else kind
    return select(
        told.label("kind"),
        id.label("id"),
        since.label("since"),
        (literal(name) if isinstance(name, str) else name).label("name"),
    )


def _notes() -> Select[str, int, datetime, str]:
    return (
        _task("note", Note.id, Note.created_at, Partner.name)
        .join(Partner, Partner.id == Note.giver_id)
        .where(Note.taker_id.in_(_at("confirms")), Note.state == "written")
    )


def _to_sign() -> Select[str, int, datetime, str]:
    mine = _at("signs")
    signed = select(Signature.agreement_id).where(Signature.partner_id.in_(mine))
    return _task("sign", Agreement.id, Agreement.created_at).where(
        Agreement.giver_id.in_(mine) | Agreement.taker_id.in_(mine),
        Agreement.state.in_(("proposed", "signed-by-one")),
        Agreement.id.not_in(signed),
    )


def _changes() -> Select[str, int, datetime, str]:
    """The newest change to an agreement, where the other side asked for it."""
    mine = _at("proposes")
    newest = select(func.max(Change.id)).where(Change.agreement_id == Agreement.id)
    return (
        _task("change", Agreement.id, Change.at)
        .join(Change, Change.id == newest.correlate(Agreement).scalar_subquery())
        .where(
            Agreement.giver_id.in_(mine) | Agreement.taker_id.in_(mine),
            Agreement.state == "changes-asked",
            Change.by_partner_id.not_in(_at("is_not")),
        )
    )


def _members() -> Select[str, int, datetime, str]:
    return (
        _task("join", Member.id, Member.created_at, Pilot.name)
        .join(Pilot, Pilot.id == Member.pilot_id)
        .where(Member.partner_id.in_(_at("joins")), Member.state == "invited")
    )


def _requests() -> Select[str, int, datetime, str]:
    mine = _at("writes")
    kind = case((Request.pilot_id.is_(None), "question"), else_="request")
    sent = select(Contribution.request_id).where(
        Contribution.giver_id.in_(mine), Contribution.state != "draft"
    )
    return (
        _task(kind, Request.id, Asked.at, cast(Request.title, Text))
        .join(Asked, Asked.request_id == Request.id)
        .where(Asked.giver_id.in_(mine), Request.state == "open", Request.id.not_in(sent))
    )


def _asked() -> Select[str, int, datetime, str]:
    since = func.coalesce(Contribution.changed_at, Contribution.created_at)
    return _task("asked", Contribution.id, since, Contribution.reference).where(
        Contribution.giver_id.in_(_at("writes")), Contribution.state == "asked"
    )


def _answers() -> Select[str, int, datetime, str]:
    """Answers to what one's own partner asked, not read to the end yet."""
    since = func.coalesce(Contribution.sent_at, Contribution.created_at)
    return (
        _task("answer", Contribution.id, since, Partner.name)
        .join(Partner, Partner.id == Contribution.giver_id)
        .where(
            Contribution.pilot_id.is_(None),
            Contribution.taker_id.in_(_at("reads")),
            Contribution.state.in_(("submitted", "in-review")),
        )
    )


def _insights() -> Select[str, int, datetime, str]:
    mine = _at("judges")
    judged = select(Verdict.insight_id).where(Verdict.partner_id.in_(mine))
    rests_on = (
        select(Evidence.insight_id)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(Contribution.giver_id.in_(mine))
    )
    since = func.coalesce(Insight.shown_at, Insight.created_at)
    return _task("insight", Insight.id, since).where(
        Insight.state == "shown", Insight.id.in_(rests_on), Insight.id.not_in(judged)
    )


def _concerns() -> Select[str, int, datetime, str]:
    """As ``Concern.visible``: for the safeguarding lead and the deputy of the partner concerned."""
    return _task("concern", Concern.id, Concern.raised_at).where(
        Concern.taker_id.in_(_at("leads")), Concern.state == "raised"
    )
