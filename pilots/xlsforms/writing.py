"""A request that goes out: the sheets of a form that KoboToolbox and ODK can use. Columns that
begin with ``portal_`` carry what XLSForm has no place for, so that the same form makes the same
request here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from babel import Locale

from pilots.questions import BANDS, NOTE, Question
from pilots.requests import Request
from pilots.xlsforms.columns import OURS
from trust.records import Words

Sheets = dict[str, list[list[str]]]
Cells = dict[str, str]

TYPES = {
    "whole-number": "integer",
    "decimal": "decimal",
    "long-text": "text",
    "short-text": "text",
    "date": "date",
    NOTE: "note",
    "one-of": "select_one",
    "some-of": "select_multiple",
    "area": "select_one",
    "bands": "select_one",
    "yes-no": "select_one",
    "quote": "select_one",
}
LISTS = {"bands": f"{OURS}bands", "yes-no": f"{OURS}yes_no", "quote": f"{OURS}yes_no"}
YES_NO = {"yes": "Yes", "no": "No"}
FIRST = ("type", "name")
PLAIN = ("relevant", "required", "constraint", "choice_filter", "appearance", "calculation")
OWN = ("kind", "category", "publishable", "required", "uses", "row", "column")


def write(request: Request, codes: Mapping[int, str]) -> Sheets:
    """The newest version of a request as a form; ``codes`` are those of areas, by id."""
    questions = request.newest.questions
    totals = {one.key for one in questions if one.kind == "count-table"}
    survey: list[Cells] = []
    for place, (section, some) in enumerate(groupby(questions, lambda one: one.section), 1):
        name = _free(f"part_{place}", questions)
        if section:
            survey.append({"type": "begin group", "name": name, **_words("label", section)})
        for one in some:
            survey += _rows(one, totals)
        if section:
            survey.append({"type": "end group", "name": name})
    lists = [cells for one in questions for cells in _choices(one, codes)]
    for name in dict.fromkeys(LISTS[one.kind] for one in questions if one.kind in LISTS):
        fixed = BANDS if name == LISTS["bands"] else YES_NO
        lists += [
            {"list_name": name, "name": key, f"label::{_named('en')}": text}
            for key, text in fixed.items()
        ]
    first = next(iter(request.title), "en")
    settings = {
        "form_title": request.title[first],
        "default_language": _named(first),
        f"{OURS}minutes": str(request.minutes),
        **({f"{OURS}payment": request.payment} if request.payment else {}),
        **_words(f"{OURS}title", request.title),
        **_words(f"{OURS}why", request.why),
    }
    sheets = {"survey": _sheet(survey, FIRST)}
    if lists:
        sheets["choices"] = _sheet(lists, ("list_name", "name"))
    return {**sheets, "settings": _sheet([settings], ())}


def _named(lang: str) -> str:
    """A language as a form names it: ``English (en)``."""
    return f"{Locale('en').languages.get(lang, lang)} ({lang})"


def _words(column: str, words: Words) -> Cells:
    return {f"{column}::{_named(lang)}": text for lang, text in (words or {}).items() if text}


def _free(name: str, questions: Sequence[Question]) -> str:
    used = {one.key for one in questions}
    while name in used:
        name += "_"
    return name


def _rule(text: str, totals: Iterable[str]) -> str:
    """A rule for other tools: they know a table by the row that adds it up."""
    for key in totals:
        text = re.sub(rf"\$\{{\s*{re.escape(key)}\s*\}}", f"${{{key}_total}}", text or "")
    return text or ""


def _rows(one: Question, totals: Iterable[str]) -> list[Cells]:
    """The rows of one question: one, or those of a table."""
    cells: Cells = {
        "type": TYPES.get(one.kind, "begin group"),
        "name": one.key,
        **_words("label", one.words),
        **_words("hint", one.hint),
        **_words("constraint_message", one.limit_words),
        "relevant": _rule(one.show_if, totals),
        "constraint": _rule(one.limit, totals),
        "choice_filter": _rule(one.choice_filter, totals),
        f"{OURS}kind": one.kind,
    }
    if one.kind == NOTE:
        return [cells]
    if cells["type"].startswith("select"):
        cells["type"] += f" {LISTS.get(one.kind, one.key)}"
    must = "yes" if one.required else "no"
    cells |= {
        f"{OURS}category": one.category,
        f"{OURS}publishable": "yes" if one.publishable else "no",
        f"{OURS}uses": one.uses or "",
        **_words(f"{OURS}why", one.why),
    }
    if one.kind == "long-text":
        cells["appearance"] = "multiline"
    if one.kind == "count-table":
        return [cells | {f"{OURS}required": must}, *_boxes(one)]
    return [cells | {"required": must}]


def _boxes(one: Question) -> list[Cells]:
    """A whole number for each box of a table, and a row that adds them up."""
    found = [
        {
            "type": "integer",
            "name": f"{one.key}_{row['key']}_{column['key']}",
            **_words("label", _together(row["words"], column["words"])),
            "constraint": ". >= 0",
            f"{OURS}row": row["key"],
            f"{OURS}column": column["key"],
            **_words(f"{OURS}row_words", row["words"]),
            **_words(f"{OURS}column_words", column["words"]),
        }
        for row in one.rows
        for column in one.columns
    ]
    total = " + ".join(f"coalesce(${{{box['name']}}}, 0)" for box in found)
    added = {
        "type": "calculate",
        "name": f"{one.key}_total",
        "calculation": total,
        f"{OURS}kind": "total",
    }
    return [*found, {"type": "end group", "name": one.key}, added]


def _together(row: Words, column: Words) -> Words:
    langs = dict.fromkeys([*row, *column])
    return {
        lang: ", ".join(text for text in (row.get(lang), column.get(lang)) if text)
        for lang in langs
    }


def _choices(one: Question, codes: Mapping[int, str]) -> list[Cells]:
    if one.kind not in ("one-of", "some-of", "area"):
        return []
    return [
        {
            "list_name": one.key,
            "name": choice["key"],
            **_words("label", choice["words"]),
            **({f"{OURS}area": codes.get(choice["area"], "")} if "area" in choice else {}),
            **(choice.get("where") or {}),
        }
        for choice in one.choices
    ]


def _sheet(rows: Sequence[Mapping[str, Any]], first: Sequence[str]) -> list[list[str]]:
    """Rows with the columns that any of them fills: well-known ones first, ours last."""
    used = dict.fromkeys(name for row in rows for name, cell in row.items() if cell)
    ours = [name for name in used if name.startswith(OURS)]
    heads = [*dict.fromkeys(name for name in (*first, *used) if name not in ours), *ours]
    return [heads, *([row.get(name, "") for name in heads] for row in rows)]
