"""What an organisation thinks of giving out what a request for information covers, and what the
council decides for it: each until the request is closed."""

from trust.act import Act, verb
from trust.calendar import london_day
from trust.inquiries import (
    CONSULTED,
    DECISIONS,
    KEEPS,
    MOST_LETTERS,
    WANTS,
    Consultation,
    must_be_open,
    tell_group,
)
from trust.outbox import send
from trust.people import seated
from trust.records import N_, Msg, Ref, Refused


@verb("consultation:say", table=CONSULTED)
def say(act: Act, consultation: Consultation, *, wants: str, words: str) -> None:
    """The organisation says what it thinks; until the council decides it can say it anew. Raises
    ``Refused`` without a choice, and where it would keep something back without saying why."""
    must_be_open(consultation.inquiry)
    if wants not in WANTS:
        raise Refused(N_("Choose what you think."), field="wants")
    words = words.strip()[:MOST_LETTERS]
    if wants != "share" and not words:
        raise Refused(N_("Say what should not be given out, and why."), field="words")
    consultation.wants, consultation.words = wants, words
    consultation.said_at, consultation.said_by_id = act.now, act.actor.person_id
    act.fact(wants=wants)
    place = Ref("partner", consultation.taker_id)
    for one in seated(act.session, place, KEEPS, act.now):
        send(act, "inquiry-said", one, consultation)


@verb("consultation:decide", table=CONSULTED)
def decide(act: Act, consultation: Consultation, *, decision: str, reason: str) -> None:
    """The council decides for one organisation, and says why; until the request is closed it can
    decide anew. Raises ``Refused`` without a choice, before the organisation has spoken or its days
    are over, and for whoever belongs to it."""
    must_be_open(consultation.inquiry)
    if consultation.giver_id in act.actor.own:
        raise Refused(N_("You belong to this organisation. Somebody else decides."))
    if consultation.state == "asked" and london_day(act.now) <= consultation.answer_by:
        raise Refused(
            Msg(
                N_("They have until %(day)s to say what they think. Decide after that."),
                {"day": consultation.answer_by},
            )
        )
    if decision not in DECISIONS:
        raise Refused(N_("Choose what you decide."), field="decision")
    consultation.decision, consultation.reason = decision, reason.strip()[:MOST_LETTERS]
    consultation.decided_at, consultation.decided_by_id = act.now, act.actor.person_id
    act.fact(decision=decision)
    act.words(reason=consultation.reason)
    tell_group(act, consultation, "inquiry-decided")
