"""Whom to call about what two partners do together: a named person on each partner page."""

from collections.abc import Mapping

from flask_babel import gettext as _

from pilots.pilot import Pilot
from portal import access
from portal.shell import Help, tell
from trust.agreements import Agreement
from trust.contacts import is_number
from trust.negotiation import together
from trust.partners import Partner
from trust.people import Person
from trust.records import Ref
from trust.signin import Me


def line(name: str, phone: str) -> str:
    """A contact as an agreement names it: "Rahima, 020 7946 0018"."""
    return ", ".join(part for part in (name.strip(), phone.strip()) if part)


def helper(contact: str, *, instead: bool = True) -> Help | None:
    """The person that such a line names, if it has a number to call. ``instead``: who writes
    down what is said there."""
    name, _, phone = contact.rpartition(",")
    if name.strip() and is_number(phone.strip()):
        return Help(name.strip(), phone.strip(), instead=instead)
    return None


def of_agreement(agreement: Agreement, own_id: int | None) -> Help | None:
    """The other side's contact in an agreement. The side that asks writes down what it is told;
    a group that shares does not."""
    return _other_side(agreement.contacts, shares=own_id == agreement.giver_id)


def _other_side(contacts: Mapping[str, str], *, shares: bool) -> Help | None:
    """The other side's contact, or its deputy; nobody who stands for one's own side too."""
    own, other = ("giver", "taker") if shares else ("taker", "giver")
    ours = {contacts.get(f"{own}_contact"), contacts.get(f"{own}_deputy")}
    for line_ in (contacts.get(f"{other}_contact", ""), contacts.get(f"{other}_deputy", "")):
        found = helper(line_, instead=shares) if line_ not in ours else None
        if found:
            return found
    return None


def of_own(mine: Me) -> Help | None:
    """Whom this person's group calls about anything: the contact in its newest agreement in force,
    else the organisation that stands by it."""
    hat = mine.acting_for
    if hat is None or hat.partner_id is None:
        return None
    found = None
    if hat.contacts and mine.actor.holds("agreement:read", Ref("partner", hat.partner_id)):
        found = _other_side(hat.contacts, shares=True)
    if found is None and hat.supporter and hat.supporter_phone:
        found = Help(hat.supporter, hat.supporter_phone)
    return found


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


def tell_coordinator(pilot: Pilot) -> Person | None:
    """Show on this page the coordinator of a pilot as the person to call. Without a number, and
    for the coordinator, the portal's team stays there. Returns who it is."""
    contact = access.session().get(Person, pilot.contact_id)
    if contact is not None and contact.phone and contact.id != access.actor().person_id:
        tell(help=Help(contact.name, contact.phone, _("who runs the pilot")))
    return contact
