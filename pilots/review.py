"""Review: reading what was sent, asking, accepting, setting aside with a reason, or passing on
when someone may be at risk. Nobody reviews what their own organisation gave."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from pilots.contributions import STATES, Contribution
from pilots.figures import project
from trust import safeguarding
from trust.act import Act, Actor, verb
from trust.outbox import send
from trust.people import seated
from trust.records import N_, Record, Ref, Refused

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
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    words: Mapped[str] = mapped_column(String(4000))
    at: Mapped[datetime]

    @classmethod
    def visible(cls, stmt: Select["Message"], actor: Actor) -> Select["Message"]:
        seen = Contribution.visible(select(Contribution), actor).with_only_columns(Contribution.id)
        return stmt.where(cls.contribution_id.in_(seen))


def _not_own(act: Act, contribution: Contribution) -> None:
    if act.actor.acting_for == contribution.giver_id:
        raise Refused(N_("This came from your own organisation. A colleague elsewhere reads it."))


def _tell_giver(act: Act, contribution: Contribution, kind: str) -> None:
    place = Ref("partner", contribution.giver_id)
    for person in seated(act.session, place, "contribution:write", act.now):
        send(act, kind, person, contribution)


def _tell_reader(act: Act, contribution: Contribution, kind: str) -> None:
    if contribution.claimed_by_id is not None:
        send(act, kind, contribution.claimed_by_id, contribution)


@verb("contribution:claim", table=STATES)
def claim(act: Act, contribution: Contribution) -> None:
    """A reviewer takes it off the queue to read it: from here the promise to read is kept."""
    _not_own(act, contribution)
    contribution.claimed_by_id = act.actor.person_id
    act.moment("read", contribution)


@verb("contribution:hand-back", table=STATES)
def hand_back(act: Act, contribution: Contribution) -> None:
    """Put it back on the queue for somebody else."""
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
    _message(act, contribution, words)
    _tell_giver(act, contribution, "asked")


@verb("contribution:reply", table=STATES)
def reply(act: Act, contribution: Contribution, *, words: str) -> None:
    """The contributor answers."""
    _message(act, contribution, words)
    _tell_reader(act, contribution, "replied")


@verb("contribution:accept", table=STATES)
def accept(act: Act, contribution: Contribution, *, next_news_on: date | None = None) -> None:
    """Accept it; its counts become figures. Say by when the contributor hears more.

    Raises ``Refused`` when the day is not to come.
    """
    _not_own(act, contribution)
    if next_news_on is not None and next_news_on <= act.now.date():
        raise Refused(N_("Give a day that is still to come."), field="next_news_on")
    contribution.next_news_on = next_news_on
    act.session.add_all(project(contribution))
    if next_news_on is not None:
        until = datetime(
            next_news_on.year, next_news_on.month, next_news_on.day, tzinfo=act.now.tzinfo
        )
        act.moment("next_news", contribution, until=until)
    _tell_giver(act, contribution, "accepted")


@verb("contribution:set-aside", table=STATES)
def set_aside(act: Act, contribution: Contribution, *, code: str, reason: str) -> None:
    """Do not use it, for a reason that the contributor reads."""
    _not_own(act, contribution)
    if code not in REASONS:
        raise Refused(N_("Choose a reason from the list."), field="code")
    act.fact(reason=code)
    act.words(reason=reason)
    act.moment("answered", contribution)
    _tell_giver(act, contribution, "not-used")


@verb("contribution:pass-on", table=STATES)
def pass_on(act: Act, contribution: Contribution, *, words: str) -> None:
    """Someone may be at risk: out of the queue, to the safeguarding lead, the same day."""
    safeguarding.raised(
        act,
        contribution,
        giver_id=contribution.giver_id,
        taker_id=contribution.taker_id,
        words=words,
    )
    act.moment("answered", contribution)
    _tell_giver(act, contribution, "passed-on")
