"""Who speaks for a group when nobody is left who does: an organisation that stands by it vouches
for a new person, and that counts once a second way to the group, known before, says yes. No
council decides it (safety.md, "Turnover and disputes")."""

import base64
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Select, String, exists, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from trust import contacts, throttle
from trust.act import Act, Actor, verb
from trust.contacts import Contact
from trust.dispute import must_not_be_disputed
from trust.giving import INVITED_FOR, MOST_A_DAY, TRY
from trust.locks import one_at_a_time
from trust.mailboxes import addressee
from trust.outbox import Parcel, send
from trust.partners import Kind, Partner
from trust.people import Person, Seat, folded_email, person_name, seated
from trust.records import N_, STAYS, Hidden, Msg, Record, Ref, Refused
from trust.signin import derive
from trust.states import Move, table

LASTS = timedelta(days=30)
MAILBOX = "mailbox"

STATES = table(
    "vouching",
    "waiting",
    {
        "waiting": N_("Waiting for a yes from the group"),
        "confirmed": N_("The group said yes"),
        "denied": N_("The group said no"),
        "taken-back": N_("Taken back"),
    },
    [
        Move("vouching:confirm", ("waiting",), "confirmed", "public"),
        Move("vouching:deny", ("waiting",), "denied", "public"),
        Move("vouching:take-back", ("waiting",), "taken-back", "partner:vouch"),
    ],
)


class Vouching(Record):
    """Somebody new who is to speak for a group. ``by_id`` of ``by_partner_id`` vouches for them;
    ``route`` is the second way: a contact of the group ("contact:4") or its shared mailbox, and
    ``asked_at`` the address that was known. ``nonce`` makes the link, with the portal's secret."""

    __tablename__ = "vouching"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    by_partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    why: Mapped[str] = mapped_column(String(500))
    route: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[str] = mapped_column(String(254))
    nonce: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(30), default=STATES.start)
    answered_at: Mapped[datetime | None]

    partner: Mapped[Partner] = relationship(foreign_keys=[partner_id])
    by_partner: Mapped[Partner] = relationship(foreign_keys=[by_partner_id])
    by: Mapped[Person] = relationship()

    @classmethod
    def visible(cls, stmt: Select["Vouching"], actor: Actor) -> Select["Vouching"]:
        """Whoever is left in the group, and those who vouched."""
        theirs = actor.ids("partner:edit", "partner")
        ours = actor.ids("partner:vouch", "partner")
        return stmt.where(or_(cls.partner_id.in_(theirs), cls.by_partner_id.in_(ours)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.by_partner_id),)


def nobody_speaks(session: Session, partner: Partner, now: datetime) -> bool:
    """Whether nobody signs for a group any more, and somebody once did. Councils and such have
    others who see to it."""
    if partner.kind != Kind.VCS:
        return False
    return had_people(session, partner) and not seated(
        session, Ref.of(partner), "seat:give-colleague", now
    )


def left(session: Session, partner: Partner) -> bool:
    """Whether people acted for a group once: then its next one is vouched for, not invited."""
    return partner.kind == Kind.VCS and had_people(session, partner)


def had_people(session: Session, partner: Partner) -> bool:
    """Whether anybody ever acted for a partner."""
    held = exists().where(Seat.place == Ref.of(partner), Seat.accepted_at.is_not(None))
    return bool(session.scalar(select(held)))


def routes(session: Session, partner: Partner, by: Person, own: Partner) -> dict[str, str]:
    """The second ways to a group that were known before and that whoever vouches does not hold:
    what each is called, by its key. Only the partner itself ever wrote them down."""
    not_theirs = {by.email, own.email.lower(), ""}
    found = {}
    for one in contacts.of(session, partner.id):
        if one.person_id != by.id and _address(session, one) not in not_theirs:
            found[str(Ref.of(one))] = one.name
    if partner.shared_mailbox and partner.email.lower() not in not_theirs:
        found[MAILBOX] = partner.name
    return found


def _address(session: Session, contact: Contact) -> str:
    if contact.email or contact.person_id is None:
        return contact.email.lower()
    return session.get_one(Person, contact.person_id).email


def waiting(session: Session, partner_id: int, now: datetime) -> Vouching | None:
    """The vouching for a group that waits for its yes, if there is one."""
    stmt = select(Vouching).where(
        Vouching.partner_id == partner_id, Vouching.state == "waiting", Vouching.expires_at > now
    )
    return session.scalars(stmt.order_by(Vouching.id.desc())).first()


@verb("vouching:make", may="partner:vouch", creates=True)
def vouch(
    act: Act, partner: Partner, *, own: Partner, name: str, email: str, why: str, route: str
) -> Vouching:
    """An organisation that stands by a group vouches for the one who is to speak for it now. A
    letter goes to the second way (``routes``); nothing changes until that says yes.

    Raises ``Refused`` while somebody speaks for the group, while another one waits, for a way
    that is not known or that is the new person's own, and without saying why.
    """
    assert act.actor.person_id is not None
    if not nobody_speaks(act.session, partner, act.now):
        raise Refused(Msg(N_("%(name)s has people who speak for it."), {"name": partner.name}))
    must_not_be_disputed(act, partner.id)
    if waiting(act.session, partner.id, act.now) is not None:
        raise Refused(N_("Somebody was named already. Wait for the answer, or take it back."))
    throttle.daily(act, TRY, MOST_A_DAY)
    name, email = person_name(name), folded_email(email)
    if not why.strip():
        raise Refused(N_("Say how you know that this is right."), field="why")
    by = act.session.get_one(Person, act.actor.person_id)
    if email in (by.email, own.email.lower()):
        raise Refused(N_("You cannot vouch for yourself."), field="email")
    if route not in routes(act.session, partner, by, own):
        raise Refused(N_("Choose one of the options shown."), field="route")
    if route == MAILBOX:
        asked_at = partner.email.lower()
    else:
        held = act.session.get_one(Contact, Ref.parse(route).id)
        asked_at = _address(act.session, held)
    if asked_at == email and route != MAILBOX:
        raise Refused(N_("Somebody else must say yes. Choose another way."), field="route")
    made = Vouching(
        partner_id=partner.id,
        by_partner_id=own.id,
        by_id=by.id,
        name=name,
        email=email,
        why=why.strip()[:500],
        route=route,
        asked_at=asked_at,
        nonce=secrets.token_urlsafe(32),
        expires_at=act.now + LASTS,
    )
    act.session.add(made)
    act.session.flush()
    act.fact(route=route)
    act.later(
        lambda event: Parcel(
            kind="vouch",
            address=asked_at,
            about=Ref.of(made),
            key=f"vouch:{event.id}",
            due_at=act.now,
        )
    )
    for person in seated(act.session, Ref.of(partner), "partner:edit", act.now):
        send(act, "vouched", person, partner)
    return made


def link_token(key: bytes, vouching: Vouching) -> str:
    """The token of the link that goes to the second way."""
    made = derive(key, "vouch", vouching.nonce)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def by_link(session: Session, key: bytes, id: int, token: str, now: datetime) -> Vouching:
    """The vouching that a link is about. Raises ``Hidden`` for a link that is not right or too
    old."""
    held = session.get(Vouching, id)
    if held is None or held.expires_at <= now:
        raise Hidden("vouching")
    if not hmac.compare_digest(token.encode(), link_token(key, held).encode()):
        raise Hidden("vouching")
    return held


@verb("vouching:confirm", table=STATES)
def confirm(act: Act, vouching: Vouching) -> None:
    """The second way says yes: the person is invited to sign for the group, and says yes or no.

    Raises ``Refused`` when somebody speaks for the group by now.
    """
    one_at_a_time(act.session, f"seats:partner:{vouching.partner_id}")
    if not nobody_speaks(act.session, vouching.partner, act.now):
        raise Refused(
            Msg(N_("%(name)s has people who speak for it."), {"name": vouching.partner.name})
        )
    one_at_a_time(act.session, f"email:{vouching.email}")
    person = addressee(
        act.session, vouching.email, vouching.name, shared=False, partner=vouching.partner
    )
    if person is None:
        person = Person(name=vouching.name, email=vouching.email)
        act.session.add(person)
        act.session.flush()
    seat = Seat(
        person_id=person.id,
        partner_id=vouching.partner_id,
        place=Ref("partner", vouching.partner_id),
        role="signatory",
        starts=act.now,
        ends=act.now + INVITED_FOR,
        given_by_id=vouching.by_id,
    )
    act.session.add(seat)
    act.session.flush()
    vouching.answered_at = act.now
    act.fact(seat=seat.id, person=person.id)
    send(act, "invitation", person.id, seat)
    send(act, "vouched", vouching.by_id, vouching.partner)


@verb("vouching:deny", table=STATES)
def deny(act: Act, vouching: Vouching) -> None:
    """The second way says no: nothing changes, and whoever vouched is told."""
    vouching.answered_at = act.now
    send(act, "vouched", vouching.by_id, vouching.partner)


@verb("vouching:take-back", table=STATES)
def take_back(act: Act, vouching: Vouching) -> None:
    """Whoever vouched takes it back, while it waits."""
    vouching.answered_at = act.now
