"""Days that people set for others to wait for, or to answer by."""

from datetime import date, datetime

from trust.calendar import london_day
from trust.records import N_, Refused


def still_to_come(day: date | None, now: datetime, field: str) -> None:
    """Raises ``Refused`` for a day that is here or over. Where none is set, there is nothing to
    refuse."""
    if day is not None and day <= london_day(now):
        raise Refused(N_("Give a day that is still to come."), field=field)
