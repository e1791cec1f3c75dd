"""Where each noun has its page: turns an opaque ``Ref`` into an address."""

from flask import current_app, url_for

from trust.records import Ref

PAGES = {
    "seat": "people.seat",
    "partner": "partners.show",
    "note": "relationships.note",
    "agreement": "agreements.show",
    "pilot": "pilots.show",
    "member": "pilots.member",
    "request": "requests.show",
    "contribution": "contributions.show",
    "insight": "insight.show",
    "release": "releases.show",
    "case": "cases.show",
    "concern": "safeguarding.concern",
}


def href(ref: Ref | None) -> str | None:
    """The address of the page about ``ref``, or None for a noun without a page of its own."""
    endpoint = PAGES.get(ref.noun) if ref else None
    if ref is None or endpoint is None or endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, id=ref.id)
