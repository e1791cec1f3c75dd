"""Which questions are asked, what they offer, and what an answer must be."""

from datetime import date
from typing import Any

import pytest

from pilots.answers import DraftAnswer, read_all
from pilots.conditions import (
    Outside,
    When,
    bounds_of,
    check_rules,
    keys_of,
    limit,
    rule,
    value_of,
    when_of,
)
from pilots.questions import KINDS, NOTE, Question
from trust.records import Hidden, Refused

TODAY = date(2026, 11, 23)


def question(key: str, kind: str, **more: Any) -> Question:
    return Question(**{"key": key, "kind": kind, "required": True, "choices": [], **more})


def chosen(*keys: str, **where: str) -> list[Any]:
    return [{"key": key, "words": {"en": key}, "where": where} for key in keys]


def given(questions: list[Question], **typed: Any) -> Any:
    drafts = [DraftAnswer(key=key, raw=raw) for key, raw in typed.items()]
    return read_all(questions, drafts, TODAY)


DAMP = question("damp", "yes-no")
ROOMS = question("rooms", "whole-number", show_if="${damp} = 'yes'", limit=". >= 1 and . <= 9")
WORST = question("worst", "short-text", show_if="${rooms} > 2", required=False)


def test_a_question_is_asked_only_after_its_answer() -> None:
    asked = [DAMP, ROOMS, WORST]
    no = given(asked, damp={"damp": ["no"]}, rooms={"rooms": ["4"]}, worst={"worst": ["Bath"]})
    assert [one.key for one in no.asked] == ["damp"]
    assert no.answers == {"damp": False}  # what is not asked is not sent, typed or not
    assert not no.wrong
    yes = given(asked, damp={"damp": ["yes"]}, rooms={"rooms": ["4"]}, worst={"worst": ["Bath"]})
    assert yes.answers == {"damp": True, "rooms": 4, "worst": "Bath"}
    few = given(asked, damp={"damp": ["yes"]}, rooms={"rooms": ["2"]}, worst={"worst": ["Bath"]})
    assert few.answers == {"damp": True, "rooms": 2}
    open_yet = given(asked, damp={"damp": ["yes"]})
    assert list(open_yet.wrong) == ["rooms"]


def test_an_answer_that_must_be_mended_leads_nowhere() -> None:
    wrong = given([DAMP, ROOMS, WORST], damp={"damp": ["yes"]}, rooms={"rooms": ["40"]})
    assert [one.key for one in wrong.asked] == ["damp", "rooms"]
    assert isinstance(wrong.wrong["rooms"], Outside)


def test_a_limit_says_what_its_writers_wrote() -> None:
    said = {"en": "Count each room once."}
    one = question("n", "whole-number", limit=". <= 9", limit_words=said)
    refused = given([one], n={"n": ["10"]}).wrong["n"]
    assert isinstance(refused, Outside)
    assert refused.said == said
    skipped = question("n", "whole-number", limit=". <= 9", required=False)
    assert given([skipped]).answers == {"n": None}


@pytest.mark.parametrize(
    ("kind", "least", "most", "said"),
    [
        ("whole-number", 1, 9, "Give a number from %(least)s to %(most)s."),
        ("decimal", 1, None, "Give %(least)s or more."),
        ("whole-number", None, 9, "Give %(most)s or fewer."),
        ("short-text", None, 5, "Use %(most)s characters or fewer."),
        ("some-of", None, 1, "Choose %(most)s or fewer."),
    ],
)
def test_a_limit_set_by_hand_is_read_back_and_explained(
    kind: str, least: int | None, most: int | None, said: str
) -> None:
    one = question("a", kind, limit=limit(kind, least, most), choices=chosen("x", "y"))
    assert bounds_of(one) == (least, most)
    typed = {"some-of": ["x", "y"], "short-text": ["too long"]}.get(kind, ["0" if least else "99"])
    assert given([one], a={"a": typed}).wrong["a"].reason.text == said
    right = {"some-of": ["x"], "short-text": ["fine"]}.get(kind, ["5"])
    assert not given([one], a={"a": right}).wrong


def test_a_limit_that_came_with_a_form_is_not_explained_as_a_number() -> None:
    one = question("a", "short-text", limit="string-length(.) >= 5")
    assert given([one], a={"a": ["Damp"]}).wrong["a"].reason.text.startswith("This answer does not")


def test_a_limit_of_another_shape_is_left_as_it_is() -> None:
    for text in (". >= 1.5", ". > 3", ". >= 1 and . >= 2", ". <= ${b}", "string-length(.) <= 3"):
        assert bounds_of(question("a", "whole-number", limit=text)) is None
    assert bounds_of(question("a", "date", limit=". >= today()")) is None
    assert bounds_of(question("a", "date")) == (None, None)


def test_choices_are_those_that_fit_an_earlier_answer() -> None:
    town = question("town", "one-of", choices=chosen("luton", "sandy"))
    where = chosen("marsh", town="luton") + chosen("ivel", "mill", town="sandy")
    ward = question("ward", "one-of", choices=where, choice_filter="town = ${town}")
    check_rules([town, ward])
    assert given([town, ward], town={"town": ["sandy"]}, ward={"ward": ["mill"]}).answers == {
        "town": "sandy",
        "ward": "mill",
    }
    other = given([town, ward], town={"town": ["luton"]}, ward={"ward": ["mill"]})
    assert list(other.wrong) == ["ward"]


LEADING = {
    "one-of": When("a", ("x", "y")),
    "some-of": When("a", ("x",)),
    "yes-no": When("a", ("no",)),
    "bands": When("a", ("3-9", "10-24")),
    "whole-number": When("a", (), 2, 5),
    "decimal": When("a", (), None, 5),
    "count-table": When("a", (), 1),
    "long-text": When("a"),
}


@pytest.mark.parametrize("kind", LEADING)
def test_a_condition_set_by_hand_is_read_back(kind: str) -> None:
    leading = question("a", kind, choices=chosen("x", "y", "z"))
    assert when_of(rule(LEADING[kind], leading)) == LEADING[kind]
    if LEADING[kind].keys:
        assert set(LEADING[kind].keys) <= set(keys_of(leading))
        with pytest.raises(Hidden):
            rule(When("a", ("nowhere",)), leading)


def test_a_condition_of_another_shape_is_nobodys() -> None:
    for text in ("${a} = 'x' or ${b} = 'y'", "${a} = 'x' and ${b} = 'y'", "not(${a} = 'x')", "1"):
        assert when_of(text) is None
    assert when_of("") is None
    with pytest.raises(Refused):
        limit("whole-number", 5, 2)


def test_a_rule_looks_only_back() -> None:
    check_rules([DAMP, ROOMS, WORST])
    with pytest.raises(Refused):
        check_rules([ROOMS, DAMP])
    with pytest.raises(Refused):
        check_rules([question("a", "short-text", show_if=". = 'x'")])
    with pytest.raises(Refused):
        check_rules([question("a", "one-of", choices=chosen("x"), choice_filter="town = 'x'")])


def test_every_kind_of_answer_has_a_value() -> None:
    answers: dict[str, Any] = {
        "area": 7,
        "count-table": {"r1": {"c1": 2, "c2": 3}},
        "whole-number": 4,
        "bands": "3-9",
        "decimal": "2.5",
        "long-text": "Long",
        "short-text": "Short",
        "one-of": "x",
        "some-of": ["x", "y"],
        "yes-no": True,
        "quote": False,
        "date": "2026-11-23",
    }
    values = ["7", 5.0, 4.0, "3-9", "2.5", "Long", "Short", "x", "x y", "yes", "no", "2026-11-23"]
    assert {*answers, NOTE} == {*KINDS}
    found = [value_of(question("a", kind), answer) for kind, answer in answers.items()]
    assert found == values
    assert value_of(question("a", "area"), None) == ""
