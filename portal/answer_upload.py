"""A spreadsheet that somebody filled in: each line as the form of its question would send it, and
what is wrong with the sheet itself, by row and column."""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from pilots.questions import Question, whole
from pilots.requests import RequestVersion
from portal import sheets
from portal.answer_sheet import (
    ANSWER,
    HEADS,
    Line,
    folded,
    lines,
    made_for,
    meanings,
    spellings,
)
from portal.fields.asked import tidy
from portal.fields.dates import month_of
from portal.languages import current
from portal.sheet_limits import Limits, letters
from portal.sheets import Sheet
from trust.imports import Row
from trust.records import N_, Msg, Refused

LIMITS = Limits(
    size=2_000_000, rows=10_000, columns=60, cells=60_000, text=4_000_000, unpacked=20_000_000
)
"""Many times what any request asks."""

_AGAIN = Msg(N_("Take a new sheet on this page, and copy your answers to column D."))


@dataclass(frozen=True)
class Filled:
    """One cell with an answer: its row, its line, and what was typed."""

    row: int
    line: Line
    typed: str


@dataclass
class Brought:
    """What a sheet says. ``raw``: by question key, as a form would send it. ``cells``: where it
    stands. ``strange``: what could not be kept, by row, in words. ``wrong``: by row, what a cell
    must be where its question cannot say it. ``column``: the letter of the answers."""

    column: str
    raw: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    cells: dict[str, list[Filled]] = field(default_factory=dict)
    strange: list[tuple[int, Msg]] = field(default_factory=list)
    wrong: dict[int, Msg] = field(default_factory=dict)


def read(content: bytes, name: str, version: RequestVersion) -> Brought:
    """Raises ``Refused`` for a file that cannot be read, was made for other questions or for an
    earlier wording, or says nothing."""
    sheet = sheets.read(io.BytesIO(content), name, LIMITS)
    head = next((one for one in sheet.columns if made_for(one)), None)
    if head is None:
        raise Refused(N_("The first row of our sheet is not in this file."), next_step=_AGAIN)
    request_id, number = made_for(head) or (0, 0)
    if request_id != version.request_id:
        raise Refused(N_("This sheet was made for other questions."), next_step=_AGAIN)
    if number != version.number:
        raise Refused(N_("The questions have changed since this sheet was made."), next_step=_AGAIN)
    heads = spellings(ANSWER)
    answer = next((one for one in sheet.columns if folded(one) in heads), None)
    if answer is None:
        raise Refused(
            Msg(N_("The column “%(name)s” is not in this file."), {"name": Msg(ANSWER)}),
            next_step=_AGAIN,
        )
    brought = Brought(letters(sheet.places[answer]))
    rows = list(sheet.rows)
    by_code = {folded(line.code): line for line in lines(version.questions)}
    found: dict[str, list[Filled]] = {code: [] for code in by_code}
    for one in _found(rows, head, answer, by_code, brought):
        found[folded(one.line.code)].append(one)
    for same in found.values():
        _keep(same, brought)
    _beside(sheet, rows, brought)
    if not brought.cells and not brought.strange:
        raise Refused(
            N_("There is no answer in this sheet yet."),
            next_step=Msg(N_("Write in column D, save the file, and choose it again.")),
        )
    for question in version.questions:
        if question.key in brought.cells:
            brought.raw[question.key] = _raw(question, brought)
    brought.strange.sort(key=lambda one: one[0])
    return brought


def _found(
    rows: list[Row], head: str, answer: str, by_code: Mapping[str, Line], brought: Brought
) -> Iterator[Filled]:
    """Each cell that answers something. What answers nothing that we know is strange."""
    for row in rows:
        code, typed = tidy(row.cells[head]), tidy(row.cells[answer])
        if not typed:
            continue
        line = by_code.get(folded(code))
        what = {"code": code, "typed": _short(typed)}
        if line is not None:
            yield Filled(row.number, line, typed)
        elif code:
            said = N_("You wrote “%(typed)s”. We do not know the code “%(code)s” in this row.")
            brought.strange.append((row.number, Msg(said, what)))
        else:
            said = N_("You wrote “%(typed)s”. This row has no code: what does it answer?")
            brought.strange.append((row.number, Msg(said, what)))


def _keep(same: list[Filled], brought: Brought) -> None:
    """The cells of one line: one, or the same twice. Two that differ say nothing."""
    if len({one.typed for one in same}) > 1:
        rows = ", ".join(str(one.row) for one in same)
        said = N_("Rows %(rows)s all answer %(code)s, and they differ. Keep one of them.")
        what = {"rows": rows, "code": same[0].line.code}
        brought.strange.append((same[0].row, Msg(said, what)))
    elif same:
        brought.cells.setdefault(same[0].line.question.key, []).append(same[0])


def _beside(sheet: Sheet, rows: list[Row], brought: Brought) -> None:
    """Columns that are not ours, with something in them: it is said that they are not read."""
    ours = set().union(*map(spellings, HEADS))
    for name in sheet.columns:
        if folded(name) in ours or made_for(name):
            continue
        first = next((row.number for row in rows if row.cells[name].strip()), None)
        if first is not None:
            said = N_("We do not read column %(column)s, “%(name)s”. Write in column %(own)s.")
            what = {
                "column": letters(sheet.places[name]),
                "name": _short(name),
                "own": brought.column,
            }
            brought.strange.append((first, Msg(said, what)))


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _raw(question: Question, brought: Brought) -> dict[str, list[str]]:
    cells = brought.cells[question.key]
    if question.kind == "count-table":
        for one in cells:
            try:
                whole(one.typed, one.line.name)
            except Refused as refused:
                brought.wrong[one.row] = _msg(refused)
        return {one.line.name: [one.typed] for one in cells}
    if question.kind == "some-of":
        return {question.key: _ticked(question, brought)}
    if question.kind == "date":
        return {f"{question.key}-{part}": [typed] for part, typed in _parts(cells[0].typed).items()}
    known = meanings(question, current().code)
    return {question.key: [known.get(folded(cells[0].typed), cells[0].typed)]}


def _msg(refused: Refused) -> Msg:
    return refused.reason if isinstance(refused.reason, Msg) else Msg(refused.reason)


def _ticked(question: Question, brought: Brought) -> list[str]:
    known = meanings(question, current().code)
    ticked = []
    for one in brought.cells[question.key]:
        meant = known.get(folded(one.typed))
        if meant is None:
            brought.wrong[one.row] = Msg(N_("Write yes or no here, or leave it empty."))
        if meant != "no":
            ticked.append(one.line.name if meant else one.typed)
    return ticked


_DAYS = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:[ T][\d:.]+)?"),
    re.compile(
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s/.,-]+(?P<month>[^\s/.,-]+)[\s/.,-]+(?P<year>\d+)",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<month>[^\W\d]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d+)"),
)


def _parts(typed: str) -> dict[str, str]:
    """A day as the three boxes of a form; all of it in the first where it is none."""
    for pattern in _DAYS:
        if found := pattern.fullmatch(typed):
            parts = {"day": found["day"], "month": found["month"], "year": found["year"]}
            with suppress(ValueError):
                parts["month"] = str(month_of(parts["month"]))
            return parts
    return {"day": typed}
