"""Open Referral UK: organisations as JSON, in and out (the compiled schema ``organization``,
https://openreferraluk.org). Services, places and people to contact are not taken and not given."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from trust.exchange import identifiers
from trust.exchange.directory import address_of, registered
from trust.exchange.grants import text_of
from trust.exchange.own_numbers import is_uuid, part_number
from trust.exchange.register import PartnerLine
from trust.imports import Outcome
from trust.partners import Identifier, Partner, named
from trust.records import N_, Msg, Refused

SCHEME = "ORUK"
"""Whoever has no other number is known again by the one that the file gave it."""

_LISTS = ("contents", "content", "organizations")


def organizations(data: Any) -> list[Any] | None:
    """The organisations of a file: a page of a list, a list, or one. None where it has none."""
    if isinstance(data, dict):
        held = next((data[key] for key in _LISTS if isinstance(data.get(key), list)), None)
        if held is None and {"id", "name"} <= set(data):
            held = [data]
        return held
    return data if isinstance(data, list) else None


def read(found: Sequence[Any]) -> list[PartnerLine]:
    """The proposals of a file's organisations, in its order."""
    return [
        _line(number, one if isinstance(one, dict) else {}) for number, one in enumerate(found, 1)
    ]


def _line(row: int, given: Mapping[str, Any]) -> PartnerLine:
    notes: list[Msg] = []
    try:
        name = named(text_of(given.get("name")))
    except Refused as refused:
        label = text_of(given.get("name"))
        return PartnerLine(row, label, outcome=Outcome.REFUSED, why=(refused.reason,))
    own = text_of(given.get("id")).strip().lower()
    if not is_uuid(own):
        why = Msg(N_("It has no UUID, by which we could know it again."))
        return PartnerLine(row, name, outcome=Outcome.REFUSED, why=(why,))
    held = given.get("organization_identifiers")
    numbers = registered(_org_ids(held if isinstance(held, list) else []), notes)
    website = address_of(text_of(given.get("website")) or text_of(given.get("url")), notes)
    what = text_of(given.get("description")).strip()
    return PartnerLine(
        row,
        name,
        tuple(numbers),
        what,
        website,
        why=tuple(notes),
        own=own,
        elsewhere=(SCHEME, own.replace("-", "")),
    )


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
    made: dict[str, Any] = {"id": own, "name": partner.name, "description": what}
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
