"""What changed of the questions of a request, as a person reads it: word by word."""

from collections.abc import Iterable
from typing import Any

from pilots.questions import Question
from pilots.versions import Difference
from portal.catalogues import gettext as _
from portal.question_form import plain
from trust.differences import Piece, difference
from trust.records import N_

HOW = {
    "added": (N_("New"), "green"),
    "changed": (N_("Changed"), "yellow"),
    "moved": (N_("In another place"), "grey"),
    "taken-out": (N_("Taken out"), "red"),
}

TEXTS = {
    "words": N_("The question"),
    "hint": N_("Help with the answer"),
    "why": N_("Why we ask"),
    "section": N_("Heading"),
    "limit_words": N_("What we say if an answer is outside"),
}
LISTS = {
    "rows": N_("Rows"),
    "columns": N_("Columns"),
    "choices": N_("Answers to choose from"),
}
REST = {
    "required": N_("whether it may be skipped"),
    "publishable": N_("whether answers may be made public"),
    "category": N_("what kind of information it is"),
    "uses": N_("what it is used for"),
    "show_if": N_("when it is asked"),
    "limit": N_("which answers can be right"),
}
"""What else of a question can change, as the end of a sentence."""


def shown(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """Each difference with its tag, the question in words, what of its texts goes and comes, and
    what else is not as it was."""
    return [
        {
            "tag": _(HOW[one.how][0]),
            "colour": HOW[one.how][1],
            "words": one.question.words,
            "texts": _texts(one.was, one.question) if one.was and one.how == "changed" else [],
            "rest": _rest(one.was, one.question) if one.was and one.how == "changed" else [],
        }
        for one in found
    ]


def _texts(was: Question, now: Question) -> list[tuple[str, list[tuple[Piece, ...]]]]:
    found = []
    for field, label in TEXTS.items():
        before, after = plain(getattr(was, field)), plain(getattr(now, field))
        if before != after:
            found.append((_(label), [difference(before, after)]))
    for field, label in LISTS.items():
        before, after = (
            {one["key"]: plain(one["words"]) for one in getattr(each, field)} for each in (was, now)
        )
        keys = [*before, *(key for key in after if key not in before)]
        apart = [
            difference(before.get(key, ""), after.get(key, ""))
            for key in keys
            if before.get(key) != after.get(key)
        ]
        if apart:
            found.append((_(label), apart))
    return found


def _rest(was: Question, now: Question) -> list[str]:
    return [_(label) for field, label in REST.items() if getattr(was, field) != getattr(now, field)]
