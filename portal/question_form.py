"""The form of one question: its field as GOV.UK would ask it, filled with what was typed before."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from pilots.conditions import Outside, bounds_of, check_answer, offered
from pilots.functions import Value
from pilots.questions import BANDS, LONG, Question, Raw, read
from portal import access
from portal.fields import (
    Choose,
    ChooseMany,
    CountTable,
    DateParts,
    Form,
    LongText,
    Number,
    Pick,
    Text,
    YesNo,
)
from portal.fields.asked import tidy
from portal.languages import current, say, words
from trust.calendar import london_day
from trust.records import Refused

RADIOS = 12
"""More answers than this are easier found in a list that opens."""


def typed(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """What came with a form, tidied: one form of each letter, no control characters."""
    return {name: [tidy(value) for value in form.getlist(name)] for name in form}


def question_form(
    question: Question, before: Raw | None = None, values: Mapping[str, Value] | None = None
) -> Form:
    """A form with the one field, named by the question's key. On POST it holds what came with
    the request; else ``before``, as it was typed, right or wrong. ``values`` are the answers
    given so far; without them every choice is offered."""
    choices = question.choices
    if values is not None:
        choices = offered(question, values, london_day(access.now()))
    made = type("QuestionForm", (Form,), {question.key: field_of(question, choices)})
    if before is None:
        return made()
    held = [(name, value) for name, values in before.items() for value in values]
    return made(formdata=MultiDict(held))


def mended(form: Form, question: Question, raw: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """``raw`` as ``pilots.questions`` reads it: a month that was typed as a word as its number."""
    field = form[question.key]
    if question.kind == "date" and field.data:
        return {**raw, f"{question.key}-month": [str(field.data.month)]}
    return dict(raw)


def is_right(form: Form, question: Question, raw: Raw, values: Mapping[str, Value]) -> bool:
    """Whether the answer can be kept as it is, after the answers given so far. If not, the form
    says what to mend."""
    if not form.validate():
        return False
    try:
        check_answer(question, read(question, raw), values, london_day(access.now()))
    except Refused as refused:
        form.wrong(question.key, what_is_wrong(refused))
        return False
    return True


def what_is_wrong(refused: Refused) -> str:
    """What to mend, in the words of those who ask where they wrote some."""
    if isinstance(refused, Outside) and refused.said:
        return _("Please check: “%(words)s”", words=plain(refused.said))
    return say(refused.reason)


def title(question: Question) -> Markup:
    """The question as a heading says it."""
    asked = words(question.words)
    if question.required:
        return asked
    return Markup(_("%(question)s (optional)", question=asked))  # noqa: S704 - words escapes


def _choices(question: Question, choices: Sequence[Any]) -> list[Sequence[Any]]:
    field = "area" if question.kind == "area" else "key"
    return [(one[field], words(one["words"])) for one in choices]


def plain(text: Mapping[str, str]) -> str:
    """Words in the reader's language where they have it, where no marks can be."""
    return text.get(current().code) or next(iter(text.values()), "")


def _of_nobody(hint: str) -> Markup:
    """The hint of a box for own words, with what keeps others safe."""
    return Markup("{} {}").format(hint, _("Do not write anyone’s name or address.")).strip()


def field_of(question: Question, choices: Sequence[Any]) -> Any:
    """The field that asks it, with these choices: not bound to a form yet."""
    given: dict[str, Any] = {
        "label": words(question.words),
        "hint": words(question.hint) if question.hint else "",
        "as_heading": True,
        "optional": not question.required,
    }
    match question.kind:
        case "long-text":
            given["hint"] = _of_nobody(given["hint"])
            _least, most = bounds_of(question) or (None, None)
            return LongText(**given, rows=8, count=min(most or LONG, LONG))
        case "count-table":
            given["hint"] = given["hint"] or _l("Leave a box empty if you do not know.")
            return CountTable(
                **given,
                rows=[(one["key"], words(one["words"])) for one in question.rows],
                columns=[(one["key"], words(one["words"])) for one in question.columns],
            )
        case "whole-number":
            return Number(**given)
        case "decimal":
            return Text(**given, width=10, attributes={"inputmode": "decimal", "dir": "ltr"})
        case "date":
            return DateParts(**given)
        case "yes-no" | "quote":
            return YesNo(**given)
        case "bands":
            return Choose(**given, choices=[(key, _l(text)) for key, text in BANDS.items()])
        case "some-of":
            return ChooseMany(**given, choices=_choices(question, choices))
        case "one-of" | "area" if len(choices) > RADIOS:
            names = [
                (one["area" if question.kind == "area" else "key"], plain(one["words"]))
                for one in choices
            ]
            return Pick(**given, choices=names, own_words=True)
        case "one-of" | "area":
            return Choose(**given, choices=_choices(question, choices))
        case _:
            given["hint"] = _of_nobody(given["hint"])
            return Text(**given, safeguarding=True)
