"""How much a sheet may hold, and what is said of one that holds more, or what we do not take."""

import zipfile
import zlib
from dataclasses import dataclass
from xml.parsers import expat

from trust.records import N_, Msg, Refused


@dataclass(frozen=True)
class Limits:
    """``size`` and ``unpacked`` are bytes; ``cell`` and ``text`` characters: ``cell`` is what
    Excel itself allows, ``text`` is for a whole workbook. ``cells`` are those of a workbook,
    which cost far more than those of a CSV: enough for every small area of England and Wales.
    ``ratio`` is how many times its size a workbook may unpack to, ``entries`` how many parts
    it may have."""

    size: int = 20_000_000
    rows: int = 100_000
    columns: int = 200
    cell: int = 32_767
    cells: int = 300_000
    text: int = 20_000_000
    unpacked: int = 50_000_000
    ratio: int = 150
    entries: int = 1_000


LIMITS = Limits()

_SMALLER = Msg(N_("Copy the rows you need to a new file, and save it as CSV UTF-8."))


DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What the parsers of archives and their parts raise over a strange file."""


class TooMuch(Exception):
    """A packed file holds more than the limits allow; which one is of no use to a person."""


def too_big() -> Refused:
    """For a file that is larger, or unpacks to more, than we open."""
    return Refused(N_("This file is too big to open here."), next_step=_SMALLER)


def too_many_rows(limits: Limits) -> Refused:
    """For a sheet with more rows than ``limits`` allow."""
    return Refused(
        Msg(N_("This file has more than %(most)s rows."), {"most": limits.rows}),
        next_step=Msg(N_("Split it into smaller files, and bring them in one by one.")),
    )


def too_many_columns(limits: Limits) -> Refused:
    """For a sheet with more columns than ``limits`` allow."""
    return Refused(
        Msg(N_("This file has more than %(most)s columns."), {"most": limits.columns}),
        next_step=_SMALLER,
    )


def too_long(cell: str, limits: Limits) -> Refused:
    """For a cell, by its name, with more text than ``limits`` allow."""
    return Refused(
        Msg(
            N_("Cell %(cell)s has more than %(most)s letters."),
            {"cell": cell, "most": limits.cell},
        ),
        next_step=Msg(N_("Make it shorter, and try again.")),
    )


def formula(cell: str) -> Refused:
    """For a cell, by its name, that holds a formula."""
    return Refused(
        Msg(N_("Cell %(cell)s holds a formula. We only take what is typed in."), {"cell": cell}),
        next_step=Msg(N_("Copy the cells, paste them as values, and save the file.")),
    )


def error_value(cell: str, value: str) -> Refused:
    """For a cell, by its name, in which a spreadsheet shows an error."""
    return Refused(
        Msg(N_("Cell %(cell)s shows the error %(value)s."), {"cell": cell, "value": value}),
        next_step=Msg(N_("Put the right value there, or empty it.")),
    )


def macros() -> Refused:
    """For a workbook that carries programs."""
    return Refused(
        N_("This spreadsheet holds macros. We do not open those."),
        next_step=Msg(N_("Save it as XLSX without macros, or as CSV UTF-8.")),
    )


def locked() -> Refused:
    """For a workbook that is encrypted."""
    return Refused(
        N_("This spreadsheet is locked with a password."),
        next_step=Msg(N_("Open it, take the password off, and save it.")),
    )


def damaged() -> Refused:
    """For what looks like a workbook and cannot be read as one."""
    return Refused(
        N_("This spreadsheet is damaged, or was not made by a spreadsheet program."),
        next_step=Msg(N_("Open it, save it as CSV UTF-8, and try with that.")),
    )


def letters(column: int) -> str:
    """The name of a column as a spreadsheet shows it, counted from 0: ``A``, … ``Z``, ``AA``."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
