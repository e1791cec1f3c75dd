"""Composing a question: what is refused, and keys that keep their meaning."""

from typing import Any

import pytest

from pilots.wording import MOST_CHOICES, MOST_COLUMNS, options, question
from trust.records import Refused

GIVEN: dict[str, Any] = {"kind": "long-text", "words": {"en": "What?"}, "why": {"en": "To act"}}
LINE = [{"key": "r1", "words": {"en": "Waiting"}}]


def refused(**changes: Any) -> str | None:
    with pytest.raises(Refused) as caught:
        question(1, **{**GIVEN, **changes})
    return caught.value.field


def test_a_question_takes_the_usual_category_of_its_kind() -> None:
    assert question(1, **GIVEN).category == "story"
    assert question(3, **GIVEN).key == "q3"


def test_a_question_needs_its_words_its_reason_and_its_shape() -> None:
    assert refused(kind="psychic") == "kind"
    assert refused(words={"en": " "}) == "words"
    assert refused(why={}) == "why"
    assert refused(kind="count-table", rows=LINE) == "rows"
    assert refused(kind="one-of") == "choices"
    assert refused(kind="area", choices=[]) == "choices"


def test_personal_data_is_no_category_of_a_question() -> None:
    assert refused(category="personal") == "category"


def test_a_question_holds_no_more_than_a_phone_can_show() -> None:
    assert refused(words={"en": "x" * 501}) == "words"
    wide = LINE * (MOST_COLUMNS + 1)
    assert refused(kind="count-table", rows=LINE, columns=wide) == "columns"
    assert refused(kind="some-of", choices=LINE * (MOST_CHOICES + 1)) == "choices"
    long = [{"key": "a1", "words": {"en": "x" * 201}}]
    assert refused(kind="some-of", choices=long) == "choices"


def test_lines_become_options_each_once() -> None:
    made = options("Waiting\n  Fixed  now \n\nWaiting\n", "r", "en", [])
    assert made == [
        {"key": "r1", "words": {"en": "Waiting"}},
        {"key": "r2", "words": {"en": "Fixed now"}},
    ]


def test_a_line_that_stays_keeps_its_key_and_a_new_one_never_takes_a_used_key() -> None:
    before = options("Waiting\nFixed", "r", "en", [])
    made = options("Never reported\nFixed", "r", "en", before)
    assert [one["key"] for one in made] == ["r3", "r2"]


def test_any_number_of_lines_is_read_and_then_refused() -> None:
    made = options("\n".join(str(n) for n in range(3000)), "a", "en", [])
    assert len(made) == 3000
    assert refused(kind="one-of", choices=made) == "choices"
