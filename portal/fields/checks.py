"""Checks of what was filled in. Each has its own words, which say what to do."""

import re
from collections.abc import Sequence
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from wtforms.validators import ValidationError

from trust.contacts import is_number

# The pattern a browser uses for type=email, and a dot in the domain.
ADDRESS = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,63}"
)


class Check(Protocol):
    """Raises ``ValidationError`` with words for a person when ``field`` is not right."""

    def __call__(self, form: Any, field: Any) -> None: ...


class Said:
    """A message marked by ``N_`` (or lazy), said in the reader's language when it is needed."""

    def __init__(self, message: str | LazyString, **params: Any) -> None:
        self._message = message
        self._params = params

    def message(self) -> str:
        if isinstance(self._message, LazyString):
            return str(self._message)
        return str(_(self._message, **self._params))


class need(Said):  # noqa: N801 - reads as a word in a list of checks
    """The answer may not be empty: ``need(N_("Enter your name"))``."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.is_empty():
            raise ValidationError(self.message())


class at_most:  # noqa: N801
    """At most ``limit`` letters, or choices, whichever the field holds."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, form: Any, field: Any) -> None:
        over = len(field.data) - self.limit
        if over <= 0:
            return
        if isinstance(field.data, str):
            raise ValidationError(
                ngettext(
                    "Use fewer letters. You have %(num)s too many",
                    "Use fewer letters. You have %(num)s too many",
                    over,
                )
            )
        raise ValidationError(
            ngettext("Choose only %(num)s answer", "Choose %(num)s answers or fewer", self.limit)
        )


class at_least:  # noqa: N801
    """At least ``limit`` letters, or choices."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, form: Any, field: Any) -> None:
        if len(field.data) >= self.limit:
            return
        if isinstance(field.data, str):
            raise ValidationError(
                ngettext(
                    "Write a little more: at least %(num)s letter",
                    "Write a little more: at least %(num)s letters",
                    self.limit,
                )
            )
        raise ValidationError(
            ngettext(
                "Choose at least %(num)s answer", "Choose at least %(num)s answers", self.limit
            )
        )


class whole_number:  # noqa: N801
    """A whole number from ``least`` to ``most``, both included."""

    def __init__(self, least: int = 0, most: int = 9_999_999) -> None:
        self.least = least
        self.most = most

    def __call__(self, form: Any, field: Any) -> None:
        wrong = self.wrong(field.data)
        if wrong:
            raise ValidationError(wrong)

    def wrong(self, number: int) -> str | None:
        """What is wrong with ``number``, in words; ``None`` if nothing is."""
        if number < self.least:
            return str(_("Enter a number that is %(least)s or more", least=self.least))
        if number > self.most:
            return str(_("Enter a number that is %(most)s or less", most=self.most))
        return None


class digits:  # noqa: N801
    """Exactly ``count`` digits: a one-time code."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __call__(self, form: Any, field: Any) -> None:
        if not re.fullmatch(rf"[0-9]{{{self.count}}}", field.data):
            raise ValidationError(_("Enter the code. It has %(count)s digits", count=self.count))


class email:  # noqa: N801
    """An email address that mail can be sent to, without line ends that would forge headers."""

    def __call__(self, form: Any, field: Any) -> None:
        if len(field.data) > 254 or not ADDRESS.fullmatch(field.data):
            raise ValidationError(_("Enter an email address, like name@example.org"))


class phone:  # noqa: N801
    """A phone number as people write it."""

    def __call__(self, form: Any, field: Any) -> None:
        if not is_number(field.data.strip(" ")):
            raise ValidationError(_("Enter a phone number, like 020 7946 0000"))


def limit_of(checks: Sequence[Any]) -> int | None:
    """The number of letters that ``checks`` allow, if they say."""
    return next((check.limit for check in checks if isinstance(check, at_most)), None)
