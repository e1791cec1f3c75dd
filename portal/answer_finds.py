"""What came of a spreadsheet, as a page shows it beside the draft: what fits, what to mend and
where, what was answered otherwise before, what is left to answer, and what is not asked."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from pilots import contributions, drafts
from pilots.contributions import Contribution
from pilots.questions import Question
from portal import access
from portal.answer_upload import Brought, Filled
from portal.answers import as_typed
from portal.languages import say, words
from portal.question_form import what_is_wrong


@dataclass
class Finds:
    """Lists for a page. ``fit`` counts the answers of the sheet that are right; ``lost`` is what
    could not be kept, because nobody can tell what it answers."""

    fit: int = 0
    both: list[Question] = field(default_factory=list)
    mend: list[dict[str, Any]] = field(default_factory=list)
    lost: list[dict[str, Any]] = field(default_factory=list)
    open: list[dict[str, Any]] = field(default_factory=list)
    unasked: list[dict[str, Any]] = field(default_factory=list)


def finds(held: Contribution, brought: Brought, since: datetime, settled: Collection[str]) -> Finds:
    """``since``: when the sheet came; what was typed in the portal after that counts. ``settled``:
    the keys of questions for which the person kept what was here."""
    given, found = contributions.answers_of(held, access.now()), Finds()
    kept = {one.key: one for one in held.drafts}
    for row, said in brought.strange:
        found.lost.append(_card(brought, row, "", None, say(said), None))
    for one in held.request_version.questions:
        raw = brought.raw.get(one.key)
        own = raw is not None and drafts.holds(held, one, raw)
        before = one.key in kept and kept[one.key].at < since
        change = url_for("answering.question", id=held.id, key=one.key, **{"from": "check"})
        if raw is not None and not own and before and one.key not in settled:
            found.both.append(one)
        elif one not in given.asked:
            if raw is not None:
                shown = as_typed(one, raw, held.lang)
                found.unasked.append({"key": words(one.words), "value": shown})
        elif one.key in given.wrong and own:
            why = what_is_wrong(given.wrong[one.key])
            found.mend.extend(_wrong(one, brought, why, change))
        elif one.key in given.wrong:
            why = _("Not answered yet.")
            if one.key in kept:
                why = what_is_wrong(given.wrong[one.key])
            found.open.append({"key": words(one.words), "value": why, "change": change})
        elif own:
            found.fit += 1
    found.mend.sort(key=lambda card: card["row"])
    return found


def _wrong(one: Question, brought: Brought, why: str, change: str) -> Iterator[dict[str, Any]]:
    cells = brought.cells[one.key]
    alone = [cell for cell in cells if cell.row in brought.wrong]
    if not alone:
        typed = cells[0].typed if len(cells) == 1 else None
        yield _card(brought, cells[0].row, words(one.words), typed, why, change)
    for cell in alone:
        said = say(brought.wrong[cell.row])
        yield _card(brought, cell.row, _named(cell), cell.typed, said, change)


def _named(cell: Filled) -> Any:
    """The question, with the choice or the box that a cell is of."""
    named = words(cell.line.question.words)
    for part in cell.line.parts:
        named += _(", ") + words(part["words"])
    return named


def _card(
    brought: Brought, row: int, question: Any, typed: str | None, why: str, change: str | None
) -> dict[str, Any]:
    if typed is not None and len(typed) > 200:
        typed = f"{typed[:199]}…"
    return {
        "row": row,
        "where": _("Row %(row)s, column %(column)s", row=row, column=brought.column),
        "question": question,
        "typed": typed,
        "why": why,
        "change": change,
    }
