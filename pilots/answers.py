"""Answers on their way: what was typed for each question, kept as typed until it is sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pilots.conditions import check_answer, is_asked, value_of
from pilots.functions import Value
from pilots.questions import KINDS, Question, Raw, read
from trust.records import N_, STAYS, Record, Refused

MOST_VALUES, MOST_LETTERS = 60, 50_000
"""What one name of a form may hold in a draft: more than any answer, less than an attack."""


class DraftAnswer(Record):
    """What was typed for one question, kept as typed after every page, by whom, when, and with
    which form (``token``). ``stays``: what may point to a person in it and stays, each by its mark
    with the reason (``pilots.pointing``). ``seconds``: how long it took all who wrote here, until
    it is sent (``pilots.burden``)."""

    __tablename__ = "draft_answer"
    audited = False

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    raw: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), info=STAYS)
    at: Mapped[datetime]
    token: Mapped[str] = mapped_column(String(64), default="")
    stays: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    seconds: Mapped[int] = mapped_column(default=0)

    __table_args__ = (UniqueConstraint("contribution_id", "key"),)


class Overtaken(Refused):
    """Somebody saved another answer to the same question meanwhile: ``saved``, as typed."""

    def __init__(self, saved: Raw) -> None:
        super().__init__(N_("Somebody saved another answer here while you wrote. Look at both."))
        self.saved = saved


def check_newest(held: DraftAnswer | None, raw: Raw, seen: int | None, token: str) -> None:
    """Raises ``Overtaken`` when ``held`` is not the version that a form was filled from (``seen``;
    0: there was none), unless the same form saved it, or it says the same as ``raw``."""
    if held is None or seen is None or seen == held.version:
        return
    if held.token != token and held.raw != raw:
        raise Overtaken(held.raw)


def belonging(question: Question, raw: Raw) -> dict[str, list[str]]:
    """The part of a form that belongs to one question: its name, and those of its boxes."""
    return {
        name: [value[:MOST_LETTERS] for value in list(values)[:MOST_VALUES]]
        for name, values in raw.items()
        if name == question.key or name.startswith(f"{question.key}-")
    }


def says(raw: Raw) -> bool:
    """Whether anything was typed."""
    return any(value.strip() for values in raw.values() for value in values)


def says_same(question: Question, one: Raw, other: Raw) -> bool:
    """Whether two ways of filling in a form come to the same: the same answer, or the same
    letters where they are none."""
    reader = KINDS[question.kind].read
    try:
        return bool(reader(question, one) == reader(question, other))
    except Refused:
        return _letters(one) == _letters(other)


def _letters(raw: Raw) -> dict[str, list[str]]:
    return {name: list(values) for name, values in raw.items() if any(values)}


def typed(drafts: Iterable[DraftAnswer]) -> dict[str, Raw]:
    """What was typed so far, by question key."""
    return {one.key: one.raw for one in drafts}


class Given(NamedTuple):
    """A draft as it would be sent: the questions that are ``asked`` after what was answered, their
    canonical ``answers``, what is still to be mended (``wrong``), and the ``values`` that rules
    see, all by question key. A question that is not asked has no answer, not even an empty one."""

    asked: list[Question]
    answers: dict[str, Any]
    wrong: dict[str, Refused]
    values: dict[str, Value]


def read_all(questions: Sequence[Question], drafts: Iterable[DraftAnswer], today: date) -> Given:
    """What of a draft is asked, right and wrong. An answer that must be mended counts as none
    for the rules of later questions."""
    held = typed(drafts)
    given = Given([], {}, {}, {})
    for question in questions:
        if not question.asks or not is_asked(question, given.values, today):
            continue
        given.asked.append(question)
        try:
            answer = read(question, held.get(question.key, {}))
            check_answer(question, answer, given.values, today)
        except Refused as refused:
            given.wrong[question.key] = refused
        else:
            given.answers[question.key] = answer
            given.values[question.key] = value_of(question, answer)
    return given


def notes_of(
    questions: Iterable[Question], values: Mapping[str, Value], today: date
) -> dict[str, list[Question]]:
    """What is said on the way, after the answers given: by the key of the question that it stands
    above; by "" after the last one."""
    found: dict[str, list[Question]] = {}
    said: list[Question] = []
    for one in questions:
        if is_asked(one, values, today):
            said.append(one)
            if one.asks:
                found[one.key] = said[:-1]
                said = []
    return {**found, "": said}
