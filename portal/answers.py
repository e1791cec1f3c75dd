"""Answers as a page shows them: each kind of question in words, nothing translated that a person
typed."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup

from pilots.questions import BANDS, KINDS, Question, Raw, read
from portal.fields.counts import counts_given
from portal.languages import current, day, number, say, words
from trust.disclosure.gate import preview
from trust.disclosure.policy import DEFAULT
from trust.disclosure.published import Shown
from trust.records import Refused
from trust.scope import NotAllowed

Answers = Mapping[str, Mapping[str, int]]
"""The numbers of a count table, by row and column."""


def shown(question: Question, answer: Any, lang: str | None = None) -> Markup:
    """The answer to ``question`` as HTML; ``lang`` is the language it was given in."""
    if answer is None:
        return Markup('<p class="govuk-body">{}</p>').format(_("You skipped this."))
    if question.kind in ("long-text", "short-text"):
        story: Markup = pieces().story(answer, lang)
        return story
    if question.kind == "count-table":
        return _table(question, answer)
    return Markup('<p class="govuk-body">{}</p>').format(_plain(question, answer))


def as_typed(question: Question, raw: Raw, lang: str | None = None) -> Markup:
    """What was typed for a question: as its answer, or letter by letter while it is none."""
    try:
        return shown(question, read(question, raw), lang)
    except Refused:
        given = [value for values in raw.values() for value in values if value]
        story: Markup = pieces().story("\n".join(given), lang)
        return story if given else Markup('<p class="govuk-body">{}</p>').format(_("Empty"))


def _plain(question: Question, answer: Any) -> Any:
    if question.kind in ("yes-no", "quote"):
        return _("Yes") if answer else _("No")
    if question.kind == "bands":
        return say(BANDS[answer])
    if question.kind == "date":
        return day(date.fromisoformat(answer))
    if question.kind == "whole-number":
        return number(answer)
    if question.kind == "decimal":
        exact = format_decimal(Decimal(answer), locale=current().locale, decimal_quantization=False)
        return str(exact)
    if question.kind in ("one-of", "some-of", "area"):
        return _chosen(question, answer)
    return Markup('<span translate="no">{}</span>').format(answer)


def _chosen(question: Question, answer: Any) -> Markup:
    field = "area" if question.kind == "area" else "key"
    picked = answer if isinstance(answer, list) else [answer]
    names = [words(one["words"]) for one in question.choices if one[field] in picked]
    return Markup("").join((_(", ") if n else "") + name for n, name in enumerate(names))


def pieces() -> Any:
    """``ui``, for the few pieces that are made outside a template."""
    return current_app.jinja_env.globals["ui"]


def _name(question: Question) -> str:
    """The question as plain text, for those who hear a table named."""
    text = question.words.get(current().code) or next(iter(question.words.values()), "")
    return _("Numbers: %(question)s", question=text)


def _table(question: Question, answer: Answers) -> Markup:
    """The numbers with their totals. A box left empty stays empty."""
    keys = [one["key"] for one in question.columns]
    lines = [[answer.get(row["key"], {}).get(key) for key in keys] for row in question.rows]
    sums = [sum(one or 0 for one in column) for column in zip(*lines, strict=True)]
    return counts_given(
        _name(question),
        [words(one["words"]) for one in question.columns],
        [
            (words(row["words"]), ["" if one is None else number(one) for one in line])
            for row, line in zip(question.rows, lines, strict=True)
        ],
        [number(one) for one in sums],
        number(sum(sums)),
    )


def beside(question: Question, answer: Answers) -> Markup:
    """A count table box by box: what reviewers see, and what anyone else would (gate.preview)."""
    rows, columns = question.rows, question.columns
    typed = [[answer.get(row["key"], {}).get(col["key"]) for col in columns] for row in rows]
    others = preview(typed, DEFAULT)
    lines: list[tuple[Any, list[str]]] = [
        (_box(row, column, len(columns)), [number(given), _seen(others.cells[i][j])])
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
        if (given := typed[i][j]) is not None
    ]
    total = sum(one or 0 for row in typed for one in row)
    lines.append((_("Total"), [number(total), _seen(others.total)]))
    return counts_given(_name(question), [_("Reviewers see"), _("Anyone else would see")], lines)


def _box(row: Mapping[str, Any], column: Mapping[str, Any], columns: int) -> Markup:
    """The name of one box. ``words`` keeps the direction of each part to itself."""
    if columns == 1:
        return words(row["words"])
    return words(row["words"]) + _(", ") + words(column["words"])


def _seen(figure: Shown | None) -> str:
    return number(figure) if isinstance(figure, int) else str(figure)


def seen_by(question: Question, quoted: bool = True) -> str:
    """Who sees the answer to a question of a pilot (pilots.md, "Who sees what"): said the same
    before it is given and before it is sent. ``quoted``: quoting it is not ruled out yet."""
    beyond = KINDS[question.kind].beyond
    if beyond == "figures":
        return _("Named people who review it. Others see large numbers only, and rounded.")
    if beyond == "words" and quoted:
        return _("Named people who review it. Nobody else, unless you let us quote you.")
    return _("Named people who review it. Nobody else.")


def to_mend(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """For the summary of errors: each answer that is missing or wrong, with the way to it."""
    return [
        {
            "href": str(row["change"]),
            "text": _("Answer: %(question)s", question=row["key"].striptags()),
        }
        for row in rows
        if row["problem"]
    ]


def not_allowed(refusal: NotAllowed) -> Markup:
    """Instead of an answer: the clause that keeps it from this reader, and what can be done."""
    return Markup('<p class="govuk-body">{}</p><p class="govuk-body">{}</p>').format(
        say(refusal.reason), say(refusal.next_step)
    )
