"""The form that all forms are."""

import re
import secrets
from datetime import datetime
from typing import Any

from flask import current_app, g, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field
from wtforms.fields.core import UnboundField
from wtforms.i18n import DummyTranslations

from portal.fields.text import LongText
from portal.fields.uploads import Upload
from portal.languages import say
from portal.shell import shell, tell
from trust.records import Refused


def is_submitted() -> bool:
    """Whether this request brings a form."""
    return request.method in ("POST", "PUT", "PATCH", "DELETE")


class Carried(Field):
    """Goes out and comes back unseen."""

    def draw(self) -> Markup:
        """Without an id, so that two forms can stand on one page."""
        value = "" if self.data is None else self.data
        return Markup('<input type="hidden" name="{}" value="{}">').format(self.name, value)


class Token(Carried):
    """What makes one sending of a form one change, however often its button is tapped."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and re.fullmatch(r"[A-Za-z0-9_-]{16,64}", valuelist[0]):
            self.data = valuelist[0]


class Version(Carried):
    """The version of the record that the form was filled from; None if it came from none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


class Form(FlaskForm):
    """A form with an idempotency ``token`` and the ``version`` it was filled from."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            """WTForms' own messages are never shown."""
            return DummyTranslations()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, for each kind of field what it can be: a file only where one is
            asked for, words everywhere else. Nothing here is sent as JSON."""
            if request.is_json:
                return None
            if not is_submitted() and not g.get("typed_in_part") and form.was_typed_before():
                return MultiDict(g.typed_before)
            given = super().wrap_formdata(form, formdata)
            if not isinstance(given, CombinedMultiDict):
                return given
            asked = [field.name for field in form if isinstance(field, Upload)]
            files = MultiDict(
                (name, file) for name in asked for file in request.files.getlist(name)
            )
            return CombinedMultiDict((files, request.form))

    def validate(self, extra_validators: Any = None) -> bool:
        """As always; and a file that came with what must be put right has to be chosen once more:
        no browser keeps it."""
        right: bool = super().validate(extra_validators=extra_validators)
        for field in self if not right else ():
            if isinstance(field, Upload) and field.data is not None and not field.errors:
                field.errors = [_("Choose the file once more. Your browser does not keep it")]
        return right

    def process(self, *args: Any, **kwargs: Any) -> None:
        """As always; and long words that could not be sent before stand in their boxes again."""
        super().process(*args, **kwargs)
        if is_submitted() or not g.get("typed_in_part") or not self.was_typed_before():
            return
        kept = MultiDict(g.typed_before)
        for field in self:
            if field.name in kept and isinstance(field, (LongText, Version)):
                field.process(kept)

    talk: dict[str, str] | None = None
    """Where to talk about it, once an agreement has said no."""

    token = Token(default=lambda: secrets.token_urlsafe(16))
    version = Version()

    def was_typed_before(self) -> bool:
        """Whether this form could not be sent because the session had run out, and what was typed
        into it was kept (portal/access.py): then it comes back as it was, and the page says so."""
        part = g.get("typed_in_part")
        kinds = LongText if part else Field
        names = [
            field.name
            for field in self
            if isinstance(field, kinds) and not isinstance(field, Carried)
        ]
        found = any(
            name == own or name.startswith(f"{own}-")
            for name in g.get("typed_before") or ()
            for own in names
        )
        if found:
            tell(typed_before=True)
        return found

    def opened(self) -> datetime | None:
        """When the page was opened that this form came from, by the portal's own clock: its CSRF
        token says so, and is signed. None where it cannot be told."""
        held = self["csrf_token"].data if "csrf_token" in self else None
        signed = URLSafeTimedSerializer(current_app.secret_key, salt="wtf-csrf-token")
        try:
            at: datetime = signed.loads(held or "", return_timestamp=True)[1]
        except BadData:
            return None
        return at

    def hidden(self) -> Markup:
        """The inputs nobody sees; ``ui.form`` puts them into the form."""
        if not is_submitted() and self.version.raw_data:
            # What was typed before goes with the version that its writer saw.
            self.version.process_formdata(self.version.raw_data)
        parts = [self.token.draw(), self.version.draw()]
        who = shell().who
        if who is not None:
            # For whom it was opened: it acts for nobody else (portal/hats.py).
            parts.append(
                Markup('<input type="hidden" name="acting_for" value="{}">').format(who.hat)
            )
        if "csrf_token" in self:
            field = self["csrf_token"]
            parts.append(
                Markup('<input type="hidden" name="{}" value="{}">').format(
                    field.name, field.current_token
                )
            )
        return Markup("").join(parts)

    @property
    def errors_summary(self) -> list[dict[str, str]]:
        """Each error with the address of what has to be put right, in the order of the fields."""
        summary = []
        for field in self:
            if field.short_name == "csrf_token" and field.errors:
                text = _("This page was open for too long. Nothing is lost: send it again")
                summary.append({"href": "", "text": text})
            elif hasattr(field, "error_links"):
                summary += [{"href": f"#{id}", "text": text} for id, text in field.error_links()]
        summary += [{"href": "", "text": str(error)} for error in self.form_errors]
        return [*summary, self.talk] if self.talk else summary

    def wrong(self, field: str | None, message: str) -> None:
        """Adds an error found outside the form; without a field it stands in the summary only."""
        if field and field in self:
            self[field].errors = [*self[field].errors, message]
        else:
            self.form_errors = [*self.form_errors, message]

    def refused(self, refusal: Refused) -> None:
        """Shows a rule's refusal where the answer can be changed, and what to do next."""
        self.wrong(refusal.field, say(refusal.reason))
        if refusal.next_step:
            self.wrong(None, say(refusal.next_step))


def long_words() -> frozenset[str]:
    """The names of all boxes for long words, of every form that there is."""
    found, left = set[str](), [Form]
    while left:
        one = left.pop()
        left += one.__subclasses__()
        found |= {
            name
            for name, field in vars(one).items()
            if isinstance(field, UnboundField) and issubclass(field.field_class, LongText)
        }
    return frozenset(found)
