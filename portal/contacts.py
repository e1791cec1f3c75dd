"""Whom to call about what two partners do together: a named person on each partner page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from pilots.pilot import Pilot
from portal import access
from portal.languages import say
from portal.shell import Help, tell
from trust import contacts as called
from trust.agreements import OPEN, Agreement
from trust.contacts import SHOWN_TO, WAYS, Contact, is_number
from trust.history import together
from trust.parties import agreed_with, naming
from trust.partners import Partner
from trust.people import Person
from trust.records import Ref
from trust.signin import Me


def helper(contact: str, *, instead: bool = True) -> Help | None:
    """The person that such a line names, if it has a number to call. ``instead``: who writes
    down what is said there."""
    name, _, phone = contact.rpartition(",")
    if name.strip() and is_number(phone.strip()):
        return Help(name.strip(), phone.strip(), instead=instead)
    return None


def of_agreement(agreement: Agreement, own_id: int | None) -> Help | None:
    """The other side's contact in an agreement as that side names it now, else its deputy, else
    that organisation. The side that asks writes down what it is told; a group that shares does
    not. Before both have signed, whoever the words name."""
    shares = own_id == agreement.giver_id
    side = "taker" if shares else "giver"
    for rank in ("contact", "deputy"):
        held = access.session().get(Contact, getattr(agreement, f"{side}_{rank}_id") or 0)
        if held is not None and held.number and held.shown_to != "nobody":
            return Help(held.name, held.number, instead=shares)
    if agreement.state in OPEN:
        return _in_words(agreement.contacts, shares=shares)
    partner = agreement.taker if shares else agreement.giver
    return Help(partner.name, partner.phone, instead=shares) if partner.phone else None


def _in_words(contacts: Mapping[str, str], *, shares: bool) -> Help | None:
    """The other side's contact, or its deputy; nobody who stands for one's own side too."""
    own, other = ("giver", "taker") if shares else ("taker", "giver")
    ours = {contacts.get(f"{own}_contact"), contacts.get(f"{own}_deputy")}
    for line in (contacts.get(f"{other}_contact", ""), contacts.get(f"{other}_deputy", "")):
        found = helper(line, instead=shares) if line not in ours else None
        if found:
            return found
    return None


def of_own(mine: Me) -> Help | None:
    """Whom this person's group calls about anything: the contact in its newest agreement in force,
    else the organisation that stands by it."""
    hat = mine.acting_for
    if hat is None or hat.partner_id is None:
        return None
    if mine.actor.holds("agreement:read", Ref("partner", hat.partner_id)):
        for name, phone in ((hat.contact, hat.contact_phone), (hat.deputy, hat.deputy_phone)):
            if name and phone:
                return Help(name, phone)
    if hat.supporter and hat.supporter_phone:
        return Help(hat.supporter, hat.supporter_phone)
    return None


def tell_whom_to_call(own: Partner | None, other: Partner | None) -> None:
    """Show on this page whom ``own`` calls about ``other``: the contact that their agreement
    names. Else whoever the frame names stays there."""
    if own is None or other is None or other.id == own.id:
        return
    for agreement in together(access.session(), access.actor(), own.id, other.id):
        found = of_agreement(agreement, own.id)
        if found is not None:
            tell(help=found)
            return


@dataclass(frozen=True)
class Shown:
    """One contact as whoever opens a page may see it: ``email`` and ``phone`` as far as they are
    shown, ``deputy`` the name of who stands in."""

    id: int
    name: str
    role: str
    way: Any
    ask_for: str
    email: str
    phone: str
    deputy: str
    shown_to: Any
    self: bool


def contacts_shown(partner: Partner) -> list[Shown]:
    """The contacts of a partner, each with what it shows to whoever asks."""
    session, actor = access.session(), access.actor()
    held = called.of(session, partner.id)
    near = agreed_with(session, partner.id) if held else frozenset()
    agreed = {partner.id} if actor.acting_for in near else frozenset[int]()
    named = naming(session, partner.id, actor.acting_for) if agreed else frozenset[int]()
    names = {one.id: one.name for one in held}
    found = []
    for one in held:
        shown = one.shows(actor, agreed, named)
        found.append(
            Shown(
                one.id,
                one.name,
                one.role,
                say(WAYS[one.way]) if one.way else "",
                one.ask_for if shown else "",
                one.email if shown else "",
                one.number if shown else "",
                names.get(one.deputy_id or 0, ""),
                say(SHOWN_TO[one.shown_to]),
                one.person_id is not None and one.person_id == actor.person_id,
            )
        )
    return found


def tell_coordinator(pilot: Pilot) -> Person | None:
    """Show on this page the coordinator of a pilot as the person to call. Without a number, and
    for the coordinator, the portal's team stays there. Returns who it is."""
    contact = access.session().get(Person, pilot.contact_id)
    if contact is not None and contact.phone and contact.id != access.actor().person_id:
        tell(help=Help(contact.name, contact.phone, _("who runs the pilot")))
    return contact
