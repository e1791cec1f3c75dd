"""The sheet in which a request can be answered: its lines, each with a code, and what may stand in
a cell. Who writes the sheet and who reads it agree here."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilots.questions import BANDS, Question, cell_name, numbers_of
from pilots.requests import RequestVersion
from portal.fields.asked import tidy
from portal.languages import LANGUAGES, say, speaking
from trust.exchange.directory import harmless
from trust.records import N_

CODE, QUESTION, HELP, ANSWER = N_("Code"), N_("Question"), N_("About it"), N_("Your answer")
HEADS = CODE, QUESTION, HELP, ANSWER
"""What the columns are called, each in the language of the sheet."""

YES_NO = {"yes": N_("Yes"), "no": N_("No")}
_SHORT = {"yes": {"y", "true"}, "no": {"n", "false"}}
_TICKS = {"x", "✓", "✔"}

_OF = re.compile(r"R([0-9]{1,9})-V([0-9]{1,9})\s*$")


@dataclass(frozen=True)
class Line:
    """One line to fill in: a question, or one choice or one box of it (``parts``). ``name`` is
    what a form calls the box."""

    code: str
    question: Question
    name: str
    parts: tuple[Mapping[str, Any], ...] = ()


def head_of(version: RequestVersion) -> str:
    """What stands above the codes: for which questions the sheet was made, and which wording."""
    return f"{say(CODE)} R{version.request_id}-V{version.number}"


def made_for(head: str) -> tuple[int, int] | None:
    """The request and the version that such a head names."""
    found = _OF.search(head)
    return (int(found[1]), int(found[2])) if found else None


def lines(questions: Sequence[Question]) -> Iterator[Line]:
    """The lines for these questions, in their order."""
    numbers = numbers_of(questions)
    for one in questions:
        if one.asks:
            yield from _lines(one, f"Q{numbers[one.key]}")


def _lines(one: Question, code: str) -> Iterator[Line]:
    if one.kind == "some-of":
        for n, choice in enumerate(one.choices, 1):
            yield Line(f"{code}.{n}", one, choice["key"], (choice,))
    elif one.kind == "count-table":
        for n, row in enumerate(one.rows, 1):
            for m, column in enumerate(one.columns, 1):
                name = cell_name(one, row["key"], column["key"])
                yield Line(f"{code}.{n}.{m}", one, name, (row, column))
    else:
        yield Line(code, one, one.key)


def options(question: Question) -> list[tuple[str, Mapping[str, str] | str]]:
    """What can be chosen in a line of the question: as a form says it, and in words."""
    if question.kind in ("yes-no", "quote", "some-of"):
        return list(YES_NO.items())
    if question.kind == "bands":
        return list(BANDS.items())
    if question.kind in ("one-of", "area"):
        field = "area" if question.kind == "area" else "key"
        return [(str(one[field]), one["words"]) for one in question.choices]
    return []


def labels(question: Question, lang: str) -> dict[str, str]:
    """The choices as the list of a sheet shows them, no two alike and each on one line, by what a
    form says."""
    found: dict[str, str] = {}
    with speaking(lang):
        for value, words in options(question):
            text = say(words) if isinstance(words, str) else in_language(words, lang)
            label = text = harmless(" ".join(text.split()))
            again = 1
            while label in found.values():
                again += 1
                label = f"{text} ({again})"
            found[value] = label
    return found


def in_language(words: Mapping[str, str], lang: str) -> str:
    """Words as plain text in a language, or in the one that they have."""
    return words.get(lang) or next(iter(words.values()), "")


def meanings(question: Question, lang: str) -> dict[str, str]:
    """What can be typed for each choice, folded, in any of the portal's languages; first in
    ``lang``. Gives what a form says."""
    found: dict[str, str] = {}
    for code in dict.fromkeys((lang, *LANGUAGES)):
        for value, label in labels(question, code).items():
            found.setdefault(folded(label), value)
            found.setdefault(folded(label.removeprefix("'")), value)
    for value, words in options(question):
        if isinstance(words, str):
            found.setdefault(folded(words), value)
    if question.kind in ("yes-no", "quote", "some-of"):
        for value, short in _SHORT.items():
            found |= dict.fromkeys(short, value)
    if question.kind == "some-of":
        found |= dict.fromkeys(_TICKS, "yes")
    return found


def folded(typed: str) -> str:
    """As two spellings of the same are compared."""
    return " ".join(unicodedata.normalize("NFKC", tidy(typed)).split()).casefold()


def spellings(head: str) -> set[str]:
    """What a column is called in any language, folded."""
    found = {folded(head)}
    for code in LANGUAGES:
        with speaking(code):
            found.add(folded(say(head)))
    return found
