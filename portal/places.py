"""Where each noun has its page: turns an opaque ``Ref`` into an address."""

from collections.abc import Callable

from flask import current_app, g, url_for

from portal.routes import MOST
from trust.records import Ref

PAGES = {
    "seat": "people.seat",
    "ending": "people.renew",  # the role with this id, for whoever renews it
    "partner": "partners.show",
    "standing": "support.answer",  # by the organisation that the partner with this id asked
    "contact": "contacts.edit",
    "dispute": "speaking.show",
    "note": "relationships.note",
    "proposal": "proposals.show",
    "merge": "merges.show",
    "paper": "passport.paper",
    "agreement": "agreements.show",
    "recording": "recordings.show",
    "pilot": "pilots.show",
    "base": "pilots.base",  # of the pilot with this id
    "plan": "pilots.canvas",  # of the pilot with this id
    "member": "pilots.member",
    "request": "requests.show",
    "contribution": "contributions.show",
    "insight": "insight.show",
    "release": "releases.show",
    "publication": "publications.show",
    "quotation": "publications.quote",
    "case": "cases.show",
    "concern": "safeguarding.concern",
    "claim": "rights.claim",
    "complaint": "complaints.show",
    "inquiry": "inquiries.show",
    "consultation": "inquiries.consultation",
    "conflict": "conflicts.show",
}


def href(ref: Ref | None) -> str | None:
    """The address of the page about ``ref``, or None for a noun without a page of its own."""
    if ref is None:
        return None
    kept: dict[str, Callable[[int], str | None]] = g.setdefault("places", {})
    if ref.noun not in kept:
        endpoint = PAGES.get(ref.noun, "")
        here = endpoint in current_app.view_functions
        kept[ref.noun] = each(endpoint) if here else lambda id: None
    return kept[ref.noun](ref.id)


def each(endpoint: str) -> Callable[[int], str]:
    """The addresses of many pages that differ in their id only, for the rows of a list: the
    routes are asked once, not once a row."""
    before, after = around(endpoint)
    return lambda id: f"{before}{id}{after}"


def around(endpoint: str, **given: object) -> tuple[str, str]:
    """What stands before and after the id in the addresses of such pages, for a template whose
    rows bring the id. ``given`` are what all of them ask for besides."""
    before, _, after = url_for(endpoint, id=MOST, **given).partition(str(MOST))
    return before, after


def there(endpoint: str, **given: object) -> str | None:
    """The address of a page, or None where this portal has no such page: for an offer that
    another blueprint makes good."""
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, **given)
