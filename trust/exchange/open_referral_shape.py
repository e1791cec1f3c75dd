"""What an organisation of Open Referral UK must look like, part by part, and what is wrong with
one: each fault with its place in the file, in plain words.

Written by us after the published schema (``organization``, https://openreferraluk.org), which is
not part of this project; a test holds our verdicts against it. A part may hold more than is here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from trust.records import N_, Msg

MOST = 5
"""How many faults of one organisation are told."""

_ATTRIBUTES = "attributes [attribute]"
_PLACE = "physical|postal|virtual"

# Each part: its fields, ``!`` for one that must be there, then what it holds: text, unless a form,
# another part, ``[several of a part]``, ``number`` or one|of|these.
PARTS = {
    "organization": (
        "id! uuid", "name!", "description!", "email email", "website uri", "logo", "uri uri",
        "parent_organization_id uuid", "organization_identifiers [identifier]", _ATTRIBUTES,
        "services [service]",
    ),
    "identifier": (
        "id! uuid", "organization_id uuid", "identifier_scheme", "identifier_type!", "identifier!",
        _ATTRIBUTES,
    ),
    "attribute": (
        "id! uuid", "link_id uuid", "taxonomy_term_id uuid", "link_type", "taxonomy_term term",
    ),
    "term": (
        "id! uuid", "name!", "description!", "parent_id uuid", "taxonomy", "taxonomy_id uuid",
        "term_uri uri", "term",
    ),
    "service": (
        "id! uuid", "organization_id uuid", "name!", "description", "url uri", "email email",
        "status! active|inactive|defunct|temporarily_closed", "fees", "accreditations",
        "minimum_age number", "maximum_age number", "assured_date", "assurer_email email", "alert",
        "last_modified moment", "schedules [schedule]", "service_areas [area]",
        "service_at_locations [at]", "languages [language]", "organization provider",
        "funding [funding]", "cost_options [cost]", "contacts [contact]", _ATTRIBUTES,
    ),
    "provider": (
        "id! uuid", "name!", "description!", "email email", "website uri", "logo", "uri uri",
        "parent_organization_id uuid", "organization_identifiers [identifier]", _ATTRIBUTES,
    ),
    "schedule": (
        "id! uuid", "service_id uuid", "service_at_location_id uuid", "valid_from", "valid_to",
        "dtstart", "freq WEEKLY|MONTHLY", "interval number", "byday", "bymonthday", "description",
        "opens_at", "closes_at", "schedule_link uri", "attending_type", "notes",
    ),
    "area": (
        "id! uuid", "service_id uuid", "name", "extent", "extent_type", "uri", "service_area",
    ),
    "at": ("id! uuid", "service_id uuid", "location_id uuid", "location location"),
    "location": (
        "id! uuid", f"location_type! {_PLACE}", "name", "description", "latitude number",
        "longitude number", "external_identifier", "external_identifier_type",
        "addresses [address]", "accessibility [access]", _ATTRIBUTES,
    ),
    "address": (
        "id! uuid", "location_id uuid", "attention", "address_1!", "city!", "region",
        "state_province!", "postal_code!", "country!", f"address_type! {_PLACE}", _ATTRIBUTES,
    ),
    "access": (
        "id! uuid", "location_id uuid", "description", "details", "url uri", _ATTRIBUTES,
        "accessibility",
    ),
    "language": ("id! uuid", "service_id uuid", "phone_id uuid"),
    "funding": ("id! uuid", "service_id uuid", "source"),
    "cost": (
        "id! uuid", "service_id uuid", "valid_from", "valid_to", "option", "amount number",
        "amount_description",
    ),
    "contact": ("id! uuid", "service_id uuid", "name", "title", _ATTRIBUTES),
}  # fmt: skip

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]*", re.IGNORECASE)

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})",
    re.IGNORECASE,
)


def _is_moment(text: str) -> bool:
    try:
        return bool(_MOMENT.fullmatch(text) and datetime.fromisoformat(text.upper()))
    except ValueError:
        return False


_FORMS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "uuid": (_UUID.fullmatch, N_("%(place)s is no UUID.")),
    "uri": (_URI.fullmatch, N_("%(place)s is no web address.")),
    "moment": (_is_moment, N_("%(place)s is no date with a time.")),
    "email": (lambda text: "@" in text, N_("%(place)s is no email address.")),
}


def faults(one: Any, place: str = "") -> list[Msg]:
    """What is wrong with an organisation, ``MOST`` at the most. ``place`` is where it stands."""
    return [fault for fault, _ in zip(_part("organization", one, place), range(MOST), strict=False)]


def _part(part: str, value: Any, at: str) -> Iterator[Msg]:
    if not isinstance(value, dict):
        yield Msg(N_("%(place)s should hold named fields."), {"place": at or "$"})
        return
    for said in PARTS[part]:
        field, _, form = said.partition(" ")
        name, place = field.rstrip("!"), f"{at}.{field.rstrip('!')}" if at else field.rstrip("!")
        if name in value:
            yield from _value(form, value[name], place)
        elif field.endswith("!"):
            yield Msg(N_("%(place)s is missing."), {"place": place})


def _value(form: str, value: Any, place: str) -> Iterator[Msg]:
    if form.startswith("["):
        if not isinstance(value, list):
            yield Msg(N_("%(place)s should be a list."), {"place": place})
            return
        for number, one in enumerate(value):
            yield from _part(form[1:-1], one, f"{place}[{number}]")
    elif form in PARTS:
        yield from _part(form, value, place)
    elif form == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield Msg(N_("%(place)s should be a number."), {"place": place})
    elif not isinstance(value, str):
        yield Msg(N_("%(place)s should be text."), {"place": place})
    elif "|" in form:
        known = [one.replace("_", " ") for one in form.split("|")]
        if value not in known:
            why = N_("%(place)s should be one of these: %(known)s.")
            yield Msg(why, {"place": place, "known": ", ".join(known)})
    elif form and not _FORMS[form][0](value):
        yield Msg(_FORMS[form][1], {"place": place})
