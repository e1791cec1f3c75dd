"""Putting a request to the cohort: only after the council has given something, and only to the
partners whose trust agreement allows every category that is asked for."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from pilots import burden
from pilots.cohort import against_asking, joined
from pilots.contributions import Contribution, sent_before
from pilots.days import still_to_come
from pilots.footing import Footing, footings
from pilots.pilot import STATES as PILOT_STATES
from pilots.pilot import Pilot
from pilots.questions import KINDS, Question
from pilots.requests import STATES, Asked, Request, RequestVersion
from trust import scope
from trust.act import Act, Actor, verb
from trust.audit import Event, EventWords
from trust.clauses import title_of
from trust.disclosure.policy import DEFAULT
from trust.outbox import send
from trust.partners import Partner
from trust.people import seated
from trust.records import N_, Hidden, Msg, Ref, Refused

MOST_REASON = 500


@dataclass(frozen=True)
class Standing:
    """Whether a partner of the cohort can be asked, and if not, what is missing: the clause of
    its agreement that says no (``against``), or the agreement itself. ``footing`` is the agreement
    there is; ``answered`` whether it has sent an answer; ``declined`` that it said no this time,
    with what it said about that."""

    partner: Partner
    asked: bool
    answered: bool
    missing: Msg | None
    against: scope.NotAllowed | None = None
    footing: Footing | None = None
    declined: bool = False
    reason: str = ""


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


def standing(
    session: Session, request: Request, now: datetime, version: RequestVersion | None = None
) -> list[Standing]:
    """Each partner of the cohort: asked already, can be asked, or what is missing first; for the
    questions that are asked now, or those of another ``version``. The same few statements for any
    number of partners."""
    rows = session.scalars(select(Asked).where(Asked.request_id == request.id))
    asked = {row.giver_id: row for row in rows}
    reasons = _reasons(session, asked.values())
    assert request.pilot_id is not None
    partners = joined(session, request.pilot_id)
    ids = [partner.id for partner in partners]
    categories = {one.category for one in (version or request.newest).questions if one.asks}
    against = against_asking(session, request.pilot_id, ids, request.taker_id, categories, now)
    held = footings(session, Ref("pilot", request.pilot_id), request.taker_id, ids, now)
    sent = select(Contribution.giver_id).where(
        Contribution.request_id == request.id, Contribution.state.not_in(("draft", "withdrawn"))
    )
    answered = set(session.scalars(sent))
    return [
        Standing(
            partner=one,
            asked=one.id in asked,
            answered=one.id in answered,
            missing=_missing(request, one, against[one.id]) if one.id in against else None,
            against=against.get(one.id),
            footing=held.get(one.id),
            declined=one.id in asked and asked[one.id].declined_at is not None,
            reason=reasons.get(one.id, ""),
        )
        for one in partners
    ]


def too_few_to_release(request: Request, reach: Collection[Standing]) -> bool:
    """Whether a request asks for counts, and of fewer groups than have to stand behind a figure
    that is released: those it was put to, or would be."""
    counts = any(KINDS[one.kind].beyond == "figures" for one in request.newest.questions)
    draft = request.state == "draft"
    reached = sum(one.missing is None if draft else one.asked for one in reach)
    return counts and 0 < reached < DEFAULT.least_groups


def _reasons(session: Session, rows: Collection[Asked]) -> dict[int, str]:
    """What partners last said about not answering, by partner."""
    stmt = (
        select(Event.giver_id, EventWords.words)
        .join(EventWords, EventWords.event_id == Event.id)
        .where(
            Event.verb == "request:decline",
            Event.subject.in_([Ref.of(row) for row in rows if row.declined_at]),
        )
        .order_by(Event.id)
    )
    said = {giver: words.get("reason", "") for giver, words in session.execute(stmt)}
    return {giver: reason for giver, reason in said.items() if giver is not None}


def _missing(request: Request, partner: Partner, no: scope.NotAllowed) -> Msg:
    """Which agreement is missing, or which clause of it says no."""
    names = {"council": request.taker.name, "partner": partner.name}
    if no.clause is None:
        text = N_("No trust agreement between %(council)s and %(partner)s is in force.")
        return Msg(text, names)
    if no.clause == scope.ONE_PROJECT:
        text = N_("The agreement with %(partner)s is for another project. This one needs its own.")
        return Msg(text, names)
    text = N_("The agreement with %(partner)s does not allow this. See the clause “%(clause)s”.")
    return Msg(text, {**names, "clause": Msg(title_of(no.clause))})


def check_askable(questions: Iterable[Question]) -> None:
    """Raises ``Refused`` for questions that cannot be put to anybody: there is none, or one says
    no reason."""
    asking = [one for one in questions if one.asks]
    if not asking:
        raise Refused(N_("Write at least one question first."))
    for number, one in enumerate(asking, 1):
        if not any(text.strip() for text in one.why.values()):
            said = N_("Say why you ask question %(number)s. Whoever answers will read it.")
            raise Refused(Msg(said, {"number": number}))


@verb("request:open", table=STATES)
def open_request(act: Act, request: Request, *, reason: str = "") -> None:
    """Open it, and put it to every partner of the cohort whose agreement allows it.

    Raises ``Refused`` without questions or with one that says no reason, before the council has
    given something, when the day to answer by is over, when no partner can be asked, and without a
    ``reason`` of its own when one would be asked for more of its time than was agreed.
    """
    check_askable(request.newest.questions)
    still_to_come(request.closes_on, act.now, "closes_on")
    pilot = act.session.get(Pilot, request.pilot_id)
    assert pilot is not None
    if pilot.state != "running":
        raise Refused(
            Msg(
                N_("Nothing can be asked now. The pilot is “%(state)s”."),
                {"state": Msg(PILOT_STATES.names[pilot.state])},
            )
        )
    if not council_gave(act.session, pilot):
        raise Refused(
            N_("The council gives first. Nothing can be asked before it has given something."),
            next_step=Msg(N_("Answer a question that a partner of the cohort has asked you.")),
        )
    reach = standing(act.session, request, act.now)
    can = [s for s in reach if s.missing is None]
    if not can:
        said = N_("Nobody can be asked yet: no trust agreement that allows this is in force.")
        step = Msg(N_("Talk with the partners. Agree how you work first."))
        no = next((s.against for s in reach if s.against and s.against.clause), None)
        if no is not None:
            raise no.refused(Msg(said), next_step=step)
        raise Refused(said, next_step=step)
    _put(act, request, [s.partner for s in can], reason)
    request.newest.frozen_at = act.now
    request.opened_at = act.now


@verb("request:put", may="request:write")
def put(act: Act, request: Request, *, partner: Partner, reason: str = "") -> None:
    """Put an open request to one more partner. Raises ``Refused`` naming what is missing: a
    ``reason``, where it would be asked for more of its time than was agreed."""
    if request.state != "open":
        raise Refused(N_("Open it first."))
    for one in standing(act.session, request, act.now):
        if one.partner.id == partner.id:
            if one.against and one.missing:
                raise one.against.refused(
                    Msg(
                        N_("%(partner)s cannot be asked. %(why)s"),
                        {"partner": partner.name, "why": one.missing},
                    ),
                    next_step=Msg(
                        N_("Propose an agreement to them, or talk about the one you have.")
                    ),
                )
            if not one.asked:
                _put(act, request, [partner], reason)
            return
    raise Refused(
        Msg(N_("%(partner)s is not taking part in this pilot."), {"partner": partner.name})
    )


def _put(act: Act, request: Request, partners: list[Partner], reason: str) -> None:
    loads = burden.loads(act.session, request, [one.id for one in partners], act.now, wait=True)
    reason = reason.strip()
    if not reason and any(load.over for load in loads.values()):
        raise Refused(
            N_("This asks for more time than was agreed. Say why. The groups read it."),
            field="reason",
        )
    if len(reason) > MOST_REASON:
        said = Msg(N_("Use %(most)s characters or fewer."), {"most": MOST_REASON})
        raise Refused(said, field="reason")
    for partner in partners:
        over = loads[partner.id].over
        act.session.add(
            Asked(
                request_id=request.id,
                request_version_id=request.newest.id,
                giver_id=partner.id,
                taker_id=request.taker_id,
                at=act.now,
                minutes=request.minutes,
                over=over,
                reason=reason if over else "",
            )
        )
        act.moment("asked", request, minutes=request.minutes, giver_id=partner.id)
        for person in seated(act.session, Ref.of(partner), "contribution:write", act.now):
            send(act, "request-over" if over else "request", person, request)
    act.fact(asked=[partner.id for partner in partners])


@verb("request:decline", may="contribution:write")
def decline(act: Act, asked: Asked, *, request: Request, reason: str = "") -> None:
    """A partner of the cohort does not answer this time. Nothing bad follows, and it may still
    answer: that takes this back. No reason is asked.

    Raises ``Refused`` once it has answered or the request is closed, ``Hidden`` for a question
    between partners: whoever asks one is owed an answer.
    """
    if request.pilot_id is None or request.id != asked.request_id:
        raise Hidden("request")
    if request.state != "open":
        raise Refused(N_("This request is closed. You need not do anything."))
    if sent_before(act.session, request.id, asked.giver_id) is not None:
        raise Refused(
            N_("You have answered this already."),
            next_step=Msg(N_("Open your answer. You can take it back there.")),
        )
    asked.declined_at = act.now
    if reason.strip():
        act.words(reason=reason.strip()[:1000])


def asked_by_us(actor: Actor) -> Select[Request, Asked, Partner, int | None]:
    """The questions that the actor's partner put to others, newest first: each with whom it was
    put to, and the id of the answer that was sent."""
    mine = actor.ids("request:read", "partner")
    stmt = (
        select(Request, Asked, Partner, _answer("passed-on"))
        .join(Asked, Asked.request_id == Request.id)
        .join(Partner, Partner.id == Asked.giver_id)
        .where(Request.pilot_id.is_(None), Request.taker_id.in_(mine))
    )
    return stmt.order_by(Asked.at.desc(), Asked.id.desc())


def asked_of_us(actor: Actor) -> Select[Request, Asked, Partner, int | None]:
    """What was put to the actor's partner, newest first: each with who asks, and the id of the
    answer that was sent."""
    mine = actor.ids("contribution:read", "partner")
    stmt = (
        select(Request, Asked, Partner, _answer())
        .join(Asked, Asked.request_id == Request.id)
        .join(Partner, Partner.id == Request.taker_id)
        .where(Asked.giver_id.in_(mine), Request.state != "draft")
    )
    return stmt.order_by(Asked.at.desc(), Asked.id.desc())


def _answer(*unseen: str) -> ScalarSelect[int]:
    """The newest answer that the partner asked has sent, and did not take back."""
    return (
        select(func.max(Contribution.id))
        .where(
            Contribution.request_id == Request.id,
            Contribution.giver_id == Asked.giver_id,
            Contribution.state.not_in(("draft", "withdrawn", *unseen)),
        )
        .correlate(Request, Asked)
        .scalar_subquery()
    )
