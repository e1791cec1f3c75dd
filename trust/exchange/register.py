"""A charity register, row by row, as proposals for partners.

The register's own telephone numbers, e-mail and postal addresses are not taken: they are often
a person's, and nobody asked that person.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from trust.exchange import identifiers
from trust.exchange.columns import find, missing
from trust.exchange.letter_case import readable
from trust.imports import Outcome, Row
from trust.partners import Kind, named
from trust.records import N_, Msg, Refused

# Names of columns in the registers and extracts that we know of, squashed.
_COLUMNS = {
    "name": ["charityname", "organisationname", "organizationname", "orgname", "name"],
    "charity": [
        "registeredcharitynumber",
        "charityregistrationnumber",
        "charitynumber",
        "charityno",
        "charityregno",
        "regcharitynumber",
        "regno",
    ],
    "company": [
        "charitycompanyregistrationnumber",
        "companyregistrationnumber",
        "companieshousenumber",
        "companynumber",
        "companyno",
        "companyregno",
        "regcompanynumber",
    ],
    "what": ["charityactivities", "activities", "whatitdoes", "description"],
    "web": ["charitycontactweb", "contactweb", "website", "webaddress", "web", "url"],
    "part": ["linkedcharitynumber", "subsidiarynumber"],
    "status": ["charityregistrationstatus", "registrationstatus"],
}

_NOTHING = {"", "-", "na", "n/a", "#n/a", "nil", "none", "null"}

# Text that was UTF-8 and went through an old code page on its way into the register.
_GARBLED = {"Ó": "•", "ó": "•", "Ö": "’", "ö": "’", "ô": "–", "Ô": "–", "£": "“", "Ø": "”"}


@dataclass(frozen=True)
class PartnerLine:
    """What one row proposes. ``identifiers`` are scheme and number, the charity number first.

    ``outcome`` is set only where the row is not taken at all (left out, or refused), and
    ``why`` says that, or what of the row was not taken. ``own`` is the number under which it may
    have left this portal (``own_numbers``); ``elsewhere`` the one by which to know it again where
    it has no other; ``lang`` the language of ``what``. ``kind`` and ``region`` (its name) are what
    the file says, None where it does not; an empty region is that it works in more than one.
    """

    row: int
    name: str
    identifiers: tuple[tuple[str, str], ...] = ()
    what: str = ""
    website: str = ""
    outcome: Outcome | None = None
    why: tuple[Msg, ...] = ()
    own: str = ""
    elsewhere: tuple[str, str] | None = None
    lang: str = "en"  # registers of England and Wales say what a charity does in English
    kind: Kind | None = None
    region: str | None = None
    other_names: tuple[str, ...] = ()
    whom: str = ""
    areas: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    languages: str = ""


def read(columns: Sequence[str], rows: Iterable[Row]) -> list[PartnerLine]:
    """The proposals of a register's rows. Raises ``Refused`` when it has no column for names,
    or none for numbers: without a number a second import could not know anybody again."""
    at = find(columns, _COLUMNS)
    if "name" not in at:
        raise missing(Msg(N_("the name")), columns)
    if "charity" not in at and "company" not in at:
        raise missing(Msg(N_("the charity number")), columns)
    return [
        _line(row.number, {field: _value(row.cells[column]) for field, column in at.items()})
        for row in rows
    ]


def _value(cell: str) -> str:
    cell = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", cell).split())
    return "" if is_nothing(cell) else cell


def is_nothing(text: str) -> bool:
    """Whether a cell says in a word that there is nothing in it."""
    return text.strip().casefold() in _NOTHING


def _line(row: int, cells: Mapping[str, str]) -> PartnerLine:
    name = cells["name"]
    if cells.get("part", "0") not in ("", "0"):
        why = Msg(N_("This is a part of another charity, not one of its own."))
        return PartnerLine(row, readable(name), outcome=Outcome.SKIPPED, why=(why,))
    if cells.get("status", "").casefold() == "removed":
        why = Msg(N_("This charity has left the register."))
        return PartnerLine(row, readable(name), outcome=Outcome.SKIPPED, why=(why,))
    try:
        name = named(readable(name))
        numbers, notes = _numbers(cells.get("charity", ""), cells.get("company", ""))
    except Refused as refused:
        return PartnerLine(row, name, outcome=Outcome.REFUSED, why=(refused.reason,))
    website = ""
    if cells.get("web"):
        try:
            website = web_address(cells["web"])
        except Refused as refused:
            notes.append(refused.reason)
    what = re.sub("ÔÇ(.)", lambda found: _GARBLED.get(found[1], found[0]), cells.get("what", ""))
    return PartnerLine(row, name, tuple(numbers), what, website, why=tuple(notes))


def _numbers(charity: str, company: str) -> tuple[list[tuple[str, str]], list[Msg]]:
    """The numbers that have the right form, and why any other was not taken. Raises
    ``Refused`` when none is left."""
    numbers, notes = [], []
    # A spreadsheet eats the zeros in front of a number. In a column of company numbers they
    # can be put back, unless the charity number was put there instead.
    if company.isdecimal() and 5 <= len(company) < 8 and company != charity:
        company = company.zfill(8)
        notes.append(
            Msg(N_("We put back the zeros in front of company number %(n)s."), {"n": company})
        )
    for scheme, number in (("GB-CHC", charity), ("GB-COH", company)):
        if not number:
            continue
        try:
            numbers.append((scheme, identifiers.check(scheme, number)))
        except Refused as refused:
            notes.append(refused.reason)
    if not numbers:
        raise Refused(
            notes[0] if notes else N_("This row has no number. Add the organisation by hand.")
        )
    return numbers, notes


def web_address(text: str) -> str:
    """A web address with its scheme, host in small letters; ``https`` where none was given.

    Raises ``Refused`` for what is not one, for another scheme than http and https, and for an
    address that carries a user's name.
    """
    text = text.strip()
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if (
        parts.scheme not in ("http", "https")
        or "@" in parts.netloc
        or len(address) > 300
        or re.search(r"[\s<>\"\\]", address)
        or not re.fullmatch(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)", host)
    ):
        raise Refused(
            Msg(
                N_("“%(text)s” is not a web address. Example: %(example)s."),
                {"text": text, "example": "https://www.example.org"},
            ),
            field="website",
        )
    return parts._replace(netloc=f"{host}:{port}" if port else host).geturl()
