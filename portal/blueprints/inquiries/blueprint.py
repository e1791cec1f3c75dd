"""What the pages of requests for information share."""

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from pilots.contributions import Contribution
from portal import access
from portal.languages import say
from trust import inquiries
from trust.agreements import Agreement
from trust.inquiries import LAWS, OUTCOMES, STATES, Covered, Inquiry
from trust.partners import Partner
from trust.people import Person
from trust.records import N_, Msg

bp = Blueprint("inquiries", __name__)

COLOURS = {
    "open": "yellow",
    "closed": "green",
    "asked": "yellow",
    "said": None,
    "decided": "green",
    "dropped": None,
}


def off_of(one: Covered) -> dict[str, Any]:
    """One that was taken off: what, whose, when and why."""
    assert one.off_at is not None
    return {"what": what_of(one), "whose": one.giver.name, "at": one.off_at, "why": one.off_why}


def about_of(held: Inquiry) -> dict[str, Any]:
    """What both sides read of a request."""
    late = inquiries.is_late(held, access.now())
    return {
        "law": say(LAWS[held.law]),
        "late": late,
        "state": _("Late") if late else say(STATES.names[held.state]),
        "colour": "red" if late else COLOURS[held.state],
        "outcome": say(OUTCOMES[held.outcome]) if held.outcome else "",
        "again": held.state == "open" and held.again_at is not None,
    }


def what_of(one: Covered) -> str:
    """What of an organisation a request is about, without opening it."""
    if one.about.noun == Partner.__tablename__:
        return _("All that is shared")
    if one.about.noun == Agreement.__tablename__:
        return _("An agreement, and what was shared by it")
    found = access.session().get(Contribution, one.about.id)
    return say(Msg(N_("The answer %(reference)s"), {"reference": found.reference if found else ""}))


def name_of(person_id: int | None) -> Any:
    """Who somebody is; nothing for nobody."""
    person = access.session().get(Person, person_id) if person_id else None
    return person.name if person else ""
