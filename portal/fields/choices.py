"""Fields for choosing among answers."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Field
from wtforms.validators import ValidationError

from portal.fields.asked import Asked, govuk, tidy, words_of


def _text(words: Any) -> str:
    """Words as text, where there is room for nothing else."""
    return words.striptags() if isinstance(words, Markup) else str(words)


class Answer(NamedTuple):
    """One answer to choose: the value that is sent, its words, a hint under them."""

    value: str
    words: Any
    hint: Any = ""


class _Chosen(Asked, Field):
    """``choices``: (value, words) or (value, words, hint)."""

    def __init__(
        self,
        label: Any = "",
        checks: Any = (),
        *,
        choices: Iterable[Sequence[Any]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, checks, **kwargs)
        self.offer(choices)

    def offer(self, choices: Iterable[Sequence[Any]]) -> None:
        """Set the answers to choose from, where only the view knows them."""
        self.choices = [Answer(str(value), *rest) for value, *rest in choices]

    def values(self) -> set[str]:
        return {answer.value for answer in self.choices}

    def items(self, reveal: dict[str, Markup] | None = None) -> list[dict[str, Any]]:
        items = []
        for answer in self.choices:
            item = {"value": answer.value, **words_of(answer.words)}
            if answer.hint:
                item["hint"] = words_of(answer.hint)
            if reveal and answer.value in reveal:
                item["conditional"] = {"html": reveal[answer.value]}
            items.append(item)
        return items


class Choose(_Chosen):
    """One of a few answers. ``form.how(reveal={"phone": form.number()})`` shows a field under the
    answer that needs it."""

    def __init__(self, label: Any = "", checks: Any = (), *, inline: bool = False, **kwargs: Any):
        super().__init__(label, checks, **kwargs)
        self.inline = inline

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tidy(valuelist[0]) if valuelist else None

    def pre_validate(self, form: Any) -> None:
        if self.data not in self.values():
            raise ValidationError(_("Choose one of the answers"))

    def chosen(self) -> str | None:
        return None if self.data is None else str(self.data)

    def draw(
        self,
        as_heading: bool | None = None,
        reveal: dict[str, Markup] | None = None,
        **kwargs: Any,
    ) -> Markup:
        heading = self.as_heading if as_heading is None else as_heading
        return govuk(
            "radios",
            "govukRadios",
            self.common(
                kwargs,
                idPrefix=self.id,
                fieldset=self.fieldset_params(heading),
                items=self.items(reveal),
                value=self.chosen(),
                classes="govuk-radios--inline" if self.inline else None,
            ),
            typed=bool(reveal),
        )


class YesNo(Choose):
    """Yes or no. ``data`` is True, False, or None while unanswered."""

    def __init__(
        self, label: Any = "", checks: Any = (), *, yes: Any = None, no: Any = None, **kwargs: Any
    ) -> None:
        choices = [("yes", yes or _l("Yes")), ("no", no or _l("No"))]
        super().__init__(label, checks, choices=choices, **({"inline": True} | kwargs))

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = {"yes": True, "no": False}.get(valuelist[0]) if valuelist else None

    def pre_validate(self, form: Any) -> None:
        """Nothing else can be in ``data``."""

    def is_empty(self) -> bool:
        return self.data is None

    def chosen(self) -> str | None:
        return None if self.data is None else "yes" if self.data else "no"


class ChooseMany(_Chosen):
    """Any number of answers. ``none_of_these``: (value, words) that excludes all others."""

    def __init__(
        self,
        label: Any = "",
        checks: Any = (),
        *,
        none_of_these: Sequence[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, checks, **kwargs)
        self.none_of_these = Answer(*none_of_these) if none_of_these else None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(tidy(value) for value in valuelist[:1000]))

    def process_data(self, value: Any) -> None:
        self.data = [str(one) for one in value or ()]

    def pre_validate(self, form: Any) -> None:
        alone = self.none_of_these.value if self.none_of_these else None
        if alone in self.data and len(self.data) > 1:
            raise ValidationError(_("Choose some answers, or say that none is right. Not both"))
        if not set(self.data) <= self.values() | {alone}:
            raise ValidationError(_("Choose from the answers"))

    def draw(
        self,
        as_heading: bool | None = None,
        reveal: dict[str, Markup] | None = None,
        **kwargs: Any,
    ) -> Markup:
        heading = self.as_heading if as_heading is None else as_heading
        items = self.items(reveal)
        if self.none_of_these:
            items.append({"divider": _("or")})
            words = words_of(self.none_of_these.words)
            items.append({"value": self.none_of_these.value, "behaviour": "exclusive", **words})
        return govuk(
            "checkboxes",
            "govukCheckboxes",
            self.common(
                kwargs,
                idPrefix=self.id,
                fieldset=self.fieldset_params(heading),
                items=items,
                values=self.data or None,
            ),
            typed=bool(reveal),
        )


class Tick(Asked, Field):
    """One box to tick: "I have read it". ``data`` is True or False."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = bool(valuelist)

    def is_empty(self) -> bool:
        return not self.data

    def draw(self, **kwargs: Any) -> Markup:
        item = {"value": "yes", "checked": bool(self.data), **words_of(self.label.text)}
        if self.description:
            item["hint"] = words_of(self.description)
        params = self.common(kwargs, idPrefix=self.id, hint=None, items=[item])
        return govuk("checkboxes", "govukCheckboxes", params)


class Pick(_Chosen):
    """One of many answers, from a list that opens. ``data`` is "" while nothing is picked.
    ``own_words``: the answers are names that people gave (places, partners), which nobody
    translates."""

    def __init__(
        self,
        label: Any = "",
        checks: Any = (),
        *,
        blank: Any = None,
        own_words: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, checks, **kwargs)
        self.own_words = own_words
        self.blank = _l("Choose from the list") if blank is None else blank

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tidy(valuelist[0]) if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        if self.data not in self.values():
            raise ValidationError(_("Choose from the list"))

    def draw(self, as_heading: bool | None = None, **kwargs: Any) -> Markup:
        heading = self.as_heading if as_heading is None else as_heading
        own = {"attributes": {"translate": "no"}} if self.own_words else {}
        items = [{"value": "", "text": str(self.blank)}]
        items += [
            {"value": answer.value, "text": _text(answer.words), **own} for answer in self.choices
        ]
        return govuk(
            "select",
            "govukSelect",
            self.common(
                kwargs,
                label=self.label_params(heading),
                items=items,
                value=None if self.data is None else str(self.data),
            ),
        )
