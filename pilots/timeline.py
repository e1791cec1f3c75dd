"""What came of a contribution, step by step: read from the events and from what rests on it,
so that it can never say anything else than what happened."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pilots.contributions import Contribution, next_news
from pilots.insight import Evidence, Insight
from pilots.responses import KINDS, Response
from pilots.review import REASONS
from trust.audit import Event, EventWords
from trust.records import N_, Msg, Ref

SAID = {
    "contribution:start": N_("You started"),
    "contribution:send": N_("You sent it"),
    "contribution:claim": N_("Somebody is reading it"),
    "contribution:hand-back": N_("It waits for another reader"),
    "contribution:ask": N_("They asked you something"),
    "contribution:reply": N_("You answered"),
    "contribution:accept": N_("Accepted"),
    "contribution:set-aside": N_("Not used"),
    "contribution:pass-on": N_("Passed to the safeguarding lead the same day"),
    "contribution:withdraw": N_("You took it back"),
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
    found = [*_events(session, contribution), *_outcomes(session, contribution)]
    return sorted(found, key=lambda step: step.at)


def _events(session: Session, contribution: Contribution) -> list[Step]:
    stmt = (
        select(Event, EventWords.words)
        .outerjoin(EventWords, EventWords.event_id == Event.id)
        .where(Event.subject == Ref.of(contribution), Event.verb.in_(SAID))
        .order_by(Event.id)
    )
    found = []
    for event, words in session.execute(stmt):
        what = Msg(SAID[event.verb])
        said = (words or {}).get("reason", "")
        if event.verb == "contribution:set-aside":
            code = REASONS.get(event.facts.get("reason", ""), REASONS["other"])
            what = Msg(N_("Not used: %(reason)s"), {"reason": Msg(code)})
        if event.verb == "contribution:start" and event.facts.get("went_on"):
            continue
        found.append(Step(event.at, what, said))
        news = next_news(contribution)
        if event.verb == "contribution:accept" and news is not None:
            found.append(Step(event.at, news))
    return found


def _outcomes(session: Session, contribution: Contribution) -> list[Step]:
    rests = (
        select(Insight)
        .join(Evidence, Evidence.insight_id == Insight.id)
        .where(Evidence.contribution_id == contribution.id, Insight.state != "draft")
    )
    found = []
    for insight in session.scalars(rests):
        about = Ref.of(insight)
        assert insight.shown_at is not None
        shown = Msg(N_("We learned something from it. You see it first."))
        found.append(Step(insight.shown_at, shown, insight.statement, insight.lang, about))
        if insight.published_at:
            shared = Msg(N_("Shared with the whole cohort"))
            found.append(Step(insight.published_at, shared, about=about))
        answers = select(Response).where(Response.insight_id == insight.id)
        for response in session.scalars(answers):
            what = Msg(KINDS[response.kind])
            if response.by_day:
                what = Msg(N_("We will, by %(day)s"), {"day": response.by_day})
            found.append(Step(response.given_at, what, response.words, response.lang, about))
    return found
