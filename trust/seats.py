"""Giving, taking, renewing and ending a role: each partner decides itself who acts for it."""

from datetime import datetime

from sqlalchemy import func, or_, select

from trust import permissions, throttle
from trust.act import Act, verb
from trust.locks import one_at_a_time
from trust.outbox import send
from trust.partners import Partner
from trust.people import Person, Seat, by_email, folded_email, in_force
from trust.records import N_, Hidden, Msg, Record, Ref, Refused


def seat_lasts(role: permissions.Role, now: datetime) -> datetime | None:
    """When a role that begins ``now`` ends by itself; None: it does not."""
    return now + role.lasts if role.lasts else None


MOST_A_DAY = 30


def give(
    act: Act, place: Ref, role_key: str, *, name: str, email: str, partner: Partner | None
) -> Seat:
    """Make the seat and, where new, the person. For verbs that give seats.

    Raises ``Refused`` when the role is unknown, not held at such a place, not for such a
    partner, or held already; and for more than thirty invitations a day by one person: each is
    a mail to an address that somebody typed.
    """
    role = permissions.roles().get(role_key)
    if role is None or place.noun not in role.held_at:
        raise Refused(N_("Choose a role from the list."), field="role")
    if partner is not None and partner.kind not in role.kinds:
        raise Refused(
            Msg(
                N_("“%(role)s” is not a role for %(partner)s."),
                {"role": Msg(role.name), "partner": partner.name},
            ),
            field="role",
        )
    throttle.daily(act, "invite", MOST_A_DAY)
    email = folded_email(email)
    one_at_a_time(act.session, f"email:{email}")
    person = by_email(act.session, email)
    if person is None:
        if not name.strip():
            raise Refused(N_("Enter the person’s name."), field="name")
        person = Person(name=" ".join(name.split())[:120], email=email)
        act.session.add(person)
        act.session.flush()
    elif person.id == act.actor.person_id:
        raise Refused(N_("You cannot give a role to yourself. Ask a colleague."), field="email")
    held = select(func.count()).where(
        Seat.person_id == person.id,
        Seat.place == place,
        Seat.role == role.key,
        or_(Seat.ends.is_(None), Seat.ends > act.now),
    )
    if act.session.scalar(held):
        raise Refused(
            Msg(N_("%(name)s has this role already."), {"name": person.name}), field="email"
        )
    seat = Seat(
        person_id=person.id,
        partner_id=partner.id if partner else None,
        place=place,
        role=role.key,
        starts=act.now,
        ends=seat_lasts(role, act.now),
        given_by_id=act.actor.person_id,
    )
    act.session.add(seat)
    act.session.flush()
    act.fact(person=person.id, role=role.key, place=str(place))
    send(act, "invitation", person.id, seat)
    return seat


def colleague(act: Act, partner: Partner, email: str) -> None:
    """A partner decides itself who acts for it, one's own too: for a role at a pilot or a case,
    raises ``Refused`` for a person who has no role at the partner yet."""
    person = by_email(act.session, folded_email(email))
    known = select(Seat.id).where(
        Seat.place == Ref.of(partner),
        Seat.person_id == (person.id if person else None),
        *in_force(act.now),
    )
    if act.session.scalars(known).first() is None:
        raise Refused(
            Msg(
                N_("%(partner)s says who acts for it. Ask them to invite this person first."),
                {"partner": partner.name},
            ),
            field="email",
        )


@verb("seat:give", may="seat:give-colleague", creates=True)
def give_at_partner(act: Act, partner: Partner, *, role: str, name: str, email: str) -> Seat:
    """Someone who may speak for a partner gives a colleague a role there."""
    return give(act, Ref.of(partner), role, name=name, email=email, partner=partner)


@verb("seat:give-first", may="seat:give-first", creates=True)
def give_first(act: Act, partner: Partner, *, role: str, name: str, email: str) -> Seat:
    """The first person of a partner, invited by the administrator or by its supporter.

    Afterwards the partner decides itself: nobody outside can add people to it. An invitation
    that nobody has said yes to is taken back: its address may have been wrong. Raises
    ``Refused`` when the partner has somebody already.
    """
    there = Seat.place == Ref.of(partner), Seat.partner_id == partner.id
    seats = list(act.session.scalars(select(Seat).where(*there)))
    if any(seat.accepted_at for seat in seats):
        raise Refused(
            Msg(
                N_("%(partner)s has people already. They invite their own colleagues."),
                {"partner": partner.name},
            )
        )
    for seat in seats:
        seat.ends = act.now
    act.fact(instead_of=[seat.id for seat in seats])
    return give(act, Ref.of(partner), role, name=name, email=email, partner=partner)


def own(act: Act, seat: Seat) -> None:
    """Raises ``Hidden`` unless the seat was given to the person who acts."""
    if seat.person_id != act.actor.person_id:
        raise Hidden("seat")


@verb("seat:accept", may="signed-in")
def accept(act: Act, seat: Seat) -> None:
    """The person says yes to a role."""
    own(act, seat)
    if seat.ends is not None and seat.ends <= act.now:
        raise Refused(N_("This invitation has ended. Ask for a new one."))
    if seat.accepted_at is None:
        seat.accepted_at = act.now


@verb("seat:decline", may="signed-in")
def decline(act: Act, seat: Seat) -> None:
    """The person says no to a role. Nothing bad follows."""
    own(act, seat)
    if seat.accepted_at is not None:
        raise Refused(N_("You said yes to this role already. You can leave it instead."))
    seat.ends = act.now


@verb("seat:end", may="seat:give")
def end(act: Act, seat: Seat) -> None:
    """Take a role away, from now on. What the person did stays in the record. Raises ``Refused``
    for one's own: somebody has to be left who can give it again."""
    _decides(act, seat)
    not_own(act, seat)
    act.fact(person=seat.person_id, role=seat.role)
    seat.ends = act.now


@verb("seat:renew", may="seat:give")
def renew(act: Act, seat: Seat) -> None:
    """Give a role that ends once more for as long, from now (safety.md, "Misuse by an officer":
    council roles are renewed by name). Raises ``Refused`` for one's own, for one that does not
    end, and for one that is over."""
    _decides(act, seat)
    not_own(act, seat)
    role = permissions.roles()[seat.role]
    if seat.ends is None or role.lasts is None:
        raise Refused(N_("This role does not end."))
    if seat.ends <= act.now:
        raise Refused(N_("This role is over. Give it again."))
    act.fact(person=seat.person_id, role=seat.role)
    seat.ends = seat_lasts(role, act.now)


def _decides(act: Act, seat: Seat) -> None:
    """Who runs a pilot gives roles in it; who acts for a partner is for its signatories to say,
    also where that person has a role there. Raises ``Hidden`` for others."""
    if seat.place.noun == "partner" and not act.actor.holds("seat:give-colleague", seat.place):
        raise Hidden("seat")


def not_own(act: Act, seat: Seat) -> None:
    """Raises ``Refused`` for a role of whoever acts: another person decides about it."""
    if seat.person_id == act.actor.person_id:
        raise Refused(N_("This is your own role. Ask a colleague to do it."))


@verb("installation:begin", may="set-up", creates=True)
def begin(act: Act, installation: Record, *, name: str, email: str) -> Seat:
    """Give the very first administrator a seat, from the command line of the machine itself."""
    seat = give(act, Ref.of(installation), "administrator", name=name, email=email, partner=None)
    seat.accepted_at = act.now
    return seat
