"""The cohort: the partners who take part in a pilot."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from trust import scope
from trust.act import Act, Actor, verb
from trust.audit import Event, EventWords
from trust.names import fold
from trust.outbox import send
from trust.partners import Kind, Partner
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
        # A no is not for ever: the partner itself may still say yes.
        Move("member:join", ("invited", "declined"), "joined", "member:answer"),
        Move("member:decline", ("invited",), "declined", "member:answer", reason=True),
        Move("member:leave", ("joined",), "left", "member:answer", reason=True),
        # Whoever said no or left may be asked again; the answer is theirs, as the first time.
        Move("member:ask-again", ("declined", "left"), "invited", "pilot:manage"),
    ],
)

IN_IT = ("invited", "joined")
"""The states of a member who may read the pilot: after a no, or after leaving, it is over. Its own
invitation stays (it may still say yes), and so does whatever came of what it shared."""

COHORT_KINDS = (Kind.VCS, Kind.INFRASTRUCTURE, Kind.OTHER)


class Member(Record):
    """One partner's place in a pilot's cohort. Saying no is a proper end."""

    __tablename__ = "member"

    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    co_lead: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]

    partner: Mapped[Partner] = relationship()
    pilot: Mapped[Record] = relationship("Pilot")

    __table_args__ = (UniqueConstraint("pilot_id", "partner_id"),)

    @classmethod
    def visible(cls, stmt: Select["Member"], actor: Actor) -> Select["Member"]:
        """The cohort knows who is in it, and not who said no or left; everyone knows their own
        place; the coordinator all of them."""
        partners = actor.ids("pilot:read", "partner")
        pilots = actor.ids("pilot:read", "pilot")
        return stmt.where(
            or_(
                cls.partner_id.in_(partners),
                cls.pilot_id.in_(actor.ids("pilot:manage", "pilot")),
                cls.state.in_(IN_IT)
                & or_(cls.pilot_id.in_(in_it(partners)), cls.pilot_id.in_(pilots)),
            )
        )

    def places(self, permission: str) -> tuple[Ref, ...]:
        """At the partner, which answers for itself; whom to ask is for who runs the pilot."""
        if permission == "pilot:manage":
            return (Ref("pilot", self.pilot_id),)
        return (Ref("partner", self.partner_id),)


def in_it(partners: Collection[int]) -> Select[int]:
    """The ids of the pilots that these partners are in, or are asked to be in."""
    mine = Member.partner_id.in_(partners) & Member.state.in_(IN_IT)
    # A subquery of its own: the table may be the one that is asked.
    return select(Member.pilot_id).where(mine).correlate(None)


def goes_on(pilot: Any) -> bool:
    """Whether a pilot has not ended: then people can still join it and write in it. Its type has no
    name here, because this module stands below that of pilots."""
    return bool(pilot.state != "ended")


def must_go_on(pilot: Any) -> None:
    """Raises ``Refused`` when a pilot has ended. For verbs that would add to it."""
    if not goes_on(pilot):
        raise Refused(N_("This pilot has ended. What was shared and learned stays."))


@verb("member:invite", may="pilot:manage", creates=True)
def invite(act: Act, pilot: Record, *, partner: Partner, co_lead: bool = False) -> Member:
    """Invite a partner into the cohort. Raises ``Refused`` when it is on the list already (see
    ``ask_again``), for a council, which is the side that asks, and once the pilot has ended."""
    must_go_on(pilot)
    if partner.kind not in COHORT_KINDS:
        raise Refused(N_("Choose a group, or a body that supports groups."), field="partner")
    held = select(Member.id).where(Member.pilot_id == pilot.id, Member.partner_id == partner.id)
    if act.session.scalar(held) is not None:
        raise Refused(
            Msg(N_("%(partner)s is on the list already."), {"partner": partner.name}),
            field="partner",
        )
    member = Member(pilot_id=pilot.id, partner_id=partner.id, co_lead=co_lead)
    act.session.add(member)
    act.session.flush()
    _send(act, member)
    return member


@verb("member:ask-again", table=STATES)
def ask_again(act: Act, member: Member, *, co_lead: bool = False) -> None:
    """Invite a partner that said no, or that left, once more. Raises ``Refused`` once the pilot
    has ended."""
    must_go_on(member.pilot)
    member.co_lead = co_lead
    member.answered_at = None
    _send(act, member)


def _send(act: Act, member: Member) -> None:
    """Tell those of a partner who can answer."""
    for person in seated(act.session, Ref("partner", member.partner_id), "member:answer", act.now):
        send(act, "member", person, member)


@verb("member:join", table=STATES)
def join(act: Act, member: Member) -> None:
    """The partner says yes. Raises ``Refused`` once the pilot has ended."""
    must_go_on(member.pilot)
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


def members(session: Session, pilot_id: int) -> list[Member]:
    """All who were ever invited, with their partners, by name."""
    stmt = (
        select(Member)
        .join(Partner, Partner.id == Member.partner_id)
        .where(Member.pilot_id == pilot_id)
        .options(joinedload(Member.partner))
        .order_by(Partner.sort_name)
    )
    return list(session.scalars(stmt))


def before(session: Session, pilot_id: int, partner_id: int) -> Member | None:
    """The place of a partner that said no or left."""
    stmt = select(Member).where(
        Member.pilot_id == pilot_id,
        Member.partner_id == partner_id,
        Member.state.not_in(IN_IT),
    )
    return session.scalars(stmt).first()


def reasons(session: Session, found: Collection[Member]) -> dict[int, str]:
    """Why partners said no or left, in their words, by the id of the member."""
    stmt = (
        select(Event.subject, EventWords.words)
        .join(EventWords, EventWords.event_id == Event.id)
        .where(
            Event.subject.in_([Ref.of(one) for one in found if one.state in ("declined", "left")]),
            Event.verb.in_(("member:decline", "member:leave")),
        )
        .order_by(Event.id)
    )
    return {subject.id: words.get("reason", "") for subject, words in session.execute(stmt)}


def invitable(actor: Actor, pilot_id: int, region_id: int, words: str) -> Select[Partner]:
    """The partners of a region that are not in this pilot, nor asked to be, by name; only those
    whose names have all of ``words``."""
    held = select(Member.partner_id).where(Member.pilot_id == pilot_id, Member.state.in_(IN_IT))
    stmt = select(Partner).where(
        Partner.region_id == region_id, Partner.kind.in_(COHORT_KINDS), Partner.id.not_in(held)
    )
    for word in fold(words).split():
        stmt = stmt.where(Partner.sort_name.contains(word, autoescape=True))
    return Partner.visible(stmt.order_by(Partner.sort_name, Partner.id), actor)


def bodies(actor: Actor, region_id: int) -> Select[Partner]:
    """The bodies of a region that support groups, by name: their people can be connectors."""
    stmt = select(Partner).where(
        Partner.region_id == region_id, Partner.kind == Kind.INFRASTRUCTURE
    )
    return Partner.visible(stmt.order_by(Partner.sort_name, Partner.id), actor)


def against_asking(
    session: Session,
    pilot_id: int,
    giver_ids: Collection[int],
    taker_id: int,
    categories: Collection[str],
    now: datetime,
) -> dict[int, scope.NotAllowed]:
    """By giver: why its agreement does not let ``taker_id`` ask for all ``categories`` in this
    pilot now. Who is not among them can be asked."""
    work = Ref("pilot", pilot_id)
    return scope.against(
        session, scope.ASK, giver_ids, taker_id, set(categories), on=now, work=work
    )


def still_gives(
    session: Session,
    pilot_id: int,
    giver_id: int,
    taker_id: int,
    categories: Collection[str],
    now: datetime,
) -> None:
    """Raises ``Refused`` when a group has left the pilot, or its agreement ended or was narrowed,
    since it was asked: nothing new is taken then."""
    mine = Member.pilot_id == pilot_id, Member.partner_id == giver_id
    if session.scalar(select(Member.state).where(*mine)) != "joined":
        raise Refused(N_("Your group does not take part in this pilot now. Your answers are kept."))
    no = against_asking(session, pilot_id, [giver_id], taker_id, categories, now)
    if no:
        raise no[giver_id].refused(
            Msg(N_("No trust agreement allows this now. Your answers are kept.")),
            next_step=Msg(N_("Call the council if you want to share them after all.")),
        )
