"""Promises are judged from what happened, and from nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trust.readability import faults
from trust.calendar import ENGLAND, london_day
from trust.promises import Held, Measure, Promise, Side, Standing, State, judge, promises
from trust.records import Ref

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
THREAD = Ref("contribution", 17)
EVERY = [pytest.param(promise, id=promise.key) for promise in promises().values()]


@dataclass(frozen=True)
class Happened:
    """A moment without a database."""

    kind: str
    at: datetime
    thread: Ref = THREAD
    minutes: int | None = None
    until: datetime | None = None


def day(n: float) -> datetime:
    """``n`` days after Monday 1 June 2026, 09:00 UTC."""
    return MONDAY + timedelta(days=n)


def states(key: str, moments: Sequence[Happened], now: datetime) -> list[tuple[date, State]]:
    return [(s.due, s.state) for s in judge(promises()[key], moments, ENGLAND, now)]


def test_the_promises_and_who_makes_them() -> None:
    assert {p.key: (p.owner, p.measure) for p in promises().values()} == {
        "read": (Side.COUNCIL, Measure.WITHIN),
        "outcome": (Side.COUNCIL, Measure.WITHIN),
        "show-first": (Side.COUNCIL, Measure.BEFORE),
        "time": (Side.COUNCIL, Measure.LIMIT),
        "call-back": (Side.COUNCIL, Measure.SAID),
        "profile": (Side.PARTNER, Measure.RENEW),
    }
    assert promises()["read"].days == 5
    assert promises()["outcome"].days == 20
    assert promises()["time"].minutes == 60
    assert promises()["profile"].months == 12


@pytest.mark.parametrize("promise", EVERY)
def test_a_promise_reads_plainly_and_its_numbers_come_from_its_rule(promise: Promise) -> None:
    words = promise.words("Lantern", "Camden")
    read = words.text % words.params
    assert faults(read) == []
    assert promise.name
    for number in promise.numbers.values():
        if promise.measure is not Measure.RENEW:
            assert f"{number} " in read


def test_nothing_happened_nothing_is_due() -> None:
    assert all(judge(promise, [], ENGLAND, MONDAY) == [] for promise in promises().values())


def test_read_in_time_late_never_and_not_yet() -> None:
    sent = Happened("given", MONDAY)
    due = date(2026, 6, 8)
    assert states("read", [sent], day(7)) == [(due, State.NOT_YET_DUE)]
    assert states("read", [sent], day(8)) == [(due, State.BROKEN)]
    assert states("read", [sent, Happened("read", day(7))], day(30)) == [(due, State.KEPT)]
    assert states("read", [sent, Happened("read", day(8))], day(30)) == [(due, State.LATE)]


def test_the_last_minute_of_the_due_day_in_london_still_counts() -> None:
    sent = Happened("given", MONDAY)
    last = datetime(2026, 6, 8, 22, 59, tzinfo=UTC)
    after = datetime(2026, 6, 8, 23, 0, tzinfo=UTC)
    assert states("read", [sent, Happened("read", last)], day(30))[0][1] is State.KEPT
    assert states("read", [sent, Happened("read", after)], day(30))[0][1] is State.LATE


def test_what_was_sent_again_is_to_be_read_again() -> None:
    line = [Happened("given", MONDAY), Happened("read", day(1)), Happened("given", day(2))]
    assert [state for _, state in states("read", line, day(3))] == [State.KEPT, State.NOT_YET_DUE]


def test_reading_one_thing_is_not_reading_another() -> None:
    other = Happened("read", day(1), thread=Ref("contribution", 18))
    assert states("read", [Happened("given", MONDAY), other], day(30))[0][1] is State.BROKEN


def test_nothing_yet_keeps_the_promise_and_sets_the_next_day() -> None:
    news = Happened("next_news", day(10), until=day(40))
    line = [Happened("given", MONDAY), news]
    first, second = (date(2026, 6, 29), State.KEPT), date(2026, 7, 11)
    assert states("outcome", line, day(39)) == [first, (second, State.NOT_YET_DUE)]
    assert states("outcome", line, day(41)) == [first, (second, State.BROKEN)]
    answered = [*line, Happened("answered", day(40))]
    assert states("outcome", answered, day(90)) == [first, (second, State.KEPT)]
    stood = judge(promises()["outcome"], answered, ENGLAND, day(90))
    assert [one.said for one in stood] == [None, news.at]  # told apart by when it was said


def test_standings_come_by_due_day() -> None:
    later = Ref("contribution", 18)
    line = [Happened("given", day(1)), Happened("given", MONDAY, thread=later)]
    line += [Happened("next_news", day(2), thread=later, until=day(3))]
    found = judge(promises()["outcome"], line, ENGLAND, day(4))
    assert [(s.due, s.thread) for s in found] == [
        (date(2026, 6, 4), later),
        (date(2026, 6, 29), later),
        (date(2026, 6, 30), THREAD),
    ]


def test_withdrawn_in_time_asks_for_nothing_more() -> None:
    sent, gone = Happened("given", MONDAY), Happened("withdrawn", day(2))
    assert states("read", [sent, gone], day(30)) == []
    assert states("read", [sent, Happened("read", day(1)), gone], day(30))[0][1] is State.KEPT


def test_withdrawn_too_late_does_not_mend_what_was_broken() -> None:
    line = [Happened("given", MONDAY), Happened("withdrawn", day(20))]
    assert states("read", line, day(30))[0][1] is State.BROKEN


def test_shown_before_it_is_published() -> None:
    out = Happened("published", day(5))
    assert states("show-first", [Happened("shown", day(1)), out], day(9))[0][1] is State.KEPT
    assert states("show-first", [out], day(9))[0][1] is State.BROKEN
    assert states("show-first", [out, Happened("shown", day(6))], day(9))[0][1] is State.LATE
    assert states("show-first", [Happened("shown", day(1))], day(9)) == []


def test_minutes_are_summed_over_the_quarter_and_over_all_who_ask() -> None:
    asked = [
        Happened("asked", day(1), minutes=40),
        Happened("asked", day(2), minutes=20, thread=Ref("request", 2)),
        Happened("asked", day(40), minutes=45, thread=Ref("request", 3)),
    ]
    spring, summer = date(2026, 6, 30), date(2026, 9, 30)
    assert states("time", asked, day(3)) == [(spring, State.NOT_YET_DUE)]
    assert states("time", asked, day(45)) == [(spring, State.KEPT), (summer, State.NOT_YET_DUE)]
    one_more = [*asked, Happened("asked", day(3), minutes=1)]
    assert states("time", one_more, day(4)) == [(spring, State.BROKEN)]
    assert judge(promises()["time"], one_more, ENGLAND, day(4))[0].minutes == 61


def test_a_quarter_ends_at_midnight_in_london() -> None:
    late_june = datetime(2026, 6, 30, 22, 59, tzinfo=UTC)
    july = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    for at, last in ((late_june, date(2026, 6, 30)), (july, date(2026, 9, 30))):
        assert states("time", [Happened("asked", at, minutes=5)], at) == [(last, State.NOT_YET_DUE)]


def test_the_page_is_looked_at_once_a_year() -> None:
    first = Happened("checked", MONDAY)
    due = date(2027, 6, 1)
    assert states("profile", [first], day(365)) == [(due, State.NOT_YET_DUE)]
    assert states("profile", [first], day(366)) == [(due, State.BROKEN)]
    late = [first, Happened("checked", day(400))]
    assert states("profile", late, day(401)) == [
        (due, State.LATE),
        (date(2028, 7, 6), State.NOT_YET_DUE),
    ]


def test_ten_looks_in_a_year_are_one_promise_kept() -> None:
    looks = [Happened("checked", day(30 * n)) for n in range(10)]
    assert len(states("profile", looks, day(300))) == 1
    assert [state for _, state in states("profile", looks, day(500))] == [
        State.KEPT,
        State.NOT_YET_DUE,
    ]


def held(key: str, moments: Sequence[Happened], now: datetime, *period: datetime) -> list[Any]:
    found = judge(promises()[key], moments, ENGLAND, now, Held(*period))
    return [(s.due, s.state) for s in found]


def test_what_began_while_it_was_promised_is_owed_and_nothing_else() -> None:
    line = [
        Happened("given", day(n), thread=Ref("contribution", thread))
        for thread, n in ((1, 0), (2, 10), (3, 20))
    ]
    late = [*line, Happened("read", day(40), thread=Ref("contribution", 2))]
    assert held("read", late, day(50), day(5), day(15)) == [(date(2026, 6, 18), State.LATE)]
    news = Happened("next_news", day(1), thread=Ref("contribution", 1), until=day(30))
    assert held("outcome", [*line, news], day(50), day(5), day(15)) == [
        (date(2026, 7, 9), State.BROKEN)
    ]
    published = [Happened("published", day(n), thread=Ref("insight", n)) for n in (1, 10)]
    assert held("show-first", published, day(50), day(5)) == [(date(2026, 6, 11), State.BROKEN)]
    asked = [Happened("asked", day(n), minutes=40) for n in (1, 10)]
    assert held("time", asked, day(50), day(5)) == [(date(2026, 6, 30), State.KEPT)]


def test_the_page_is_looked_at_within_a_year_of_signing() -> None:
    due = date(2027, 6, 1)
    before = Happened("checked", day(-30), thread=Ref("partner", 1))
    assert held("profile", [before], day(366), day(0)) == [(due, State.BROKEN)]
    assert held("profile", [], day(100), day(0)) == [(due, State.NOT_YET_DUE)]
    looked = Happened("checked", day(200), thread=Ref("partner", 1))
    assert held("profile", [looked], day(366), day(0)) == [
        (due, State.KEPT),
        (date(2027, 12, 18), State.NOT_YET_DUE),
    ]
    assert held("profile", [], day(400), day(0), day(300)) == []


def test_what_is_not_measured_is_for_the_other_side_to_say() -> None:
    spring, summer, autumn = date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)
    word = Ref("promised", 3)
    said = [
        Happened("kept", day(35), thread=word, until=datetime(2026, 6, 30, 12, tzinfo=UTC)),
        Happened("broken", day(125), thread=word, until=datetime(2026, 9, 30, 12, tzinfo=UTC)),
    ]
    assert held("call-back", [], day(31), day(0)) == [
        (spring, State.NOT_SAID),
        (summer, State.NOT_YET_DUE),
    ]
    assert held("call-back", said, day(130), day(0)) == [
        (spring, State.KEPT),
        (summer, State.BROKEN),
        (autumn, State.NOT_YET_DUE),
    ]
    changed = [*said, Happened("late", day(40), thread=word, until=said[0].until)]
    assert held("call-back", changed, day(50), day(0), day(20)) == [(spring, State.LATE)]


kinds = ("asked", "given", "read", "answered", "next_news", "shown", "published", "checked")
lines = st.lists(
    st.builds(
        Happened,
        kind=st.sampled_from((*kinds, "withdrawn")),
        at=st.integers(0, 500).map(day),
        thread=st.sampled_from([Ref("contribution", n) for n in (1, 2)]),
        minutes=st.none() | st.integers(0, 60),
        until=st.none() | st.integers(0, 600).map(day),
    ),
    max_size=12,
)
any_promise = st.sampled_from(list(promises().values()))
FINAL = {State.KEPT, State.LATE, State.BROKEN}


@given(any_promise, lines, st.integers(0, 600), st.randoms())
def test_the_order_of_moments_and_what_is_still_to_come_change_nothing(
    promise: Promise, line: list[Happened], n: int, random: object
) -> None:
    expected = judge(promise, line, ENGLAND, day(n))
    shuffled = [m for m in line if m.at <= day(n)]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert judge(promise, shuffled, ENGLAND, day(n)) == expected


@given(any_promise, lines, st.integers(0, 600))
def test_every_standing_says_what_it_means(promise: Promise, line: list[Happened], n: int) -> None:
    for one in judge(promise, line, ENGLAND, day(n)):
        if promise.measure in {Measure.WITHIN, Measure.RENEW}:
            assert one.state is _plainly(one, london_day(day(n)))


def _plainly(one: Standing, today: date) -> State:
    if one.met is None:
        return State.NOT_YET_DUE if today <= one.due else State.BROKEN
    return State.KEPT if london_day(one.met) <= one.due else State.LATE


@given(any_promise, lines, st.integers(500, 600), st.integers(0, 900))
def test_with_time_alone_nothing_gets_better_and_nothing_is_forgotten(
    promise: Promise, line: list[Happened], n: int, more: int
) -> None:
    before = judge(promise, line, ENGLAND, day(n))
    later = judge(promise, line, ENGLAND, day(n + more))
    for one in before:
        if one.state in FINAL:
            assert one in later
        elif promise.measure is Measure.WITHIN:
            assert [s.state for s in later if (s.due, s.thread) == (one.due, one.thread)]
    assert len([s for s in later if s.state is State.KEPT]) >= len(
        [s for s in before if s.state is State.KEPT]
    )
