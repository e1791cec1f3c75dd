"""What all fields share: their words, their errors, and the macro that draws them."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup, escape

from portal.fields.checks import Check, need
from trust.names import stream_safe

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def tidy(text: str) -> str:
    """One form of each letter, one kind of line end, no control characters, no outer spaces."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROLS.sub("", unicodedata.normalize("NFC", stream_safe(text))).strip()


def words_of(words: Any) -> dict[str, Any]:
    """GOV.UK's way to say words: as text, or as html if they are marked up already."""
    return {"html": words} if isinstance(words, Markup) else {"text": str(words)}


_drawn: dict[str, Markup] = {}
MOST_DRAWN = 500


def govuk(component: str, macro: str, params: dict[str, Any], *, typed: bool = False) -> Markup:
    """One of GOV.UK's macros. ``None`` values are left out: the macros ask what is defined.

    They are general and so take their time (two milliseconds for a list to choose from), and
    what they make depends on nothing but ``params``: it is kept for the next who sees the same
    field, unless something ``typed`` stands in it.
    """
    present = {key: value for key, value in params.items() if value is not None}
    key = f"{macro} {present!r}"
    typed = typed or "errorMessage" in present
    if key in _drawn and not typed:
        return _drawn[key]
    path = f"govuk_frontend_jinja/components/{component}/macro.html"
    html: Markup = getattr(current_app.jinja_env.get_template(path).module, macro)(present)
    if not typed:
        if len(_drawn) >= MOST_DRAWN:
            _drawn.clear()
        _drawn[key] = html
    return html


class Widget:
    """Lets a field draw itself: WTForms asks a widget, ours asks the field back."""

    def __call__(self, field: "Asked", **kwargs: Any) -> Markup:
        return field.draw(**kwargs)


class Asked:
    """Mixed into a WTForms field. ``hint`` stands under the label; ``as_heading`` makes the label
    the page's h1; ``optional`` says so after the label; ``checks`` run only on what was filled
    in, save ``need``."""

    widget = Widget()
    # What WTForms' Field brings; named here for the reader and the type checker.
    id: str
    name: str
    label: Any
    description: Any
    errors: Sequence[str]
    data: Any
    raw_data: list[Any] | None
    validators: Sequence[Callable[..., None]]

    def __init__(
        self,
        label: Any = "",
        checks: Check | Sequence[Check] = (),
        *,
        hint: Any = "",
        as_heading: bool = False,
        optional: bool = False,
        attributes: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        checks = [checks] if callable(checks) else list(checks)
        super().__init__(label, checks, description=hint, **kwargs)
        self.as_heading = as_heading
        self.optional = optional
        self.attributes = attributes or {}

    def draw(self, **kwargs: Any) -> Markup:
        """The field as HTML. ``as_heading`` and ``attributes`` may be given here too."""
        raise NotImplementedError

    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return self.data in (None, "", [], {})

    def validate(self, form: Any, extra_validators: Sequence[Any] = ()) -> bool:
        """WTForms' own, except that an empty answer only meets ``need``."""
        problems: list[str] = list(self.process_errors)
        if problems:
            self.errors = problems
            return False
        if self.is_empty():
            self.errors = [check.message() for check in self.validators if isinstance(check, need)]
            return not self.errors
        return bool(super().validate(form, extra_validators))

    @property
    def first_id(self) -> str:
        """Where the error summary leads: the first thing of this field that takes the focus."""
        return self.id

    def error_links(self) -> list[tuple[str, str]]:
        """(id, message) for the error summary."""
        return [(self.first_id, str(error)) for error in self.errors[:1]]

    # Parts for the macros.

    def label_params(self, as_heading: bool, prefix: str = "govuk-label") -> dict[str, Any]:
        words = self.label.text
        if self.optional:
            words = _("%(question)s (optional)", question=words)
            words = Markup(words) if isinstance(self.label.text, Markup) else words  # noqa: S704
        size = "l" if as_heading else "s"
        return words_of(words) | {"classes": f"{prefix}--{size}", "isPageHeading": as_heading}

    def fieldset_params(self, as_heading: bool) -> dict[str, Any]:
        return {"legend": self.label_params(as_heading, "govuk-fieldset__legend")}

    def hint_params(self) -> dict[str, Any] | None:
        return words_of(self.description) if self.description else None

    def error_params(self) -> dict[str, Any] | None:
        if not self.errors:
            return None
        return {"text": str(self.errors[0]), "visuallyHiddenText": _("Error")}

    def common(self, kwargs: dict[str, Any], **more: Any) -> dict[str, Any]:
        """What every macro takes. Attributes of a call are added to those of the field."""
        return {
            "id": self.id,
            "name": self.name,
            "hint": self.hint_params(),
            "errorMessage": self.error_params(),
            "attributes": {**self.attributes, **kwargs.get("attributes", {})} or None,
        } | more


def one_line(text: str) -> Markup:
    """Text for a textarea, without lines: GOV.UK's macros indent the lines of what they nest."""
    return Markup(str(escape(text)).replace("\n", "&#10;"))  # noqa: S704 - escaped here
