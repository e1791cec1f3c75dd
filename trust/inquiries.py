"""Requests for information (Freedom of Information Act 2000, Environmental Information Regulations
2004): the log that a council keeps of them (safety.md, "Freedom of information").

Each organisation that a request touches is told and asked; the council decides for each, and gives
its reason. Both sides see the same record. While a request is open, nothing that it covers is
deleted (``trust.holds``). No draft is ever among it: drafts are the partner's.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from trust.act import Act, Actor, verb
from trust.agreements import Agreement
from trust.calendar import ENGLAND, london_day
from trust.naming import tidied
from trust.outbox import send
from trust.partners import Kind, Partner
from trust.people import seated
from trust.records import N_, STAYS, Msg, Record, Ref, Refused
from trust.states import Move, table

KEEPS = "inquiry:keep"
SAYS = "inquiry:say"
DAYS = 20
"""Working days after the day on which it came (FOI Act, section 10; EIR, regulation 5)."""
DAYS_TO_SAY = 5
MOST_LETTERS = 4000
OLDEST = 366  # days: what came longer ago than a year is a slip of the pen

LAWS = {
    "foi": N_("Freedom of Information Act"),
    "eir": N_("Environmental Information Regulations"),
}
WANTS = {
    "share": N_("It can be given out"),
    "part": N_("Some of it can be given out"),
    "keep": N_("It should not be given out"),
}
DECISIONS = {
    "share": N_("We give it out"),
    "part": N_("We give out some of it"),
    "keep": N_("We do not give it out"),
}
OUTCOMES = {
    "share": N_("All of it was given out"),
    "part": N_("Some of it was given out"),
    "keep": N_("Nothing was given out"),
    "none": N_("We hold nothing of the kind"),
    "taken-back": N_("Whoever asked took it back"),
    "mistake": N_("It was written down by mistake"),
}
UNDECIDED = ("none", "taken-back", "mistake")
"""What a request may end with before anything is decided for each organisation."""

STATES = table(
    "inquiry",
    "open",
    {"open": N_("Waiting for an answer"), "closed": N_("Answered")},
    [
        Move("inquiry:close", ("open",), "closed", KEEPS, reason=True),
        Move("inquiry:reopen", ("closed",), "open", KEEPS, reason=True),
    ],
)
CONSULTED = table(
    "consultation",
    "asked",
    {
        "asked": N_("Waiting for what you think"),
        "said": N_("You said what you think"),
        "decided": N_("Decided"),
        "dropped": N_("Not part of it any more"),
    },
    [
        Move("consultation:say", ("asked", "said"), "said", SAYS),
        Move("consultation:decide", ("asked", "said", "decided"), "decided", KEEPS, reason=True),
        # When the last of what it is about is taken off, and when something is added after that.
        Move(
            "consultation:drop",
            ("asked", "said", "decided"),
            "dropped",
            KEEPS,
            along="covered:take-off",
        ),
        Move("consultation:ask", ("dropped",), "asked", KEEPS, along="inquiry:cover"),
    ],
)


class Inquiry(Record):
    """One request. ``taker_id`` is the council that was asked. Who asked is not kept here: nobody
    needs it to say what they think. Once it is opened again, ``outcome`` and ``answer`` are those
    of before, and ``again`` is why."""

    __tablename__ = "inquiry"

    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    reference: Mapped[str] = mapped_column(String(40))
    law: Mapped[str] = mapped_column(String(10))
    asks: Mapped[str] = mapped_column(String(MOST_LETTERS))
    lang: Mapped[str] = mapped_column(String(10), default="en")
    received_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    outcome: Mapped[str] = mapped_column(String(20), default="")
    answer: Mapped[str] = mapped_column(String(MOST_LETTERS), default="")
    closed_at: Mapped[datetime | None]
    logged_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    again: Mapped[str] = mapped_column(String(MOST_LETTERS), default="")
    again_at: Mapped[datetime | None]

    taker: Mapped[Partner] = relationship()
    covers: Mapped[list["Covered"]] = relationship(order_by="Covered.id", back_populates="inquiry")
    consultations: Mapped[list["Consultation"]] = relationship(
        order_by="Consultation.id", back_populates="inquiry"
    )

    @classmethod
    def visible(cls, stmt: Select["Inquiry"], actor: Actor) -> Select["Inquiry"]:
        """Whoever keeps the council's log. A group sees its own ``Consultation``."""
        return stmt.where(cls.taker_id.in_(actor.ids(KEEPS, "partner")))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.taker_id),)


class Covered(Record):
    """What a request is about: all that an organisation and the council have of each other
    (``about`` is the partner or the agreement, ``whole``), or one answer. ``off_at``: since then it
    is part of it no more, for the reason ``off_why``."""

    __tablename__ = "covered"

    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiry.id"))
    about: Mapped[Ref] = mapped_column(index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    whole: Mapped[bool]
    off_at: Mapped[datetime | None]
    off_why: Mapped[str] = mapped_column(String(MOST_LETTERS), default="")

    inquiry: Mapped[Inquiry] = relationship(back_populates="covers")
    giver: Mapped[Partner] = relationship()

    __table_args__ = (UniqueConstraint("inquiry_id", "about"),)

    @classmethod
    def visible(cls, stmt: Select["Covered"], actor: Actor) -> Select["Covered"]:
        """Whoever keeps the council's log."""
        return stmt.where(cls.inquiry_id.in_(Inquiry.visible(select(Inquiry.id), actor)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return self.inquiry.places(permission)


class Consultation(Record):
    """What one organisation, ``giver_id``, thinks of giving something out, and what the council,
    ``taker_id``, decided and why. The same for both."""

    __tablename__ = "consultation"

    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiry.id"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    state: Mapped[str] = mapped_column(String(30), default=CONSULTED.start)
    answer_by: Mapped[date]
    wants: Mapped[str] = mapped_column(String(10), default="")
    words: Mapped[str] = mapped_column(String(MOST_LETTERS), default="")
    said_at: Mapped[datetime | None]
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    decision: Mapped[str] = mapped_column(String(10), default="")
    reason: Mapped[str] = mapped_column(String(MOST_LETTERS), default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)

    inquiry: Mapped[Inquiry] = relationship(back_populates="consultations")
    giver: Mapped[Partner] = relationship(foreign_keys=[giver_id])
    taker: Mapped[Partner] = relationship(foreign_keys=[taker_id])

    __table_args__ = (UniqueConstraint("inquiry_id", "giver_id"),)

    @classmethod
    def visible(cls, stmt: Select["Consultation"], actor: Actor) -> Select["Consultation"]:
        """The organisation that is asked, and whoever keeps the council's log."""
        mine = cls.giver_id.in_(actor.ids(SAYS, "partner"))
        return stmt.where(or_(mine, cls.taker_id.in_(actor.ids(KEEPS, "partner"))))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.taker_id if permission == KEEPS else self.giver_id),)


def kept(actor: Actor) -> Select[Inquiry]:
    """The log of ``actor``'s council: what waits first, by its day."""
    stmt = Inquiry.visible(select(Inquiry), actor)
    return stmt.order_by(Inquiry.state == "closed", Inquiry.due_on, Inquiry.id)


def asked(session: Session, actor: Actor) -> Sequence[Consultation]:
    """Where ``actor``'s organisation is, or was, asked what it thinks; newest first."""
    stmt = select(Consultation).where(Consultation.giver_id.in_(actor.ids(SAYS, "partner")))
    stmt = stmt.options(joinedload(Consultation.inquiry), joinedload(Consultation.taker))
    return session.scalars(stmt.order_by(Consultation.id.desc()).limit(50)).all()


def is_late(inquiry: Inquiry, now: datetime) -> bool:
    """Whether its twenty working days are over and it is open still."""
    return inquiry.state == "open" and inquiry.due_on < london_day(now)


@verb("inquiry:log", may=KEEPS, creates=True)
def log(
    act: Act, own: Partner, /, *, reference: str, law: str, asks: str, lang: str, received_on: date
) -> Inquiry:
    """Write down a request that came. Raises ``Refused`` for whoever is no council, without a
    reference, a law or words, and for a day that is to come or long over."""
    if own.kind != Kind.COUNCIL:
        raise Refused(N_("Only a council keeps this log."))
    reference, asks = tidied(reference)[:40], asks.strip()[:MOST_LETTERS]
    if not reference:
        raise Refused(N_("Enter the reference of your own log."), field="reference")
    if law not in LAWS:
        raise Refused(N_("Choose which law it falls under."), field="law")
    if not asks:
        raise Refused(N_("Say what it asks for."), field="asks")
    today = london_day(act.now)
    if received_on > today or (today - received_on).days > OLDEST:
        raise Refused(
            N_("Give the day on which it came: today or in the last year."), field="received_on"
        )
    assert act.actor.person_id is not None
    due_on = ENGLAND.add_working_days(received_on, DAYS)
    act.fact(law=law, received=received_on.isoformat(), due=due_on.isoformat())
    return Inquiry(
        taker_id=own.id,
        reference=reference,
        law=law,
        asks=asks,
        lang=lang,
        received_on=received_on,
        due_on=due_on,
        logged_by_id=act.actor.person_id,
    )


@verb("inquiry:cover", may=KEEPS)
def cover(act: Act, inquiry: Inquiry, *, about: Ref, giver_id: int) -> None:
    """Say what it is about. From now on nothing of it is deleted, and the organisation is told and
    asked. The caller has found ``about`` among what the council holds: a partner, an agreement, or
    an answer that was sent. Raises ``Refused`` once closed, and for what stands there already."""
    must_be_open(inquiry)
    held = next((one for one in inquiry.covers if one.about == about), None)
    if held is not None and held.off_at is None:
        raise Refused(N_("This stands there already."))
    act.fact(about=str(about))
    if held is not None:
        held.off_at, held.off_why = None, ""
    else:
        whole = about.noun in (Partner.__tablename__, Agreement.__tablename__)
        made = Covered(inquiry_id=inquiry.id, about=about, giver_id=giver_id, whole=whole)
        inquiry.covers.append(made)
    if giver_id != inquiry.taker_id:
        _ask(act, inquiry, giver_id)


def _ask(act: Act, inquiry: Inquiry, giver_id: int) -> None:
    """Ask the organisation what it thinks, unless it is asked already."""
    held = next((one for one in inquiry.consultations if one.giver_id == giver_id), None)
    if held is not None and held.state != "dropped":
        return
    answer_by = ENGLAND.add_working_days(act.now, DAYS_TO_SAY)
    if held is None:
        held = Consultation(inquiry_id=inquiry.id, giver_id=giver_id, taker_id=inquiry.taker_id)
        inquiry.consultations.append(held)
    else:
        held.state = CONSULTED.move("consultation:ask").to
        held.decision, held.reason, held.decided_at, held.decided_by_id = "", "", None, None
    held.answer_by = answer_by
    act.session.flush()
    tell_group(act, held, "inquiry")


def must_be_open(inquiry: Inquiry) -> None:
    """Raises ``Refused`` once it is closed."""
    if inquiry.state != "open":
        raise Refused(
            N_("This request is closed. Nothing about it changes any more."),
            next_step=Msg(N_("The council can open it again, and says why.")),
        )


def tell_group(act: Act, consultation: Consultation, kind: str) -> None:
    """Mail whoever can say for the organisation what it thinks."""
    for one in seated(act.session, Ref("partner", consultation.giver_id), SAYS, act.now):
        send(act, kind, one, consultation)


@verb("inquiry:close", table=STATES)
def close(act: Act, inquiry: Inquiry, *, outcome: str, reason: str) -> None:
    """It was answered. What it held goes its way from now on. Raises ``Refused`` without an
    outcome, and while it is not decided for an organisation; and where nothing is to be decided,
    for whoever belongs to one that it is about."""
    if outcome not in OUTCOMES:
        raise Refused(N_("Choose how it ended."), field="outcome")
    about = {one.giver_id for one in inquiry.covers if one.off_at is None} - {inquiry.taker_id}
    if outcome in UNDECIDED and about & act.actor.own:
        raise Refused(
            N_("You belong to one of these organisations. Somebody else closes it so."),
            field="outcome",
        )
    waiting = [one for one in inquiry.consultations if one.state not in ("decided", "dropped")]
    if waiting and outcome not in UNDECIDED:
        raise Refused(
            Msg(
                N_("Decide for %(partner)s first, and say why."),
                {"partner": waiting[0].giver.name},
            ),
            field="outcome",
        )
    inquiry.outcome, inquiry.answer = outcome, reason.strip()[:MOST_LETTERS]
    inquiry.closed_at, inquiry.closed_by_id = act.now, act.actor.person_id
    act.fact(outcome=outcome)
    act.words(reason=inquiry.answer)
    for one in inquiry.consultations:
        if one.state != "dropped":
            tell_group(act, one, "inquiry-closed")
