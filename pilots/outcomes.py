"""What came of what a partner shared, the newest first, at a glance: the last thing on each
timeline that says more than "somebody has it"."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilots.contribution_states import STATES
from pilots.contributions import Contribution
from pilots.evidence import Evidence
from pilots.insight import Insight
from pilots.passed_on import seen_since, seen_state
from pilots.requests import Request
from pilots.responses import KINDS, Response
from trust.act import Actor
from trust.records import N_, Msg, Words


@dataclass(frozen=True)
class Outcome:
    """Where one contribution has got to: what happened last, and when. Answers to the same
    finding stand together: what was done, will be, and cannot be."""

    contribution_id: int
    reference: str
    title: Words
    at: datetime
    points: tuple["Point", ...]
    answered: bool = False


@dataclass(frozen=True)
class Point:
    """One thing that happened, in whose words, if any."""

    what: Msg
    words: str = ""
    lang: str = "en"


def outcomes(session: Session, actor: Actor, limit: int = 5) -> list[Outcome]:
    """The newest of what the partners of ``actor`` sent. Two statements, whatever there is."""
    own = actor.ids("contribution:read", "partner")
    stmt = (
        select(
            Contribution.id,
            Contribution.reference,
            seen_state().label("state"),
            Contribution.sent_at,
            seen_since().label("changed_at"),
            Request.title,
        )
        .join(Request, Request.id == Contribution.request_id)
        .where(Contribution.giver_id.in_(own), Contribution.state.not_in(("draft", "withdrawn")))
        .order_by(Contribution.id.desc())
        .limit(limit)
    )
    rows = list(session.execute(stmt))
    ids = [row.id for row in rows]
    newest: dict[int, Outcome] = {}
    for row in rows:
        at = row.changed_at or row.sent_at
        points = (Point(Msg(STATES.names[row.state])),)
        newest[row.id] = Outcome(row.id, row.reference, row.title, at, points)
    came = (
        select(Evidence.contribution_id)
        .add_columns(Insight.statement, Insight.lang, Insight.shown_at)
        .add_columns(Response.kind, Response.by_day, Response.words)
        .add_columns(Response.lang, Response.given_at)
        .join(Insight, Insight.id == Evidence.insight_id)
        .outerjoin(Response, Response.insight_id == Insight.id)
        .where(Evidence.contribution_id.in_(ids), Insight.state != "draft")
        .order_by(Insight.shown_at, Response.given_at)
    )
    found = session.execute(came).all() if ids else []
    for id, statement, lang, at, *_ in found:
        before = newest[id]
        if at is not None and at >= before.at:
            points = (Point(Msg(N_("We learned something from it")), statement, lang),)
            newest[id] = replace(before, at=at, points=points)
    answered = [(id, *answer) for id, _, _, _, *answer in found if answer[-1] is not None]
    order = list(KINDS)  # what was done first, then what will be, then what cannot
    for id, kind, by_day, words, lang, at in sorted(answered, key=lambda row: order.index(row[1])):
        before = newest[id]
        if before.answered or at >= before.at:
            what = Msg(N_("We will, by %(day)s"), {"day": by_day}) if by_day else Msg(KINDS[kind])
            point = Point(what, words, lang)
            told = (*before.points, point) if before.answered else (point,)
            at = max(at, before.at)
            newest[id] = replace(before, at=at, points=told, answered=True)
    return sorted(newest.values(), key=lambda one: one.at, reverse=True)
