"""Wording a question: what it needs, and how much it may hold, before it can be asked."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from pilots.questions import CATEGORIES, KINDS, NOTE, SHORT, Question
from trust.records import N_, Msg, Refused

MOST_CHOICES = 200
MOST_ROWS, MOST_COLUMNS = 30, 6
LONGEST, LONGEST_NOTE, LONGEST_RULE = 500, 2000, 2000
LONGEST_SECTION = 120
"""How much a question may hold, so that a phone can show it."""


def question(position: int, *, why_later: bool = False, **given: Any) -> Question:
    """A question or note that is not stored yet. Raises ``Refused`` without words or a reason
    (``why_later``: it is written before anybody is asked), for an unknown kind or category, for a
    table or list with nothing in it, and for more than a phone can show."""
    kind = KINDS.get(given["kind"])
    if kind is None:
        raise Refused(N_("Choose what kind of question this is."), field="kind")
    if not any(text.strip() for text in given["words"].values()):
        raise Refused(N_("Write the question."), field="words")
    if kind.key == NOTE:
        given |= {"category": "", "publishable": False, "required": False}
    elif not why_later and not any(text.strip() for text in given.get("why", {}).values()):
        raise Refused(N_("Say why you ask. Whoever answers will read it."), field="why")
    for field in ("words", "hint", "why", "limit_words", "section"):
        longest = LONGEST_SECTION if field == "section" else LONGEST
        if kind.key == NOTE and field == "words":
            longest = LONGEST_NOTE
        if any(len(text) > longest for text in given.get(field, {}).values()):
            raise Refused(
                Msg(N_("Use %(most)s characters or fewer."), {"most": longest}), field=field
            )
    if kind.key == "count-table" and not (given.get("rows") and given.get("columns")):
        raise Refused(N_("Give the table at least one row and one column."), field="rows")
    if kind.key in ("one-of", "some-of", "area") and not given.get("choices"):
        raise Refused(N_("Give at least one answer to choose from."), field="choices")
    for field, most in (("rows", MOST_ROWS), ("columns", MOST_COLUMNS), ("choices", MOST_CHOICES)):
        if len(given.get(field, ())) > most:
            raise Refused(Msg(N_("Use %(most)s or fewer."), {"most": most}), field=field)
        texts = (text for one in given.get(field, ()) for text in one["words"].values())
        if any(len(text) > SHORT for text in texts):
            raise Refused(
                Msg(N_("Use %(most)s characters or fewer on each line."), {"most": SHORT}),
                field=field,
            )
    given.setdefault("category", kind.category)
    if kind.key != NOTE and given["category"] not in CATEGORIES:
        raise Refused(
            N_("Choose what kind of information this is. Personal data needs the IG case first."),
            field="category",
        )
    given["uses"] = given.get("uses", "").strip()[:300]
    for field in ("show_if", "limit", "choice_filter"):
        if len(given.get(field, "")) > LONGEST_RULE:
            raise Refused(
                Msg(N_("Use %(most)s characters or fewer."), {"most": LONGEST_RULE}), field=field
            )
    given.setdefault("key", f"q{position}")
    return Question(position=position, **given)


def options(typed: str, prefix: str, lang: str, before: Sequence[Any]) -> list[dict[str, Any]]:
    """Lines as rows, columns or choices with keys (``r1``, ``r2`` …).

    A line that was there ``before`` keeps its key, so that an answer read by that key keeps its
    meaning; the same line twice is one.
    """
    known = {next(iter(one["words"].values()), ""): one for one in before}
    used = {one["key"] for one in before}
    free = (f"{prefix}{n}" for n in count(1) if f"{prefix}{n}" not in used)
    lines = dict.fromkeys(" ".join(line.split()) for line in (typed or "").split("\n"))
    return [
        known[line] if line in known else {"key": next(free), "words": {lang: line}}
        for line in lines
        if line
    ]
