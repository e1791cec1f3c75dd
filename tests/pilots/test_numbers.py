"""Numbers and days as people type them: what a field reads is what is kept, or nothing is."""

from datetime import date
from typing import Any

import pytest

from pilots import numbers
from pilots.questions import Question, read
from trust.records import Refused

RIGHT = {
    "0": 0,
    " 12 ": 12,
    "007": 7,
    "1200": 1200,
    "1,200": 1200,
    "12,345,678": 12_345_678,
    "1,00,000": 100_000,  # a lakh
    "1 200": 1200,
    "1\u00a0200": 1200,
    "1\u202f200": 1200,
    "1’200": 1200,
    "١٢": 12,
    "১২": 12,
    "١٬٢٠٠": 1200,
}
WRONG = (
    *("1,5", "12,5", "1.5", "1.200", "1,2,3", "12,34", "1,2000", ",200", "1,", "1,200 300"),
    *("1 2", "12 5", "1_0", "1e3", "²", "½", "one", "0x10", "1--2", "- 1", "+1", "9" * 13),
    *("1234,567", "0,125", "٠,125", "012,500"),
)


def question(kind: str, **more: Any) -> Question:
    return Question(key="q1", kind=kind, required=True, **more)


@pytest.mark.parametrize(("typed", "number"), RIGHT.items())
def test_a_whole_number_is_read_as_it_is_meant(typed: str, number: int) -> None:
    assert numbers.whole(typed) == number
    assert read(question("whole-number"), {"q1": [typed]}) == number


@pytest.mark.parametrize("typed", WRONG)
def test_what_may_mean_something_else_is_asked_again(typed: str) -> None:
    with pytest.raises(ValueError):
        numbers.whole(typed)
    cells = [{"key": "a", "words": {"en": "A"}}]
    for asked, raw in (
        (question("whole-number"), {"q1": [typed]}),
        (question("count-table", rows=cells, columns=cells), {"q1-a-a": [typed]}),
    ):
        with pytest.raises(Refused, match="Use whole numbers"):
            read(asked, raw)


def test_less_than_none_is_no_count() -> None:
    assert numbers.whole("-3") == -3
    with pytest.raises(Refused, match="Use whole numbers"):
        read(question("whole-number"), {"q1": ["-3"]})


def of_day(day: str, month: str, year: str) -> dict[str, list[str]]:
    return {"q1-day": [day], "q1-month": [month], "q1-year": [year]}


def test_a_day_is_read() -> None:
    assert read(question("date"), of_day("27", "3", "2026")) == "2026-03-27"
    assert read(question("date"), of_day("২৭", "৩", "২০২৬")) == "2026-03-27"
    assert numbers.day("1900", "1", "1") == date(1900, 1, 1)


@pytest.mark.parametrize(
    "typed",
    [
        *(("27", "3", year) for year in ("26", "0026", "1899", "2201", "20_26", "")),
        *(("1_0", "3", "2026"), ("31", "2", "2026"), ("0", "3", "2026"), ("1", "-3", "2026")),
        ("1,5", "3", "2026"),
    ],
)
def test_what_is_no_day(typed: tuple[str, str, str]) -> None:
    with pytest.raises(Refused, match="Enter a real date"):
        read(question("date"), of_day(*typed))
