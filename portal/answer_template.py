"""The spreadsheet that a group can fill in: one sheet of lines to answer, one of how, one of the
lists to choose from. It can be read by ear: nothing is merged, and each line says what it is."""

import io
import re
from collections.abc import Mapping
from itertools import count
from typing import Any

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pilots.conditions import bounds_of
from pilots.numbers import FIRST_YEAR, LAST_YEAR
from pilots.questions import LONG, MOST, SHORT, Question
from pilots.requests import RequestVersion
from portal.answer_sheet import HEADS, Line, head_of, in_language, labels, lines
from portal.languages import current, say
from trust.exchange.directory import harmless

WIDTHS = {"A": 14, "B": 44, "C": 44, "D": 40}
_LEAST, _MOST_DECIMAL = -(10**12), 10**12
_WRAP = Alignment(wrap_text=True, vertical="top")
_LINE = Side(style="thin", color="B1B4B6")
_TO_FILL = PatternFill("solid", fgColor="FFF7D9")
_HEAD = PatternFill("solid", fgColor="1D3C34")


def made(version: RequestVersion, title: Mapping[str, str]) -> bytes:
    """The spreadsheet for one wording of a request, in the reader's language."""
    book = Workbook()
    book.properties.creator = ""
    book.properties.title = _plain(title)
    book.properties.language = current().code
    sheet: Worksheet = book.active
    sheet.title = _called(_("Answers"))
    lists = _Lists(book)
    _fill(sheet, version, lists)
    _read_me(book.create_sheet(_called(_("Read me")), 1), title)
    for one in book.worksheets:
        one.sheet_view.rightToLeft = current().direction == "rtl"
        one.page_setup.paperSize = one.PAPERSIZE_A4
        one.page_setup.fitToHeight = 0
        one.sheet_properties.pageSetUpPr.fitToPage = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _called(title: str) -> str:
    """A title that a spreadsheet takes for one of its sheets."""
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31]


def _plain(words: Mapping[str, str]) -> str:
    return in_language(words, current().code)


class _Lists:
    """The sheet of what can be chosen, a column for each list."""

    def __init__(self, book: Workbook) -> None:
        self.sheet: Worksheet = book.create_sheet(_called(_("Lists")))
        self._at: dict[tuple[str, ...], str] = {}

    def at(self, choices: list[str]) -> str:
        """Where these choices stand, as a list for a cell."""
        key = tuple(choices)
        if key not in self._at:
            column = len(self._at) + 1
            letter = get_column_letter(column)
            for row, text in enumerate(choices, 1):
                _text(self.sheet.cell(row, column), text)
            self.sheet.column_dimensions[letter].width = 30
            title = self.sheet.title
            self._at[key] = f"'{title}'!${letter}$1:${letter}${len(choices)}"
        return self._at[key]


def _text(cell: Cell, text: str) -> None:
    """Text, and never anything that a spreadsheet works out."""
    cell.value = harmless(text)
    cell.data_type = "s"
    cell.alignment = _WRAP


def _fill(sheet: Worksheet, version: RequestVersion, lists: _Lists) -> None:
    for column, head in enumerate((head_of(version), *map(say, HEADS[1:])), 1):
        cell = sheet.cell(1, column)
        _text(cell, head)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    own: dict[str, list[Line]] = {one.key: [] for one in version.questions}
    for line in lines(version.questions):
        own[line.question.key].append(line)
    rows, section = count(2), None
    for one in version.questions:
        if one.section and one.section != section:
            section = one.section
            _head(sheet, next(rows), _plain(section))
        if not one.asks or own[one.key][0].parts:
            _head(sheet, next(rows), _title(one), _help(one) if one.asks else "")
        if one.asks:
            rule = _rule(own[one.key][0], lists)
            sheet.add_data_validation(rule)
            for line in own[one.key]:
                rule.add(_line(sheet, next(rows), line))
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    # Against a slip, not against anybody: there is no password. Widths and heights stay free.
    sheet.protection.sheet = True
    sheet.protection.formatCells = False
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def _head(sheet: Worksheet, row: int, text: str, more: str = "") -> None:
    _text(sheet.cell(row, 2), text)
    sheet.cell(row, 2).font = Font(bold=True)
    if more:
        _text(sheet.cell(row, 3), more)


def _title(one: Question) -> str:
    asked = _plain(one.words)
    if one.required or not one.asks:
        return asked
    return _("%(question)s (optional)", question=asked)


def _line(sheet: Worksheet, row: int, line: Line) -> Any:
    one = line.question
    _text(sheet.cell(row, 1), line.code)
    sheet.cell(row, 1).font = Font(color="505A5F")
    named = _(", ").join(_plain(part["words"]) for part in line.parts)
    _text(sheet.cell(row, 2), named or _title(one))
    if line.parts:
        sheet.cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top", indent=2)
    else:
        _text(sheet.cell(row, 3), _help(one))
    cell = sheet.cell(row, 4)
    cell.alignment, cell.fill = _WRAP, _TO_FILL
    cell.border = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
    cell.protection = Protection(locked=False)
    cell.number_format = _FORMATS.get(one.kind, "@")
    return cell


_FORMATS = {
    "whole-number": "0",
    "count-table": "0",
    "decimal": "General",
    "date": "d mmmm yyyy",
}


def _rule(line: Line, lists: _Lists) -> DataValidation:
    """What the cell takes, and what a spreadsheet says of anything else."""
    one = line.question
    choices = labels(one, current().code)
    given: dict[str, Any]
    if choices:
        given = {"type": "list", "formula1": lists.at(list(choices.values()))}
        said = _("Choose one from the list.")
    elif one.kind == "date":
        first, last = f"DATE({FIRST_YEAR},1,1)", f"DATE({LAST_YEAR},12,31)"
        given = {"type": "date", "operator": "between", "formula1": first, "formula2": last}
        said = _("Enter a real date, like 27 3 2026.")
    elif one.kind in ("whole-number", "count-table", "decimal"):
        least, most = _between(one)
        kind = "decimal" if one.kind == "decimal" else "whole"
        given = {"type": kind, "operator": "between", "formula1": least, "formula2": most}
        said = _("Enter a number, like 2.5.")
        if kind == "whole":
            said = _("Use whole numbers, like 0 or 12.")
    else:
        most = LONG if one.kind == "long-text" else SHORT
        given = {"type": "textLength", "operator": "lessThanOrEqual", "formula1": most}
        said = _("Use %(most)s characters or fewer.", most=most)
    return DataValidation(
        allow_blank=True,
        showErrorMessage=True,
        showDropDown=False,
        errorStyle="stop",
        errorTitle=line.code.partition(".")[0],
        error=said[:255],
        **given,
    )


def _between(one: Question) -> tuple[int, int]:
    least, most = (bounds_of(one) or (None, None)) if one.kind != "count-table" else (None, None)
    lowest, highest = (_LEAST, _MOST_DECIMAL) if one.kind == "decimal" else (0, MOST)
    return lowest if least is None else least, highest if most is None else most


def _help(one: Question) -> str:
    """How to answer, what keeps others safe, and why we ask."""
    told = [_plain(one.hint)] if one.hint else []
    match one.kind:
        case "some-of":
            told.append(_("Choose yes beside each one that fits."))
        case "count-table":
            told.append(_("Leave a box empty if you do not know."))
        case "whole-number":
            told.append(_("A whole number, like 0 or 12."))
        case "decimal":
            told.append(_("A number, like 2.5."))
        case "date":
            told.append(_("A date, like 27 3 2026."))
        case "short-text" | "long-text":
            told.append(_("Do not write anyone’s name or address."))
        case _:
            told.append(_("Choose one from the list."))
    if one.show_if:
        told.append(_("We ask this only after some answers. If it does not fit, leave it empty."))
    if one.choice_filter:
        told.append(_("Some of the list may not fit with your other answers."))
    if one.why and one.why != one.words:
        told.append(f"{_('Why we ask:')} {_plain(one.why)}")
    return "\n".join(told)


def _read_me(sheet: Worksheet, title: Mapping[str, str]) -> None:
    told = [
        _plain(title),
        _("1. Write your answers in the yellow boxes, in column D. Leave the rest as it is."),
        _("2. Save the file. You can stop at any time and go on later."),
        _(
            "3. Bring the file back to the page where you got it."
            " Nothing is sent yet: you look at it there first."
        ),
        _("Where there is a list, choose from it: click on the box, then on the small arrow."),
        _("Do not write anyone’s name or address."),
        _(
            "This is not the place to report that someone is at risk. If someone is in danger now,"
            " call 999."
        ),
    ]
    for row, text in enumerate(told, 1):
        _text(sheet.cell(row, 1), text)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 90
