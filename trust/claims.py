"""What people ask about their own data: that what others wrote is put right, or that all about
them is taken out. Each has its day (UK GDPR, Article 12: one month), an answer and its reason."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, Select, String, or_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from trust import holds, throttle
from trust.act import CLOCK, Act, Actor, verb
from trust.calendar import add_months, london_day
from trust.erasure import Erased, erase_facts
from trust.installation import INSTALLATION, answerable
from trust.mailboxes import mates, read_by_one
from trust.outbox import Parcel, send
from trust.partners import Partner
from trust.people import Person, own_person, seated
from trust.records import N_, STAYS, Hidden, Record, Ref, Refused
from trust.states import Move, table

ANSWERS = "claim:answer"
MOST_A_DAY = 10
MOST_LETTERS = 2000

KINDS = {
    "correct": N_("Put something right"),
    "erase": N_("Take out all about me"),
}

STATES = table(
    "claim",
    "waiting",
    {
        "waiting": N_("Waiting for an answer"),
        "held": N_("Agreed, and done as soon as the law lets us"),
        "done": N_("Done"),
        "declined": N_("Not done"),
        "taken-back": N_("Taken back"),
    },
    [
        Move("claim:do", ("waiting",), "done", ANSWERS),
        Move("claim:hold", ("waiting",), "held", ANSWERS),
        Move("claim:go-on", ("held",), "done", "duty"),
        Move("claim:decline", ("waiting", "held"), "declined", ANSWERS, reason=True),
        Move("claim:take-back", ("waiting", "held"), "taken-back", "signed-in"),
    ],
)


class Claim(Record):
    """Something that ``person_id`` asks about their own data. ``taker_id`` is the organisation
    that wrote it; without one, whoever answers for this portal decides."""

    __tablename__ = "claim"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, info=STAYS)
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(MOST_LETTERS), default="")
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(String(MOST_LETTERS), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    taker: Mapped[Partner | None] = relationship()

    @classmethod
    def visible(cls, stmt: Select["Claim"], actor: Actor) -> Select["Claim"]:
        """One's own, and those that one answers."""
        return stmt.where(or_(cls.person_id == actor.person_id, cls.answerable(actor)))

    @classmethod
    def answerable(cls, actor: Actor) -> ColumnElement[bool]:
        """The condition under which ``actor`` answers it."""
        return answerable(actor, ANSWERS, cls.taker_id)

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (INSTALLATION if self.taker_id is None else Ref("partner", self.taker_id),)


def mine(session: Session, person_id: int) -> list[Claim]:
    """What a person asked, newest first."""
    stmt = select(Claim).where(Claim.person_id == person_id).options(joinedload(Claim.taker))
    return list(session.scalars(stmt.order_by(Claim.id.desc()).limit(50)))


def to_answer(actor: Actor) -> Select[Claim]:
    """What ``actor`` is asked: what waits first, by its day."""
    return (
        select(Claim)
        .where(Claim.answerable(actor))
        .options(joinedload(Claim.taker), joinedload(Claim.person))
        .order_by(Claim.state != "waiting", Claim.due_on, Claim.id)
    )


def is_late(claim: Claim, now: datetime) -> bool:
    """Whether its day is over and nobody has answered."""
    return claim.state == "waiting" and claim.due_on < london_day(now)


@verb("claim:correct", may="signed-in", creates=True)
def ask_correction(act: Act, person: Person, /, *, partner: Partner | None, words: str) -> Claim:
    """Ask an organisation to put right, or take out, what it wrote about the person who asks; or,
    without one, whoever answers for this portal.

    Raises ``Refused`` without words, and when the organisation has nobody to answer.
    """
    at = Ref.of(partner) if partner is not None else INSTALLATION
    return _asked(act, person, "correct", at, words)


@verb("claim:erase", may="signed-in", creates=True)
def ask_erasure(act: Act, person: Person, /, *, words: str) -> Claim:
    """Ask for everything about the person who asks to be taken out. Raises ``Refused`` when they
    asked already and nobody has answered yet."""
    stmt = select(Claim.id).where(
        Claim.person_id == person.id, Claim.kind == "erase", Claim.state.in_(("waiting", "held"))
    )
    if act.session.scalar(stmt) is not None:
        raise Refused(N_("You have asked for this already. We will answer you."))
    return _asked(act, person, "erase", INSTALLATION, words)


def _asked(act: Act, person: Person, kind: str, at: Ref, words: str) -> Claim:
    own_person(act, person)
    words = words.strip()[:MOST_LETTERS]
    if kind == "correct" and not words:
        raise Refused(N_("Say what is wrong, and what is right."), field="words")
    throttle.daily(act, "claim", MOST_A_DAY)
    answer = [one for one in seated(act.session, at, ANSWERS, act.now) if one != person.id]
    if not answer and at != INSTALLATION:
        raise Refused(
            N_("Nobody answers for this organisation here. Choose “this portal” instead."),
            field="partner",
        )
    made = Claim(
        person_id=person.id,
        taker_id=None if at == INSTALLATION else at.id,
        kind=kind,
        words=words,
        due_on=add_months(london_day(act.now), 1),
    )
    act.session.add(made)
    act.session.flush()
    act.fact(kind=kind, due=made.due_on.isoformat())
    for one in answer:
        send(act, "claim", one, made)
    return made


def _answered(act: Act, claim: Claim, words: str) -> Person:
    """Note the answer. Raises ``Refused`` for one's own claim: somebody else decides it."""
    if read_by_one(act.session, act.actor.person_id, claim.person_id):
        raise Refused(N_("This is your own question. Ask a colleague to answer it."))
    claim.answer = words.strip()[:MOST_LETTERS]
    claim.answered_at, claim.answered_by_id = act.now, act.actor.person_id
    return act.session.get_one(Person, claim.person_id)


@verb("claim:do", table=STATES)
def do(act: Act, claim: Claim, *, answer: str = "") -> None:
    """It was put right; or, where all is to be taken out, it is taken out now. The person hears
    of it, at the address that is forgotten with that mail. Raises ``Refused`` where an open request
    for information holds what would go: then ``hold`` it."""
    person = _answered(act, claim, answer)
    if claim.kind != "erase":
        act.fact(person=person.id)
        send(act, "claim-answered", person.id, claim)
        return
    if holds.holds(act.session, person):
        raise Refused(holds.WHY)
    _erase(act, claim, person)


@verb("claim:hold", table=STATES)
def hold(act: Act, claim: Claim, *, answer: str = "") -> None:
    """All is to be taken out, as soon as no open request for information holds it. The person hears
    so. Raises ``Refused`` where nothing holds it."""
    person = _answered(act, claim, answer)
    if not is_held(act.session, claim):
        raise Refused(N_("Nothing keeps this from being done now."))
    act.fact(person=person.id)
    send(act, "claim-answered", person.id, claim)


def is_held(session: Session, claim: Claim) -> bool:
    """Whether an open request for information holds what somebody wants taken out."""
    return claim.kind == "erase" and holds.holds(session, session.get_one(Person, claim.person_id))


@verb("claim:go-on", table=STATES)
def go_on(act: Act, claim: Claim) -> None:
    """What was held is done: by the clock. Raises ``Refused`` while something holds it still."""
    if is_held(act.session, claim):
        raise Refused(holds.WHY)
    claim.answered_at = act.now
    _erase(act, claim, act.session.get_one(Person, claim.person_id))


def go_on_with_held(session: Session, now: datetime) -> None:
    """Once the requests that held them are closed, take out those who asked for it."""
    for claim in session.scalars(select(Claim).where(Claim.state == "held").order_by(Claim.id)):
        if not is_held(session, claim):
            go_on(Act(session=session, actor=CLOCK, now=now, channel="clock"), claim)


def _erase(act: Act, claim: Claim, person: Person) -> None:
    address, lang = person.email, person.lang
    shared = bool(mates(act.session, person))
    erase_facts(act, person)
    act.session.refresh(claim)
    act.later(
        lambda event: Parcel(
            kind="erased",
            address=address,
            lang=lang,
            about=Ref.of(claim),
            facts={"shared": True} if shared else {},
            key=f"erased:{event.id}",
            due_at=act.now,
        )
    )


@verb("claim:decline", table=STATES)
def decline(act: Act, claim: Claim, *, reason: str) -> None:
    """It is not done; the person reads why, and what they can do next."""
    person = _answered(act, claim, reason)
    act.words(reason=claim.answer)
    send(act, "claim-answered", person.id, claim)


@verb("claim:take-back", table=STATES)
def take_back(act: Act, claim: Claim) -> None:
    """The person does not ask for it any more."""
    if claim.person_id != act.actor.person_id:
        raise Hidden("claim")


def erased(session: Session) -> list[Erased]:
    """Everybody who was erased because they asked, for the list outside the database."""
    stmt = (
        select(Claim.person_id, Person.created_at, Claim.answered_at)
        .join(Person, Person.id == Claim.person_id)
        .where(Claim.kind == "erase", Claim.state == "done")
        .order_by(Claim.id)
    )
    return [Erased(id, made, at) for id, made, at in session.execute(stmt) if at is not None]
