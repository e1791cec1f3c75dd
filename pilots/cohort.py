"""The cohort: the partners who take part in a pilot."""

from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from trust.act import Act, Actor, verb
from trust.outbox import send
from trust.partners import Partner
from trust.people import seated
from trust.records import N_, Msg, Record, Ref, Refused
from trust.states import Move, table

STATES = table(
    "member",
    "invited",
    {
        "invited": N_("Invited"),
        "joined": N_("Taking part"),
        "declined": N_("Said no"),
        "left": N_("Left"),
    },
    [
        Move("member:join", ("invited",), "joined", "member:answer"),
        Move("member:decline", ("invited",), "declined", "member:answer", reason=True),
        Move("member:leave", ("joined",), "left", "member:answer", reason=True),
    ],
)


class Member(Record):
    """One partner's place in a pilot's cohort. Saying no is a proper end."""

    __tablename__ = "member"

    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    co_lead: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]

    partner: Mapped[Partner] = relationship()

    __table_args__ = (UniqueConstraint("pilot_id", "partner_id"),)

    @classmethod
    def visible(cls, stmt: Select["Member"], actor: Actor) -> Select["Member"]:
        """The cohort knows who is in it."""
        partners = actor.ids("pilot:read", "partner")
        mine = select(cls.pilot_id).where(cls.partner_id.in_(partners))
        pilots = actor.ids("pilot:read", "pilot")
        return stmt.where(or_(cls.pilot_id.in_(mine), cls.pilot_id.in_(pilots)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.partner_id),)


@verb("member:invite", may="pilot:manage", creates=True)
def invite(act: Act, pilot: Record, *, partner: Partner, co_lead: bool = False) -> Member:
    """Invite a partner into the cohort. Raises ``Refused`` when it is in it already."""
    held = select(Member.id).where(Member.pilot_id == pilot.id, Member.partner_id == partner.id)
    if act.session.scalar(held) is not None:
        raise Refused(
            Msg(N_("%(partner)s is on the list already."), {"partner": partner.name}),
            field="partner",
        )
    member = Member(pilot_id=pilot.id, partner_id=partner.id, co_lead=co_lead)
    act.session.add(member)
    act.session.flush()
    for person in seated(act.session, Ref.of(partner), "member:answer", act.now):
        send(act, "member", person, member)
    return member


@verb("member:join", table=STATES)
def join(act: Act, member: Member) -> None:
    """The partner says yes."""
    member.answered_at = act.now


@verb("member:decline", table=STATES)
def decline(act: Act, member: Member, *, reason: str) -> None:
    """The partner says no, with its reason. Nothing bad follows."""
    member.answered_at = act.now
    act.words(reason=reason)


@verb("member:leave", table=STATES)
def leave(act: Act, member: Member, *, reason: str) -> None:
    """The partner stops taking part."""
    act.words(reason=reason)


def joined(session: Session, pilot_id: int) -> list[Partner]:
    """The partners taking part, by name."""
    stmt = (
        select(Partner)
        .join(Member, Member.partner_id == Partner.id)
        .where(Member.pilot_id == pilot_id, Member.state == "joined")
        .order_by(Partner.sort_name)
    )
    return list(session.scalars(stmt))
