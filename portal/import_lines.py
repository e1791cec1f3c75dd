"""The lines of an import as a person reads them: on a page, and in a file to keep."""

import csv
import io
from collections.abc import Iterable
from textwrap import shorten
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal.languages import say, words
from portal.places import href
from trust.exchange.areas import KINDS
from trust.exchange.directory import BETWEEN
from trust.exchange.identifiers import SCHEMES
from trust.imports import OUTCOMES, Change, Line, Outcome, Plan
from trust.partners import KINDS as PARTNER_KINDS
from trust.regions import communities

COLOURS = {
    Outcome.NEW: "green",
    Outcome.CHANGED: "yellow",
    Outcome.PROPOSED: "blue",
    Outcome.SAME: "grey",
    Outcome.SKIPPED: "grey",
    Outcome.REFUSED: "red",
}

FIELDS = {
    "name": _l("Name"),
    "what": _l("What it does"),
    "website": _l("Website"),
    "region": _l("Region"),
    "code": _l("Code"),
    "kind": _l("Kind"),
    "year": _l("Boundaries of the year"),
    "other_names": _l("Other names"),
    "whom": _l("Whom it is there for"),
    "areas": _l("Where it works"),
    "communities": _l("There for"),
    "languages": _l("Languages"),
}

_KINDS = {**KINDS, **{kind.value: name for kind, name in PARTNER_KINDS.items()}}

SHOWN = 240  # letters of one text on the page; the whole of it comes in

# What a spreadsheet would work out, or take for the start of something it works out.
_LIVE = ("=", "+", "-", "@", "\t", "\r")


def label(change: Change) -> str:
    """What is changed, in words: of a number, which register it stands in."""
    if change.field == "identifier":
        return say(SCHEMES[change.to.rpartition("-")[0]].name)
    return str(FIELDS[change.field])


def value(field: str, text: str) -> str:
    """A value as it is read: a number without its register, a kind in the reader's words."""
    if field == "identifier":
        return text.rpartition("-")[2]
    if field == "communities":
        return ", ".join(say(communities().get(key, key)) for key in text.split(BETWEEN))
    return say(_KINDS[text]) if field == "kind" and text in _KINDS else text


def on_page(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines for the page. A new record's name stands above its other fields already."""
    names = {outcome: say(name) for outcome, name in OUTCOMES.items()}
    return [
        {
            "row": line.row,
            "name": line.label,
            "href": href(line.ref),
            "tag": names[line.outcome],
            "colour": COLOURS[line.outcome],
            "changes": [
                (label(one), _shown(one.field, one.was), _shown(one.field, one.to))
                for one in line.changes
                if one.field != "name" or one.was
            ],
            "why": [say(why) for why in line.why],
        }
        for line in lines
    ]


def _shown(field: str, text: str) -> Markup | str:
    if field == "kind":
        return value(field, text)
    return words(shorten(value(field, text), SHOWN, placeholder="…")) if text else ""


def report(plan: Plan) -> bytes:
    """What came of a file, row by row, as a CSV that spreadsheets open in the right encoding
    and in which they find nothing to work out."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_("Row"), _("What happened"), _("Name"), _("Changes"), _("Why")])
    names = {outcome: say(name) for outcome, name in OUTCOMES.items()}
    for line in plan.lines:
        changes = [
            _("%(field)s: %(value)s", field=label(one), value=value(one.field, one.to))
            for one in line.changes
        ]
        told = [say(why) for why in line.why]
        cells = [names[line.outcome], line.label, "\n".join(changes), " ".join(told)]
        writer.writerow([line.row, *map(harmless, cells)])
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe in front says it is text."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_LIVE) else cell
