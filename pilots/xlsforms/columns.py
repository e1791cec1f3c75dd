"""The columns of a form's sheets: what each is, whatever its many spellings, and in which
language."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel import Locale

OURS = "portal_"
"""How the columns begin that carry what XLSForm has no place for."""

WORDS = ("label", "hint", "constraint_message", "why", "row_words", "column_words", "title")
"""What is written by language."""

NOT_FREE = {"media", "label", "list_name", "name"}
_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,4})?)\s*\)\s*$")


@dataclass(frozen=True)
class Column:
    """One column: its ``title`` as it stands there, the ``field`` that it is here (none: it is
    not known, or says once more what another one says), and its language (none: the form's)."""

    title: str
    field: str
    lang: str | None


@dataclass(frozen=True)
class Row:
    """One row: its number, its cells by field, words by field and language, and the titles of
    columns that are not taken and hold something here."""

    number: int
    cells: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    others: Mapping[str, str]

    def __getitem__(self, field: str) -> str:
        return self.cells.get(field, "")


@cache
def _names() -> Mapping[str, Any]:
    from pyxform import aliases  # type: ignore[import-untyped]  # half a second: once needed

    return {"survey": aliases.survey_header, "choices": aliases.list_header}


@cache
def _languages() -> Mapping[str, str]:
    return {name.casefold(): code for code, name in Locale("en").languages.items()}


def language(name: str) -> str | None:
    """The code of a language as a form names it: ``English (en)``, ``en``, ``english``. None
    where it cannot be told."""
    if found := _CODE.search(name):
        return found[1].lower()
    plain = name.strip().casefold()
    known = _languages()
    if plain in known:
        return known[plain]
    return plain if plain in known.values() else None


_FIELDS = {
    ("bind", "relevant"): "relevant",
    ("bind", "required"): "required",
    ("bind", "constraint"): "constraint",
    ("bind", "readonly"): "read_only",
    ("bind", "calculate"): "calculation",
    ("bind", "jr:constraintmsg"): "constraint_message",
    ("control", "appearance"): "appearance",
    ("control", "rows"): "rows",
    ("list name",): "list_name",
}
_KNOWN = {
    "survey": {
        "type",
        "name",
        "label",
        "hint",
        "choice_filter",
        *_FIELDS.values(),
        *(OURS + name for name in ("kind", "category", "publishable", "required", "uses", "why")),
        *(OURS + name for name in ("row", "column", "row_words", "column_words")),
    }
    - {"list_name"},
    "choices": {"list_name", "name", "label", OURS + "area"},
    "settings": {
        "form_title",
        "form_id",
        "version",
        "default_language",
        *(OURS + name for name in ("title", "why", "minutes", "payment")),
    },
}


def _field(title: str, sheet: str) -> tuple[str, str | None]:
    """What a title says: the field, and the name of its language."""
    parts = [part.strip() for part in title.split("::" if "::" in title else ":")]
    if "::" not in title and "jr" in parts[:-1]:
        at = parts.index("jr")
        parts[at : at + 2] = [":".join(parts[at : at + 2])]
    first = parts[0].casefold()
    names = _names().get(sheet, {})
    alias = names.get(first, names.get(first.replace(" ", "_"), first.replace(" ", "_")))
    path = [*(alias if isinstance(alias, tuple) else (alias,)), *parts[1:]]
    for length in (2, 1):
        head = tuple(part.casefold() for part in path[:length])
        field = _FIELDS.get(head, head[0] if length == 1 else None)
        if field is not None:
            return field, path[length] if len(path) > length else None
    return first, None


def columns(
    heads: Sequence[str], sheet: str, lang: str, *, free: Callable[[str], bool] = lambda _: False
) -> list[Column]:
    """The columns of a sheet. ``lang`` is the language of words that name none; ``free`` says
    which titles may stand for themselves."""
    found: list[Column] = []
    taken: set[tuple[str, str | None]] = set()
    for head in heads:
        title = " ".join(head.split())
        field, named = _field(title, sheet) if title else ("", None)
        if sheet == "settings":
            field = {"title": "form_title", "id_string": "form_id"}.get(field, field)
        bare = field.removeprefix(OURS)
        in_words = bare in WORDS and (field in _KNOWN[sheet])
        code = (language(named) if named else lang) if in_words else None
        known = field in _KNOWN[sheet] and (in_words or not named)
        if in_words and code is None:
            known = False
        if not known and not named and free(title) and field not in NOT_FREE:
            field, known = f"@{title}", True
        if known and (field, code) in taken:
            known = False
        if known:
            taken.add((field, code))
        found.append(Column(title, field if known else "", code if known else None))
    return found


_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def row(number: int, cells: Sequence[str], columns: Sequence[Column]) -> Row:
    """The cells of one row, tidied."""
    plain: dict[str, str] = {}
    said: dict[str, dict[str, str]] = {}
    others: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        text = _UNSEEN.sub("", cell.replace("\r\n", "\n")).strip()
        if not text:
            continue
        if not column.field:
            others[column.title] = text
        elif column.lang is not None:
            said.setdefault(column.field, {})[column.lang] = text
        else:
            plain[column.field] = text
    for cell in cells[len(columns) :]:
        if cell.strip():
            others[""] = cell.strip()
    return Row(number, plain, said, others)
