"""Whom to call about what two partners do together: a named person on each partner page."""

import re
from functools import cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from pilots.pilot import Pilot
from portal import access
from portal.shell import Help, tell
from trust.agreements import Agreement
from trust.negotiation import together
from trust.partners import Partner
from trust.people import Person
from trust.records import Ref

PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{5,}[0-9]")


def line(name: str, phone: str) -> str:
    """A contact as an agreement names it: "Rahima, 020 7946 0018"."""
    return ", ".join(part for part in (name.strip(), phone.strip()) if part)


def helper(contact: str, *, instead: bool = True) -> Help | None:
    """The person that such a line names, if it has a number to call. ``instead``: who writes
    down what is said there."""
    name, _, phone = contact.rpartition(",")
    if name.strip() and PHONE.fullmatch(phone.strip()):
        return Help(name.strip(), phone.strip(), instead=instead)
    return None


def of_agreement(agreement: Any, own_id: int | None) -> Help | None:
    """From an agreement, or a row with its giver and contacts: the other side's contact, or its
    deputy; nobody who stands for one's own side too. The side that asks writes down what it is
    told; a group that shares does not."""
    shares = own_id == agreement.giver_id
    own, other = ("giver", "taker") if shares else ("taker", "giver")
    held = agreement.contacts
    ours = {held.get(f"{own}_contact"), held.get(f"{own}_deputy")}
    for line_ in (held.get(f"{other}_contact", ""), held.get(f"{other}_deputy", "")):
        found = helper(line_, instead=shares) if line_ not in ours else None
        if found:
            return found
    return None


def tell_whom_to_call(own: Partner | None, other: Partner | None = None) -> None:
    """Show on this page whom ``own`` calls about ``other``: the contact that their agreement
    names, else the organisation that stands by ``own``. Else the portal's team stays there."""
    if own is None:
        return
    found: Help | None = None
    if other is not None and other.id != own.id:
        for agreement in together(access.session(), access.actor(), own.id, other.id):
            found = found or of_agreement(agreement, own.id)
    if found is None and own.supporter_id is not None:
        supporter = select(Partner.name, Partner.phone).where(Partner.id == own.supporter_id)
        name, phone = access.session().execute(supporter).one()
        found = Help(name, phone) if phone else None
    if found is not None:
        tell(help=found)


def tell_our_contact() -> None:
    """Show on a page about everything of one's own group whom it calls: the contact in its newest
    agreement in force, in one statement. Without one, the portal's team stays there."""
    actor = access.actor()
    own = actor.acting_for
    if own is None or not actor.holds("agreement:read", Ref("partner", own)):
        return
    agreement = access.session().execute(_newest(), {"own": own}).first()
    found = of_agreement(agreement, own) if agreement else None
    if found is not None:
        tell(help=found)


@cache
def _newest() -> Any:
    """Built once, because that takes longer than asking it."""
    return (
        select(Agreement.giver_id, Agreement.contacts)
        .where(Agreement.giver_id == bindparam("own"), Agreement.state == "in-force")
        .order_by(Agreement.in_force_at.desc(), Agreement.id.desc())
        .limit(1)
    )


def tell_coordinator(pilot: Pilot) -> Person | None:
    """Show on this page the coordinator of a pilot as the person to call. Without a number, and
    for the coordinator, the portal's team stays there. Returns who it is."""
    contact = access.session().get(Person, pilot.contact_id)
    if contact is not None and contact.phone and contact.id != access.actor().person_id:
        tell(help=Help(contact.name, contact.phone, _("who runs the pilot")))
    return contact
