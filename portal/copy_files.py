"""A copy of answers as files: a sheet of the answers, one a row, and a sheet that says what they
are, who took them and what was left out. Without names where it is for a study."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from pilots.contribution_states import QUOTES
from pilots.copies import Gathered, Line
from pilots.questions import BANDS, CATEGORIES, KINDS, Question, cell_name
from portal import sheet_files
from portal.languages import current, day_words, say
from trust.calendar import london_day
from trust.clauses import title_of
from trust.exchange.directory import BETWEEN, harmless

SHEETS = "answers", "about"
"""What the two sheets are called: like the names of columns a code, the same in each language."""


@dataclass(frozen=True)
class Copy:
    """What was gathered, by whom, on which day, of what, and for what in words. ``notice`` says
    that all of it is invented, where it is."""

    found: Gathered
    taken_by: str
    day: date
    request: Mapping[str, str]
    pilot: str
    purpose: str
    named: bool
    notice: str = ""


def as_zip(copy: Copy) -> bytes:
    """As two CSV files in a ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in _sheets(copy).items():
            archive.writestr(f"{name}.csv", sheet_files.as_csv(rows))
    return out.getvalue()


def as_xlsx(copy: Copy) -> bytes:
    """As a workbook of two sheets."""
    return sheet_files.as_xlsx(_sheets(copy))


def _sheets(copy: Copy) -> dict[str, list[list[Any]]]:
    made = ([*_answers(copy)], [*_about(copy)])
    return {
        name: [[_safe(cell) for cell in row] for row in rows]
        for name, rows in zip(SHEETS, made, strict=True)
    }


def _safe(cell: Any) -> Any:
    """Numbers are numbers; of all else, nothing is worked out by a spreadsheet."""
    return cell if isinstance(cell, int | float) else harmless(str(cell))


def _answers(copy: Copy) -> Iterator[list[Any]]:
    columns = [name for one in _questions(copy) for name, _text in _columns(one)]
    own = ["answer", "group", "sent_on", "language", "may_quote"] if copy.named else ["answer"]
    yield [*own, *columns, "left_out", "taken_by"]
    for number, line in enumerate(copy.found.lines, 1):
        given = {name: cell for one in line.readings for name, cell in _cells(one)}
        yield [
            *(_whose(line) if copy.named else [number]),
            *(given.get(name, "") for name in columns),
            BETWEEN.join(line.left_out),
            f"{copy.taken_by}, {copy.day.isoformat()}",
        ]


def _whose(line: Line) -> list[Any]:
    one = line.contribution
    sent = london_day(one.sent_at).isoformat() if one.sent_at else ""
    return [one.reference, one.giver.name, sent, one.lang, say(QUOTES[one.quote])]


def _questions(copy: Copy) -> list[Question]:
    """The questions of which anything is in the copy, each once, in their order."""
    held = {one.question.key: one.question for line in copy.found.lines for one in line.readings}
    return sorted(held.values(), key=lambda one: one.position)


def _columns(one: Question) -> list[tuple[str, str]]:
    """The columns of a question, each with what stands in it."""
    words = plain(one.words)
    if one.kind != "count-table":
        return [(one.key, words)]
    return [
        (
            cell_name(one, row["key"], column["key"]),
            _(
                "%(question)s: %(row)s, %(column)s",
                question=words,
                row=plain(row["words"]),
                column=plain(column["words"]),
            ),
        )
        for row in one.rows
        for column in one.columns
    ]


def _cells(reading: Any) -> list[tuple[str, Any]]:
    one, answer = reading.question, reading.answer
    if one.kind == "count-table":
        return [
            (cell_name(one, row, column), number)
            for row, given in answer.items()
            for column, number in given.items()
        ]
    return [(one.key, _cell(one, answer))]


def _cell(one: Question, answer: Any) -> Any:
    if one.kind == "yes-no":
        return _("Yes") if answer else _("No")
    if one.kind == "bands":
        return say(BANDS[answer])
    if one.kind == "decimal":
        return float(Decimal(answer))
    if one.kind in ("one-of", "some-of", "area"):
        field = "area" if one.kind == "area" else "key"
        picked = answer if isinstance(answer, list) else [answer]
        return BETWEEN.join(plain(each["words"]) for each in one.choices if each[field] in picked)
    return answer


def plain(text: Mapping[str, str]) -> str:
    """Words as plain text, in the reader's language where they have it."""
    return text.get(current().code) or next(iter(text.values()), "")


def _about(copy: Copy) -> Iterator[list[Any]]:
    yield [_("What this is"), plain(copy.request)]
    yield [_("Pilot"), copy.pilot]
    yield [_("Taken by"), copy.taken_by]
    yield [_("On"), day_words(copy.day)]
    yield [_("What for"), copy.purpose]
    yield [_("Answers"), len(copy.found.lines)]
    yield [_("When the work is done"), _("Delete this file. Then say so in the portal.")]
    if copy.notice:
        yield [_("Note"), copy.notice]
    for line in left_out(copy.found, named=copy.named):
        yield [_("Left out"), line]
    yield []
    yield [_("Column"), _("What stands in it"), _("Kind"), _("Category")]
    own = {
        "answer": _("The reference of the answer") if copy.named else _("A number in this file"),
        "group": _("Who gave it"),
        "sent_on": _("The day on which it was sent"),
        "language": _("The language it is in"),
        "may_quote": _("Whether words of it may be quoted"),
    }
    for name, text in list(own.items())[: None if copy.named else 1]:
        yield [name, text, "", ""]
    for one in _questions(copy):
        for name, text in _columns(one):
            yield [name, text, say(KINDS[one.kind].name), say(CATEGORIES[one.category])]
    yield ["left_out", _("Columns of this answer that the agreement keeps out"), "", ""]
    yield ["taken_by", _("Who took this copy, and when"), "", ""]


def left_out(found: Gathered, *, named: bool = True) -> list[str]:
    """What is not in a copy, and why, in words: by partner, or for a study by clause alone."""
    said = []
    for one in found.left_out:
        parts = [
            ngettext("%(num)s answer", "%(num)s answers", one.answers) if one.answers else "",
            ngettext("a part of %(num)s answer", "a part of %(num)s answers", one.parts)
            if one.parts
            else "",
        ]
        what = _(", ").join(filter(None, parts))
        why = say(title_of(one.no.clause)) if one.no.clause else say(one.no.reason)
        told = _("%(what)s: “%(why)s”", what=what, why=why)
        said.append(f"{one.partner.name}: {told}" if named else told)
    if found.kept:
        said.append(kept(found.kept))
    return said


def kept(number: int) -> str:
    """How many answers are kept from whoever takes the copy."""
    return ngettext(
        "%(num)s answer is from your own organisation, or from a group that you look after.",
        "%(num)s answers are from your own organisation, or from groups that you look after.",
        number,
    )
