"""What of a form belongs to a question, what of a draft is right, and what is left to ask."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from pilots import contributions
from pilots.answers import (
    MOST_LETTERS,
    MOST_VALUES,
    DraftAnswer,
    Overtaken,
    belonging,
    check_newest,
    read_all,
)
from pilots.questions import BANDS, Question, read
from trust.records import Refused


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
    given = read_all(asked, drafts, date(2026, 11, 23))
    assert given.answers == {"q1": "Damp"}
    assert {key: refused.field for key, refused in given.wrong.items()} == {"q2": "q2", "q3": "q3"}


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
    held: Any = SimpleNamespace(request_version=version, pilot_id=1)
    assert contributions.quote_choices(held, answers) == left
    held.pilot_id = None  # a partner asked for itself: nobody else reads it
    assert contributions.quote_choices(held, answers) == ("no",)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        *(("2,5", "2.5"), ("2.5", "2.5"), ("12", "12"), ("0,05", "0.05"), ("0,125", "0.125")),
        *(("1.200", "1.2"), ("1234,567", "1234.567"), ("1,25", "1.25"), ("1,2500", "1.25")),
    ],
)
def test_a_decimal_has_either_mark(typed: str, kept: str) -> None:
    assert read(question("q1", "decimal"), {"q1": [typed]}) == kept


@pytest.mark.parametrize(
    "typed", ["1,200.5", "1.200,5", "2;5", "NaN", "two", "1e6", "1e9999999999"]
)
def test_what_is_no_decimal(typed: str) -> None:
    with pytest.raises(Refused, match=r"Enter a number, like 2\.5"):
        read(question("q1", "decimal"), {"q1": [typed]})


@pytest.mark.parametrize(
    ("typed", "one", "other"),
    [
        *(("1,200", "1200", "1.2"), ("12,345", "12345", "12.345"), ("-1,250", "-1250", "-1.25")),
        ("100,000", "100000", "100"),
    ],
)
def test_a_comma_before_three_digits_is_asked_about(typed: str, one: str, other: str) -> None:
    with pytest.raises(Refused) as refused:
        read(question("q1", "decimal"), {"q1": [typed]})
    assert refused.value.reason.params == {"typed": typed, "one": one, "other": other}
    assert refused.value.field == "q1"
    for written in (one, other):
        assert read(question("q1", "decimal"), {"q1": [written]}) == written


def test_a_place_is_one_of_those_offered() -> None:
    asked = question("q1", "area", choices=[{"area": 7, "words": {"en": "Wick"}}])
    assert read(asked, {"q1": ["7"]}) == 7
    for typed in ("8", "07", "9" * 5000, "٧"):
        with pytest.raises(Refused, match="Choose a place"):
            read(asked, {"q1": [typed]})


def test_nobody_is_a_band() -> None:
    assert next(iter(BANDS)) == "none"
    assert read(question("q1", "bands"), {"q1": ["none"]}) == "none"


@pytest.mark.parametrize(
    ("seen", "token", "said", "right"),
    [
        (3, "mine", "New", True),  # the version that the form was filled from
        (None, "mine", "New", True),  # nobody knows: a form of before
        (2, "mine", "New", False),  # somebody saved it meanwhile
        (0, "mine", "New", False),
        (2, "other", "New", True),  # the same form did
        (2, "mine", "Saved", True),  # and it says the same
    ],
)
def test_what_somebody_saved_meanwhile_is_not_replaced(
    seen: int | None, token: str, said: str, right: bool
) -> None:
    held = DraftAnswer(key="q1", raw={"q1": ["Saved"]}, token="other", version=3)
    check_newest(None, {"q1": [said]}, seen, token)
    if right:
        check_newest(held, {"q1": [said]}, seen, token)
    else:
        with pytest.raises(Overtaken) as overtaken:
            check_newest(held, {"q1": [said]}, seen, token)
        assert overtaken.value.saved == {"q1": ["Saved"]}
