"""Review: reading what was sent, asking, accepting, setting aside with a reason, or passing on
when someone may be at risk. Nobody reviews what their own organisation gave."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from pilots import bounds
from pilots.contribution_states import STATES
from pilots.contributions import Contribution, tell_giver, writer_only
from pilots.days import still_to_come
from pilots.figures import project
from pilots.passed_on import state_for_giver
from pilots.questions import Question
from pilots.queue import news_due
from trust import conflicts, safeguarding, scope
from trust.act import Act, Actor, verb
from trust.disclosure.count import Count, reveal
from trust.outbox import send
from trust.partners import Partner
from trust.people import Person
from trust.records import N_, STAYS, Msg, Record, Ref, Refused

REASONS = {
    "unclear": N_("We could not understand it well enough"),
    "outside": N_("It is about something else than we asked"),
    "twice": N_("It says what another one says"),
    "could-identify": N_("Somebody could be picked out"),
    "other": N_("Something else"),
}


class Message(Record):
    """One message in the thread between reviewer and contributor. Both sides read all of it."""

    __tablename__ = "message"

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    by_partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    words: Mapped[str] = mapped_column(String(4000))
    at: Mapped[datetime]

    @classmethod
    def visible(cls, stmt: Select["Message"], actor: Actor) -> Select["Message"]:
        seen = Contribution.visible(select(Contribution), actor).with_only_columns(Contribution.id)
        return stmt.where(cls.contribution_id.in_(seen))


@dataclass(frozen=True)
class Said:
    """One message as both sides read it: who said what, for whom, and when."""

    by: str
    partner: str
    words: str
    at: datetime


def thread(session: Session, contribution: Contribution) -> list[Said]:
    """The messages about a contribution, oldest first."""
    stmt = (
        select(Person.name, Partner.name, Message.words, Message.at)
        .join(Person, Person.id == Message.by_id)
        .outerjoin(Partner, Partner.id == Message.by_partner_id)
        .where(Message.contribution_id == contribution.id)
        .order_by(Message.id)
    )
    return [Said(by, partner or "", words, at) for by, partner, words, at in session.execute(stmt)]


@dataclass(frozen=True)
class Reading:
    """One answer as its reviewer may read it: the answer, or the clause that says no."""

    question: Question
    answer: Any
    refusal: scope.NotAllowed | None = None


def readings(session: Session, contribution: Contribution, now: datetime) -> list[Reading]:
    """The answers for a reviewer, each only inside the scope of the agreement as it is now.

    An answer to a partner's own question was given to whoever asked: words need no terms there,
    and counts are never part of it.
    """
    said = bounds.verdicts(session, scope.READ, [contribution], now)
    return [
        reading(contribution, one, said[contribution.giver_id, one.category])
        for one in contribution.request_version.questions
        if one.key in contribution.answers
    ]


def reading(contribution: Contribution, question: Question, verdict: scope.Verdict) -> Reading:
    """What was answered to one question, where the agreement's ``verdict`` lets it be read so."""
    answer = contribution.answers.get(question.key)
    if contribution.pilot_id is None and question.category != "count":
        return Reading(question, answer)
    if isinstance(verdict, scope.NotAllowed):
        return Reading(question, None, verdict)
    if question.kind == "count-table" and answer:
        answer = {
            row: {column: reveal(Count(number), verdict) for column, number in given.items()}
            for row, given in answer.items()
        }
    elif question.kind == "whole-number" and answer is not None:
        answer = reveal(Count(answer), verdict)
    return Reading(question, answer)


def _not_own(act: Act, contribution: Contribution) -> None:
    if contribution.giver_id in act.actor.own:
        raise Refused(N_("This came from your own organisation. A colleague elsewhere reads it."))
    conflicts.check_clear(act, contribution.giver_id)
    if act.actor.person_id == contribution.entered_by_id:
        raise Refused(N_("You wrote this down for the group yourself. A colleague reads it."))


def _still_open(act: Act, contribution: Contribution) -> None:
    """Raises ``Refused`` once the agreement lets nothing of it be read: nothing new comes of it."""
    bounds.must(act.session, scope.READ, contribution, act.now)


def _its_reader(act: Act, contribution: Contribution) -> None:
    """Raises ``Refused`` unless whoever acts took it: nobody settles what a colleague reads."""
    if contribution.claimed_by_id != act.actor.person_id:
        raise Refused(
            Msg(N_("%(name)s is reading it."), {"name": _reader(act, contribution)}),
            next_step=Msg(N_("Talk with them first. Then you can take it over.")),
        )


def _reader(act: Act, contribution: Contribution) -> str:
    return act.session.get_one(Person, contribution.claimed_by_id).name


def _tell_reader(act: Act, contribution: Contribution, kind: str) -> None:
    if contribution.claimed_by_id is not None:
        send(act, kind, contribution.claimed_by_id, contribution)


@verb("contribution:claim", table=STATES)
def claim(act: Act, contribution: Contribution) -> None:
    """A reviewer takes it off the queue to read it: from here the promise to read is kept.
    Refused where the agreement does not let it be read now, as are the verbs that go on from
    reading it; to hand it back, say what came of it, or pass it on needs no agreement."""
    _not_own(act, contribution)
    _still_open(act, contribution)
    contribution.claimed_by_id = act.actor.person_id
    act.moment("read", contribution)


@verb("contribution:take-over", table=STATES)
def take_over(act: Act, contribution: Contribution, *, instead_of: int) -> None:
    """A reviewer reads on where a colleague began, who is told. ``instead_of`` is the person who
    had it when this one looked. Raises ``Refused`` when somebody else has it meanwhile."""
    _not_own(act, contribution)
    _still_open(act, contribution)
    if contribution.claimed_by_id != instead_of or instead_of == act.actor.person_id:
        name = _reader(act, contribution)
        raise Refused(Msg(N_("%(name)s has this one already."), {"name": name}))
    act.fact(instead_of=instead_of)
    _tell_reader(act, contribution, "taken-over")
    contribution.claimed_by_id = act.actor.person_id


@verb("contribution:hand-back", table=STATES)
def hand_back(act: Act, contribution: Contribution) -> None:
    """Put it back on the queue for somebody else. Only its reader can, as with what follows."""
    _its_reader(act, contribution)
    contribution.claimed_by_id = None


def _message(act: Act, contribution: Contribution, words: str) -> None:
    words = words.strip()
    if not words:
        raise Refused(N_("Write your message."), field="words")
    if len(words) > 4000:
        raise Refused(N_("Use 4,000 characters or fewer."), field="words")
    act.session.add(
        Message(
            contribution_id=contribution.id,
            by_id=act.actor.person_id,
            by_partner_id=act.actor.acting_for,
            words=words,
            at=act.now,
        )
    )


@verb("contribution:ask", table=STATES)
def ask(act: Act, contribution: Contribution, *, words: str) -> None:
    """Ask the contributor something. It reaches them by mail and in the portal."""
    _not_own(act, contribution)
    _its_reader(act, contribution)
    _still_open(act, contribution)
    _message(act, contribution, words)
    tell_giver(act, contribution, "asked")


@verb("contribution:reply", table=STATES)
def reply(act: Act, contribution: Contribution, *, words: str) -> None:
    """The contributor answers."""
    writer_only(act, contribution)
    _message(act, contribution, words)
    _tell_reader(act, contribution, "replied")


@verb("contribution:reply-on", table=STATES)
def reply_on(act: Act, contribution: Contribution, *, words: str) -> None:
    """The contributor answers what was asked before it was passed on, and sees no difference:
    the safeguarding lead reads it. Refused as ``reply`` would be, had it not been passed on."""
    writer_only(act, contribution)
    STATES.check("contribution:reply", state_for_giver(act.session, contribution))
    _message(act, contribution, words)
    contribution.kept_state, contribution.kept_at = "in-review", act.now
    safeguarding.heard_more(act, contribution)


def may_reply(session: Session, contribution: Contribution, actor: Actor) -> bool:
    """Whether to offer a reply: they were asked something, as far as they know."""
    asked = state_for_giver(session, contribution) == "asked"
    return asked and reply.allowed(actor, contribution)


@verb("contribution:accept", table=STATES)
def accept(
    act: Act, contribution: Contribution, *, next_news_on: date | None = None, reason: str = ""
) -> None:
    """Accept it; its counts become figures. Say by when the contributor hears more.

    Raises ``Refused`` when the day is not to come, and for a later one than was promised without
    a ``reason``, which the contributor reads.
    """
    _not_own(act, contribution)
    _its_reader(act, contribution)
    _still_open(act, contribution)
    still_to_come(next_news_on, act.now, "next_news_on")
    _later_for_a_reason(act, contribution, next_news_on, reason.strip()[:500])
    act.session.add_all(project(contribution))
    if next_news_on is not None:
        _next_news(act, contribution, next_news_on)
    tell_giver(act, contribution, "accepted")


@verb("contribution:news", table=STATES)
def nothing_yet(
    act: Act, contribution: Contribution, *, next_news_on: date | None, words: str = ""
) -> None:
    """Tell the contributor that there is nothing new yet, and by when they hear more: that is an
    answer, and its day is the next promise (trust.md, "Promise ledger").

    Raises ``Refused`` when the day is missing or not to come.
    """
    _not_own(act, contribution)
    if next_news_on is None:
        raise Refused(N_("Give the day by which they hear more."), field="next_news_on")
    still_to_come(next_news_on, act.now, "next_news_on")
    if words.strip():
        act.words(reason=words.strip()[:500])
    _next_news(act, contribution, next_news_on)
    tell_giver(act, contribution, "news")


def _next_news(act: Act, contribution: Contribution, day: date) -> None:
    contribution.next_news_on = day
    act.fact(next_news=day.isoformat())
    act.moment("next_news", contribution, until=datetime.combine(day, time(12), act.now.tzinfo))


def _later_for_a_reason(
    act: Act, contribution: Contribution, day: date | None, reason: str
) -> None:
    if day is None or day <= (due := news_due(act.session, contribution)):
        return
    if not reason:
        said = N_("They were promised news by %(day)s. Say why it will be later.")
        raise Refused(Msg(said, {"day": due}), field="reason")
    act.words(reason=reason)


@verb("contribution:set-aside", table=STATES)
def set_aside(act: Act, contribution: Contribution, *, code: str, reason: str) -> None:
    """Do not use it, for a reason that the contributor reads."""
    _not_own(act, contribution)
    _its_reader(act, contribution)
    if code not in REASONS:
        raise Refused(N_("Choose a reason from the list."), field="code")
    act.fact(reason=code)
    act.words(reason=reason)
    act.moment("answered", contribution)
    tell_giver(act, contribution, "not-used")


@verb("contribution:pass-on", table=STATES)
def pass_on(act: Act, contribution: Contribution, *, words: str) -> None:
    """Someone may be at risk: out of the queue, to the safeguarding lead, the same day. The
    contributor hears of it when the lead takes it, unless the lead writes down why not."""
    contribution.kept_state, contribution.kept_at = contribution.state, contribution.changed_at
    giver_id = contribution.giver_id
    sides = contribution.taker_id, giver_id
    safeguarding.raised(act, safeguarding.Read(Ref.of(contribution), giver_id, sides), words)
