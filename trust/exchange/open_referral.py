"""Open Referral UK: organisations as JSON, in and out (the compiled schema ``organization``,
https://openreferraluk.org). Services, places and people to contact are not taken and not given."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from trust.exchange import identifiers
from trust.exchange.columns import squash
from trust.exchange.directory import address_of, registered
from trust.exchange.grants import text_of
from trust.exchange.kinds import kind_in
from trust.exchange.open_referral_shape import faults
from trust.exchange.own_numbers import SCHEME, part_number
from trust.exchange.register import PartnerLine
from trust.imports import Outcome
from trust.partners import KINDS, Identifier, Kind, Partner, named
from trust.records import Msg, Refused

KINDS_HERE = "kind of organisation"
_OF_KINDS = {squash(KINDS_HERE), "organisationtype", "organizationtype"}
"""The taxonomies by which an attribute says what an organisation is; the first one is ours."""

_LISTS = ("contents", "content", "organizations")


def organizations(data: Any) -> list[tuple[str, Any]] | None:
    """The organisations of a file, each with its place there: a page of a list, a list, or one.
    None where it has none."""
    if isinstance(data, dict):
        held = next((key for key in _LISTS if isinstance(data.get(key), list)), None)
        if held is not None:
            return [(f"{held}[{place}]", one) for place, one in enumerate(data[held])]
        return [("", data)] if {"id", "name"} <= set(data) else None
    if isinstance(data, list):
        return [(f"[{place}]", one) for place, one in enumerate(data)]
    return None


def read(found: Iterable[tuple[str, Any]]) -> list[PartnerLine]:
    """The proposals of a file's organisations, in its order. One that is not as Open Referral UK
    has it is refused, with the place of what is wrong."""
    return [_line(row, place, one) for row, (place, one) in enumerate(found, 1)]


def _line(row: int, place: str, given: Any) -> PartnerLine:
    if why := faults(given, place):
        label = text_of(given.get("name")) if isinstance(given, dict) else ""
        return PartnerLine(row, label[:200], outcome=Outcome.REFUSED, why=tuple(why))
    notes: list[Msg] = []
    try:
        name = named(text_of(given.get("name")))
    except Refused as refused:
        label = text_of(given.get("name"))
        return PartnerLine(row, label, outcome=Outcome.REFUSED, why=(refused.reason,))
    own = given["id"].lower()
    numbers = registered(_org_ids(given.get("organization_identifiers", [])), notes)
    website = address_of(text_of(given.get("website")) or text_of(given.get("url")), notes)
    what = text_of(given.get("description")).strip()
    return PartnerLine(
        row,
        name,
        tuple(numbers),
        what,
        website,
        kind=kind_in(_kind(given.get("attributes", [])), notes),
        why=tuple(notes),
        own=own,
        elsewhere=(SCHEME, own.replace("-", "")),
    )


def _kind(attributes: Iterable[Mapping[str, Any]]) -> str:
    """What an organisation is, by the attribute that says so."""
    terms = (one.get("taxonomy_term", {}) for one in attributes)
    return next((one["name"] for one in terms if squash(one.get("taxonomy", "")) in _OF_KINDS), "")


def _org_ids(held: Iterable[Any]) -> list[str]:
    """The org-ids among some identifiers. One of a register that we do not know says nothing to
    us, and is left out."""
    found = []
    for one in held:
        if isinstance(one, dict):
            scheme = text_of(one.get("identifier_scheme")).strip().upper()
            number = text_of(one.get("identifier")).strip()
            if scheme in identifiers.SCHEMES and number:
                found.append(f"{scheme}-{number.upper().removeprefix(f'{scheme}-')}")
    return found


def write(partner: Partner, own: str, registers: Mapping[str, str]) -> dict[str, Any]:
    """One organisation. ``own`` is its number here, ``registers`` the names of registers."""
    what = next(iter(partner.what.values()), "")
    kind = {
        "id": part_number(own, f"term {partner.kind}"),
        "name": str(partner.kind),
        "description": KINDS[Kind(partner.kind)],
        "taxonomy": KINDS_HERE,
    }
    made: dict[str, Any] = {
        "id": own,
        "name": partner.name,
        "description": what,
        "attributes": [{"id": part_number(own, "kind"), "link_id": own, "taxonomy_term": kind}],
    }
    if urlsplit(partner.website).scheme in ("http", "https"):
        made["website"] = partner.website
    if partner.identifiers:
        made["organization_identifiers"] = [
            _identifier(own, one, registers) for one in partner.identifiers
        ]
    return made


def _identifier(own: str, one: Identifier, registers: Mapping[str, str]) -> dict[str, str]:
    return {
        "id": part_number(own, str(one)),
        "organization_id": own,
        "identifier_scheme": one.scheme,
        "identifier_type": registers[one.scheme],
        "identifier": one.number,
    }


def page(made: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """All of a list, as the one page of it that there is."""
    return {
        "total_items": len(made),
        "total_pages": 1,
        "page_number": 1,
        "size": len(made),
        "first_page": True,
        "last_page": True,
        "empty": not made,
        "contents": list(made),
    }
