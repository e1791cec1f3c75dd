"""Complaints: from anybody, signed in or not, to somebody outside the work that it is about.

Source: trust.md, "Rules that bind": from 19 June 2026 a complaint to a controller is acknowledged
within 30 days, and answered without undue delay. Both sides see the same record.
"""

import hmac
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, Select, String, and_, false, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from trust import throttle
from trust.act import Act, Actor, verb
from trust.calendar import london_day
from trust.installation import INSTALLATION, Installation, answerable
from trust.letters import LETTERS
from trust.naming import tidied
from trust.outbox import Parcel, send
from trust.partners import Partner
from trust.people import actor_for, acts_for, folded_email, seated
from trust.records import N_, STAYS, Record, Ref, Refused
from trust.signin import derive
from trust.states import Move, table

ANSWERS = "complaint:answer"
REVIEWS = "review:queue"
DAYS = timedelta(days=30)
MOST_A_DAY = 5
MOST_LETTERS = 4000

OUTCOMES = {
    "upheld": N_("You were right"),
    "partly": N_("You were right in part"),
    "not-upheld": N_("We see it differently"),
    "passed-on": N_("It is for somebody else"),
}

STATES = table(
    "complaint",
    "sent",
    {
        "sent": N_("It has arrived"),
        "taken": N_("Somebody is looking into it"),
        "closed": N_("Answered"),
    },
    [
        Move("complaint:take", ("sent",), "taken", ANSWERS),
        Move("complaint:close", ("sent", "taken"), "closed", ANSWERS, reason=True),
    ],
)


class Complaint(Record):
    """One complaint. ``about_id`` is the organisation that it is about, None for this portal;
    ``taker_id`` the one whose complaints lead answers it, None where that is whoever looks after
    the portal. ``person_id`` and ``giver_id`` are there where somebody who signed in made it, for
    themselves or for their organisation. Whoever did not finds it by ``reference`` and a code."""

    __tablename__ = "complaint"

    reference: Mapped[str] = mapped_column(String(12), unique=True)
    nonce: Mapped[str] = mapped_column(String(64))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, info=STAYS)
    name: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    lang: Mapped[str] = mapped_column(String(10), default="en")
    words: Mapped[str] = mapped_column(String(MOST_LETTERS))
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    due_on: Mapped[date]
    taken_at: Mapped[datetime | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    outcome: Mapped[str] = mapped_column(String(20), default="")
    answer: Mapped[str] = mapped_column(String(MOST_LETTERS), default="")
    closed_at: Mapped[datetime | None]

    about: Mapped[Partner | None] = relationship(foreign_keys=[about_id])
    giver: Mapped[Partner | None] = relationship(foreign_keys=[giver_id])

    @classmethod
    def visible(cls, stmt: Select["Complaint"], actor: Actor) -> Select["Complaint"]:
        """Whoever made it; the organisation that made it; and whoever answers it."""
        return stmt.where(or_(cls.given_by(actor), cls.answerable(actor)))

    @classmethod
    def given_by(cls, actor: Actor) -> ColumnElement[bool]:
        """The condition under which it is ``actor``'s own, or their organisation's."""
        own = cls.person_id == actor.person_id if actor.person_id is not None else false()
        return or_(own, cls.giver_id.in_(actor.ids("partner:edit", "partner")))

    @classmethod
    def answerable(cls, actor: Actor) -> ColumnElement[bool]:
        """The condition under which ``actor`` answers it: who reviews for the same council does
        not, nor who belongs to the organisation that made it."""
        by_office = answerable(actor, ANSWERS, cls.taker_id)
        if reviews(actor):
            by_office = and_(by_office, cls.taker_id.is_(None))
        return and_(by_office, or_(cls.giver_id.is_(None), cls.giver_id.not_in(actor.own)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (INSTALLATION if self.taker_id is None else Ref("partner", self.taker_id),)


def reviews(actor: Actor) -> bool:
    """Whether somebody is part of a review team: then they answer no complaint about it."""
    return any(at.noun == "pilot" and actor.holds(REVIEWS, at) for at in actor.seats)


def to_answer(actor: Actor) -> Select[Complaint]:
    """What ``actor`` answers: what waits first, by its day."""
    return (
        select(Complaint)
        .where(Complaint.answerable(actor))
        .options(joinedload(Complaint.about), joinedload(Complaint.giver))
        .order_by(Complaint.state == "closed", Complaint.due_on, Complaint.id)
    )


def given(actor: Actor) -> Select[Complaint]:
    """What ``actor``, or their organisation, complained about, newest first."""
    stmt = select(Complaint).where(Complaint.given_by(actor))
    return stmt.options(joinedload(Complaint.about)).order_by(Complaint.id.desc())


def is_late(complaint: Complaint, now: datetime) -> bool:
    """Whether its 30 days are over and nobody has taken it up."""
    return complaint.state == "sent" and complaint.due_on < london_day(now)


def code(key: bytes, complaint: Complaint) -> str:
    """The code that opens a complaint together with its reference: eight letters, the same each
    time. ``key`` is the portal's secret."""
    made = derive(key, "complaint", complaint.nonce)
    letters = [LETTERS[byte % len(LETTERS)] for byte in made[:8]]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def is_code(key: bytes, complaint: Complaint, typed: str) -> bool:
    """Whether this is its code, however it was typed."""
    plain = "".join(c for c in typed.upper() if c.isalnum())
    return hmac.compare_digest(plain.encode(), code(key, complaint).replace("-", "").encode())


@verb("complaint:make", may="public", creates=True)
def make(
    act: Act,
    where: Installation,
    /,
    *,
    about: Partner | None,
    words: str,
    name: str,
    email: str,
    lang: str,
    for_partner: bool,
) -> Complaint:
    """Complain about an organisation, or about this portal. It goes to somebody who is no part of
    a review team: the complaints lead of that organisation, else whoever looks after the portal.

    Raises ``Refused`` without words, for an address that cannot be one, and for more than five
    a day by one person, or to one address.
    """
    words = words.strip()[:MOST_LETTERS]
    if not words:
        raise Refused(N_("Say what went wrong."), field="words")
    person_id, address = act.actor.person_id, folded_email(email) if email.strip() else ""
    if person_id is not None or address:
        throttle.daily(act, "complaint", MOST_A_DAY, to=address if person_id is None else "")
    giver_id = act.actor.acting_for if for_partner else None
    if about is not None and giver_id == about.id:
        giver_id = None
    leads = _leads(act, Ref.of(about), giver_id) if about is not None else []
    taker = about if leads else None
    leads = leads or seated(act.session, INSTALLATION, ANSWERS, act.now)
    made = Complaint(
        reference=f"C-{''.join(secrets.choice(LETTERS) for _ in range(6))}",
        nonce=secrets.token_hex(16),
        about_id=about.id if about else None,
        taker_id=taker.id if taker else None,
        giver_id=giver_id,
        person_id=person_id,
        name=tidied(name)[:120],
        email=address,
        lang=lang,
        words=words,
        due_on=london_day(act.now) + DAYS,
    )
    act.session.add(made)
    act.session.flush()
    act.fact(about=made.about_id, due=made.due_on.isoformat())
    for one in leads:
        send(act, "complaint", one, made)
    _tell(act, made, "complaint-arrived")
    return made


def _leads(act: Act, place: Ref, giver_id: int | None) -> list[int]:
    """Ids of those who answer complaints at ``place`` and are no part of a review team."""
    found = []
    for person_id in seated(act.session, place, ANSWERS, act.now):
        actor = actor_for(act.session, person_id, place.id, act.now, second_factor=True)
        of_giver = giver_id is not None and giver_id in acts_for(act.session, person_id, act.now)
        if not reviews(actor) and not of_giver:
            found.append(person_id)
    return found


def _tell(act: Act, complaint: Complaint, kind: str) -> None:
    """Whoever complained hears of it: at their own account, or at the address they gave."""
    if complaint.person_id is not None:
        send(act, kind, complaint.person_id, complaint)
    elif complaint.email:
        act.later(
            lambda event: Parcel(
                kind=kind,
                address=complaint.email,
                lang=complaint.lang,
                about=Ref.of(complaint),
                key=f"{kind}:{event.id}",
                due_at=act.now,
            )
        )


@verb("complaint:take", table=STATES)
def take(act: Act, complaint: Complaint) -> None:
    """Somebody looks into it from now on: it is acknowledged. Raises ``Refused`` for one's own."""
    _not_own(act, complaint)
    complaint.taken_at, complaint.taken_by_id = act.now, act.actor.person_id
    _tell(act, complaint, "complaint-taken")


@verb("complaint:close", table=STATES)
def close(act: Act, complaint: Complaint, *, outcome: str, reason: str) -> None:
    """Answer it, with what came of it and why. Raises ``Refused`` without an outcome or words."""
    _not_own(act, complaint)
    if outcome not in OUTCOMES:
        raise Refused(N_("Choose what came of it."), field="outcome")
    complaint.outcome, complaint.answer = outcome, reason.strip()[:MOST_LETTERS]
    if complaint.taken_at is None:
        complaint.taken_at, complaint.taken_by_id = act.now, act.actor.person_id
    complaint.closed_at = act.now
    act.fact(outcome=outcome)
    act.words(reason=complaint.answer)
    _tell(act, complaint, "complaint-answered")


def _not_own(act: Act, complaint: Complaint) -> None:
    """Nobody answers their own complaint, nor one of an organisation that they belong to, nor one
    about a team that they are part of."""
    own = complaint.person_id is not None and complaint.person_id == act.actor.person_id
    own = own or complaint.giver_id in act.actor.own
    if own or (complaint.taker_id is not None and reviews(act.actor)):
        raise Refused(N_("You are part of this. Ask somebody else to answer it."))
