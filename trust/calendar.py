"""Working days: what "within five working days" means. Instants come in UTC; the days are
those of Europe/London; bank holidays are those of the region's division of the country."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")
SATURDAY = 5


@cache
def _bank_holidays(division: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=division, years=year))


@lru_cache(maxsize=4096)  # a queue asks for the same instants each time it is opened
def london_day(at: datetime) -> date:
    """The date in London at an instant. Raises ``ValueError`` for an instant without zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return at.astimezone(LONDON).date()


def day_ends(day: date) -> datetime:
    """The instant, in UTC, at which ``day`` is over in London: the midnight after it."""
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=LONDON)
    return midnight.astimezone(UTC)


def quarter_of(day: date) -> tuple[date, date]:
    """The first and the last day of the calendar quarter that ``day`` is in."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return first, add_months(first, 3) - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day of the month, ``months`` later; its last day where there is no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True)
class Calendar:
    """The working days of one division: ``ENG``, or another that the holidays library knows."""

    division: str = "ENG"

    def is_working(self, day: date) -> bool:
        """Monday to Friday, and no bank holiday."""
        return day.weekday() < SATURDAY and day not in _bank_holidays(self.division, day.year)

    def add_working_days(self, at: datetime | date, n: int) -> date:
        """The last day for something due within ``n`` working days of ``at``.

        The day of ``at`` itself does not count, whatever its hour. With ``n`` 0 it is that
        day, or the next working day. Raises ``ValueError`` below 0.
        """
        if n < 0:
            raise ValueError("working days are counted forward")
        day = _as_day(at)
        while n > 0:
            day += timedelta(days=1)
            n -= self.is_working(day)
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def working_days_between(self, start: datetime | date, end: datetime | date) -> int:
        """Working days after the day of ``start``, up to and with the day of ``end``.

        Negative when ``end`` comes first, so that swapping the two changes only the sign.
        """
        first, last = _as_day(start), _as_day(end)
        if last < first:
            return -self.working_days_between(last, first)
        span = (first + timedelta(days=i) for i in range(1, (last - first).days + 1))
        return sum(self.is_working(day) for day in span)


ENGLAND = Calendar()


def _as_day(at: datetime | date) -> date:
    return london_day(at) if isinstance(at, datetime) else at
