"""What came of a contribution, step by step: read from the events and from what rests on it,
so that it can never say anything else than what happened."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from pilots.contribution_states import CHANNELS, OWN
from pilots.contributions import Contribution
from pilots.evidence import Evidence
from pilots.insight import Insight
from pilots.passed_on import seen_state
from pilots.publications import Publication
from pilots.requests import Request
from pilots.responses import Response, delays, said
from pilots.review import REASONS
from pilots.withdrawal import tables
from trust.act import Actor
from trust.audit import Event, EventWords
from trust.partners import Partner
from trust.people import Person
from trust.recordings import Recording
from trust.records import N_, Msg, Ref
from trust.safeguarding import told

SAID = {
    "contribution:start": N_("You started"),
    "contribution:enter": N_("Somebody wrote it down for you"),
    "contribution:send": N_("You sent it"),
    "contribution:claim": N_("Somebody is reading it"),
    "contribution:take-over": N_("Somebody else is reading it now"),
    "contribution:hand-back": N_("It waits for another reader"),
    "contribution:ask": N_("They asked you something"),
    "contribution:reply": N_("You answered"),
    "contribution:reply-on": N_("You answered"),
    "contribution:accept": N_("Accepted"),
    "contribution:news": N_("Nothing new yet"),
    "contribution:set-aside": N_("Not used"),
    "contribution:pass-on": N_("Passed to the safeguarding lead the same day"),
    "contribution:withdraw": N_("You took it back"),
    "recording:make-back": N_("Somebody wrote down that you want it back. We ask you if it is so"),
    "recording:confirm": N_("You took it back"),
    "recording:call": N_("You took it back"),
    "recording:deny": N_("You do not want it back"),
    "recording:take-back": N_("That you want it back was a mistake"),
}


@dataclass(frozen=True)
class Step:
    """One thing that happened: when, what, and in whose words, if any were said.

    ``words`` is user content in ``lang``; ``about`` points to what it links to.
    """

    at: datetime
    what: Msg
    words: str = ""
    lang: str = "en"
    about: Ref | None = None


def steps(session: Session, contribution: Contribution) -> list[Step]:
    """The timeline of one contribution, oldest first."""
    found = [
        *_events(session, contribution),
        *_outcomes(session, contribution),
        *_released(session, contribution),
    ]
    return sorted(found, key=lambda step: step.at)


def _events(session: Session, contribution: Contribution) -> list[Step]:
    asked_back = select(Recording.id).where(Recording.answer == Ref.of(contribution))
    about = [Ref.of(contribution), *(Ref("recording", id) for id in session.scalars(asked_back))]
    stmt = (
        select(Event, EventWords.words, Person.name)
        .outerjoin(EventWords, EventWords.event_id == Event.id)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.subject.in_(about), Event.verb.in_(SAID))
        .order_by(Event.id)
    )
    found = []
    for event, words, name in session.execute(stmt):
        if event.facts.get("went_on"):
            continue
        passed_on = event.verb == "contribution:pass-on"
        if passed_on and not told(session, Ref.of(contribution), contribution.giver_id):
            continue
        said = (words or {}).get("reason", "")
        news = _news(event, contribution)
        what = _what(contribution, event, name or "")
        found.append(Step(event.at, what, "" if news else said))
        if news:  # with the reason, where it is later than was promised
            found.append(Step(event.at, Msg(N_("You hear more by %(day)s."), {"day": news}), said))
    return found


def _news(event: Event, contribution: Contribution) -> date | None:
    """The day that was named for more news. Before it was noted with each event, only the first
    was kept, with the contribution."""
    if "next_news" in event.facts:
        return date.fromisoformat(event.facts["next_news"])
    return contribution.next_news_on if event.verb == "contribution:accept" else None


def _what(contribution: Contribution, event: Event, name: str) -> Msg:
    """What happened, in words. Whoever did it for the group is named."""
    if event.verb == "contribution:set-aside":
        code = REASONS.get(event.facts.get("reason", ""), REASONS["other"])
        return Msg(N_("Not used: %(reason)s"), {"reason": Msg(code)})
    if event.verb == "contribution:enter":
        how = Msg(CHANNELS[contribution.channel])
        return Msg(N_("%(person)s wrote it down for you: %(how)s"), {"person": name, "how": how})
    for_them = event.acting_for_id != contribution.giver_id
    if event.verb == "contribution:send" and for_them:
        said = N_("%(person)s read it back to %(to)s, and sent it")
        if contribution.channel == "paper":
            said = N_("%(person)s compared it with the paper from %(to)s, and sent it")
        return Msg(said, {"person": name, "to": contribution.read_back_to})
    if event.verb in ("contribution:reply", "contribution:reply-on") and for_them:
        return Msg(N_("%(person)s answered for you"), {"person": name})
    return Msg(SAID[event.verb])


def _outcomes(session: Session, contribution: Contribution) -> list[Step]:
    rests = (
        select(Insight)
        .join(Evidence, Evidence.insight_id == Insight.id)
        .where(Evidence.contribution_id == contribution.id, Insight.state != "draft")
    )
    insights = list(session.scalars(rests))
    ids = [insight.id for insight in insights]
    given: dict[int, list[Response]] = {id: [] for id in ids}
    public: list[Publication] = []
    if ids:
        answers = select(Response).where(Response.insight_id.in_(ids)).order_by(Response.id)
        for response in session.scalars(answers):
            given[response.insight_id].append(response)
        out = select(Publication).where(
            Publication.insight_id.in_(ids), Publication.out_at.is_not(None)
        )
        public.extend(session.scalars(out.order_by(Publication.id)))
    late = delays(session, {id for id, held in given.items() if any(one.public for one in held)})
    found = []
    for insight in insights:
        about = Ref.of(insight)
        assert insight.shown_at is not None
        shown = Msg(N_("We learned something from it. You see it first."))
        found.append(Step(insight.shown_at, shown, insight.statement, insight.lang, about))
        if insight.published_at:
            shared = Msg(N_("Shared with all who take part"))
            found.append(Step(insight.published_at, shared, about=about))
        for response in given[insight.id]:
            what = said(response.kind, response.by_day, late.get(response.id))
            found.append(Step(response.given_at, what, response.words, response.lang, about))
    said_public = Msg(N_("A finding that rests on it was made public"))
    found += [Step(one.out_at, said_public, about=Ref.of(one)) for one in public if one.out_at]
    return found


def _released(session: Session, contribution: Contribution) -> list[Step]:
    """The tables that its counts left in."""
    said = Msg(N_("A table with your numbers in it was released"))
    return [
        Step(one.released_at, said, one.title, about=Ref.of(one))
        for one in tables(session, contribution)
        if one.released_at is not None
    ]


def shared(actor: Actor) -> Select[*tuple[Any, ...]]:
    """What the actor's partner shares, or the actor wrote down for a group, newest first: id,
    reference, state, channel, sent, begun, title of the request, its giver and who asked."""
    taker = _taker()
    seen = Contribution.visible(select(Contribution), actor).whereclause
    assert seen is not None
    return (
        select(
            Contribution.id,
            Contribution.reference,
            seen_state().label("state"),
            Contribution.channel,
            Contribution.sent_at,
            Contribution.created_at,
            Request.title,
            Partner.name.label("giver"),
            taker.name.label("taker"),
        )
        .join(Request, Request.id == Contribution.request_id)
        .join(Partner, Partner.id == Contribution.giver_id)
        .join(taker, taker.id == Contribution.taker_id)
        .where(
            seen,
            or_(
                Contribution.giver_id.in_(actor.ids("contribution:read", "partner")),
                (Contribution.entered_by_id == actor.person_id) & Contribution.channel.not_in(OWN),
            ),
        )
        .order_by(Contribution.id.desc())
    )


@cache
def _taker() -> type[Partner]:
    """The partner that asked, beside the one that gave: named once, not for each statement."""
    return aliased(Partner)
