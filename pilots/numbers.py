"""Whole numbers and days as people type them: one reader, for the fields of a page and for the
answers that are kept."""

import re
from datetime import date

MOST_DIGITS = 12
FIRST_YEAR, LAST_YEAR = 1900, 2200

# A mark between digits groups them by three, or as in 1,00,000; anything else may be a decimal
# mark: "12,5" is twelve and a half to many, and never 125.
_WHOLE = re.compile(
    r"-?(?:\d+|\d{1,3}(?P<mark>[,٬'’ \u00a0\u2009\u202f])\d{3}(?:(?P=mark)\d{3})*"
    r"|\d{1,2}(?:,\d{2})+,\d{3})"
)


def whole(text: str) -> int:
    """``1200``, ``1,200`` or ``١٢`` as a whole number. ``ValueError`` for anything else."""
    text = text.strip()
    digits = re.sub(r"\D", "", text)
    if not _WHOLE.fullmatch(text) or len(digits) > MOST_DIGITS:
        raise ValueError(text)
    if int(digits[0]) == 0 and re.search(r"\d\D", text):  # "0,125" is an eighth
        raise ValueError(text)
    return -int(digits) if text.startswith("-") else int(digits)


_EITHER = re.compile(r"[-+]?[1-9][0-9]{0,2},[0-9]{3}")


def either(text: str) -> tuple[str, str] | None:
    """The two numbers that ``1,200`` can mean where decimals are asked for: 1200 and 1.2. None
    where the digits leave one only, as in 0,125 or 12,5."""
    if not _EITHER.fullmatch(text):
        return None
    return text.replace(",", ""), text.replace(",", ".").rstrip("0").rstrip(".")


def year(text: str) -> int:
    """A year of four digits. ``ValueError`` for one that nobody here means, like 26."""
    read = whole(text)
    if not FIRST_YEAR <= read <= LAST_YEAR:
        raise ValueError(text)
    return read


def day(year_typed: str, month_typed: str, day_typed: str) -> date:
    """A day, from three numbers. ``ValueError`` if there is none."""
    return date(year(year_typed), whole(month_typed), whole(day_typed))
