"""CSV and XLSX files read within limits: names of columns, and rows as they come.

Whatever is wrong with a file becomes one clear sentence (``Refused``), which may also come in
the middle of the rows: read them all before anything is written.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import BinaryIO

from portal.sheet_limits import (
    LIMITS,
    Limits,
    formula,
    letters,
    locked,
    macros,
    too_big,
    too_long,
    too_many_columns,
    too_many_rows,
)
from portal.workbook import Workbook
from trust.imports import Row
from trust.records import N_, Msg, Refused

AS_CSV = Msg(N_("Open it in a spreadsheet program, save it as CSV UTF-8, and try with that."))

_TEXT = (".csv", ".tsv", ".txt")
_ZIP = b"PK"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_NOT_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
_RECORD = 1_000_000  # letters in one row of a CSV
_LONG = 131_072  # letters in one row: beyond that a quote mark was rather forgotten than wrong
_WIDEST = 16_384  # columns, filled or not, that a spreadsheet program can have

# A formula begins with = + - or @. So do phone numbers, handles and lists with dashes: those
# three count only where what follows could be worked out, or could call another program.
_FORMULA = re.compile(
    r"""\s*(?: =\s*[\w"'(+\-@{\[$\#]                       # =A1  ="x"  =SUM(…)  =-1
          | [+@][A-Za-z_][\w.]*\(                         # +SUM(…)  @SUM(…)
          | \+\$?[A-Za-z]{1,3}\$?[0-9]+\s*(?:[-+*/^&]|$)  # +A1*2
          | [=+\-@][^|\s]*\|[^!]*! )                     # -cmd|' /C calc'!A0
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Sheet:
    """One sheet. ``rows`` can be gone through once. ``title`` and ``others`` name the sheet of
    a workbook that is read and those that are not; a CSV has neither. ``places`` says which column
    of the spreadsheet each name stands in, counted from 0."""

    columns: tuple[str, ...]
    rows: Iterator[Row]
    title: str = ""
    others: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)


def read(file: BinaryIO, name: str, limits: Limits = LIMITS) -> Sheet:
    """Read ``file``, which somebody called ``name``. The name and what is inside must agree.

    Of a workbook, the first visible sheet is read. Raises ``Refused`` for any other sort of
    file, one that is too big, empty, damaged, locked or in another encoding, and for columns
    without a name or with the same; ``rows`` goes on to raise it for what is in the cells.
    """
    data = file.read(limits.size + 1)
    if len(data) > limits.size:
        raise too_big()
    kind = _kind(data, PurePath(name).suffix.lower())
    if kind == "xlsx":
        book = Workbook(data, limits)
        title, *others = book.titles
        return _sheet(book.rows(title), limits, title, tuple(others))
    return _sheet(_csv_rows(data, limits), limits)


def _kind(data: bytes, suffix: str) -> str:
    if suffix in (".xlsm", ".xlsb", ".xltm"):
        raise macros()
    if data.startswith(_OLD_OFFICE):
        # An encrypted workbook is put into a container of the old sort.
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise locked()
        raise Refused(N_("This is a spreadsheet of the old sort (XLS)."), next_step=AS_CSV)
    if suffix in (".ods", ".fods"):
        raise Refused(
            N_("This is a spreadsheet of the sort ODS."),
            next_step=Msg(N_("Open it, save it as XLSX, and try with that.")),
        )
    if suffix == ".xlsx" and data.startswith(_ZIP):
        return "xlsx"
    if suffix in _TEXT and not data.startswith((_ZIP, *_NOT_TEXT)):
        return "csv"
    if suffix == ".xlsx" or suffix in _TEXT:
        raise Refused(
            Msg(
                N_("This file is called “%(suffix)s”, but it is something else inside."),
                {"suffix": suffix},
            ),
            next_step=AS_CSV,
        )
    raise Refused(N_("We can read CSV and XLSX files, and no others."), next_step=AS_CSV)


def workbook_kind(data: bytes, suffix: str) -> str:
    """Whether a file is a workbook of today (``xlsx``) or of the older sort (``xls``). Raises
    ``Refused`` for anything else, and for one that is locked."""
    if suffix == ".xls" and data.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise locked()
        return "xls"
    if suffix == ".xlsx" and data.startswith((_ZIP, _OLD_OFFICE)):
        return _kind(data, suffix)
    said = Msg(N_("Save the form as XLSX, and try with that."))
    if suffix in (".xls", ".xlsx"):
        what = {"suffix": suffix}
        text = N_("This file is called “%(suffix)s”, but it is something else inside.")
        raise Refused(Msg(text, what), next_step=said)
    raise Refused(N_("We can read forms as XLSX or XLS, and no others."), next_step=said)


def _sheet(
    records: Iterator[tuple[int, list[str]]],
    limits: Limits,
    title: str = "",
    others: tuple[str, ...] = (),
) -> Sheet:
    records = (one for one in records if any(one[1]) and any(map(str.strip, one[1])))
    first = next(records, None)
    if first is None:
        raise Refused(
            N_("This file is empty."), next_step=Msg(N_("Choose the file that has your rows."))
        )
    number, heads = first
    names = [" ".join(head.split()) for head in heads]
    while not names[-1]:
        names.pop()
    if len(names) > limits.columns:
        raise too_many_columns(limits)
    seen: dict[str, int] = {}
    for place, head in enumerate(names):
        if head and seen.setdefault(head.casefold(), place) != place:
            raise Refused(
                Msg(
                    N_("Columns %(one)s and %(two)s are both called “%(name)s”."),
                    {"one": letters(seen[head.casefold()]), "two": letters(place), "name": head},
                ),
                next_step=Msg(N_("Give each column its own name, in row %(n)s."), {"n": number}),
            )
    rows = _rows(records, names, number, limits)
    places = {name: place for place, name in enumerate(names) if name}
    return Sheet(tuple(places), rows, title, others, places)


def _rows(
    records: Iterator[tuple[int, list[str]]], names: Sequence[str], head: int, limits: Limits
) -> Iterator[Row]:
    wide, nameless = len(names), [n for n, name in enumerate(names) if not name]
    for number, cells in records:
        if number > limits.rows + head:
            raise too_many_rows(limits)
        if len(cells) > wide:
            _check_nameless(number, cells, range(wide, len(cells)), head)
        if nameless:
            _check_nameless(number, cells, nameless, head)
        cells += [""] * (wide - len(cells))
        row = dict(zip(names, cells, strict=False))
        row.pop("", None)
        yield Row(number, row)


def _check_nameless(number: int, cells: list[str], places: Sequence[int], head: int) -> None:
    for place in places:
        if place < len(cells) and cells[place].strip():
            raise Refused(
                Msg(
                    N_("Cell %(cell)s has something in it, but its column has no name."),
                    {"cell": f"{letters(place)}{number}"},
                ),
                next_step=Msg(
                    N_("Name the column in row %(n)s. If a row is too long, look for a comma."),
                    {"n": head},
                ),
            )


class _Lines:
    """The lines of a CSV. Of the row that is being read, ``pending`` counts the letters, and
    ``suspect`` says whether a formula could be in it, or what is no text."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.next_row()

    def next_row(self) -> None:
        self.pending = 0
        self.suspect = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.text.readline(_RECORD)
        if not line:
            raise StopIteration
        self.pending += len(line)
        if self.pending >= _RECORD:
            raise csv.Error
        if "=" in line or "+" in line or "@" in line or "|" in line or "\0" in line:
            self.suspect = True
        return line


def _csv_rows(data: bytes, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    encoding = _encoding(data)
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    lines = _Lines(text)
    number = 0
    try:
        delimiter = _delimiter(text.readline(_RECORD))
        text.seek(0)
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), 1):
            if len(cells) > _WIDEST:
                raise too_many_columns(limits)
            if lines.suspect:
                _check_cells(number, cells)
            if lines.pending > limits.cell:
                _check_lengths(number, cells, limits)
            lines.next_row()
            yield number, cells
    except UnicodeDecodeError:
        raise _wrong_encoding(data, encoding) from None
    except csv.Error:
        if lines.pending >= _LONG:
            raise _row_too_long(number + 1) from None
        raise Refused(
            Msg(N_("The quote marks in row %(row)s do not match."), {"row": number + 1}),
            next_step=AS_CSV,
        ) from None


def _check_cells(number: int, cells: list[str]) -> None:
    for place, cell in enumerate(cells):
        if "\0" in cell:
            raise Refused(
                Msg(
                    N_("Cell %(cell)s holds a sign that is not text."),
                    {"cell": f"{letters(place)}{number}"},
                ),
                next_step=AS_CSV,
            )
        if _FORMULA.match(cell):
            raise formula(f"{letters(place)}{number}")


def _check_lengths(number: int, cells: list[str], limits: Limits) -> None:
    for place, cell in enumerate(cells):
        if len(cell) > limits.cell:
            raise too_long(f"{letters(place)}{number}", limits)


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Refused(N_("This file is in UTF-32, which we do not read."), next_step=AS_CSV)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def _wrong_encoding(data: bytes, encoding: str) -> Refused:
    """Say where the first byte is that is not text in ``encoding``; lines and bytes from 1."""
    place = len(data)
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        # The codec that skips a byte-order mark counts from behind it.
        place = len(data) - len(error.object) + error.start
    before = re.findall(r"\r\n?|\n", data[:place].decode(encoding, "ignore"))
    return Refused(
        Msg(
            N_("Line %(line)s has a letter that is not in %(encoding)s (byte %(byte)s)."),
            {
                "line": len(before) + 1,
                "byte": place + 1,
                "encoding": encoding.removesuffix("-sig").upper(),
            },
        ),
        next_step=AS_CSV,
    )


def _row_too_long(number: int) -> Refused:
    return Refused(
        Msg(N_("Row %(row)s is too long. A quote mark may not be closed."), {"row": number}),
        next_step=AS_CSV,
    )


def _delimiter(line: str) -> str:
    """The sign between cells: the one that the first line has most of, outside quotes."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(",;\t", key=bare.count)
