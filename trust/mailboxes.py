"""Mailboxes that several people read: who is at an address, what each is called there, whom an
invitation to it is for, and what a code that went to it cannot prove."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from trust.act import Act, Actor, verb
from trust.names import fold
from trust.partners import Partner
from trust.people import Person, Seat, in_time, own_person, person_name
from trust.records import N_, Msg, Refused


def at_address(session: Session, email: str) -> list[Person]:
    """The people with this address, as ``folded_email`` writes it, oldest first."""
    return list(session.scalars(select(Person).where(Person.email == email).order_by(Person.id)))


def readers(session: Session, email: str, now: datetime) -> list[Person]:
    """Who may sign in by a code to this address: whoever has said yes to a role, or is asked to. An
    invitation that was declined or taken back leaves nobody there; unless there is nobody else."""
    people = at_address(session, email)
    if len(people) < 2:
        return people
    yes_or_asked = or_(Seat.accepted_at.is_not(None), and_(*in_time(now)))
    held = select(Seat.person_id).where(
        Seat.person_id.in_([one.id for one in people]), yes_or_asked
    )
    here = set(session.scalars(held))
    return [one for one in people if one.id in here] or people


def short_names(people: Sequence[Person]) -> dict[int, str]:
    """What each of a mailbox's people is called among them, by id: the first name, as far as that
    tells them apart; else with the first letter of the next; else all of it."""
    found = {}
    for person in people:
        others = [one.name for one in people if one.id != person.id]
        words = person.name.split()
        first = " ".join(words[:1])
        letter = f"{first} {words[1][0]}." if len(words) > 1 else first
        for short in (first, letter):
            if all(fold(short.rstrip(".")) != _cut(other, short) for other in others):
                break
        else:
            short = person.name
        found[person.id] = short
    return found


def _cut(name: str, like: str) -> str:
    """The beginning of a name, as long as ``like``: a first name, or one with a letter."""
    words = name.split()
    if " " not in like:
        return fold(" ".join(words[:1]))
    return fold(f"{words[0]} {words[1][0]}") if len(words) > 1 else fold(name)


def named(people: Sequence[Person], name: str) -> Person | None:
    """Whom of a mailbox's people a typed name means: the whole name, or a first name that only
    one of them has. None: somebody else."""
    typed = fold(name)
    for person in people:
        if fold(person.name) == typed:
            return person
    like = [one for one in people if _may_be(fold(one.name), typed)]
    return like[0] if len(like) == 1 else None


def _may_be(held: str, typed: str) -> bool:
    """Whether one of two names is the first word of the other."""
    return held.split()[:1] == typed.split()[:1] and not (" " in held and " " in typed)


def addressee(
    session: Session, email: str, name: str, *, shared: bool, partner: Partner | None = None
) -> Person | None:
    """Whom an invitation to an address is for; None: somebody who is not here yet.

    Where several people read it, the name decides: that is so when whoever invites says it, when
    their organisation does, or when several are here. Else it is whoever has the address, whatever
    they were called. None of it tells whoever invites who else is there.
    """
    people = at_address(session, email)
    if partner is not None and partner.shared_mailbox and partner.email.lower() == email:
        shared = True
    if not shared and len(people) < 2:
        return people[0] if people else None
    return named(people, name)


def mates(session: Session, person: Person) -> list[Person]:
    """The others who have said yes to a role and have the same address. An invitation alone makes
    nobody's mailbox a shared one: anybody could send it."""
    stmt = select(Person).where(
        Person.email == person.email,
        Person.id != person.id,
        exists().where(Seat.person_id == Person.id, Seat.accepted_at.is_not(None)),
    )
    return list(session.scalars(stmt.order_by(Person.id)))


def is_shared(session: Session, person: Person) -> bool:
    """Whether others read this person's mailbox: others here, or, by what an organisation that they
    act for says of its address, others who are not here."""
    says = exists().where(
        func.lower(Partner.email) == person.email,
        Partner.shared_mailbox,
        Seat.partner_id == Partner.id,
        Seat.person_id == person.id,
        Seat.accepted_at.is_not(None),
    )
    return bool(mates(session, person)) or bool(session.scalar(select(says)))


def only_shared(session: Session, actor: Actor, person: Person) -> bool:
    """Whether all that somebody showed in this session is a code to a mailbox that others read, or
    what was made with nothing but that: that one of them is here, but not which."""
    weak = person.factor_shared or not actor.second_factor
    return weak and is_shared(session, person)


def factor_made(act: Act, person: Person) -> None:
    """Remember whether a second factor was made by whoever reads a mailbox: any of its readers
    could have done it under this name."""
    if not act.actor.second_factor and is_shared(act.session, person):
        person.factor_shared = True


def read_by_one(session: Session, one_id: int | None, other_id: int | None) -> bool:
    """Whether two are one person, or two with one mailbox: then one of them can be both."""
    if one_id is None or other_id is None:
        return False
    if one_id == other_id:
        return True
    address = select(Person.email).where(Person.id == other_id).scalar_subquery()
    same = exists().where(Person.id == one_id, Person.email == address)
    return bool(session.scalar(select(same)))


@cache
def _same() -> tuple[Select[int], Any]:
    """Made once, since long lists ask for it; and not before all tables are known."""
    one, others = aliased(Person), aliased(Person)
    return select(others.id).join(one, one.email == others.email), one


def of_mailbox(person: Any) -> Select[int]:
    """Ids of all with the address of ``person`` (an id, a column or a parameter), that one too:
    what one of them may not read or decide, none of them may."""
    same, one = _same()
    return same.where(one.id == person)


def check_first_factor(session: Session, person: Person) -> None:
    """Raises ``Refused`` for a first second factor of somebody whose role needs one and whose
    mailbox others read: all that they have shown so far is a code that came there."""
    if is_shared(session, person):
        raise Refused(
            N_("Others read your mailbox. So a code sent there cannot show that it is you."),
            next_step=Msg(N_("Ask to be invited at an address that only you read, or call us.")),
        )


def check_apart(session: Session, person: Person, name: str) -> None:
    """Raises ``Refused`` for a name that somebody with the same address has."""
    others = [one for one in at_address(session, person.email) if one.id != person.id]
    if any(fold(one.name) == fold(name) for one in others):
        raise Refused(
            N_("Somebody with your mailbox has this name. Add a word that tells you apart."),
            field="name",
        )


@verb("person:name", may="signed-in")
def choose_name(act: Act, person: Person, *, name: str) -> None:
    """What a person is called is theirs to say, whatever name they were invited by. Raises
    ``Refused`` as ``person_name`` does, and for the name of somebody with the same address."""
    own_person(act, person)
    name = person_name(name)
    check_apart(act.session, person, name)
    person.name = name
