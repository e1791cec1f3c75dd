"""A day in three boxes."""

from calendar import monthrange
from datetime import date
from typing import Any

from babel.dates import get_month_names
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import Field

from pilots import numbers
from pilots.numbers import whole
from portal.fields.asked import Asked, govuk, tidy

PARTS = ("day", "month", "year")


class DateParts(Asked, Field):
    """A day. ``data`` is a date; what was typed stays in the boxes until it is one. A month may be
    typed as a word."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.typed: dict[str, str] = {}
        self.wrong: str | None = None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.typed, self.wrong = {}, None
        names = {part: f"{self.name}-{part}" for part in PARTS}
        self.data = data if isinstance(data, date) else None
        if formdata is None or not any(name in formdata for name in names.values()):
            if self.data:
                self.typed = {part: str(getattr(self.data, part)) for part in PARTS}
            return
        self.typed = {part: tidy(formdata.get(name, ""))[:30] for part, name in names.items()}
        self.data = None
        if any(self.typed.values()):
            try:
                self.data = self._read()
            except ValueError as wrong:
                self.process_errors.append(str(wrong))

    def _read(self) -> date:
        for part, problem in (
            ("day", _("The date needs a day")),
            ("month", _("The date needs a month")),
            ("year", _("The date needs a year")),
        ):
            if not self.typed[part]:
                self.wrong = part
                raise ValueError(problem)
        try:
            self.wrong = "month"
            month = month_of(self.typed["month"])
            self.wrong = "year"
            year = numbers.year(self.typed["year"])
            self.wrong = "day"
            day = whole(self.typed["day"])
            last = monthrange(year, month)[1]
            read = date(year, month, min(day, last))
        except (ValueError, OverflowError):
            raise ValueError(_("Enter a real date, like 27 3 2026")) from None
        if day > last:
            name = get_month_names(locale=get_locale() or "en")[month]
            text = _("There is no %(day)s %(month)s %(year)s. Check the day")
            raise ValueError(text % {"day": day, "month": name, "year": year})
        self.wrong = None
        return read

    @property
    def first_id(self) -> str:
        return f"{self.id}-{self.wrong or 'day'}"

    def draw(self, as_heading: bool | None = None, **kwargs: Any) -> Markup:
        heading = self.as_heading if as_heading is None else as_heading
        labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
        items = [
            {
                "name": part,
                "label": labels[part],
                "value": self.typed.get(part),
                "classes": f"govuk-input--width-{4 if part == 'year' else 2}"
                + (" govuk-input--error" if self.errors and self.wrong in (None, part) else ""),
                # A month may be a word, so its keyboard has letters.
                "inputmode": "text" if part == "month" else "numeric",
                "attributes": {"dir": "auto" if part == "month" else "ltr"},
            }
            for part in PARTS
        ]
        params = self.common(
            kwargs, namePrefix=self.name, fieldset=self.fieldset_params(heading), items=items
        )
        return govuk("date-input", "govukDateInput", params, typed=any(self.typed.values()))


def month_of(text: str) -> int:
    """3, or March, or Mar, in the reader's language or English. ``ValueError`` if it is none."""
    if text.isdecimal():
        return whole(text)
    word = text.casefold().rstrip(".")
    for locale in (get_locale() or "en", "en"):
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=locale).items():
                if name.casefold().rstrip(".") == word:
                    return int(number)
    raise ValueError(text)
