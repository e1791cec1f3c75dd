"""The promise ledger, counted again by other means, and what elections delay: from the rows of
the record alone, with its own calendar. It imports nothing of the portal, so that a mistake there
is not made twice.

    python -m tests.recount sqlite:///var/portal.db
"""

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, create_engine, text

# gov.uk/bank-holidays, England and Wales, typed in by hand.
BANK_HOLIDAYS = {
    "2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25",
    "2025-12-25", "2025-12-26",
    "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31",
    "2026-12-25", "2026-12-28",
    "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30",
    "2027-12-27", "2027-12-28",
}  # fmt: skip
ONE_DAY = timedelta(days=1)


class Found(NamedTuple):
    """How one promise stands for one thing: the same four for the ledger that is shown."""

    promised: int
    due: date
    state: str
    thread: str


def last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    while day.isoweekday() != 7:
        day -= ONE_DAY
    return day


def in_london(at: datetime) -> date:
    """The day in London at an instant in UTC: clocks go on at one o'clock on the last Sunday of
    March, and back at one o'clock UTC on the last Sunday of October."""
    on = datetime.combine(last_sunday(at.year, 3), datetime.min.time()) + timedelta(hours=1)
    off = datetime.combine(last_sunday(at.year, 10), datetime.min.time()) + timedelta(hours=1)
    plain = at.replace(tzinfo=None)
    return (plain + timedelta(hours=1 if on <= plain < off else 0)).date()


def works(day: date) -> bool:
    return day.isoweekday() <= 5 and day.isoformat() not in BANK_HOLIDAYS


def after_working_days(day: date, days: int) -> date:
    left = days
    while left or not works(day):
        day += ONE_DAY
        if left and works(day):
            left -= 1
    return day


def quarter_end(day: date) -> date:
    month = day.month + (3 - day.month % 3) % 3
    first_of_next = date(day.year + month // 12, month % 12 + 1, 1)
    return first_of_next - ONE_DAY


def a_year_on(day: date, months: int) -> date:
    for back in range(4):
        try:
            number = day.year * 12 + day.month - 1 + months
            return date(number // 12, number % 12 + 1, day.day - back)
        except ValueError:
            continue
    raise AssertionError(day)


def _instant(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value.replace(tzinfo=None) if value and value.tzinfo is None else _utc(value)
    return datetime.fromisoformat(str(value)).replace(tzinfo=None)


def _utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    offset = value.utcoffset() or timedelta()
    return (value - offset).replace(tzinfo=None)


def recount(connection: Connection, now: datetime) -> list[Found]:
    """Every line of the ledger at ``now`` (UTC, without zone), from the tables of moments and of
    what was promised."""
    merged = connection.execute(
        text("SELECT id, merged_into_id FROM partner WHERE merged_into_id IS NOT NULL")
    )
    now_is = {row.id: row.merged_into_id for row in merged}
    moments = [
        {**row, "at": _instant(row["at"]), "until": _instant(row["until"])}
        for row in map(
            dict, connection.execute(text("SELECT * FROM moment ORDER BY at, id")).mappings()
        )
    ]
    moments = [one for one in moments if one["at"] <= now]
    for one in moments:  # what is sealed under the id of a partner that is another one now
        one["giver_id"] = now_is.get(one["giver_id"], one["giver_id"])
        one["taker_id"] = now_is.get(one["taker_id"], one["taker_id"])
        noun, _, number = one["thread"].partition(":")
        if noun == "partner" and int(number) in now_is:
            one["thread"] = f"partner:{now_is[int(number)]}"
    promised = [
        {**row, "starts": _instant(row["starts"]), "ended_at": _instant(row["ended_at"])}
        for row in map(dict, connection.execute(text("SELECT * FROM promised")).mappings())
    ]
    found: list[Found] = []
    for one in promised:
        mine = [
            m
            for m in moments
            if (m["giver_id"], m["taker_id"]) == (one["giver_id"], one["taker_id"])
            or m["thread"] == f"partner:{one['giver_id']}"
        ]
        narrower = [
            other
            for other in promised
            if one["work"] is None
            and other["work"] is not None
            and all(other[x] == one[x] for x in ("key", "giver_id", "taker_id"))
        ]
        found += [Found(one["id"], *line) for line in _lines(one, mine, narrower, now)]
    return sorted(found)


def _during(promised: dict[str, Any], at: datetime) -> bool:
    end = promised["ended_at"]
    return promised["starts"] <= at and (end is None or at < end)


def _mine(one: dict[str, Any], moment: dict[str, Any], narrower: list[dict[str, Any]]) -> bool:
    """Whether an agreement for one project, or for each, is about what began at this moment."""
    if not _during(one, moment["at"]):
        return False
    if moment["work"] is None:
        return True
    if one["work"] is not None:
        return bool(one["work"] == moment["work"])
    return not any(n["work"] == moment["work"] and _during(n, moment["at"]) for n in narrower)


def _lines(
    one: dict[str, Any],
    moments: list[dict[str, Any]],
    narrower: list[dict[str, Any]],
    now: datetime,
) -> Iterable[tuple[date, str, str]]:
    today = in_london(now)

    def word(due: date, met: datetime | None) -> str:
        if met is not None:
            return "kept" if in_london(met) <= due else "late"
        return "broken" if due < today else "not-yet-due"

    def of(thread: str) -> list[dict[str, Any]]:
        return [m for m in moments if m["thread"] == thread]

    threads = sorted({m["thread"] for m in moments})
    if one["key"] in ("read", "outcome"):
        ends = {"read": {"read", "answered"}, "outcome": {"answered", "next_news"}}[one["key"]]
        for thread in threads:
            line, running = of(thread), False
            for place, moment in enumerate(line):
                if moment["kind"] == "given":
                    running = _mine(one, moment, narrower)
                    due = after_working_days(in_london(moment["at"]), one["days"])
                elif moment["kind"] == "next_news" and one["key"] == "outcome" and moment["until"]:
                    due = in_london(moment["until"])
                else:
                    continue
                if not running:
                    continue
                rest = line[place + 1 :]
                met = next((m["at"] for m in rest if m["kind"] in ends), None)
                gone = next((m["at"] for m in rest if m["kind"] == "withdrawn"), None)
                if gone and in_london(gone) <= due and (met is None or gone <= met):
                    continue
                yield due, word(due, met), thread
    elif one["key"] == "show-first":
        for thread in threads:
            shown = next((m["at"] for m in of(thread) if m["kind"] == "shown"), None)
            for moment in of(thread):
                if moment["kind"] == "published" and _mine(one, moment, narrower):
                    state = "broken" if shown is None else "late"
                    if shown is not None and shown < moment["at"]:
                        state = "kept"
                    yield in_london(moment["at"]), state, thread
    elif one["key"] == "time":
        asked: Counter[date] = Counter()
        for moment in moments:
            if moment["kind"] == "asked" and _during(one, moment["at"]):
                asked[quarter_end(in_london(moment["at"]))] += moment["minutes"] or 0
        for last, minutes in asked.items():
            open_ = "kept" if last < today else "not-yet-due"
            yield last, "broken" if minutes > one["minutes"] else open_, ""
    elif one["key"] == "profile":
        page = f"partner:{one['giver_id']}"
        looks = [m["at"] for m in of(page) if m["at"] >= one["starts"]]
        since, ended = one["starts"], one["ended_at"]
        while True:
            due = a_year_on(in_london(since), one["months"])
            if ended is not None and due > in_london(ended):
                return
            within = [at for at in looks if at > since and in_london(at) <= due]
            if within:
                if due < today:
                    yield due, "kept", page
                since = within[-1]
                continue
            later = [at for at in looks if at > since]
            yield due, word(due, later[0] if later else None), page if looks else ""
            if not later:
                return
            since = later[0]
    elif one["key"] == "call-back":
        day, end = in_london(one["starts"]), min(now, one["ended_at"] or now)
        while day <= in_london(end):
            last = quarter_end(day)
            said = [
                m
                for m in moments
                if m["thread"] == f"promised:{one['id']}"
                and m["until"] is not None
                and in_london(m["until"]) == last
            ]
            open_ = "not-said" if last < today else "not-yet-due"
            yield (
                last,
                said[-1]["kind"] if said else open_,
                said[-1]["thread"] if said else "",
            )
            day = last + ONE_DAY
    else:
        raise AssertionError(f"nobody can count {one['key']} again")


def recount_delays(connection: Connection) -> list[tuple[int, date]]:
    """Each answer that promised to make something public on a day when an election is near, by
    its id, with its new day: the first on which none is."""

    def day(value: Any) -> date:
        return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])

    near: dict[int, set[date]] = {}
    for row in connection.execute(text("SELECT * FROM election WHERE taken_away_at IS NULL")):
        first, last = day(row.first_day), day(row.last_day)
        days = {first + ONE_DAY * place for place in range((last - first).days + 1)}
        near.setdefault(row.region_id, set()).update(days)
    stmt = """
        SELECT response.id, response.by_day, pilot.region_id FROM response
        JOIN insight ON insight.id = response.insight_id
        JOIN pilot ON pilot.id = insight.pilot_id
        WHERE response.kind = 'will' AND response.public
    """
    found = []
    for id, by_day, region in connection.execute(text(stmt)):
        new = day(by_day)
        while new in near.get(region, ()):
            new += ONE_DAY
        if new != day(by_day):
            found.append((id, new))
    return sorted(found)


def main() -> None:
    """Print every line, and how many there are of each."""
    now = datetime.now(UTC).replace(tzinfo=None)
    with create_engine(sys.argv[1]).connect() as connection:
        found, delayed = recount(connection, now), recount_delays(connection)
    for one in found:
        sys.stdout.write(f"{one.promised}\t{one.due}\t{one.state}\t{one.thread}\n")
    for id, new in delayed:
        sys.stdout.write(f"response:{id}\tdelayed by an election until {new}\n")
    sys.stdout.write(f"{dict(Counter(one.state for one in found))}\n")


if __name__ == "__main__":
    main()
