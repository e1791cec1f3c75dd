"""The directory as a sheet: the columns in which it leaves, and in which it comes back.

Nobody's number to call, email address, needs or wishes are in it (safety.md, "Phones and shared
devices"): a sheet goes from hand to hand. What would help a group is for offers of help alone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from trust.exchange import identifiers, own_numbers
from trust.exchange.kinds import kind_in
from trust.exchange.register import PartnerLine, web_address
from trust.imports import Outcome, Row
from trust.partners import Partner, named
from trust.profiles import places_named
from trust.records import N_, Msg, Refused
from trust.regions import communities

COLUMNS = (
    "portal_id",
    "name",
    "other_names",
    "kind",
    "region",
    "what_it_does",
    "language",
    "whom_it_is_for",
    "where_it_works",
    "communities",
    "languages_spoken",
    "website",
    "identifiers",
    "page",
    "taken_by",
)
"""Names of columns are a code between machines, the same in each language."""

NOT_READ = ("page", "taken_by")
"""They are about the sheet, and say nothing of the organisation."""

BETWEEN = "; "

# What a spreadsheet would work out, or what was kept from that before.
_WORKED_OUT = re.compile(r"'*[ ]*[=+\-@\t\r]")
_KEPT = re.compile(r"'+[ ]*[=+\-@\t\r]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


def cells(partner: Partner, own: str, region: str, page: str, taken_by: str) -> tuple[str, ...]:
    """One organisation as it leaves, column by column, each harmless in a spreadsheet."""
    lang, what = next(iter(partner.what.items()), ("", ""))
    found = (
        own,
        partner.name,
        joined(partner.other_names),
        str(partner.kind),
        region,
        what,
        lang,
        partner.whom,
        joined(partner.areas),
        joined(partner.communities),
        partner.languages,
        partner.website,
        BETWEEN.join(map(str, partner.identifiers)),
        page,
        taken_by,
    )
    return tuple(harmless(cell) for cell in found)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe in front says it is text.
    Signs that a spreadsheet cannot hold are left out."""
    cell = _NO_TEXT.sub("", cell)
    return f"'{cell}" if _WORKED_OUT.match(cell) else cell


def is_own(columns: Sequence[str]) -> bool:
    """Whether these are the columns of a directory that left a portal."""
    return {"portal_id", "name"} <= set(columns)


def unread(columns: Sequence[str]) -> list[str]:
    """The columns of such a sheet that are not read."""
    read = set(COLUMNS) - set(NOT_READ)
    return [one for one in columns if one not in read] if is_own(columns) else []


def read(columns: Sequence[str], rows: Iterable[Row]) -> list[PartnerLine]:
    """The proposals of a directory's rows. Its words stay as they are: they were written here."""
    return [_line(row.number, row.cells) for row in rows]


def _line(row: int, cells: Mapping[str, str]) -> PartnerLine:
    given = {name: _plain(cells.get(name, "")) for name in COLUMNS}
    notes: list[Msg] = []
    try:
        name = named(given["name"])
    except Refused as refused:
        return PartnerLine(row, given["name"], outcome=Outcome.REFUSED, why=(refused.reason,))
    own = given["portal_id"].lower()
    if not own_numbers.is_uuid(own):
        own = ""
    numbers = registered(given["identifiers"].split(BETWEEN.strip()), notes)
    if not own and not numbers:
        why = N_("This row has no number. Add the organisation by hand.")
        return PartnerLine(row, name, outcome=Outcome.REFUSED, why=(*notes, Msg(why)))
    lang = given["language"] if _LANGUAGE.fullmatch(given["language"]) else "en"
    line = PartnerLine(
        row,
        name,
        tuple(numbers),
        given["what_it_does"],
        address_of(given["website"], notes),
        own=own,
        # At another portal, a group without a number is known again by the one of this portal.
        elsewhere=(own_numbers.SCHEME, own.replace("-", "")) if own and not numbers else None,
        lang=lang,
        kind=kind_in(given["kind"], notes),
        region=" ".join(given["region"].split()) if "region" in cells else None,
        other_names=tuple(name[:200] for name in parted(given["other_names"])),
        whom=_within(500, given["whom_it_is_for"], notes),
        areas=_places(given["where_it_works"], notes),
        communities=_people(given["communities"], notes),
        languages=_within(200, given["languages_spoken"], notes),
    )
    return replace(line, why=tuple(notes))


def joined(several: Iterable[str]) -> str:
    """Several texts as one cell. A semicolon within one of them is marked."""
    marked = (one.replace("\\", "\\\\").replace(";", "\\;") for one in several)
    return BETWEEN.join(marked)


def parted(cell: str) -> list[str]:
    """The texts that were ``joined``, without empty ones."""
    found = [""]
    signs = iter(cell)
    for sign in signs:
        if sign == ";":
            found.append("")
        else:
            found[-1] += next(signs, "") if sign == "\\" else sign
    return [one.strip() for one in found if one.strip()]


def _within(most: int, text: str, notes: list[Msg]) -> str:
    """A text that has room on a page, else none and a note why."""
    if len(text) <= most:
        return text
    start = text[:40]
    notes.append(
        Msg(
            N_("“%(start)s…” has more than %(most)s letters. We left it out."),
            {"start": start, "most": most},
        )
    )
    return ""


def _places(cell: str, notes: list[Msg]) -> tuple[str, ...]:
    try:
        return tuple(places_named(parted(cell)))
    except Refused as refused:
        notes.append(refused.reason)
        return ()


def _people(cell: str, notes: list[Msg]) -> tuple[str, ...]:
    """Whom it is there for, by the keys that this portal knows, in its order."""
    given = set(parted(cell))
    unknown = sorted(given - set(communities()))
    notes.extend(
        Msg(N_("We do not know whom “%(one)s” means."), {"one": one[:60]}) for one in unknown
    )
    return tuple(key for key in communities() if key in given)


def registered(given: Iterable[str], notes: list[Msg]) -> list[tuple[str, str]]:
    """Scheme and number of each org-id in ``given`` that has the right form, once each. Why
    another one was not taken goes into ``notes``."""
    found: dict[tuple[str, str], None] = {}
    for text in filter(None, map(str.strip, given)):
        scheme = next(
            (key for key in identifiers.SCHEMES if text.upper().startswith(f"{key}-")), ""
        )
        try:
            found[scheme, identifiers.check(scheme or text.partition("-")[0], text)] = None
        except Refused as refused:
            notes.append(refused.reason)
    return list(found)


def address_of(text: str, notes: list[Msg]) -> str:
    """A web address, or none and a note why."""
    if not text.strip():
        return ""
    try:
        return web_address(text)
    except Refused as refused:
        notes.append(refused.reason)
        return ""


def _plain(cell: str) -> str:
    """A cell as it was before it left: the apostrophe that kept a spreadsheet from working it out
    is taken off."""
    return (cell[1:] if _KEPT.match(cell) else cell).strip()
