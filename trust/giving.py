"""What all who give a role do: at a partner, in a pilot, at a case."""

from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from trust import permissions, throttle
from trust.act import Act
from trust.locks import one_at_a_time
from trust.mailboxes import addressee, at_address, named
from trust.outbox import send
from trust.partners import Partner
from trust.people import Person, Seat, folded_email, in_force, person_name
from trust.records import N_, Msg, Ref, Refused

INVITED_FOR = timedelta(days=60)
"""How long an invitation waits for its yes, as long as a letter does. Then it ends by itself, and
the name and the address of somebody who never came go, too (``retention.toml``). Ours."""


def seat_lasts(role: permissions.Role, now: datetime) -> datetime | None:
    """When a role that begins ``now`` ends by itself; None: it does not."""
    return now + role.lasts if role.lasts else None


TRY, MOST_A_DAY = "invite", 30
OWN_ADDRESS = N_("This role looks after others’ words. It needs an address that one person reads.")


def tried(session: Session, person_id: int | None, now: datetime) -> None:
    """Count an invitation that was refused: asking who is here is not free. For the caller of a
    verb that gives seats, once what it did is undone; to be committed."""
    throttle.count(session, person_id, TRY, MOST_A_DAY, now)


def give(
    act: Act,
    place: Ref,
    role_key: str,
    *,
    name: str,
    email: str,
    partner: Partner | None,
    shared: bool = False,
) -> Seat:
    """Make the seat and, where new, the person. For verbs that give seats. Until it is accepted, it
    ends when the invitation does; from the yes on it lasts as its role does. ``shared`` says that
    several people read the address: then the name decides who of them is meant (``addressee``).

    Raises ``Refused`` when the role is unknown, not held at such a place, not for such a
    partner, or held already; for a role at a pilot or a case, when the person does not act for
    the partner yet (``colleague``); and for more than thirty tries a day by one person: each is
    a mail to an address that somebody typed. What is refused says no more of a person than the
    address that was typed.
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
    throttle.daily(act, TRY, MOST_A_DAY)
    email = folded_email(email)
    if shared and role.own_address:
        raise Refused(OWN_ADDRESS, field="email")
    one_at_a_time(act.session, f"email:{email}")
    person: Person | None
    if partner is not None and place != Ref.of(partner):
        person = colleague(act, partner, email, name)
    else:
        person = addressee(act.session, email, name, shared=shared, partner=partner)
    if person is None:
        if not name.strip():
            raise Refused(N_("Enter the person’s name."), field="name")
        person = Person(name=person_name(name), email=email)
        act.session.add(person)
        act.session.flush()
    elif person.id == act.actor.person_id:
        raise Refused(
            N_("This is your own address, and you cannot give a role to yourself."),
            field="email",
            next_step=Msg(
                N_("Does somebody else read this mailbox too? Then say below that it is shared.")
            ),
        )
    held = select(func.count()).where(
        Seat.person_id == person.id,
        Seat.place == place,
        Seat.role == role.key,
        or_(Seat.ends.is_(None), Seat.ends > act.now),
    )
    if act.session.scalar(held):
        raise Refused(Msg(N_("%(email)s has this role already."), {"email": email}), field="email")
    seat = Seat(
        person_id=person.id,
        partner_id=partner.id if partner else None,
        place=place,
        role=role.key,
        starts=act.now,
        ends=act.now + INVITED_FOR,
        given_by_id=act.actor.person_id,
    )
    act.session.add(seat)
    act.session.flush()
    act.fact(person=person.id, role=role.key, place=str(place))
    send(act, "invitation", person.id, seat)
    return seat


def colleague(act: Act, partner: Partner, email: str, name: str) -> Person:
    """A partner decides itself who acts for it, one's own too: for a role at a pilot or a case,
    raises ``Refused`` for a person who has no role at the partner yet. Where several of its people
    read one mailbox, the name says who is meant."""
    people = at_address(act.session, folded_email(email))
    here = [one for one in people if acts_here(act, one.id, Ref.of(partner))]
    person = here[0] if len(here) == 1 else named(here, name)
    if person is None:
        raise Refused(
            Msg(
                N_("%(partner)s says who acts for it. Ask them to invite this person first."),
                {"partner": partner.name},
            ),
            field="email",
        )
    return person


def acts_here(act: Act, person_id: int, place: Ref) -> bool:
    """Whether a person has a role at a place now."""
    held = exists().where(Seat.place == place, Seat.person_id == person_id, *in_force(act.now))
    return bool(act.session.scalar(select(held)))


def peopled_once(act: Act, place: Ref) -> bool:
    """Whether somebody had a role at a place, and nobody has one now."""
    ever = exists().where(Seat.place == place, Seat.accepted_at.is_not(None))
    return bool(act.session.scalar(select(ever))) and not peopled(act, place)


def peopled(act: Act, place: Ref) -> bool:
    """Whether anybody has a role at a place now."""
    return bool(act.session.scalar(select(exists().where(Seat.place == place, *in_force(act.now)))))
