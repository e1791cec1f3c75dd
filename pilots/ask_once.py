"""Ask once: what was asked before in much the same words. Whoever composes a request sees how many
of its cohort have answered the like; whoever answers may say it again with one tap (pilots.md,
"Burden").

An answer is offered to nobody but the group that gave it. It goes into the group's own draft, and
nowhere until the group sends that: the terms are those of what is asked now."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilots.cohort import joined
from pilots.contributions import Contribution
from pilots.questions import Question, Raw, cell_name, read
from pilots.requests import Request, RequestVersion
from trust.act import Actor
from trust.partners import Partner
from trust.records import Refused

YEAR = timedelta(days=365)
FRESH = ("quote",)
"""Kinds that are asked each time: a yes to one quote is none to another."""

MOST = 5
"""Earlier answers that are looked at for one that can be said again."""


class Before(NamedTuple):
    """How often the like of a question was asked, and of how many of the cohort it was answered."""

    times: int
    groups: int


def asked_before(
    session: Session, actor: Actor, request: Request, now: datetime
) -> dict[str, Before]:
    """By key, the questions of ``request`` whose like was asked in the last year: by requests that
    ``actor`` may read anyway, of this cohort. Three statements for any number of questions."""
    own = {(one.likeness, one.kind): one.key for one in request.newest.questions if _counts(one)}
    if not own or request.pilot_id is None:
        return {}
    seen = Request.visible(select(Request.id), actor).where(
        Request.id != request.id, Request.opened_at >= now - YEAR
    )
    stmt = (
        select(Question.likeness, Question.kind, Question.key, RequestVersion.id, Request.id)
        .join(RequestVersion, RequestVersion.id == Question.request_version_id)
        .join(Request, Request.id == RequestVersion.request_id)
        .where(Question.likeness.in_({like for like, _kind in own}), Request.id.in_(seen))
    )
    found = [
        (own[like, kind], key, version, asked)
        for like, kind, key, version, asked in session.execute(stmt)
        if (like, kind) in own
    ]
    if not found:
        return {}
    cohort = [one.id for one in joined(session, request.pilot_id)]
    sent = _answers(session, cohort, {asked for *_rest, asked in found})
    groups: dict[str, set[int]] = {}
    asks: dict[str, set[int]] = {}
    for own_key, key, version, asked in found:
        who = {giver for giver, of, given in sent if of == version and given.get(key) is not None}
        groups.setdefault(own_key, set()).update(who)
        asks.setdefault(own_key, set()).add(asked)
    return {key: Before(len(asks[key]), len(groups[key])) for key in asks}


def _counts(one: Question) -> bool:
    return one.asks and one.kind not in FRESH and bool(one.likeness)


def _answers(
    session: Session, givers: Collection[int], asked: Collection[int]
) -> list[tuple[int, int, Mapping[str, Any]]]:
    """What some partners sent to some requests: who, to which version, what. One that went to the
    safeguarding lead stays among them: that it is there says nothing, that it is gone would."""
    stmt = select(
        Contribution.giver_id, Contribution.request_version_id, Contribution.answers
    ).where(
        Contribution.giver_id.in_(givers),
        Contribution.request_id.in_(asked),
        Contribution.state.not_in(("draft", "withdrawn")),
    )
    return [(giver, version, answers) for giver, version, answers in session.execute(stmt)]


class Said(NamedTuple):
    """What a group said before to the like of a question: when, to whom, and the answer, with what
    has to be typed to say it again (``raw``)."""

    at: datetime
    taker: str
    answer: Any
    raw: Raw
    lang: str


def said(
    session: Session, actor: Actor, held: Contribution, asked: Question, now: datetime
) -> Said | None:
    """The newest answer of the last year that the group can give again as it is to ``asked``; none
    to whoever writes down for it, or where the answers to choose from are others now."""
    if not _counts(asked) or actor.acting_for != held.giver_id:
        return None
    stmt: Any = (
        select(Question, Contribution, Partner.name)
        .join(Contribution, Contribution.request_version_id == Question.request_version_id)
        .join(RequestVersion, RequestVersion.id == Question.request_version_id)
        .join(Partner, Partner.id == Contribution.taker_id)
        .where(
            Question.likeness == asked.likeness,
            Question.kind == asked.kind,
            Contribution.giver_id == held.giver_id,
            Contribution.request_id == RequestVersion.request_id,
            Contribution.sent_at >= now - YEAR,
            Contribution.state.not_in(("draft", "withdrawn")),
            Contribution.kept_state.is_distinct_from("withdrawn"),
        )
    )
    newest: Any = Contribution.visible(stmt, actor).order_by(
        Contribution.sent_at.desc(), Contribution.id.desc()
    )
    for before, given, taker in session.execute(newest.limit(MOST)):
        answer = given.answers.get(before.key)
        if answer is None or not _means_the_same(before, asked, answer):
            continue
        raw = raw_of(asked, answer)
        try:
            same = read(asked, raw) == answer
        except Refused:
            continue
        if same:
            return Said(given.sent_at, taker, answer, raw, given.lang)
    return None


def _means_the_same(before: Question, now: Question, answer: Any) -> bool:
    """Whether what was chosen then says the same now: keys are only keys."""
    if now.kind == "count-table":
        return _named(before.rows) == _named(now.rows) and _named(before.columns) == _named(
            now.columns
        )
    if now.kind in ("one-of", "some-of"):
        chosen = answer if isinstance(answer, list) else [answer]
        then, there = _named(before.choices), _named(now.choices)
        return all(key in there and then.get(key) == there[key] for key in chosen)
    return True


def _named(options: Collection[Mapping[str, Any]]) -> dict[str, Any]:
    return {one["key"]: one["words"] for one in options}


def raw_of(question: Question, answer: Any) -> dict[str, list[str]]:
    """What has to be typed to give a canonical answer."""
    key = question.key
    match question.kind:
        case "count-table":
            return {
                cell_name(question, row, column): [str(number)]
                for row, cells in answer.items()
                for column, number in cells.items()
            }
        case "date":
            parts = zip(("year", "month", "day"), str(answer).split("-"), strict=True)
            return {f"{key}-{part}": [text] for part, text in parts}
        case "yes-no":
            return {key: ["yes" if answer else "no"]}
        case "some-of":
            return {key: list(answer)}
    return {key: [str(answer)]}
