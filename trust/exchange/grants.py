"""Grants in the 360Giving standard, as JSON or as a sheet: the organisations that received them
become proposals for partners. The grants themselves are not taken, nor is who gave them or how
much: this portal is no place to look up a group's money (trust.md, "What goes wrong today").

https://standard.threesixtygiving.org: ``grants``, each with ``recipientOrganization`` (or, for a
person, ``recipientIndividual``). An organisation's ``id`` is an org-id where it has one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trust.exchange.directory import address_of, registered
from trust.exchange.kinds import COUNCIL_NUMBER, kind_in
from trust.exchange.letter_case import readable
from trust.exchange.register import PartnerLine, is_nothing
from trust.imports import Outcome, Row
from trust.partners import Kind, named
from trust.records import N_, Msg, Refused

_HEADS = {
    "id": "Recipient Org:Identifier",
    "name": "Recipient Org:Name",
    "charityNumber": "Recipient Org:Charity Number",
    "companyNumber": "Recipient Org:Company Number",
    "url": "Recipient Org:Web Address",
    "description": "Recipient Org:Description",
    "organisationType": "Recipient Org:Organisation Type",
}
_PERSON = "recipient ind:"


def is_sheet(columns: Sequence[str]) -> bool:
    """Whether these are the columns of a sheet of grants."""
    return "recipient org:name" in {_head(column) for column in columns}


def read_sheet(columns: Sequence[str], rows: Iterable[Row]) -> list[PartnerLine]:
    """The recipients of a sheet of grants, one of each row."""
    by_head = {_head(column): column for column in columns}
    at = {field: by_head[_head(head)] for field, head in _HEADS.items() if _head(head) in by_head}
    people = [column for head, column in by_head.items() if head.startswith(_PERSON)]
    lines = []
    for row in rows:
        given = {field: row.cells[column] for field, column in at.items()}
        person = any(row.cells[column].strip() for column in people)
        lines.append(_line(row.number, given, person and not given["name"].strip()))
    return lines


def is_package(data: Any) -> bool:
    """Whether this is a package of grants."""
    return isinstance(data, dict) and isinstance(data.get("grants"), list)


def read_package(data: Mapping[str, Any]) -> list[PartnerLine]:
    """The recipients of a package of grants, in its order, each with a number of its own."""
    lines: list[PartnerLine] = []
    for grant in data["grants"]:
        held = grant if isinstance(grant, dict) else {}
        found = held.get("recipientOrganization")
        recipients = found if isinstance(found, list) else [found]
        for one in recipients if any(recipients) else [None]:
            person = one is None and bool(held.get("recipientIndividual"))
            given = one if isinstance(one, dict) else {}
            texts = {field: text_of(given.get(field)) for field in _HEADS}
            lines.append(_line(len(lines) + 1, texts, person))
    return lines


def text_of(value: Any) -> str:
    """A value of a file of data as text; nothing for what is none."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _line(row: int, given: Mapping[str, str], person: bool) -> PartnerLine:
    if person:
        why = Msg(N_("This grant went to a person. We do not take people in."))
        return PartnerLine(row, "", outcome=Outcome.SKIPPED, why=(why,))
    notes: list[Msg] = []
    try:
        name = named(readable(" ".join(given["name"].split())))
    except Refused as refused:
        return PartnerLine(row, given["name"], outcome=Outcome.REFUSED, why=(refused.reason,))
    numbers = registered(_numbers(given), notes)
    if not numbers:
        notes.append(Msg(N_("This row has no number. Add the organisation by hand.")))
        return PartnerLine(row, name, outcome=Outcome.REFUSED, why=tuple(notes))
    what = " ".join(given.get("description", "").split())
    website = address_of(given.get("url", ""), notes)
    kind = kind_in(given.get("organisationType", ""), notes)
    if any(scheme == COUNCIL_NUMBER for scheme, _ in numbers):
        kind = Kind.COUNCIL
    return PartnerLine(row, name, tuple(numbers), what, website, why=tuple(notes), kind=kind)


def _numbers(given: Mapping[str, str]) -> list[str]:
    """Its org-ids. A number that a funder made up for itself (``360G-…``) is known to nobody
    else, and is left out."""
    found = [given.get("id", "").strip()]
    for scheme, field in (("GB-CHC", "charityNumber"), ("GB-COH", "companyNumber")):
        number = given.get(field, "").strip()
        found.append("" if is_nothing(number) else number and _org_id(scheme, number))
    return [one for one in found if one and not one.upper().startswith("360G-")]


def _org_id(scheme: str, number: str) -> str:
    """Charities of Scotland and Northern Ireland stand in the same column as those of England."""
    tight = "".join(number.split()).upper()
    if scheme == "GB-CHC" and tight.startswith("SC"):
        return f"GB-SC-{tight}"
    if scheme == "GB-CHC" and tight.startswith("NIC"):
        return f"GB-NIC-{tight}"
    return f"{scheme}-{tight}"


def _head(column: str) -> str:
    return " ".join(column.split()).casefold().replace(": ", ":")
