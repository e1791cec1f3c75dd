"""Fields for words and numbers."""

import re
from functools import cache
from typing import Any

from babel import Locale
from flask import current_app, g
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import Field

from pilots.numbers import whole
from portal.fields.asked import Asked, govuk, one_line, tidy
from portal.fields.checks import at_most, email, limit_of, phone, whole_number
from portal.languages import number


class Text(Asked, Field):
    """One line. ``width`` in letters (2, 3, 4, 5 or 10) where the length says what is expected.
    ``safeguarding``: the sentence stands below the box, where something about people is asked.

    Words run in the direction of what is typed, whatever the page's; addresses and numbers from
    left to right."""

    kind = "text"
    direction = "auto"
    longest = 200
    presets: dict[str, Any] = {}

    def __init__(
        self,
        label: Any = "",
        checks: Any = (),
        *,
        width: int | None = None,
        autocomplete: str | None = None,
        prefix: Any = None,
        suffix: Any = None,
        safeguarding: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, checks, **kwargs)
        self.attributes = {"dir": self.direction, **self.attributes}
        self.safeguarding = safeguarding
        self.width = width
        self.autocomplete = autocomplete
        self.prefix_words = prefix
        self.suffix_words = suffix

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = tidy(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        if isinstance(self.data, str) and limit_of(self.validators) is None:
            at_most(self.longest)(form, self)

    def shown(self) -> str:
        """What stands in the box: what was typed, even if it cannot be read."""
        return "" if self.data is None else str(self.data)

    def draw(self, as_heading: bool | None = None, **kwargs: Any) -> Markup:
        heading = self.as_heading if as_heading is None else as_heading
        params = self.common(kwargs, label=self.label_params(heading), value=self.shown() or None)
        params |= self.presets | {"type": self.kind}
        if self.width:
            params["classes"] = f"govuk-input--width-{self.width}"
        if self.autocomplete:
            params["autocomplete"] = self.autocomplete
        for key, words in (("prefix", self.prefix_words), ("suffix", self.suffix_words)):
            if words:
                params[key] = {"text": str(words)}
        guard = Markup("")
        if self.safeguarding:
            params["describedBy"] = f"{self.id}-guard"
            guard = _guard(f"{self.id}-guard")
        return govuk("input", "govukInput", params, typed=bool(self.shown())) + guard


class Email(Text):
    """An email address. Checked as one."""

    kind = "email"
    direction = "ltr"
    presets = {"autocomplete": "email", "spellcheck": False, "autocapitalize": "none"}

    def pre_validate(self, form: Any) -> None:
        email()(form, self)


class Phone(Text):
    """A phone number. Checked as one."""

    kind = "tel"
    direction = "ltr"
    presets = {"autocomplete": "tel", "classes": "govuk-input--width-10"}

    def pre_validate(self, form: Any) -> None:
        phone()(form, self)


class Code(Text):
    """A one-time code: phones offer it from the message, it can be pasted, spaces do not matter."""

    direction = "ltr"
    presets = {
        "autocomplete": "one-time-code",
        "inputmode": "numeric",
        "spellcheck": False,
        "autocapitalize": "none",
        "classes": "govuk-input--width-10",
    }

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = re.sub(r"[\s-]", "", self.data or "")


class Number(Text):
    """A whole number, in any script's digits, with or without separators. ``data`` is an int."""

    direction = "ltr"
    presets = {"inputmode": "numeric", "spellcheck": False}

    def __init__(self, label: Any = "", checks: Any = (), *, width: int = 5, **kwargs: Any) -> None:
        super().__init__(label, checks, width=width, **kwargs)
        self.typed: str | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        self.typed = tidy(valuelist[0])[:100]
        self.data = None
        if self.typed:
            try:
                self.data = whole(self.typed)
            except ValueError:
                raise ValueError(_("Enter a whole number, like 12")) from None

    def pre_validate(self, form: Any) -> None:
        if not any(isinstance(check, whole_number) for check in self.validators):
            whole_number()(form, self)

    def shown(self) -> str:
        return super().shown() if self.typed is None else self.typed


class LongText(Asked, Field):
    """A story. ``count`` letters at most, counted as they are typed. The safeguarding sentence
    stands below the box; once on the page where what is typed is less about people
    (``safeguarding=False``); not where it is reported (None)."""

    longest = 10_000

    def __init__(
        self,
        label: Any = "",
        checks: Any = (),
        *,
        rows: int = 6,
        count: int | None = None,
        safeguarding: bool | None = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, checks, **kwargs)
        self.attributes = {"dir": "auto", **self.attributes}
        self.rows = rows
        self.count = count
        self.safeguarding = safeguarding

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = tidy(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        if self.count or limit_of(self.validators) is None:
            at_most(self.count or self.longest)(form, self)

    def draw(self, as_heading: bool | None = None, **kwargs: Any) -> Markup:
        heading = self.as_heading if as_heading is None else as_heading
        described: list[str] = []
        group: dict[str, Any] = {}
        guard = Markup("")
        if self.count:
            described.append(f"{self.id}-info")
            group = {
                "classes": "govuk-character-count",
                "attributes": _counting(self.count),
                "afterInput": {"html": _limit(self.id, self.count)},
            }
        if self.safeguarding is not None:
            before: str | None = g.get("guard")
            if self.safeguarding or before is None:
                g.guard = before = f"{self.id}-guard"
                guard = _guard(before)
            described.append(before)
        params = self.common(
            kwargs,
            label=self.label_params(heading),
            value=one_line(self.data or ""),
            rows=self.rows,
            classes="govuk-js-character-count" if self.count else None,
            formGroup=group or None,
            describedBy=" ".join(described) or None,
        )
        return govuk("textarea", "govukTextarea", params, typed=bool(self.data)) + guard


def _guard(id: str) -> Markup:
    guard: Markup = current_app.jinja_env.globals["ui"].safeguarding(id=id)
    return guard


def _limit(id: str, limit: int) -> Markup:
    text = ngettext(
        "You can use up to %(count)s letter.",
        "You can use up to %(count)s letters.",
        limit,
        count=number(limit),
    )
    return Markup(
        '<div id="{}-info" class="govuk-hint govuk-character-count__message">{}</div>'
    ).format(id, text)


def _counting(limit: int) -> dict[str, str]:
    """What the script says while somebody types, in each plural form that the language has."""
    said = {"data-module": "govuk-character-count", "data-maxlength": str(limit)}
    said["data-i18n.characters-at-limit"] = _("You have no letters left")
    for form, sample in _plural_samples(get_locale() or Locale("en")).items():
        said[f"data-i18n.characters-under-limit.{form}"] = ngettext(
            "You have %(count)s letter left",
            "You have %(count)s letters left",
            sample,
            count="%{count}",
        )
        said[f"data-i18n.characters-over-limit.{form}"] = ngettext(
            "You have %(count)s letter too many",
            "You have %(count)s letters too many",
            sample,
            count="%{count}",
        )
    return said


@cache
def _plural_samples(locale: Locale) -> dict[str, int]:
    """A number for each of the plural forms that ``locale`` has: {"one": 1, "other": 0}."""
    samples: dict[str, int] = {}
    for sample in range(200):
        samples.setdefault(locale.plural_form(sample), sample)
    samples.setdefault("other", 100)
    return samples
