"""What came of what a partner shared, the newest first, at a glance: the last thing on each
timeline that says more than "somebody has it". What came of several at once is told once."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilots.contribution_states import STATES
from pilots.contributions import Contribution
from pilots.evidence import Evidence
from pilots.insight import Insight
from pilots.passed_on import seen_since, seen_state
from pilots.requests import Request
from pilots.responses import KINDS, Response, delays, said
from trust.act import Actor
from trust.records import N_, Msg, Words


@dataclass(frozen=True)
class Point:
    """One thing that happened, in whose words, if any."""

    what: Msg
    words: str = ""
    lang: str = "en"


@dataclass(frozen=True)
class Outcome:
    """Where one contribution has got to, or several that the same finding rests on: what happened
    last, and when. Answers to a finding stand together: what was done, will be, and cannot be.
    ``finding`` is its id, once there is one; ``count`` of how many contributions this is told."""

    contribution_id: int
    reference: str
    title: Words
    at: datetime
    points: tuple[Point, ...]
    finding: int | None = None
    count: int = 1


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
        .limit(4 * limit)  # several may be told as one
    )
    rows = list(session.execute(stmt))
    came = _came(session, [row.id for row in rows]) if rows else {}
    single, findings = [], defaultdict(list)
    for row in rows:
        at = row.changed_at or row.sent_at
        points = (Point(Msg(STATES.names[row.state])),)
        one = Outcome(row.id, row.reference, row.title, at, points)
        newest = max(came.get(row.id, ()), key=lambda found: found.at, default=None)
        if newest is not None and newest.at >= at:
            findings[newest.id].append(replace(one, at=newest.at, points=newest.points))
        else:
            single.append(one)
    told = [replace(ones[0], finding=id, count=len(ones)) for id, ones in findings.items()]
    return sorted([*single, *told], key=lambda one: one.at, reverse=True)[:limit]


@dataclass
class _Finding:
    """A finding as it was shown, with its answers by their ids: each one's place and point."""

    id: int
    at: datetime
    shown: Point
    answers: dict[int, tuple[int, Point]] = field(default_factory=dict)

    @property
    def points(self) -> tuple[Point, ...]:
        told = sorted(self.answers.items(), key=lambda one: (one[1][0], one[0]))
        return tuple(point for _, (_, point) in told) or (self.shown,)


def _came(session: Session, ids: Collection[int]) -> dict[int, list[_Finding]]:
    """By contribution, the findings that rest on it."""
    stmt = (
        select(Evidence.contribution_id, Insight.id, Insight.shown_at)
        .add_columns(Insight.statement, Insight.lang)
        .add_columns(Response.id.label("answer"), Response.kind, Response.by_day, Response.public)
        .add_columns(Response.words, Response.lang, Response.given_at)
        .join(Insight, Insight.id == Evidence.insight_id)
        .outerjoin(Response, Response.insight_id == Insight.id)
        .where(Evidence.contribution_id.in_(ids), Insight.state != "draft")
    )
    order = list(KINDS)  # what was done first, then what will be, then what cannot
    found: dict[int, _Finding] = {}
    rests_on: dict[int, set[int]] = defaultdict(set)
    rows = session.execute(stmt).all()
    late = delays(session, {row.id for row in rows if row.public})
    for contribution, id, shown_at, statement, lang, *answer in rows:
        rests_on[contribution].add(id)
        if id not in found:
            learned = Point(Msg(N_("We learned something from it")), statement, lang)
            found[id] = _Finding(id, shown_at, learned)
        key, kind, by_day, _public, words, said_in, at = answer
        if key is not None:
            what = said(kind, by_day, late.get(key))
            found[id].answers[key] = order.index(kind), Point(what, words, said_in)
            found[id].at = max(found[id].at, at)
    return {one: [found[id] for id in sorted(held)] for one, held in rests_on.items()}
