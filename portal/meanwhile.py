"""Two people who change the same thing at once: what the second one typed is not lost, and what the
first one saved is not written over unseen. The page shows both texts (``ui.saved_meanwhile``)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _

from portal.fields import Form
from portal.languages import day_words
from portal.pages import changed_meanwhile
from trust.records import Record

Saved = list[tuple[Any, str, str]]
"""Label of a field, what was saved in it, what was typed."""


def remember(form: Form, record: Record | None) -> None:
    """Note which version of ``record`` a form was read from, where it is read and not sent."""
    if request.method == "GET":
        form.version.data = record.version if record is not None else 0


def overtaken(form: Form, record: Record | None, now: Mapping[str, Any]) -> Saved:
    """Where somebody saved ``record`` since the form was read: the fields in which what is there
    now, by name as the form holds it, differs from what was typed. Else nothing, and the form may
    be saved."""
    differs = [
        (form[name].label.text, _shown(form[name], value), _shown(form[name], form[name].data))
        for name, value in now.items()
        if name in form and (value or None) != (form[name].data or None)
    ]
    return differs if differs and changed_meanwhile(form, record) else []


def _shown(field: Any, value: Any) -> str:
    """What a field holds, in words."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return day_words(value)
    known = {one.value: one.words for one in getattr(field, "choices", None) or ()}
    return str(known[value]) if value in known else str(value or "")
