"""The sheets of a form that somebody brings along, XLSX or the older XLS, read within limits."""

import io
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

import xlrd
from openpyxl import Workbook as NewBook
from openpyxl.cell import WriteOnlyCell

from portal.sheet_limits import (
    Limits,
    damaged,
    locked,
    too_big,
    too_long,
    too_many_columns,
    too_many_rows,
)
from portal.sheets import workbook_kind
from portal.workbook import Workbook
from trust.records import N_, Msg, Refused

LIMITS = Limits(
    size=2_000_000, rows=1_000, columns=100, cells=30_000, text=2_000_000, unpacked=20_000_000
)
MOST_SHEETS = 12

Sheets = dict[str, list[tuple[int, list[str]]]]


def read(data: bytes, name: str, limits: Limits = LIMITS) -> Sheets:
    """By title, the rows of each sheet that hold anything. Raises ``Refused`` for what is no
    spreadsheet, is locked, damaged or too big, and for a formula."""
    if len(data) > limits.size:
        raise too_big()
    if not data:
        raise Refused(
            N_("This file is empty."), next_step=Msg(N_("Choose the file that has your form."))
        )
    kind = workbook_kind(data, PurePath(name).suffix.lower())
    sheets = _xlsx(data, limits) if kind == "xlsx" else _xls(data, limits)
    if sum(map(len, sheets.values())) > limits.rows:
        raise too_many_rows(limits)
    return sheets


def _xlsx(data: bytes, limits: Limits) -> Sheets:
    book = Workbook(data, limits)
    _check_sheets(book.titles)
    return {title: _filled(book.rows(title)) for title in book.titles}


def _filled(rows: Any) -> list[tuple[int, list[str]]]:
    return [(number, cells) for number, cells in rows if any(map(str.strip, cells))]


def _check_sheets(titles: Sequence[str]) -> None:
    if len(titles) > MOST_SHEETS:
        raise Refused(
            Msg(N_("This file has more than %(most)s sheets."), {"most": MOST_SHEETS}),
            next_step=Msg(N_("Take out those that do not belong to the form.")),
        )


def _xls(data: bytes, limits: Limits) -> Sheets:
    """The older sort. ``xlrd`` reads what stands in the cells and works nothing out; what a
    formula showed last is all that it tells of one."""
    try:
        book = xlrd.open_workbook(
            file_contents=data, on_demand=True, ragged_rows=True, logfile=_Nowhere()
        )
        shown = list(book.sheet_names())
        _check_sheets(shown)
        return {title: _rows(book, book.sheet_by_name(title), limits) for title in shown}
    except Refused:
        raise
    except Exception as error:  # it checks little, and a strange file may break it anywhere
        raise (locked() if "encrypted" in str(error).lower() else damaged()) from error


class _Nowhere:
    """Takes what xlrd would print."""

    def write(self, _text: str) -> None:
        """Nothing: it would stand in the log, with words of the file."""

    def flush(self) -> None:
        """Nothing to do."""


def _rows(book: Any, sheet: Any, limits: Limits) -> list[tuple[int, list[str]]]:
    if sheet.nrows > limits.rows + 1:
        raise too_many_rows(limits)
    if sheet.ncols > limits.columns:
        raise too_many_columns(limits)
    found = []
    for place in range(sheet.nrows):
        cells = [_text(book, cell) for cell in sheet.row(place)]
        if any(len(cell) > limits.cell for cell in cells):
            raise too_long(str(place + 1), limits)
        found.append((place + 1, cells))
    return _filled(found)


def _text(book: Any, cell: Any) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_NUMBER:
            return f"{cell.value:.15g}"
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_DATE:
            moment = xlrd.xldate_as_datetime(cell.value, book.datemode)
            whole = cell.value == int(cell.value)
            return moment.isoformat(" ")[: 10 if whole else None]
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#"))
    return str(cell.value)


def write(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Sheets as XLSX, each cell as text: what begins with ``=`` is nothing to work out."""
    book = NewBook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            cells = [WriteOnlyCell(sheet, text or None) for text in row]
            for cell, text in zip(cells, row, strict=True):
                if text:
                    cell.data_type, cell.quotePrefix = "s", True
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
