"""A change of the questions that somebody was asked already. It is written beside what is asked,
shown with whom it touches, and put to them in one step. An answer stays with the wording it was
given to, and a draft moves on only when its writer has seen what changed (pilots.md, "A versioned
request never changes under an answer")."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilots.asking import Standing, check_askable, standing
from pilots.composing import COPIED, copied
from pilots.conditions import check_rules
from pilots.contributions import Contribution
from pilots.figures import place_asked
from pilots.questions import Question
from pilots.requests import Asked, Request, RequestVersion
from trust.act import Act, verb
from trust.outbox import send
from trust.people import seated
from trust.records import N_, Msg, Ref, Refused

MEANING = ("kind", "words", "rows", "columns", "choices", "category", "publishable")
"""Where these are the same, two answers are to one question."""


@dataclass(frozen=True)
class Difference:
    """What is different of one question: it was "added", "changed", "moved" or "taken-out".
    ``was`` is the question before, where there was one."""

    how: str
    question: Question
    was: Question | None = None


@dataclass(frozen=True)
class Touched:
    """A partner that was asked, and what a change means for it: it has "answered" already, is
    "writing", or was "asked" only. ``standing`` says what keeps it with the questions that it
    has, if anything does."""

    how: str
    standing: Standing


def differences(old: Iterable[Question], new: Iterable[Question]) -> list[Difference]:
    """What is different between two wordings, in the order of the new one; what was taken out
    comes last."""
    before, after = {one.key: one for one in old}, {one.key: one for one in new}
    order = [key for key in before if key in after]
    now = [key for key in after if key in before]
    found = []
    for key, one in after.items():
        was = before.get(key)
        if was is None:
            found.append(Difference("added", one))
        elif _all_of(one) != _all_of(was):
            found.append(Difference("changed", one, was))
        elif order.index(key) != now.index(key):
            found.append(Difference("moved", one, was))
    gone = (one for key, one in before.items() if key not in after)
    return [*found, *(Difference("taken-out", one, one) for one in gone)]


def _all_of(one: Question) -> list[Any]:
    return [getattr(one, name) for name in COPIED if name != "position"]


def touched(session: Session, request: Request, now: datetime) -> list[Touched]:
    """The partners that were asked, each with what the change that is being written means for
    it."""
    writing = set(
        session.scalars(
            select(Contribution.giver_id).where(
                Contribution.request_id == request.id, Contribution.state == "draft"
            )
        )
    )
    return [
        Touched(
            "answered" if one.answered else "writing" if one.partner.id in writing else "asked",
            one,
        )
        for one in standing(session, request, now, request.written)
        if one.asked
    ]


@verb("request:change", may="request:write")
def change(act: Act, request: Request) -> None:
    """Begin to change the questions of a request that was put to somebody, or go on with it.
    Those who were asked go on with the questions they have. Raises ``Refused`` while it is being
    written for the first time."""
    if request.state == "draft":
        raise Refused(N_("Nobody was asked yet. Change its questions on its page."))
    if request.written is not None:
        act.fact(went_on=True)
        return
    number = request.versions[-1].number + 1
    questions = copied(request.newest.questions)
    request.versions.append(RequestVersion(number=number, questions=questions))
    act.fact(number=number)


def _change_of(request: Request) -> RequestVersion:
    if request.state == "draft" or request.written is None:
        raise Refused(N_("No change is being written here."))
    return request.written


@verb("request:drop-change", may="request:write")
def drop_change(act: Act, request: Request) -> None:
    """Throw away a change that was put to nobody. Raises ``Refused`` when there is none."""
    dropped = _change_of(request)
    for one in list(dropped.questions):
        act.session.delete(one)
    dropped.questions.clear()
    request.versions.remove(dropped)
    act.session.delete(dropped)
    act.fact(number=dropped.number)


@verb("request:put-change", may="request:write")
def put_change(act: Act, request: Request) -> None:
    """Put a change to those who were asked. Who has begun is told, and looks at what changed
    before sending; who has answered need do nothing; whose agreement does not allow what is new
    stays with the questions that it has.

    Raises ``Refused`` when nothing is different, for questions that cannot be put to anybody
    (``check_askable``), and when it would reach nobody.
    """
    new, old = _change_of(request), request.newest
    check_askable(new.questions)
    if not differences(old.questions, new.questions):
        raise Refused(N_("Nothing is different yet."))
    check_rules(new.questions)
    found = touched(act.session, request, act.now)
    reached = {one.standing.partner.id: one for one in found if one.standing.missing is None}
    if not reached:
        raise Refused(
            N_("No group that was asked can be asked this: its agreement does not allow it."),
            next_step=Msg(N_("Take out what is new, or talk about the agreement first.")),
        )
    for one in new.questions:
        one.same_as_id = _repeated(one, new, old)
    new.frozen_at = act.now
    rows = select(Asked).where(Asked.request_id == request.id, Asked.giver_id.in_(reached))
    for row in act.session.scalars(rows.with_for_update()):
        row.version_asked = new
    for giver_id, touch in reached.items():
        if touch.how == "writing":
            writers = set(
                seated(act.session, Ref("partner", giver_id), "contribution:write", act.now)
            )
            for person in sorted(writers | _entering(act.session, request, giver_id)):
                send(act, "request-changed", person, request)
    act.fact(number=new.number, reached=sorted(reached))


def _entering(session: Session, request: Request, giver_id: int) -> set[int]:
    """Who writes the draft of a partner down for it, if somebody does."""
    stmt = select(Contribution).where(
        Contribution.request_id == request.id,
        Contribution.giver_id == giver_id,
        Contribution.state == "draft",
    )
    return {one.entered_by_id for one in session.scalars(stmt) if one.on_behalf}


def _repeated(one: Question, new: RequestVersion, old: RequestVersion) -> int | None:
    """The first question that ``one`` repeats unchanged. A table of counts is the same only where
    the places are too: its counts are summed by them."""
    was = next((each for each in old.questions if each.key == one.key), None)
    if was is None or _meaning(one) != _meaning(was):
        return None
    if one.kind == "count-table":
        here, there = place_asked(new.questions), place_asked(old.questions)
        if (here and (here.key, _meaning(here))) != (there and (there.key, _meaning(there))):
            return None
    return was.first_id


def _meaning(one: Question) -> list[Any]:
    return [getattr(one, name) for name in MEANING]
