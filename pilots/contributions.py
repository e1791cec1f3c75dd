"""Contributions: one partner's answer to a request. Light to give, never lost, always answered."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, String, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from pilots import burden, pointing
from pilots.answers import DraftAnswer, Given, read_all
from pilots.cohort import still_gives
from pilots.contribution_states import OWN, QUOTES, STATES
from pilots.requests import Asked, Request, RequestVersion
from trust import conflicts, safeguarding
from trust.act import Act, Actor, verb
from trust.agreements import beside
from trust.calendar import london_day
from trust.outbox import send
from trust.partners import Partner
from trust.people import Person, seated
from trust.records import HANDED, N_, Hidden, Msg, Record, Ref, Refused


class Contribution(Record):
    """One partner's answer. ``answers`` are canonical and frozen when it is sent.

    ``entered_by_id`` is who typed it; where that was on behalf of the group, ``read_back_to``
    says to whom it was read back, and ``read_back_at`` when. ``kept_state`` and ``kept_at`` are
    what its giver goes on seeing of one that was passed on (``passed_on``). ``pointing``: what may
    point to a person and stayed, by question: its kinds and the reasons.
    """

    __tablename__ = "contribution"

    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    pilot_id: Mapped[int | None] = mapped_column(ForeignKey("pilot.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"))
    request_version_id: Mapped[int] = mapped_column(ForeignKey("request_version.id"))
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    channel: Mapped[str] = mapped_column(String(20), default="web")
    lang: Mapped[str] = mapped_column(String(10), default="en")
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=HANDED)
    read_back_to: Mapped[str] = mapped_column(String(120), default="")
    read_back_at: Mapped[datetime | None]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    pointing: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    quote: Mapped[str] = mapped_column(String(10), default="no")
    sent_at: Mapped[datetime | None]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=HANDED)
    next_news_on: Mapped[date | None]
    kept_state: Mapped[str | None] = mapped_column(String(30))
    kept_at: Mapped[datetime | None]

    giver: Mapped[Partner] = relationship(foreign_keys=[giver_id])
    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])
    request: Mapped[Request] = relationship()
    request_version: Mapped[RequestVersion] = relationship()
    drafts: Mapped[list["DraftAnswer"]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        Index("ix_contribution_queue", "pilot_id", "state", "sent_at"),
        Index(None, "taker_id", "state"),
        Index("ix_contribution_asked", "giver_id", "request_id"),
        # Two drafts never, whatever two tabs or two phones do at the same moment.
        Index(
            "ix_contribution_one_draft",
            "giver_id",
            "request_id",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )

    @classmethod
    def visible(cls, stmt: Select["Contribution"], actor: Actor) -> Select["Contribution"]:
        """Drafts are the giver's, and those of the connector who writes one down for it; that
        connector reads on, to relay what came of it. What was sent is also read by the named
        reviewers of its pilot; an answer to a partner's own question by that partner; by nobody
        there who belongs to its giver too. What was passed on is read by the safeguarding lead
        instead, taken back or not; what else was taken back by nobody else.
        """
        own = actor.ids("contribution:read", "partner")
        entered = actor.ids("contribution:enter", "pilot")
        pilots = actor.ids("contribution:review", "pilot")
        askers = actor.ids("contribution:review", "partner")
        sent = cls.state.not_in(("draft", "withdrawn", "passed-on"))
        others = cls.giver_id.not_in(actor.own) & conflicts.clear(cls.giver_id, actor.person_id)
        ways: list[Any] = [cls.giver_id.in_(own)]
        if entered:
            mine = (cls.entered_by_id == actor.person_id) & cls.channel.not_in(OWN)
            ways.append(mine & cls.pilot_id.in_(entered) & (cls.state != "withdrawn"))
        if pilots:
            ways.append(sent & cls.pilot_id.in_(pilots) & others)
        if askers:
            ways.append(sent & cls.pilot_id.is_(None) & cls.taker_id.in_(askers) & others)
        if actor.ids("concern:read", "partner"):
            ways.append(safeguarding.read_about(cls.__tablename__, cls.id, actor))
        return stmt.where(or_(*ways))

    def places(self, permission: str) -> tuple[Ref, ...]:
        if permission == "agreement:record":
            return beside(self.giver, self.work)
        giver = Ref("partner", self.giver_id)
        reader = Ref("partner", self.taker_id)
        if self.pilot_id is not None:
            reader = Ref("pilot", self.pilot_id)
        if permission == "contribution:write" and self.on_behalf:
            # The connector's permission is held at the pilot: to write, send and answer for it.
            state = self.kept_state if self.state == "passed-on" else self.state
            return (giver, reader) if state in ("draft", "asked") else (giver,)
        return (giver,) if permission in ("contribution:write", "contribution:read") else (reader,)

    @property
    def work(self) -> Ref | None:
        """The project that it belongs to."""
        return Ref("pilot", self.pilot_id) if self.pilot_id is not None else None

    @property
    def on_behalf(self) -> bool:
        """Whether somebody else writes it down for the group: by phone, on paper, in person."""
        return self.channel not in OWN


def sent_before(session: Session, request_id: int, giver_id: int) -> int | None:
    """The id of the newest answer of a partner to a request that was sent and still stands."""
    stmt = select(Contribution.id).where(
        Contribution.request_id == request_id,
        Contribution.giver_id == giver_id,
        Contribution.state.not_in(("draft", "withdrawn")),
    )
    return session.scalar(stmt.order_by(Contribution.id.desc()).limit(1))


def answers_of(contribution: Contribution, now: datetime) -> Given:
    """A draft as it would be sent now."""
    questions = contribution.request_version.questions
    return read_all(questions, contribution.drafts, london_day(now))


def behind(session: Session, contribution: Contribution) -> RequestVersion | None:
    """The wording that its giver is asked now, where the draft is still in an earlier one."""
    stmt = (
        select(RequestVersion)
        .join(Asked, Asked.request_version_id == RequestVersion.id)
        .where(
            Asked.request_id == contribution.request_id,
            Asked.giver_id == contribution.giver_id,
            RequestVersion.id != contribution.request_version_id,
        )
    )
    return session.scalars(stmt).first()


def quote_choices(contribution: Contribution, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """What is left to ask about quoting when it is sent: nothing, where a question of the request
    was answered with no, or where a partner asked for itself and nobody else reads it; only how,
    where it was answered with yes. Nothing is asked twice."""
    asked = [one.key for one in contribution.request_version.questions if one.kind == "quote"]
    said = {answers.get(key) for key in asked}
    if False in said or contribution.pilot_id is None:
        return ("no",)
    return tuple(one for one in QUOTES if one != "no" or True not in said)


def writer_only(act: Act, contribution: Contribution) -> None:
    """Raises ``Hidden`` unless its giver acts, or the connector who writes it down for it."""
    writes = contribution.on_behalf and contribution.entered_by_id == act.actor.person_id
    if not writes and act.actor.acting_for != contribution.giver_id:
        raise Hidden("contribution")


@verb("contribution:send", table=STATES)
def submit(
    act: Act,
    contribution: Contribution,
    *,
    quote: str = "",
    read_back_to: str = "",
    opened: datetime | None = None,
) -> None:
    """Send it. The answers are frozen as they are. ``opened``: when the page was opened from which
    it is sent.

    Raises ``Refused`` while an answer is missing or wrong, or something in it may point to a person
    and nobody chose to let it stay, while its writer has not seen how the questions changed, when
    the request has closed or the group's part in the pilot or
    its agreement has ended, without a word on quoting where that is open, and, when a connector
    sends it for the group, until it was read back to somebody there.
    """
    writer_only(act, contribution)
    given = answers_of(contribution, act.now)
    if given.wrong:
        first = next(iter(given.wrong.values()))
        raise Refused(N_("Some answers are missing. Check the list below."), field=first.field)
    if contribution.request.state != "open":
        raise Refused(N_("This request has closed. Your answers are kept."))
    if behind(act.session, contribution):
        raise Refused(
            N_("The questions changed while you wrote. Your answers are kept."),
            next_step=Msg(N_("Go back to your answer, and look at what changed first.")),
        )
    if contribution.pilot_id is not None:
        categories = {one.category for one in contribution.request_version.questions if one.asks}
        parties = contribution.giver_id, contribution.taker_id
        still_gives(act.session, contribution.pilot_id, *parties, categories, act.now)
    if pointing.undecided(contribution, given.answers):
        raise Refused(
            N_("Some of your words may point to a person. Choose what to do about them first."),
            next_step=Msg(N_("Go back to the check of your answers, and on from there.")),
        )
    can = quote_choices(contribution, given.answers)
    quote = can[0] if len(can) == 1 else quote
    if quote not in can:
        raise Refused(N_("Say whether we may quote you, and how."), field="quote")
    if act.actor.acting_for != contribution.giver_id:
        if not read_back_to.strip():
            raise Refused(
                N_("Read the answers back first. Then write to whom you read them."),
                field="read_back_to",
            )
        contribution.read_back_to = read_back_to.strip()[:120]
        contribution.read_back_at = act.now
    contribution.answers = given.answers
    contribution.pointing = pointing.stayed(contribution, given.answers)
    seconds = burden.spent(
        burden.last_saved(contribution.drafts, act.actor.person_id), opened, act.now
    )
    for draft in contribution.drafts:
        draft.stays = {}  # with its marks: what was sent changes no more
        seconds += draft.seconds
        draft.seconds = 0  # one sum is kept, beside what was asked for
    whose = contribution.request_id, contribution.giver_id
    burden.took(act.session, *whose, seconds, contribution.channel)
    contribution.quote = quote
    contribution.sent_at = act.now
    act.fact(quote=quote, channel=contribution.channel)
    act.moment("given", contribution)
    place = Ref("partner", contribution.taker_id)
    if contribution.pilot_id is not None:
        place = Ref("pilot", contribution.pilot_id)
    kind = "contribution" if contribution.pilot_id is not None else "answer"
    for person in seated(act.session, place, "contribution:review", act.now):
        send(act, kind, person, contribution)
    if act.actor.acting_for != contribution.giver_id:
        tell_giver(act, contribution, "receipt")  # all of them: somebody else sent it for them
    else:
        assert act.actor.person_id is not None
        send(act, "receipt", act.actor.person_id, contribution)


def tell_giver(act: Act, contribution: Contribution, kind: str) -> None:
    """Put a message to those who gave it on its way, and to the connector who relays to them."""
    place = Ref("partner", contribution.giver_id)
    people = set(seated(act.session, place, "contribution:write", act.now))
    if contribution.on_behalf:
        people.add(contribution.entered_by_id)
    for person in sorted(people):
        send(act, kind, person, contribution)


@verb("contribution:withdraw", table=STATES)
def withdraw(act: Act, contribution: Contribution, *, reason: str = "") -> None:
    """Take it back. New use stops and the content is hidden; the record that it was given stays
    (safety.md, "Withdrawal, rights, records"). No reason is asked. A connector can drop a draft;
    what was sent is the group's alone to take back."""
    writer_only(act, contribution)
    if contribution.sent_at is None:
        contribution.drafts.clear()
    elif act.actor.acting_for != contribution.giver_id:
        raise Hidden("contribution")
    else:
        act.moment("withdrawn", contribution)
    if reason.strip():
        act.words(reason=reason)
