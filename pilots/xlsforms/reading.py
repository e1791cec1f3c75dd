"""A form that comes in: its sheets as a request that could be made, and what becomes of each row.

Nothing is written here. Rules are taken as they stand where they can be worked out here from
earlier answers (``pilots.conditions``); else the question is taken without them, and its row says
so.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pilots.conditions import bounds_of
from pilots.expressions import check
from pilots.questions import NOTE, Question
from pilots.wording import LONGEST_SECTION, question
from pilots.xlsforms.choices import Lists
from pilots.xlsforms.columns import OURS, Row, columns, row
from pilots.xlsforms.keys import REFERENCES, has_references, key_of, renamed
from pilots.xlsforms.report import Entry, Line
from pilots.xlsforms.settings import Settings, settings_of
from pilots.xlsforms.tables import Table
from pilots.xlsforms.types import GROUP, type_of
from trust.records import N_, Msg, Refused, Words

Sheets = Mapping[str, Sequence[tuple[int, Sequence[str]]]]
"""By the title of the sheet, its rows that hold anything: number and cells."""

MOST = 100
"""Questions and notes of one form: more than anybody should be asked, few enough for a page."""

BETWEEN = " – "
NO_RULE = N_("The rule “%(rule)s” is not taken. %(why)s")


@dataclass(frozen=True)
class Form:
    """What a form would become: a request with its ``questions`` as ``pilots.wording.question``
    takes them, and one line for each row."""

    settings: Settings
    questions: tuple[Mapping[str, Any], ...]
    lines: tuple[Line, ...]

    @property
    def fingerprint(self) -> str:
        """Equal for two forms that would make the same request."""
        body = [self.settings.title, self.settings.why, self.settings.minutes, self.questions]
        return hashlib.sha256(json.dumps(body, default=str).encode()).hexdigest()


@dataclass
class _Group:
    """A part of a form that was begun and not ended yet."""

    entry: Entry
    sort: str
    words: Words
    rule: str
    table: Table | None = None


@dataclass
class _Survey:
    lists: Lists
    lang: str
    entries: list[Entry] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    names: dict[str, int] = field(default_factory=dict)


def read(sheets: Sheets, *, lang: str, title: str, places: Mapping[str, int]) -> Form:
    """A form as a request. ``lang`` is the language of words that name none, ``title`` what it is
    called where it does not say, ``places`` the areas that can be asked about, by code.

    Raises ``Refused`` where there is no sheet of questions, where a name stands twice, and where
    nothing could be taken.
    """
    known = {name.strip().casefold(): name for name in sheets}
    if "survey" not in known:
        raise Refused(
            N_("There is no sheet called “survey” in this file."),
            next_step=Msg(N_("Choose a form that was made as an XLSForm.")),
        )
    entries: list[Entry] = []
    settings = settings_of(sheets.get(known.get("settings", ""), ()), lang, title, entries)
    lists = Lists.of(sheets.get(known.get("choices", ""), ()), settings.lang, places)
    survey = _Survey(lists, settings.lang)
    _read_survey(sheets[known["survey"]], survey)
    if not any(one["kind"] != NOTE for one in survey.questions):
        raise Refused(
            N_("There is no question in this form that we can take."),
            next_step=Msg(N_("Write the questions here instead.")),
        )
    lists.close()
    others = [
        (name, number, next((cell for cell in cells if cell.strip()), ""))
        for name, rows in sheets.items()
        if name.strip().casefold() not in ("survey", "choices", "settings")
        for number, cells in rows
    ]
    strange = [Entry(name, number, label[:80]) for name, number, label in others]
    for one in strange:
        one.leave(N_("We do not read this sheet."))
    every = [*survey.entries, *lists.entries, *entries, *strange]
    return Form(settings, tuple(survey.questions), tuple(one.line() for one in every))


def _read_survey(rows: Sequence[tuple[int, Sequence[str]]], survey: _Survey) -> None:
    if not rows:
        return
    number, heads = rows[0]
    found = columns(heads, "survey", survey.lang)
    head = Entry("survey", number, "")
    survey.entries.append(head)
    for one in found:
        if one.title and not one.field:
            head.say(N_("The column “%(name)s” is not taken."), name=one.title)
    held = [row(number, cells, found) for number, cells in rows[1:]]
    _check_names(held)
    for each in held:
        entry = Entry("survey", each.number, _label(each))
        survey.entries.append(entry)
        _lost_cells(each, entry)
        if part := GROUP.fullmatch(" ".join(each["type"].split())):
            _part(survey, each, entry, part[1].lower(), part[2].lower())
        else:
            _question(survey, each, entry)
    for group in survey.groups:
        group.entry.say(N_("It is begun and never ended."))


def _check_names(rows: Sequence[Row]) -> None:
    seen: dict[str, int] = {}
    for one in rows:
        name = one["name"]
        if name and not one["type"].lower().startswith("end"):
            if name in seen:
                said = N_("Rows %(one)s and %(two)s of “survey” are both called “%(name)s”.")
                what = {"one": seen[name], "two": one.number, "name": name}
                raise Refused(
                    Msg(said, what), next_step=Msg(N_("Give each row its own name, and try again."))
                )
            seen[name] = one.number


def _label(one: Row) -> str:
    words = one.words.get("label", {})
    return (next(iter(words.values()), "") or one["name"] or one["type"] or "–")[:80]


LOST = {
    "appearance": N_("How it should look (“%(value)s”) is not taken."),
    "rows": N_("How it should look (“%(value)s”) is not taken."),
}


def _lost_cells(one: Row, entry: Entry) -> None:
    for title in one.others:
        if title:
            entry.say(N_("What stands in the column “%(name)s” is not taken."), name=title)
        else:
            entry.say(N_("Something stands beside the last column. It is not taken."))
    if one["calculation"] and one[f"{OURS}kind"] != "total":
        entry.say(N_("What stands in the column “%(name)s” is not taken."), name="calculation")
    wide = one["appearance"] == "multiline"
    for name, text in LOST.items():
        if one[name] and not (wide and name == "appearance"):
            entry.say(text, value=one[name][:80])


def _part(survey: _Survey, one: Row, entry: Entry, which: str, sort: str) -> None:
    if which == "end":
        if not survey.groups:
            entry.leave(N_("It ends a part that was never begun."))
            return
        group = survey.groups.pop()
        if group.table is not None:
            _table(survey, group)
        return
    words = dict(one.words.get("label", {}))
    group = _Group(entry, sort, words, one["relevant"])
    if sort != "group":
        entry.say(N_("We ask these questions once. They cannot be repeated."))
    if any(map(has_references, words.values())):
        entry.say(REFERENCES, mark="${")
    if one[f"{OURS}kind"] == "count-table":
        group.table = Table(one)
        if one["name"]:
            survey.keys[f"{one['name']}_total"] = one["name"]
    else:
        for name in ("hint", "constraint_message"):
            if name in one.words:
                entry.say(N_("What stands in the column “%(name)s” is not taken."), name=name)
        for name in ("constraint", "required", "read_only"):
            if one[name]:
                entry.say(N_("What stands in the column “%(name)s” is not taken."), name=name)
    survey.groups.append(group)


def _question(survey: _Survey, one: Row, entry: Entry) -> None:
    table = next((group.table for group in reversed(survey.groups) if group.table), None)
    if table is not None and table.holds(one):
        return
    if one[f"{OURS}kind"] == "total" and one["name"] in survey.keys:
        return
    if not one["type"]:
        entry.leave(N_("It says no type."))
        return
    sort = type_of(one["type"])
    if not sort.kind:
        entry.leave(sort.why)
        return
    for text in sort.lost:
        entry.say(text)
    given: dict[str, Any] = {"kind": sort.kind}
    if sort.kind == "short-text" and (one["appearance"] == "multiline" or one["rows"]):
        given["kind"] = "long-text"
    if sort.choices:
        survey.lists.fill(given, sort.choices, one[f"{OURS}kind"], entry)
        if entry.left:
            return
    elif one[f"{OURS}kind"] in ("short-text", "long-text") and "text" in sort.kind:
        given["kind"] = one[f"{OURS}kind"]
    elif one["type"] and not one[f"{OURS}kind"] and given["kind"] == "short-text":
        entry.say(N_("It takes 200 letters at most."))
    if one["read_only"].lower() in ("yes", "true", "true()") and given["kind"] != NOTE:
        entry.say(N_("Nothing can be answered here: it is shown as words."))
        given = {"kind": NOTE}
    _words(given, one, entry, sort.hint)
    if entry.left:
        return
    _ours(given, one, entry)
    _add(survey, one, entry, given, one["relevant"], one["constraint"] or sort.limit)


def _words(given: dict[str, Any], one: Row, entry: Entry, hint: str) -> None:
    words = dict(one.words.get("label", {}))
    if not words and given["kind"] == NOTE:
        words = dict(one.words.get("hint", {}))
        one = Row(one.number, one.cells, {**one.words, "hint": {}}, one.others)
        if not words:
            entry.leave(N_("It says nothing."))
            return
    if not words and one["name"]:
        words = {"en": one["name"]}
        entry.say(N_("It has no label. We took its name."))
    given["words"] = words
    given["hint"] = dict(one.words.get("hint", {})) or ({"en": hint} if hint else {})
    given["limit_words"] = dict(one.words.get("constraint_message", {}))
    texts = [text for name in ("words", "hint", "limit_words") for text in given[name].values()]
    if any(map(has_references, texts)):
        entry.say(REFERENCES, mark="${")


def _ours(given: dict[str, Any], one: Row, entry: Entry) -> None:
    """What stands in the columns that carry what XLSForm has no place for."""
    if given["kind"] == NOTE:
        return
    given["required"] = _required(one[f"{OURS}required"] or one["required"], entry)
    given["why"] = dict(one.words.get(f"{OURS}why", {}))
    given["uses"] = one[f"{OURS}uses"]
    if one[f"{OURS}category"]:
        given["category"] = one[f"{OURS}category"]
    given["publishable"] = (
        one[f"{OURS}publishable"].lower() != "no"
        if one[f"{OURS}publishable"]
        else given["kind"] != "quote"
    )


def _required(said: str, entry: Entry) -> bool:
    if said.lower() in ("yes", "true", "true()", "1"):
        return True
    if said and said.lower() not in ("no", "false", "false()", "0"):
        entry.say(N_("Whether it must be answered depends on others: here it may be skipped."))
    return False


def _add(
    survey: _Survey, one: Row, entry: Entry, given: dict[str, Any], relevant: str, limit: str
) -> None:
    """Take a question, with those of its rules that can be worked out."""
    if len(survey.questions) >= MOST:
        entry.leave(N_("We take %(most)s questions and notes at most."), most=MOST)
        return
    name = one["name"] or f"row_{one.number}"
    key = key_of(name, {*survey.keys.values(), *(q["key"] for q in survey.questions)})
    given["key"] = key
    given["section"] = _section(survey, entry)
    rules = [group.rule for group in survey.groups if group.rule] + [relevant] * bool(relevant)
    kept = [
        rule
        for rule in (renamed(rule, survey.keys) for rule in rules)
        if _right(rule, survey.answered, entry, own=False)
    ]
    given["show_if"] = kept[0] if len(kept) == 1 else " and ".join(f"({one})" for one in kept)
    if limit and given["kind"] != NOTE:
        limit = renamed(limit, survey.keys)
        given["limit"] = limit if _right(limit, survey.answered, entry, own=True) else ""
    elif limit:
        entry.say(N_("There is no answer to check."))
    given["choice_filter"] = ""
    if one["choice_filter"] and given.get("choices"):
        rule = renamed(one["choice_filter"], survey.keys)
        extra = {f"@{name}" for choice in given["choices"] for name in choice.get("where", ())}
        if _right(rule, survey.answered | extra | {"@name"}, entry, own=False):
            given["choice_filter"] = rule
    whole = given["kind"] == "whole-number" and one[f"{OURS}kind"] != "whole-number"
    if whole and _may_be_negative(given.get("limit", "")):
        entry.say(N_("Our whole numbers begin at 0."))
    if given["kind"] == NOTE:
        given["limit_words"] = {}
    try:
        question(len(survey.questions) + 1, why_later=True, **given)
    except Refused as refused:
        entry.left = True
        entry.why.append(refused.reason)
        return
    if one["name"] and key != one["name"]:
        entry.say(N_("Its name here is “%(key)s”."), key=key)
    if one["name"]:
        survey.keys[one["name"]] = key
    survey.questions.append(given)
    survey.lists.used(given)
    if given["kind"] != NOTE:
        survey.answered.add(key)


def _right(rule: str, known: set[str], entry: Entry, *, own: bool) -> bool:
    try:
        check(rule, known, own=own)
    except Refused as refused:
        entry.say(NO_RULE, rule=rule[:200], why=refused.reason)
        return False
    return True


def _may_be_negative(limit: str) -> bool:
    between = bounds_of(Question(kind="whole-number", limit=limit))
    return between is None or between[0] is None or between[0] < 0


def _section(survey: _Survey, entry: Entry) -> Words:
    """The headings of the parts that a row is in, outermost first."""
    said = [group.words for group in survey.groups if group.words and group.table is None]
    langs = dict.fromkeys(lang for words in said for lang in words)
    found = {lang: BETWEEN.join(words[lang] for words in said if lang in words) for lang in langs}
    if any(len(text) > LONGEST_SECTION for text in found.values()):
        entry.say(N_("The heading of its part is cut: it is too long."))
    return {lang: text[:LONGEST_SECTION] for lang, text in found.items()}


def _table(survey: _Survey, group: _Group) -> None:
    """A group that came from a table of counts is one again."""
    table = group.table
    assert table is not None
    given: dict[str, Any] = {"kind": "count-table", "rows": table.rows, "columns": table.columns}
    _words(given, table.row, group.entry, "")
    if not group.entry.left:
        _ours(given, table.row, group.entry)
        total = f"{table.row['name']}_total"
        survey.keys.pop(total, None)
        _add(survey, table.row, group.entry, given, group.rule, table.row["constraint"])
        if table.row["name"] in survey.keys:
            survey.keys[total] = survey.keys[table.row["name"]]
