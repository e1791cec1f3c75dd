"""Changes to a partner's page that somebody else proposes: the partner sees the difference and
decides, field by field (trust.md, "Partner profile")."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Select, String, or_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from trust import throttle
from trust.act import Act, Actor, verb
from trust.outbox import send
from trust.partners import Partner
from trust.people import Person, seated
from trust.profiles import change_own, must_be_own
from trust.records import N_, STAYS, Record, Ref, Refused
from trust.states import Move, table

MOST_A_DAY = 30

STATES = table(
    "proposal",
    "waiting",
    {
        "waiting": N_("Waiting for an answer"),
        "taken": N_("Taken over"),
        "declined": N_("Not taken over"),
    },
    [
        Move("proposal:take", ("waiting",), "taken", "partner:edit"),
        Move("proposal:decline", ("waiting",), "declined", "partner:edit"),
    ],
)


class Proposal(Record):
    """Other words for some fields of a partner's page. ``giver_id`` is the partner that proposes,
    none where they come from a file that was brought in; ``taker_id`` the one whose page it is;
    ``before`` is what stood there then, ``fields`` what would. ``taken`` are the fields that the
    partner took over."""

    __tablename__ = "proposal"

    giver_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    taker_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    taken: Mapped[list[str]] = mapped_column(default=list)
    answer: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[datetime | None]

    giver: Mapped[Partner | None] = relationship(foreign_keys=[giver_id])
    taker: Mapped[Partner] = relationship(foreign_keys=[taker_id])
    by: Mapped[Person | None] = relationship()

    @classmethod
    def visible(cls, stmt: Select["Proposal"], actor: Actor) -> Select["Proposal"]:
        """The partner whose page it is, and the one that proposes."""
        mine = actor.ids("partner:edit", "partner")
        ours = actor.ids("partner:propose", "partner")
        return stmt.where(or_(cls.taker_id.in_(mine), cls.giver_id.in_(ours)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.taker_id),)


def waiting(session: Session, actor: Actor, partner_id: int) -> list[Proposal]:
    """The proposals for a partner's page that nobody has answered, as far as ``actor`` may see
    them, oldest first."""
    stmt = select(Proposal).where(Proposal.taker_id == partner_id, Proposal.state == "waiting")
    stmt = stmt.options(joinedload(Proposal.giver))
    return list(session.scalars(Proposal.visible(stmt, actor).order_by(Proposal.id).limit(50)))


@verb("proposal:make", may="partner:propose", creates=True)
def propose(
    act: Act, own: Partner, /, *, other: Partner, fields: Mapping[str, Any], why: str
) -> Proposal:
    """Propose other words for some fields of another partner's page. Nothing changes there until
    that partner says so.

    Raises ``Refused`` when nothing would be different, for one's own page, for more than thirty a
    day, and for what that partner's people could not change themselves.
    """
    if own.id == other.id:
        raise Refused(N_("This is your own page. You can change it yourself."))
    throttle.daily(act, "proposal", MOST_A_DAY)
    different = {name: new for name, new in fields.items() if getattr(other, name) != new}
    if not different:
        raise Refused(N_("Nothing is different. Change what is not right."))
    must_be_own(other, different)
    assert act.actor.person_id is not None
    made = Proposal(
        giver_id=own.id,
        taker_id=other.id,
        by_id=act.actor.person_id,
        fields=different,
        before={name: getattr(other, name) for name in different},
        why=why.strip()[:500],
    )
    act.session.add(made)
    act.session.flush()
    act.fact(fields=sorted(different))
    _ask(act, made, other)
    return made


def from_file(act: Act, partner: Partner, fields: Mapping[str, Any]) -> Proposal:
    """Propose what a file says of a partner that has people of its own; within the verb that
    brings the file in, whose event tells of it."""
    made = Proposal(
        taker_id=partner.id,
        by_id=act.actor.person_id,
        fields=dict(fields),
        before={name: getattr(partner, name) for name in fields},
    )
    act.session.add(made)
    act.session.flush()
    _ask(act, made, partner)
    return made


def from_files(session: Session, ids: Collection[int]) -> dict[int, list[Mapping[str, Any]]]:
    """What files have proposed to some partners so far, whatever became of it: nobody is asked
    the same twice."""
    stmt = select(Proposal.taker_id, Proposal.fields)
    found: dict[int, list[Mapping[str, Any]]] = {}
    for id, fields in session.execute(
        stmt.where(Proposal.taker_id.in_(ids), Proposal.giver_id.is_(None))
    ):
        found.setdefault(id, []).append(fields)
    return found


def _ask(act: Act, made: Proposal, partner: Partner) -> None:
    for person in seated(act.session, Ref.of(partner), "partner:edit", act.now):
        send(act, "proposal", person, made)


@verb("proposal:take", table=STATES)
def take(act: Act, proposal: Proposal, *, fields: Collection[str]) -> None:
    """The partner takes some of the fields over, as they were proposed. The others stay.

    Raises ``Refused`` for none, for one that was not proposed, and for what does not fit by now.
    """
    if not fields:
        raise Refused(N_("Choose what is right, or say no to all of it."), field="fields")
    unknown = set(fields) - set(proposal.fields)
    if unknown:
        raise Refused(N_("Choose one of the options shown."), field="fields")
    chosen = {name: proposal.fields[name] for name in sorted(fields)}
    act.fact(fields=change_own(act, proposal.taker, chosen))
    proposal.taken, proposal.answered_at = sorted(fields), act.now
    _tell(act, proposal)


@verb("proposal:decline", table=STATES)
def decline(act: Act, proposal: Proposal, *, reason: str = "") -> None:
    """The partner leaves its page as it is. No reason is asked."""
    proposal.answer, proposal.answered_at = reason.strip()[:500], act.now
    _tell(act, proposal)


def _tell(act: Act, proposal: Proposal) -> None:
    answered = proposal.giver_id is not None and proposal.by_id != act.actor.person_id
    if answered and proposal.by_id is not None:
        send(act, "proposal-answered", proposal.by_id, proposal)
