"""People who sign in, and the seats that say in which role they act for which partner."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, cast, exists, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from trust import permissions
from trust.act import Act, Actor, verb
from trust.names import ordered
from trust.naming import leads_away, tidied
from trust.records import HANDED, N_, STAYS, Hidden, Msg, Record, Ref, Refused


class Person(Record):
    """Someone who signs in. What they may do stands in their seats, nowhere else.

    Several people may have one ``email``: a mailbox that they share (``trust/mailboxes.py``).
    ``passkey_only``: what is mailed there does not sign this person in. ``factor_shared``: their
    second factor was made with nothing shown but a code to such a mailbox.
    """

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(ordered(120))
    email: Mapped[str] = mapped_column(String(254), index=True)
    phone: Mapped[str] = mapped_column(String(40), default="")
    lang: Mapped[str] = mapped_column(String(10), default="en")
    passkey_only: Mapped[bool] = mapped_column(default=False)
    factor_shared: Mapped[bool] = mapped_column(default=False)

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("person", self.id),)


class Seat(Record):
    """A role that a person holds at a place, for a partner. It counts once the person has
    accepted it, from ``starts`` until ``ends``. Council roles end and are renewed by name."""

    __tablename__ = "seat"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, info=HANDED)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    place: Mapped[Ref]
    role: Mapped[str] = mapped_column(String(40))
    starts: Mapped[datetime]
    ends: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), info=STAYS)

    __table_args__ = (Index(None, "place", "role"),)

    @classmethod
    def visible(cls, stmt: Select["Seat"], actor: Actor) -> Select["Seat"]:
        """One's own seats, and those at places where one gives seats or belongs."""
        places = [p for p in actor.seats if actor.holds("seat:read", p)]
        return stmt.where(or_(cls.person_id == actor.person_id, cls.place.in_(places)))

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (self.place,)


class Held(NamedTuple):
    """What counts of a seat, where the whole of it is not needed: every page asks for it."""

    partner_id: int | None
    place: Ref
    role: str
    accepted_at: datetime | None


AnySeat = TypeVar("AnySeat", Seat, Held)


def in_time(
    now: datetime | ColumnElement[datetime], seat: type[Seat] = Seat
) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a seat has begun and not ended, accepted or not."""
    return (seat.starts <= now, or_(seat.ends.is_(None), seat.ends > now))


def in_force(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a seat counts at ``now``: it was accepted and lasts; held for a
    partner, only while the same person has a role at that partner itself (safety.md, "Turnover"):
    whoever no longer acts for it does so nowhere. ``standing`` is the same in Python."""
    own = aliased(Seat)
    at_partner = exists().where(
        own.person_id == Seat.person_id,
        own.place == "partner:" + cast(Seat.partner_id, String),
        own.accepted_at.is_not(None),
        *in_time(now, own),
    )
    stands = or_(Seat.partner_id.is_(None), at_partner)
    return (Seat.accepted_at.is_not(None), *in_time(now), stands)


def standing(seats: Iterable[AnySeat]) -> list[AnySeat]:
    """Of one person's seats that have begun and not ended, those that count. See ``in_force``."""
    accepted: list[AnySeat] = [seat for seat in seats if seat.accepted_at is not None]
    here = {None, *(seat.place.id for seat in accepted if seat.place.noun == "partner")}
    return [seat for seat in accepted if seat.partner_id in here]


def places_of(seats: Iterable[Seat | Held]) -> dict[Ref, frozenset[str]]:
    """The roles of some seats, by place."""
    found: dict[Ref, set[str]] = defaultdict(set)
    for seat in seats:
        found[seat.place].add(seat.role)
    return {place: frozenset(roles) for place, roles in found.items()}


def partners_of(seats: Iterable[Seat | Held]) -> frozenset[int]:
    """Ids of the partners that some seats are held for."""
    return frozenset(seat.partner_id for seat in seats if seat.partner_id is not None)


def actor_for(
    session: Session,
    person_id: int,
    acting_for: int | None,
    now: datetime,
    *,
    second_factor: bool = False,
) -> Actor:
    """The actor that a person is while acting for one partner (None: for the installation).

    Only the seats held for that partner count: whoever acts for two partners never mixes them.
    """
    held = list(session.scalars(select(Seat).where(Seat.person_id == person_id, *in_force(now))))
    return Actor(
        person_id=person_id,
        acting_for=acting_for,
        partners=partners_of(held),
        seats=places_of(seat for seat in held if seat.partner_id == acting_for),
        anywhere=frozenset({"public", "signed-in"}),
        second_factor=second_factor,
    )


def acts_for(session: Session, person_id: int, now: datetime) -> list[int | None]:
    """Ids of the partners that a person acts for; None stands for the installation."""
    stmt = select(Seat.partner_id).where(Seat.person_id == person_id, *in_force(now)).distinct()
    return list(session.scalars(stmt))


@dataclass(frozen=True)
class Hat:
    """A partner that a person can act for. ``partner_id`` is None for the installation.

    ``contact`` and ``deputy`` are whom the other side of its newest agreement in force names, with
    the numbers that it shows; ``supporter`` and ``supporter_phone`` the organisation that stands
    by it. ``second_factor`` says that some of the roles behind it count only with a second factor.
    """

    partner_id: int | None
    second_factor: bool
    name: str | None
    region: str | None = None
    contact: str | None = None
    contact_phone: str | None = None
    deputy: str | None = None
    deputy_phone: str | None = None
    supporter: str | None = None
    supporter_phone: str | None = None


def hats_of(held: Iterable[tuple[Held, Sequence[Any]]]) -> tuple[Hat, ...]:
    """For whom a person can act, by name; the installation last. ``held`` are seats in force,
    each with what a ``Hat`` says of its partner, from its name on."""
    found: dict[int | None, Hat] = {}
    for seat, partner in held:
        before = found.get(seat.partner_id)
        strict = permissions.needs_second_factor(seat.role) or bool(before and before.second_factor)
        found[seat.partner_id] = Hat(seat.partner_id, strict, *partner)
    return tuple(sorted(found.values(), key=lambda hat: (hat.partner_id is None, hat.name or "")))


def folded_email(email: str) -> str:
    """The address as it is compared. Raises ``Refused`` when it cannot be one."""
    email = email.strip().lower()
    name, at, domain = email.rpartition("@")
    if not (name and at and "." in domain) or any(c.isspace() or c in ',;<>"' for c in email):
        raise Refused(N_("Enter an email address, like name@example.org."), field="email")
    if len(email) > 254 or not email.isprintable():
        raise Refused(N_("Enter a shorter email address."), field="email")
    return email


def person_name(name: str) -> str:
    """What somebody is called, tidied. Raises ``Refused`` when it is empty, too long, or holds an
    address or a number to call: names stand in mails, and must not become messages."""
    name = tidied(name)
    if not name:
        raise Refused(N_("Enter a name."), field="name")
    if len(name) > 120:
        raise Refused(
            Msg(N_("Use %(most)s characters or fewer for the name."), {"most": 120}), field="name"
        )
    if "/" in name or leads_away(name):
        raise Refused(N_("Enter the name only, with no address and no number."), field="name")
    return name


def seated(session: Session, place: Ref, permission: str, now: datetime) -> list[int]:
    """Ids of the people who hold ``permission`` at ``place``: whom to tell."""
    stmt = select(Seat.person_id, Seat.role).where(Seat.place == place, *in_force(now))
    found = {
        person for person, role in session.execute(stmt) if permission in permissions.of_role(role)
    }
    return sorted(found)


def has_said_yes(session: Session, person_id: int) -> bool:
    """Whether a person ever accepted a role. Until then their name is what somebody else typed."""
    said = exists().where(Seat.person_id == person_id, Seat.accepted_at.is_not(None))
    return bool(session.scalar(select(said)))


def own_person(act: Act, person: Person) -> None:
    """Raises ``Hidden`` unless the person acts on themselves."""
    if person.id != act.actor.person_id:
        raise Hidden("person")


@verb("person:language", may="signed-in")
def choose_language(act: Act, person: Person, lang: str) -> None:
    """The language in which the portal writes to this person."""
    own_person(act, person)
    act.fact(lang=lang)
    person.lang = lang
