"""The words of a page, quickly. Flask-Babel asks anew for each sentence which request, which
language and which catalogue this is: sixty calls for each, and a page has thirty. Here that is
asked once per request, and again only when the language changes within it."""

from collections.abc import Callable
from typing import Any

import flask_babel
from flask import Flask, g
from markupsafe import Markup


def translations(find: Callable[[], Any] = flask_babel.get_translations) -> Any:
    """The catalogue of the language that is spoken now; ``find`` looks it up."""
    try:
        here = g._get_current_object()  # each look through the proxy takes as long as all of this
    except RuntimeError:  # outside of the portal: nothing to keep it in
        return find()
    held = getattr(here, "catalogue", None)
    if held is None or held[0] is not getattr(here, "language", None):
        found = find()  # chooses the language, where nobody has yet
        here.catalogue = held = (here.get("language"), found)
    return held[1]


class Domain(flask_babel.Domain):
    """Flask-Babel's own words, in Python and put off until they are read, from the same place."""

    def get_translations(self) -> Any:
        return translations(super().get_translations)


def gettext(text: str, /, **given: Any) -> str:
    """``text`` in the reader's language, with what is ``given`` put in."""
    said: str = translations().gettext(text)
    return said % given if given else said


def in_page(text: str, /, **given: Any) -> Markup:
    """What ``_()`` says in a template: a sentence of ours, with what is ``given`` escaped."""
    said = Markup(translations().gettext(text))  # noqa: S704 - of our catalogue
    return said % given if given or "%" in said else said


def ngettext_in_page(one: str, many: str, num: int, /, **given: Any) -> Markup:
    """What ``ngettext()`` says in a template. ``num`` is among what is put in."""
    said = Markup(translations().ngettext(one, many, num))  # noqa: S704 - of our catalogue
    return said % {"num": num, **given}


def init(app: Flask) -> None:
    """Gives templates and Flask-Babel the quick words. Call it after Flask-Babel's own start."""
    app.extensions["babel"].instance.domain_instance = Domain()
    app.jinja_env.globals.update({"_": in_page, "gettext": in_page, "ngettext": ngettext_in_page})
