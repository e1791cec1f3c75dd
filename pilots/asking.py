"""Putting a request to the cohort: only after the council has given something, and only to the
partners whose trust agreement allows every category that is asked for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pilots.cohort import joined
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from pilots.requests import STATES, Asked, Request
from trust import scope
from trust.act import Act, verb
from trust.outbox import send
from trust.partners import Partner
from trust.people import seated
from trust.records import N_, Msg, Ref, Refused


@dataclass(frozen=True)
class Standing:
    """Whether a partner of the cohort can be asked, and if not, what is missing."""

    partner: Partner
    asked: bool
    missing: Msg | None
    clause: str | None = None


def council_gave(session: Session, pilot: Pilot) -> bool:
    """Whether the council has given anything to this pilot or to a partner of its cohort: an
    answer it sent, before anything is asked (pilots.md, "The council gives first")."""
    cohort = [partner.id for partner in joined(session, pilot.id)]
    gave = select(func.count()).where(
        Contribution.giver_id == pilot.taker_id,
        Contribution.taker_id.in_(cohort),
        Contribution.state.not_in(("draft", "withdrawn")),
    )
    return bool(session.scalar(gave))


def standing(session: Session, request: Request, now: datetime) -> list[Standing]:
    """Each partner of the cohort: asked already, can be asked, or what is missing first."""
    asked = set(session.scalars(select(Asked.giver_id).where(Asked.request_id == request.id)))
    categories = sorted({one.category for one in request.newest.questions})
    found = []
    assert request.pilot_id is not None
    for partner in joined(session, request.pilot_id):
        missing, clause = None, None
        for category in categories:
            answer = scope.allows(
                session,
                partner.id,
                request.taker_id,
                use="request",
                category=category,
                purpose="question",
                audience="reviewers",
                on=now,
            )
            if isinstance(answer, scope.NotAllowed):
                missing, clause = answer.reason, answer.clause
                break
        found.append(Standing(partner, partner.id in asked, missing, clause))
    return found


@verb("request:open", table=STATES)
def open_request(act: Act, request: Request) -> None:
    """Open it, and put it to every partner of the cohort whose agreement allows it.

    Raises ``Refused`` without questions, before the council has given something, or when no
    partner can be asked.
    """
    if not request.newest.questions:
        raise Refused(N_("Write at least one question first."))
    pilot = act.session.get(Pilot, request.pilot_id)
    assert pilot is not None
    if pilot.state != "running":
        raise Refused(N_("The pilot is paused. Nothing can be asked now."))
    if not council_gave(act.session, pilot):
        raise Refused(
            N_("The council gives first. Nothing can be asked before it has given something."),
            next_step=Msg(N_("Answer a question that a partner of the cohort has asked you.")),
        )
    can = [s for s in standing(act.session, request, act.now) if s.missing is None]
    if not can:
        raise Refused(
            N_("Nobody can be asked yet: no trust agreement that allows this is in force."),
            clause="categories",
            next_step=Msg(N_("Talk with the partners. Agree how you work first.")),
        )
    _put(act, request, [s.partner for s in can])
    request.newest.frozen_at = act.now
    request.opened_at = act.now


@verb("request:put", may="request:write")
def put(act: Act, request: Request, *, partner: Partner) -> None:
    """Put an open request to one more partner. Raises ``Refused`` naming what is missing."""
    if request.state != "open":
        raise Refused(N_("Open it first."))
    for one in standing(act.session, request, act.now):
        if one.partner.id == partner.id:
            if one.missing:
                raise Refused(
                    Msg(
                        N_("%(partner)s cannot be asked. %(why)s"),
                        {"partner": partner.name, "why": one.missing},
                    ),
                    clause=one.clause,
                    next_step=Msg(
                        N_("Propose an agreement to them, or talk about the one you have.")
                    ),
                )
            if not one.asked:
                _put(act, request, [partner])
            return
    raise Refused(
        Msg(N_("%(partner)s is not taking part in this pilot."), {"partner": partner.name})
    )


def _put(act: Act, request: Request, partners: list[Partner]) -> None:
    for partner in partners:
        act.session.add(
            Asked(
                request_id=request.id,
                giver_id=partner.id,
                taker_id=request.taker_id,
                at=act.now,
                minutes=request.minutes,
            )
        )
        act.moment("asked", request, minutes=request.minutes)
        for person in seated(act.session, Ref.of(partner), "contribution:write", act.now):
            send(act, "request", person, request)
    act.fact(asked=[partner.id for partner in partners])
