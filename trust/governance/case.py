"""The IG case: the formal information governance record of a piece of work, through seven
steps. It is fed from what was written elsewhere; each answer keeps the print of its sources, so
that a change upstream reopens exactly the answers it touches (governance.md)."""

import hashlib
from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trust.act import Act, Actor, verb
from trust.giving import give
from trust.governance.items import DataItem
from trust.partners import Kind, Partner
from trust.people import Seat, in_force
from trust.records import N_, STAYS, Hidden, Record, Ref, Refused
from trust.seats import not_own

ROUTES = {"dpia": "full", "dpia-anyway": "full", "review": "undecided", "light": "light"}
"""Where each decision of step 2 leads (``steps.toml``, the box "decision")."""


class Case(Record):
    """One case, about one thing (a pilot). ``taker_id`` is the council that leads it."""

    __tablename__ = "case"

    about: Mapped[Ref] = mapped_column(unique=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    step: Mapped[int] = mapped_column(default=1)
    route: Mapped[str] = mapped_column(String(20), default="undecided")

    answers: Mapped[list["CaseAnswer"]] = relationship(order_by="CaseAnswer.id")
    items: Mapped[list[DataItem]] = relationship(order_by=DataItem.id)

    @classmethod
    def visible(cls, stmt: Select["Case"], actor: Actor) -> Select["Case"]:
        """Whoever holds a seat at the case, at what it is about, or as the council's DPO."""
        about = [p for p in actor.seats if actor.holds("case:read", p)]
        return stmt.where(
            or_(
                cls.id.in_(actor.ids("case:read", "case")),
                cls.about.in_(about),
                cls.taker_id.in_(actor.ids("case:read", "partner")),
            )
        )

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("case", self.id), self.about, Ref("partner", self.taker_id))


class CaseAnswer(Record):
    """What stands in one box of one step. ``sources`` lists what it was filled from, each with
    its print; ``stale`` is computed from them, never stored."""

    __tablename__ = "case_answer"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    box: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(String(8000))
    sources: Mapped[list[str]] = mapped_column(default=list)
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)

    __table_args__ = (UniqueConstraint("case_id", "box"),)


def fingerprint(text: str) -> str:
    """The print by which a later change of a source is noticed."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def opened(about: Ref, taker_id: int) -> Case:
    """The case that a new piece of work starts with; for the verb that opens that work."""
    return Case(about=about, taker_id=taker_id, answers=[], items=[])


def answer(case: Case, box: str) -> CaseAnswer | None:
    """What stands in a box, or None when it is empty."""
    return next((one for one in case.answers if one.box == box), None)


@verb("case:answer", may="case:write")
def fill(act: Act, case: Case, *, box: str, words: str, sources: list[str]) -> None:
    """Write into a box; a person of the case has read it. Raises ``Refused`` when too long."""
    words = words.strip()
    if len(words) > 8000:
        raise Refused(N_("This is too long. Use 8,000 characters or fewer."), field="words")
    held = answer(case, box)
    if held is None:
        held = CaseAnswer(box=box, words=words)
        case.answers.append(held)
    held.words = words
    held.sources = sources
    held.checked_at = act.now
    held.checked_by_id = act.actor.person_id
    act.fact(box=box)


@verb("case:decide", may="case:decide")
def decide(act: Act, case: Case, *, decision: str, reason: str) -> None:
    """The IG lead says which path a piece of work takes, and why (governance.md, step 2).

    Raises ``Refused`` for a decision that is not on the list, and without a reason.
    """
    if decision not in ROUTES:
        raise Refused(N_("Choose one from the list."), field="decision")
    if not reason.strip():
        raise Refused(N_("Say why, in your own words."), field="reason")
    for box, words in (("decision", decision), ("decision-why", reason.strip()[:8000])):
        held = answer(case, box)
        if held is None:
            held = CaseAnswer(box=box, words="")
            case.answers.append(held)
        held.words, held.checked_at, held.checked_by_id = words, act.now, act.actor.person_id
    case.route = ROUTES[decision]
    act.fact(decision=decision, route=case.route)


def advisers(own: int | None, now: datetime) -> Select[Partner]:
    """The organisations whose people may be asked into a case, by name: those that review and
    advise, with somebody here already, and one's own."""
    advise = Partner.kind.in_((Kind.COUNCIL, Kind.REGIONAL, Kind.INFRASTRUCTURE))
    here = select(Seat.partner_id).where(*in_force(now))
    stmt = select(Partner).where(advise | (Partner.id == own), Partner.id.in_(here))
    return stmt.order_by(Partner.sort_name)


@verb("case:seat", may="seat:give", creates=True)
def seat(act: Act, case: Case, *, role: str, name: str, email: str, partner: Partner) -> Seat:
    """Invite somebody to this one case. See ``trust.giving.give`` for what is refused."""
    return give(act, Ref.of(case), role, name=name, email=email, partner=partner)


@verb("case:end-seat", may="seat:give")
def end_seat(act: Act, case: Case, *, seat: Seat) -> None:
    """End somebody's part in this case, from now on. Raises ``Hidden`` for a seat that is not
    at it, ``Refused`` for one's own."""
    if seat.place != Ref.of(case):
        raise Hidden("seat")
    not_own(act, seat)
    act.fact(person=seat.person_id, role=seat.role)
    seat.ends = act.now
