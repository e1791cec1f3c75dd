"""What of a form belongs to a question, what of a draft is right, and what is left to ask."""

from types import SimpleNamespace
from typing import Any

import pytest

from pilots import contributions
from pilots.answers import MOST_LETTERS, MOST_VALUES, DraftAnswer, belonging, read_all
from pilots.questions import Question


def question(key: str, kind: str, **more: Any) -> Question:
    return Question(key=key, kind=kind, required=True, **more)


def test_what_belongs_to_another_question_is_left_out() -> None:
    raw = {"q1": ["a"], "q1-day": ["1"], "q10": ["b"], "q10-day": ["2"], "csrf_token": ["c"]}
    assert belonging(question("q1", "date"), raw) == {"q1": ["a"], "q1-day": ["1"]}


def test_a_draft_keeps_more_than_an_answer_and_less_than_an_attack() -> None:
    kept = belonging(question("q1", "some-of"), {"q1": ["x" * (MOST_LETTERS + 1)] * 100})
    assert len(kept["q1"]) == MOST_VALUES
    assert {len(one) for one in kept["q1"]} == {MOST_LETTERS}


def test_what_is_right_and_what_is_not_are_told_apart() -> None:
    asked = [question("q1", "short-text"), question("q2", "whole-number"), question("q3", "yes-no")]
    drafts = [
        DraftAnswer(key="q1", raw={"q1": ["Damp"]}),
        DraftAnswer(key="q2", raw={"q2": ["twelve"]}),
    ]
    right, wrong = read_all(asked, drafts)
    assert right == {"q1": "Damp"}
    assert {key: refused.field for key, refused in wrong.items()} == {"q2": "q2", "q3": "q3"}


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ({"q1": True}, ("named", "sector")),
        ({"q1": False}, ("no",)),
        ({"q1": None}, ("named", "sector", "no")),
        ({}, ("named", "sector", "no")),
    ],
)
def test_quoting_is_asked_as_far_as_it_is_open(
    answers: dict[str, Any], left: tuple[str, ...]
) -> None:
    version = SimpleNamespace(questions=[question("q1", "quote"), question("q2", "long-text")])
    held: Any = SimpleNamespace(request_version=version)
    assert contributions.quote_choices(held, answers) == left
