"""Whom to call at a partner: contacts with a role, a way they like best and a deputy, people
without a sign-in among them (trust.md, "Partner profile"). A number is there because its owner
gave it, or said yes to it (safety.md, "Phones and shared devices")."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ForeignKey, Select, String, Update, and_, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from trust import people
from trust.act import Act, Actor, verb
from trust.names import fold
from trust.partners import CHANNELS, Partner
from trust.people import Person, folded_email, own_person, person_name
from trust.records import HANDED, N_, Hidden, Msg, Record, Ref, Refused

_NUMBER = re.compile(r"\+?[0-9(][0-9 ()./-]{5,38}[0-9]")

WAYS = {**CHANNELS, "through": N_("Through another person")}
"""How a contact likes to be reached."""

SHOWN_TO = {
    "nobody": N_("Only us"),
    "named": N_("Organisations whose agreement with us names this person"),
    "agreed": N_("Organisations we have a trust agreement with"),
    "everyone": N_("Everyone who signs in here"),
}
"""Who sees the number and the email address of a contact."""

MOST = 20
OWNER = Person.__table__.alias()
"""Of the table: an alias of the class would want every noun to be there already."""


def is_number(text: str) -> bool:
    """Whether something is a phone number, as people write it: seven to fifteen digits."""
    return bool(_NUMBER.fullmatch(text)) and 7 <= sum(map(str.isdigit, text)) <= 15


class Contact(Record):
    """Somebody to call at a partner. ``person_id`` where they sign in: then the number is the one
    that they gave, and who sees it is theirs to say. Else ``said_yes`` tells that they agreed to
    be named with it. Whom an agreement names stands in its words, for its two sides: so only they
    see a contact that it made (``named``), and nobody has said yes by that. ``way`` is how they
    like to be reached (``WAYS``), ``ask_for`` what somebody must know for that: whom to ask for, or
    where to write to. ``number`` is the one to call."""

    __tablename__ = "contact"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, info=HANDED)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(120), default="")
    way: Mapped[str] = mapped_column(String(20), default="")
    ask_for: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    shown_to: Mapped[str] = mapped_column(String(20), default="nobody")
    said_yes: Mapped[bool] = mapped_column(default=False)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))

    number: Mapped[str] = column_property(
        func.coalesce(
            select(OWNER.c.phone)
            .where(OWNER.c.id == person_id)
            .correlate_except(OWNER)
            .scalar_subquery(),
            phone,
        )
    )

    @classmethod
    def visible(cls, stmt: Select["Contact"], actor: Actor) -> Select["Contact"]:
        """Anyone with a role here reads who the contacts are; ``shows`` says who sees how."""
        return stmt if actor.holds("has-role") else super().visible(stmt, actor)

    def places(self, permission: str) -> tuple[Ref, ...]:
        return (Ref("partner", self.partner_id),)

    def shows(
        self, actor: Actor, agreed: Collection[int] = (), naming: Collection[int] = ()
    ) -> bool:
        """Whether ``actor`` sees the number and the address. ``agreed`` are the partners that
        theirs has an agreement in force with, ``naming`` the contacts that those name."""
        if self.partner_id == actor.acting_for and self.person_id is None:
            return True
        if self.person_id is not None and self.person_id == actor.person_id:
            return True
        own = self.partner_id == actor.acting_for
        if self.shown_to == "named":
            return own or self.id in naming
        near = own or self.partner_id in agreed
        return self.shown_to == "everyone" or (self.shown_to == "agreed" and near)


def of(session: Session, partner_id: int) -> list[Contact]:
    """The contacts of a partner, in the order in which it named them."""
    stmt = select(Contact).where(Contact.partner_id == partner_id)
    return list(session.scalars(stmt.order_by(Contact.id).limit(MOST)))


def line(name: str, phone: str) -> str:
    """A contact as an agreement names it: "Rahima, 020 7946 0018"."""
    return ", ".join(part for part in (name.strip(), phone.strip()) if part)


def name_and_number(said: str) -> tuple[str, str]:
    """The two parts of such a line; no number where it has none."""
    name, _, phone = said.rpartition(",")
    if not name.strip() or not is_number(phone.strip()):
        name, phone = said, ""
    return " ".join(name.split()), " ".join(phone.split())


@verb("person:phone", may="signed-in")
def set_phone(act: Act, person: Person, *, phone: str) -> None:
    """A person gives the number that partners may call, or takes it away (safety.md: a personal
    number is hidden unless its owner shows it). Raises ``Refused`` for what is no number."""
    own_person(act, person)
    before, person.phone = person.phone, _number(phone)
    if person.phone != before:
        # An agreement named the number that stood there: that is no yes to another one.
        stands = (Contact.person_id == person.id, Contact.shown_to == "named", ~Contact.said_yes)
        for one in act.session.scalars(select(Contact).where(*stands)):
            one.shown_to = "nobody"
    act.fact(given=bool(person.phone))


def _number(phone: str) -> str:
    phone = " ".join(phone.split())
    if phone and not is_number(phone):
        raise Refused(N_("Enter a phone number, like 01632 960 001."), field="phone")
    return phone


@verb("contact:add", may="partner:edit", creates=True)
def add(act: Act, partner: Partner, /, *, person_id: int | None, **given: Any) -> Contact:
    """A partner names somebody to call: a colleague (``person_id``) or a person who does not sign
    in. ``given`` is as ``change`` takes it.

    Raises ``Refused`` as ``change`` does, for more than twenty, for a colleague who stands there
    already, and for one who does not act for the partner.
    """
    here = of(act.session, partner.id)
    if len(here) >= MOST:
        raise Refused(Msg(N_("%(most)s contacts are enough. Take one out first."), {"most": MOST}))
    if person_id is not None:
        if person_id not in colleagues(act.session, partner.id, act):
            raise Refused(N_("Choose one of the people shown."), field="person")
        if any(one.person_id == person_id for one in here):
            raise Refused(N_("This person is a contact already."), field="person")
    made = Contact(partner_id=partner.id, person_id=person_id, name="", shown_to="nobody")
    _fill(act, made, here, given)
    act.session.add(made)
    act.session.flush()
    act.fact(person=person_id, shown_to=made.shown_to)
    return made


@verb("contact:change", may="partner:edit")
def change(act: Act, contact: Contact, /, **given: Any) -> None:
    """A partner puts a contact right: ``name``, ``role``, ``way``, ``ask_for``, ``deputy_id``,
    ``email``, ``phone``, ``shown_to``, ``said_yes``. Of a colleague, the name and the number come
    from that person, who alone says the address and who sees them.

    Raises ``Refused`` for a number or an address that is none, for a deputy of another partner,
    for a way without what it takes, and where nobody said yes to being shown.
    """
    _fill(act, contact, of(act.session, contact.partner_id), given)
    act.fact(person=contact.person_id, shown_to=contact.shown_to)


def _fill(act: Act, contact: Contact, here: Sequence[Contact], given: Mapping[str, Any]) -> None:
    agreed = (contact.shown_to, contact.phone) if contact.shown_to == "named" else None
    words = {key: " ".join(str(given.get(key) or "").split()) for key in ("role", "ask_for")}
    contact.role, contact.ask_for = words["role"][:120], words["ask_for"][:200]
    contact.way = given.get("way") or ""
    if contact.way not in ("", *WAYS):
        raise Refused(N_("Choose one of the options shown."), field="way")
    if contact.way in ("letter", "through") and not contact.ask_for:
        raise Refused(N_("Say where to write to, or whom to ask for."), field="ask_for")
    deputy = given.get("deputy_id")
    if deputy is not None and deputy not in {one.id for one in here if one is not contact}:
        raise Refused(N_("Choose one of the options shown."), field="deputy")
    contact.deputy_id = deputy
    if contact.person_id is None:
        contact.name = person_name(str(given.get("name") or ""))
        contact.phone = _number(str(given.get("phone") or ""))
        contact.said_yes = bool(given.get("said_yes"))
    else:
        person = act.session.get_one(Person, contact.person_id)
        contact.name = person.name
        if person.id == act.actor.person_id and given.get("phone"):
            person.phone = _number(str(given["phone"]))
        contact.said_yes = contact.person_id == act.actor.person_id or contact.said_yes
    if contact.person_id in (None, act.actor.person_id):
        email = str(given.get("email") or "").strip()
        contact.email = folded_email(email) if email else ""
        contact.shown_to = given.get("shown_to") or "nobody"
    if contact.shown_to not in SHOWN_TO:
        raise Refused(N_("Choose one of the options shown."), field="shown_to")
    as_agreed = agreed == (contact.shown_to, contact.phone)
    if contact.shown_to != "nobody" and not contact.said_yes and not as_agreed:
        raise Refused(
            N_("Ask them first. Then tick that they said yes, or show it to nobody."),
            field="said_yes",
        )


@verb("contact:take-out", may="partner:edit")
def take_out(act: Act, partner: Partner, *, contact: Contact) -> None:
    """A partner takes a contact out. Where an agreement named it, its deputy is called instead.

    Raises ``Hidden`` for one of another partner.
    """
    if contact.partner_id != partner.id:
        raise Hidden("contact")
    act.fact(contact=contact.id)
    replace(act.session, contact, contact.deputy_id)


def replace(session: Session, old: Contact, new_id: int | None) -> None:
    """Forget a contact; whatever named it names ``new_id`` from now on. What points here is found
    by walking over the tables, so that nothing is left out that comes later. Whoever would come to
    be named where nobody named them, and has not said yes, is shown there to nobody."""
    new = session.get(Contact, new_id) if new_id is not None else None
    if new is not None and new.shown_to == "named" and not new.said_yes:
        anew = any(session.scalar(stmt) for stmt in _named_anew(old.id, new.id))
        new.shown_to = "nobody" if anew else new.shown_to
        session.flush()
    for stmt in _pointing(old.id, new_id):
        session.execute(stmt.execution_options(synchronize_session=False))
    # Nobody is their own deputy.
    own = update(Contact).where(Contact.id == new_id, Contact.deputy_id == new_id)
    session.execute(own.values(deputy_id=None).execution_options(synchronize_session=False))
    session.expire_all()
    session.delete(session.get_one(Contact, old.id))
    session.flush()


def _pointing(old_id: int, new_id: int | None) -> list[Update]:
    return [
        update(table).where(key.parent == old_id).values({key.parent: new_id})
        for table in Record.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column is Contact.__table__.c.id
    ]


def _named_anew(old_id: int, new_id: int) -> Iterator[Select[Any]]:
    """Asks each other table whether a row of it names the one and not the other."""
    for table in Record.metadata.sorted_tables:
        keys = [key.parent for key in table.foreign_keys if key.column is Contact.__table__.c.id]
        if keys and table is not Contact.__table__:
            there = or_(*(key == old_id for key in keys))
            stands = or_(*(func.coalesce(key, 0) == new_id for key in keys))
            yield select(table.c.id).where(there, ~stands).limit(1)


def colleagues(session: Session, partner_id: int, act: Act) -> dict[int, str]:
    """Who has a role at a partner now: names by id."""
    stmt = (
        select(Person.id, Person.name)
        .join(people.Seat, people.Seat.person_id == Person.id)
        .where(people.Seat.place == Ref("partner", partner_id), *people.in_force(act.now))
        .order_by(Person.name, Person.id)
    )
    names: dict[int, str] = dict(iter(session.execute(stmt)))
    return names


def named(act: Act, partner_id: int, said: str) -> Contact | None:
    """The contact of a partner that a line of an agreement names ("Rahima, 020 7946 0018"); made
    where there is none. For the verb by which the partner signs that line.

    Who typed the line may be the other side. So it shows a number to the two sides of the agreement
    and no further, and is a yes of nobody but whoever signs and is named themselves."""
    name, phone = name_and_number(said)
    if not name:
        return None
    digits = phone.replace(" ", "")
    narrow = Contact.shown_to.in_(("nobody", "named"))
    bare = and_(Contact.number == "", narrow) if digits else Contact.shown_to == "nobody"
    same = or_(func.replace(Contact.number, " ", "") == digits, bare)
    stmt = select(Contact).where(Contact.partner_id == partner_id, Contact.name == name, same)
    held = act.session.scalars(stmt.order_by(Contact.id)).first()
    if held is None:
        held = Contact(
            partner_id=partner_id, name=name[:120], phone=phone, shown_to="named", said_yes=False
        )
        for id, colleague in colleagues(act.session, partner_id, act).items():
            person = act.session.get_one(Person, id)
            if fold(colleague) == fold(name) and person.phone.replace(" ", "") == digits:
                held.person_id, held.phone = id, ""
        act.session.add(held)
    elif held.person_id is None and not held.phone:
        held.phone = phone
    self = held.person_id is not None and held.person_id == act.actor.person_id
    if digits and held.shown_to == "nobody" and (held.person_id is None or self):
        held.shown_to = "named"
    if self:
        held.said_yes = True
    act.session.flush()
    return held
