"""The form that composes a question: what every kind has, and what only this one has."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from pilots import canvas, conditions
from pilots.pilot import Pilot
from pilots.questions import CATEGORIES, NOTE, Question, QuestionKind
from pilots.requests import Request
from pilots.wording import LONGEST_NOTE, LONGEST_SECTION
from portal import access
from portal.fields import (
    Choose,
    ChooseMany,
    Form,
    LongText,
    Number,
    Pick,
    Text,
    YesNo,
    at_most,
    need,
)
from portal.languages import say, words
from trust.places import Area
from trust.records import N_

SHAPE = ("rows", "columns", "choices", "least", "most", "limit_words")

HINTS = {
    "area": _l("They choose a ward or a town from a list."),
    "count-table": _l("Rows and columns of whole numbers, with totals."),
    "whole-number": _l("One number, like 12."),
    "bands": _l("A rough number, like “3 to 9”. Easier to give, and safer."),
    "decimal": _l("A number like 2.5."),
    "long-text": _l("A big box for what people told them."),
    "short-text": _l("One line."),
    "one-of": _l("They choose one answer."),
    "some-of": _l("They tick as many as they like."),
    "yes-no": _l("Two answers."),
    "quote": _l("Ask this when you ask for a story."),
    "date": _l("A day."),
    "note": _l("A few words on the way. They stand above the next question."),
}


def form_of(
    kind: QuestionKind, found: Request, pilot: Pilot, held: Question | None = None
) -> type[Form]:
    """The form that composes a question of this kind; ``held`` as it is now."""
    section = Text(
        _l("Heading of the part it belongs to"),
        at_most(LONGEST_SECTION),
        hint=_l("A long request is easier in parts. Write the same heading for all of one part."),
        optional=True,
    )
    if kind.key == NOTE:
        said = LongText(
            _l("The words"),
            need(N_("Write the words")),
            rows=4,
            count=LONGEST_NOTE,
            safeguarding=False,
        )
        return type("NoteForm", (Form,), {"words": said, "section": section})
    fields: dict[str, Any] = {
        "words": LongText(
            _l("The question"),
            need(N_("Write the question")),
            rows=2,
            count=500,
            safeguarding=False,
        ),
        "hint": Text(_l("Help with the answer"), at_most(500), optional=True),
        "section": section,
        "why": LongText(
            _l("Why do you ask?"),
            need(N_("Say why you ask. Whoever answers will read it")),
            rows=2,
            count=500,
            safeguarding=False,
        ),
    }
    fields |= _shape(kind, pilot)
    fields |= _limits(kind, held)
    fields |= {
        "uses": Text(_l("What will it be used for?"), at_most(300), optional=True),
        "category": Choose(
            _l("What kind of information is it?"),
            need(N_("Choose what kind of information it is")),
            choices=[(key, say(name)) for key, name in CATEGORIES.items()],
            hint=_l("The agreement with each group says which kinds it shares."),
        ),
        "publishable": YesNo(
            _l("May the answers be made public, through the small number check?"),
            need(N_("Say yes or no")),
        ),
        "required": YesNo(_l("Must it be answered?"), need(N_("Say yes or no"))),
        "item": Pick(
            _l("Which item of the canvas is it for?"),
            choices=[
                (one.id, one.name)
                for one in canvas.case_of(access.session(), found.pilot_id or 0).items
            ],
            blank=_l("None of them"),
            own_words=True,
            optional=True,
        ),
    }
    return type("QuestionForm", (Form,), fields)


def _lines(label: Any, message: str) -> LongText:
    return LongText(label, need(message), hint=_l("One on each line."), rows=4, safeguarding=False)


def _shape(kind: QuestionKind, pilot: Pilot) -> dict[str, Any]:
    """What only this kind of question has: rows and columns, choices, or places."""
    if kind.key == "count-table":
        return {
            "rows": _lines(_l("Rows"), N_("Give the table at least one row")),
            "columns": _lines(_l("Columns"), N_("Give the table at least one column")),
        }
    if kind.key in ("one-of", "some-of"):
        return {"choices": _lines(_l("Answers to choose from"), N_("Give at least one answer"))}
    if kind.key == "area":
        return {
            "choices": ChooseMany(
                _l("Places to choose from"),
                need(N_("Choose at least one place")),
                choices=[(one.id, words(one.name)) for one in areas_of(pilot)],
            )
        }
    return {}


LEAST = {
    "whole-number": _l("The smallest number that can be right"),
    "decimal": _l("The smallest number that can be right"),
}
MOST = {
    "whole-number": _l("The largest number that can be right"),
    "decimal": _l("The largest number that can be right"),
    "short-text": _l("How many characters at most?"),
    "long-text": _l("How many characters at most?"),
    "some-of": _l("How many may they tick?"),
}


def _limits(kind: QuestionKind, held: Question | None) -> dict[str, Any]:
    """The least and the most, where a kind has them and no other rule came with a form."""
    if kind.key not in MOST or (held is not None and conditions.bounds_of(held) is None):
        return {}
    least = {"least": Number(LEAST[kind.key], optional=True)} if kind.key in LEAST else {}
    return {
        **least,
        "most": Number(MOST[kind.key], optional=True),
        "limit_words": Text(
            _l("What should we say if it is outside?"),
            at_most(200),
            hint=_l("For example “Count each family once”. We say it beside the box."),
            optional=True,
        ),
    }


def areas_of(pilot: Pilot) -> Sequence[Area]:
    """The places of a pilot's region, by name."""
    stmt = select(Area).where(Area.region_id == pilot.region_id)
    return access.session().scalars(stmt.order_by(Area.sort_name, Area.id)).all()
