"""Burden: how long answering took, by the portal's own clock, and which quarter a day counts to."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pilots.burden import IDLE, quarters, spent
from trust.calendar import day_ends

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
LIMIT = int(IDLE.total_seconds())

seconds = st.integers(min_value=0, max_value=5 * LIMIT)
pages = st.lists(st.tuples(seconds, seconds), max_size=20)


def walked(steps: list[tuple[int, int]]) -> tuple[int, int]:
    """One person opens a page some seconds after the last save, and saves it some seconds later:
    what is counted, and how long it all took."""
    at, last, counted = NOW, None, 0
    for away, reading in steps:
        opened = at + timedelta(seconds=away)
        at = opened + timedelta(seconds=reading)
        counted += spent(last, opened, at)
        last = at
    return counted, int((at - NOW).total_seconds())


@given(pages)
def test_nothing_is_counted_twice_and_no_gap_for_more_than_ten_minutes(
    steps: list[tuple[int, int]],
) -> None:
    counted, whole = walked(steps)
    assert 0 <= counted <= min(whole, LIMIT * len(steps))


@given(st.lists(st.integers(min_value=0, max_value=LIMIT // 2), min_size=1, max_size=20))
def test_who_goes_on_without_a_break_is_counted_from_the_first_page_to_the_last_save(
    steps: list[int],
) -> None:
    counted, _whole = walked([(0, one) for one in steps])
    assert counted == sum(steps)


@given(pages, st.integers(min_value=2 * LIMIT, max_value=10**6))
def test_a_break_counts_for_nothing_however_long_it_is(
    steps: list[tuple[int, int]], away: int
) -> None:
    before, _ = walked(steps)
    after, _ = walked([*steps, (away, 60)])
    assert after - before == 60


@given(seconds, seconds, seconds)
def test_two_windows_of_one_person_count_once(one: int, other: int, between: int) -> None:
    """Both were opened at the same time; the second save counts from the first."""
    first = NOW + timedelta(seconds=one)
    second = first + timedelta(seconds=between)
    counted = spent(None, NOW, first) + spent(first, NOW + timedelta(seconds=-other), second)
    assert counted <= min(one, LIMIT) + min(between, LIMIT)


def test_a_page_of_which_nobody_knows_when_it_was_opened_counts_from_the_last_save() -> None:
    assert spent(None, None, NOW) == 0
    assert spent(NOW - timedelta(minutes=3), None, NOW) == 180
    assert spent(NOW - timedelta(days=3), None, NOW) == 0
    assert spent(None, NOW + timedelta(minutes=1), NOW) == 0, "a clock that was put back"


def test_quarters_begin_and_end_at_midnight_in_london() -> None:
    """The clocks go forward two days before the end of March 2026, and back late in October."""
    spring = datetime(2026, 3, 31, 22, 59, tzinfo=UTC)
    assert quarters(spring)[0][1].isoformat() == "2026-03-31"
    assert quarters(spring + timedelta(minutes=1))[0][0].isoformat() == "2026-04-01"
    assert day_ends(quarters(spring)[0][1]) == spring + timedelta(minutes=1)
    winter = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    assert quarters(winter)[0][1].isoformat() == "2026-12-31"
    assert quarters(winter + timedelta(minutes=1))[0][0].isoformat() == "2027-01-01"
    year = quarters(winter)
    assert [last.isoformat() for _, last in year] == [
        "2026-12-31", "2026-09-30", "2026-06-30", "2026-03-31", "2025-12-31",
    ]  # fmt: skip
