"""Working days, and the hours at which a day begins and ends in London."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trust.calendar import (
    ENGLAND,
    LONDON,
    Calendar,
    add_months,
    day_ends,
    london_day,
    quarter_of,
)

# As published on gov.uk/bank-holidays for England and Wales.
BANK_HOLIDAYS_2026 = {
    date(2026, 1, 1),
    date(2026, 4, 3),
    date(2026, 4, 6),
    date(2026, 5, 4),
    date(2026, 5, 25),
    date(2026, 8, 31),
    date(2026, 12, 25),
    date(2026, 12, 28),
}

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
near = st.dates(date(2027, 11, 1), date(2028, 4, 30))
instants = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 (hypothesis adds the zone itself)
    datetime(2035, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def test_the_weekdays_off_in_2026_are_the_published_bank_holidays() -> None:
    year = [date(2026, 1, 1) + timedelta(days=i) for i in range(365)]
    off = {day for day in year if day.weekday() < 5 and not ENGLAND.is_working(day)}
    assert off == BANK_HOLIDAYS_2026


def test_scotland_has_other_holidays() -> None:
    assert not Calendar("SCT").is_working(date(2026, 11, 30))
    assert ENGLAND.is_working(date(2026, 11, 30))


def test_five_working_days_go_around_easter() -> None:
    sent = datetime(2026, 3, 31, 9, tzinfo=UTC)
    assert ENGLAND.add_working_days(sent, 5) == date(2026, 4, 9)


def test_christmas_to_new_year() -> None:
    assert ENGLAND.add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        # Clocks go forward on 29 March 2026 and back on 25 October 2026, at 01:00 UTC.
        (datetime(2026, 3, 28, 23, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 22, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 26, 0, 0, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(2026, 7, 1, 1, 0, tzinfo=timezone(timedelta(hours=3))), date(2026, 6, 30)),
    ],
)
def test_the_day_is_that_of_london(instant: datetime, day: date) -> None:
    assert london_day(instant) == day


def test_a_day_lasts_23_hours_in_spring_and_25_in_autumn() -> None:
    assert day_ends(date(2026, 3, 29)) - day_ends(date(2026, 3, 28)) == timedelta(hours=23)
    assert day_ends(date(2026, 10, 25)) - day_ends(date(2026, 10, 24)) == timedelta(hours=25)


def test_an_evening_in_summer_counts_from_the_london_day() -> None:
    # Sunday 23:30 UTC in July is Monday in London: the first working day after is Tuesday.
    assert ENGLAND.add_working_days(datetime(2026, 7, 5, 23, 30, tzinfo=UTC), 1) == date(2026, 7, 7)


def test_an_instant_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="time zone"):
        london_day(datetime(2026, 7, 5))  # noqa: DTZ001


def test_days_are_not_counted_backward() -> None:
    with pytest.raises(ValueError, match="forward"):
        ENGLAND.add_working_days(date(2026, 7, 5), -1)


@given(instants, st.integers(0, 40))
def test_it_lands_on_a_working_day_and_never_too_soon(at: datetime, n: int) -> None:
    due = ENGLAND.add_working_days(at, n)
    assert ENGLAND.is_working(due)
    assert (due - london_day(at)).days >= n


@given(instants, st.integers(1, 40))
def test_adding_and_counting_agree(at: datetime, n: int) -> None:
    due = ENGLAND.add_working_days(at, n)
    assert ENGLAND.working_days_between(at, due) == n
    assert ENGLAND.working_days_between(at, due - timedelta(days=1)) == n - 1


@given(instants, st.integers(0, 20), st.integers(1, 20))
def test_adding_in_two_steps_is_adding_once(at: datetime, n: int, more: int) -> None:
    in_steps = ENGLAND.add_working_days(ENGLAND.add_working_days(at, n), more)
    if n or ENGLAND.is_working(london_day(at)):
        assert in_steps == ENGLAND.add_working_days(at, n + more)


@given(near, near, near)
def test_counting_adds_up(a: date, b: date, c: date) -> None:
    between = ENGLAND.working_days_between
    assert between(a, b) == -between(b, a)
    assert between(a, b) + between(b, c) == between(a, c)


@given(instants)
def test_an_instant_lies_within_its_day(at: datetime) -> None:
    day = london_day(at)
    assert day_ends(day - timedelta(days=1)) <= at < day_ends(day)
    assert london_day(day_ends(day)) == day + timedelta(days=1)
    assert day_ends(day).astimezone(LONDON).hour == 0


def test_months_end_where_they_end() -> None:
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2026, 12, 15), 12) == date(2027, 12, 15)


@given(days, st.integers(0, 60))
def test_months_later(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
    assert later.day <= day.day


@given(days)
def test_a_day_is_in_its_quarter(day: date) -> None:
    first, last = quarter_of(day)
    assert first <= day <= last
    assert first.day == 1
    assert quarter_of(last + timedelta(days=1))[0] == last + timedelta(days=1)
