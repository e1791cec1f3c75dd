"""When two people each claim to speak for a group: signing waits, reading goes on, and the two
settle it between them. No council decides it (safety.md, "Turnover and disputes")."""

from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from trust.act import Act, Actor, verb
from trust.giving import acts_here
from trust.outbox import send
from trust.partners import Partner
from trust.people import Person, in_force
from trust.people import Seat as Held
from trust.records import N_, STAYS, Hidden, Msg, Record, Ref, Refused
from trust.states import Move, table

STATES = table(
    "dispute",
    "open",
    {
        "open": N_("Signing waits until the two agree"),
        "one-agrees": N_("One of the two says it is settled"),
        "agreed": N_("Both say it is settled"),
        "withdrawn": N_("One of the two withdrew"),
    },
    [
        Move("dispute:agree", ("open",), "one-agrees", "partner:edit"),
        Move("dispute:agree-too", ("one-agrees",), "agreed", "partner:edit"),
        Move("dispute:withdraw", ("open", "one-agrees"), "withdrawn", "partner:edit"),
    ],
)
OPEN = ("open", "one-agrees")


class Dispute(Record):
    """Two people of a partner, each of whom says that they speak for it. ``one_id`` said so,
    ``other_id`` is whom they named; ``agreed_by_id`` which of them says that it is settled."""

    __tablename__ = "dispute"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    why: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    ended_at: Mapped[datetime | None]

    one: Mapped[Person] = relationship(foreign_keys=[one_id])
    other: Mapped[Person] = relationship(foreign_keys=[other_id])
    partner: Mapped[Partner] = relationship()

    @classmethod
    def visible(cls, stmt: Select["Dispute"], actor: Actor) -> Select["Dispute"]:
        """The group's own people; nobody else."""
        return stmt.where(cls.partner_id.in_(actor.ids("partner:edit", "partner")))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.partner_id),)

    @property
    def two(self) -> tuple[int, int]:
        return (self.one_id, self.other_id)


def open_one(session: Session, partner_id: int, now: datetime) -> Dispute | None:
    """What two people of a partner have not settled. Where one of them does not act for it any
    more there is nothing left to settle."""
    stmt = select(Dispute).where(Dispute.partner_id == partner_id, Dispute.state.in_(OPEN))
    for held in session.scalars(stmt.order_by(Dispute.id)):
        here = select(Held.person_id).where(
            Held.place == Ref("partner", partner_id),
            Held.person_id.in_(held.two),
            *in_force(now),
        )
        if len(set(session.scalars(here))) == 2:
            return held
    return None


def must_not_be_disputed(act: Act, partner_id: int | None) -> None:
    """Raises ``Refused`` while two people claim to speak for a partner: nothing is signed for it,
    and nobody is given or loses a role there."""
    if partner_id is not None and open_one(act.session, partner_id, act.now) is not None:
        raise Refused(
            N_("Two people each say that they speak for your organisation. Signing waits."),
            next_step=Msg(N_("The two settle it. Both agree, or one withdraws.")),
        )


@verb("dispute:raise", may="partner:edit", creates=True)
def claim(act: Act, partner: Partner, *, other: Person, why: str) -> Dispute:
    """A person of a group says that somebody else there does not speak for it. From now on nothing
    is signed for the group until the two have settled it; both go on reading.

    Raises ``Refused`` for oneself, for one who does not act for the group, without saying why,
    and while there is one open already.
    """
    assert act.actor.person_id is not None
    if other.id == act.actor.person_id or not acts_here(act, other.id, Ref.of(partner)):
        raise Refused(N_("Choose somebody else who acts for your organisation."), field="other")
    if not why.strip():
        raise Refused(N_("Say why, in your own words."), field="why")
    if open_one(act.session, partner.id, act.now) is not None:
        raise Refused(N_("Signing waits already. Settle that first."))
    made = Dispute(
        partner_id=partner.id,
        one_id=act.actor.person_id,
        other_id=other.id,
        why=why.strip()[:500],
    )
    act.session.add(made)
    act.session.flush()
    act.fact(other=other.id)
    send(act, "dispute", other.id, made)
    return made


def _one_of_two(act: Act, dispute: Dispute) -> int:
    """The other of the two. Raises ``Hidden`` for anybody else: it is theirs to settle."""
    if act.actor.person_id not in dispute.two:
        raise Hidden("dispute")
    return next(one for one in dispute.two if one != act.actor.person_id)


@verb("dispute:agree", table=STATES)
def agree(act: Act, dispute: Dispute) -> None:
    """One of the two says that it is settled. It is once the other says so too."""
    other = _one_of_two(act, dispute)
    dispute.agreed_by_id = act.actor.person_id
    send(act, "dispute", other, dispute)


@verb("dispute:agree-too", table=STATES)
def agree_too(act: Act, dispute: Dispute) -> None:
    """The other says so too: signing goes on. Raises ``Refused`` for the one who said it first."""
    other = _one_of_two(act, dispute)
    if dispute.agreed_by_id == act.actor.person_id:
        raise Refused(N_("You said so already. Now the other one says if it is settled."))
    dispute.ended_at = act.now
    send(act, "dispute", other, dispute)


@verb("dispute:withdraw", table=STATES)
def withdraw(act: Act, dispute: Dispute) -> None:
    """One of the two withdraws what they said: signing goes on. Nobody's role changes by it."""
    other = _one_of_two(act, dispute)
    dispute.ended_at = act.now
    send(act, "dispute", other, dispute)
