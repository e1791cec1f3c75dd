"""Requests: what one partner asks of others. A pilot asks its cohort; a group asks its council:
the same thing, the same clock, the same receipt."""

import secrets
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from pilots.cohort import must_go_on
from pilots.days import still_to_come
from pilots.pilot import Pilot
from pilots.questions import Question
from trust import throttle
from trust.act import Act, Actor, verb
from trust.letters import LETTERS
from trust.outbox import send
from trust.partners import Kind, Partner
from trust.people import seated
from trust.records import N_, Hidden, Msg, Record, Ref, Refused, Words
from trust.states import Move, table

STATES = table(
    "request",
    "draft",
    {"draft": N_("Being written"), "open": N_("Open"), "closed": N_("Closed")},
    [
        Move("request:open", ("draft",), "open", "request:write"),
        Move("request:close", ("open",), "closed", "request:write"),
        Move("request:reopen", ("closed",), "open", "request:write"),
    ],
)

MOST_A_DAY = 30


def new_code() -> str:
    """A code that stands on paper and can be read out on the phone: "K7M-2QX". No sign of it is
    easily taken for another."""
    letters = [secrets.choice(LETTERS) for _ in range(6)]
    return f"{''.join(letters[:3])}-{''.join(letters[3:])}"


class Request(Record):
    """A short set of questions that ``taker_id`` asks. In a pilot it goes to the cohort; without
    one it is a question that a partner puts to another (``standing`` ones stay open). It stays
    open until somebody closes it: ``closes_on`` is the day by which answers are hoped for. Its
    printed questions are found again by its ``code``."""

    __tablename__ = "request"

    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    pilot_id: Mapped[int | None] = mapped_column(ForeignKey("pilot.id"), index=True)
    standing: Mapped[bool] = mapped_column(default=False)
    title: Mapped[Words]
    why: Mapped[Words] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    minutes: Mapped[int] = mapped_column(default=10)
    payment: Mapped[str] = mapped_column(String(120), default="")
    closes_on: Mapped[date | None]
    opened_at: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(String(7), unique=True, default=new_code)

    versions: Mapped[list["RequestVersion"]] = relationship(order_by="RequestVersion.number")
    taker: Mapped[Partner] = relationship()

    @classmethod
    def visible(cls, stmt: Select["Request"], actor: Actor) -> Select["Request"]:
        """The named people of its pilot, who read it before it is put to anybody; once open, the
        partners it was put to. One without a pilot: those who ask it."""
        partners = actor.ids("contribution:read", "partner")
        asked = select(Asked.request_id).where(Asked.giver_id.in_(partners))
        return stmt.where(
            or_(
                cls.pilot_id.in_(actor.ids("pilot:read", "pilot")),
                cls.pilot_id.is_(None) & cls.taker_id.in_(actor.ids("request:read", "partner")),
                (cls.state != "draft") & cls.id.in_(asked),
            )
        )

    def places(self, permission: str) -> tuple[Ref, ...]:
        if self.pilot_id is not None:
            return (Ref("pilot", self.pilot_id),)
        return (Ref("partner", self.taker_id),)

    @property
    def work(self) -> Ref | None:
        """The project that it belongs to."""
        return Ref("pilot", self.pilot_id) if self.pilot_id is not None else None

    @property
    def newest(self) -> "RequestVersion":
        """The wording that is asked now; while nobody was asked, the one being written."""
        asked = (one for one in reversed(self.versions) if one.frozen_at is not None)
        return next(asked, self.versions[-1])

    @property
    def written(self) -> "RequestVersion | None":
        """The wording that is being written: before it opens, or beside the one that is asked."""
        return self.versions[-1] if self.versions[-1].frozen_at is None else None


class RequestVersion(Record):
    """One wording of a request. Frozen once somebody was asked: a later change is a new one."""

    __tablename__ = "request_version"

    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), index=True)
    number: Mapped[int]
    frozen_at: Mapped[datetime | None]

    questions: Mapped[list[Question]] = relationship(order_by=Question.position)

    __table_args__ = (UniqueConstraint("request_id", "number"),)


class Asked(Record):
    """A partner was asked: by which request, in which wording, when, and for how many of its
    minutes. It may turn the request down (``declined_at``), and still answer later. ``took``: the
    minutes that what it sent really took it, where that was measured. ``over``: by how many minutes
    this went over what it had agreed to be asked for in three months, with the ``reason`` that it
    reads."""

    __tablename__ = "asked"

    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    request_version_id: Mapped[int] = mapped_column(ForeignKey("request_version.id"))
    at: Mapped[datetime]
    minutes: Mapped[int]
    took: Mapped[int | None]
    over: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(500), default="")
    declined_at: Mapped[datetime | None]

    giver: Mapped[Partner] = relationship(foreign_keys=[giver_id])
    version_asked: Mapped[RequestVersion] = relationship()

    __table_args__ = (
        UniqueConstraint("request_id", "giver_id"),
        Index(None, "giver_id", "at"),
    )

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.giver_id),)


def asked_of(session: Session, request: Request, giver_id: int) -> Asked:
    """The row that says that ``request`` was put to this partner. Raises ``Hidden`` if it was
    not. In a transaction that writes, others who start an answer wait until it is over: the
    second tap then finds what the first one made."""
    stmt = select(Asked).where(Asked.request_id == request.id, Asked.giver_id == giver_id)
    found = session.scalars(stmt.with_for_update()).first()
    if found is None:
        raise Hidden("request")
    return found


@verb("request:write", may="request:write", creates=True)
def write(
    act: Act,
    pilot: Pilot,
    *,
    title: Words,
    why: Words,
    minutes: int,
    payment: str,
    closes_on: date | None,
) -> Request:
    """Start a request of a pilot. Raises ``Refused`` without a title, for silly minutes or days,
    and once the pilot has ended."""
    must_go_on(pilot)
    still_to_come(closes_on, act.now, "closes_on")
    made = new_request(title, why, minutes)
    made.taker_id, made.pilot_id = pilot.taker_id, pilot.id
    made.payment, made.closes_on = payment.strip()[:120], closes_on
    return made


def new_request(title: Words, why: Words, minutes: int) -> Request:
    """A request with no question yet, which is not stored; for verbs that start one."""
    _check(title, minutes)
    versions = [RequestVersion(number=1, questions=[])]
    return Request(title=title, why=why, minutes=minutes, versions=versions)


def _check(title: Words, minutes: int) -> None:
    if not any(text.strip() for text in title.values()):
        raise Refused(N_("Give it a short title."), field="title")
    if not 1 <= minutes <= 240:
        raise Refused(N_("Say how many minutes it takes: from 1 to 240."), field="minutes")


@verb("request:edit", may="request:write")
def edit(
    act: Act,
    request: Request,
    *,
    title: Words,
    why: Words,
    minutes: int,
    payment: str,
    closes_on: date | None,
) -> None:
    """Change what it is called, why it is asked, and what it takes, while it is being written.
    Refused as in ``write``."""
    draft_only(request)
    _check(title, minutes)
    still_to_come(closes_on, act.now, "closes_on")
    request.title, request.why, request.minutes = title, why, minutes
    request.payment, request.closes_on = payment.strip()[:120], closes_on


def draft_only(request: Request) -> None:
    """Raises ``Refused`` once the request was put to somebody: what it is about stays."""
    if request.state != "draft":
        raise Refused(
            N_("It is open already, so this cannot be changed now."),
            next_step=Msg(N_("You can change its questions. Or close it and start a new one.")),
        )


@verb("request:close", table=STATES)
def close(act: Act, request: Request) -> None:
    """Close it. Drafts stay with their partners; nothing more can be sent."""


@verb("request:reopen", table=STATES)
def reopen(act: Act, request: Request) -> None:
    """Open it again for those who were asked."""


@verb("request:ask-council", may="request:ask", creates=True)
def ask_council(
    act: Act, partner: Partner, *, council: Partner, words: str, why: str, lang: str
) -> Request:
    """A partner asks a council a question, before anything is asked of it.

    Raises ``Refused`` without a question, when the other side is no council, and for too many a
    day: each is mailed to several people.
    """
    throttle.daily(act, "ask", MOST_A_DAY)
    if council.kind != Kind.COUNCIL:
        raise Refused(N_("Choose the council you want to ask."), field="council")
    words = words.strip()
    if not words:
        raise Refused(N_("Write your question."), field="words")
    if len(words) > 1000:
        raise Refused(N_("Use 1,000 characters or fewer."), field="words")
    made = new_request({lang: words}, {lang: why.strip()} if why.strip() else {}, 15)
    made.taker_id, made.state, made.opened_at = partner.id, "open", act.now
    made.newest.frozen_at = act.now
    made.newest.questions.append(
        Question(
            key="answer",
            position=1,
            kind="long-text",
            words={lang: words},
            why={lang: why.strip() or words},
            category="observation",
        )
    )
    act.session.add(made)
    act.session.flush()
    act.session.add(
        Asked(
            request_id=made.id,
            request_version_id=made.newest.id,
            giver_id=council.id,
            taker_id=partner.id,
            at=act.now,
            minutes=15,
        )
    )
    act.parties(council.id, partner.id)
    act.moment("asked", made, minutes=15, giver_id=council.id)
    for person in seated(act.session, Ref.of(council), "contribution:write", act.now):
        send(act, "request", person, made)
    return made
