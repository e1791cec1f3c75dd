"""``ui``: the pieces that pages are made of, the same in a whole page and in a part of one."""

from typing import Any

from flask import Flask
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

from portal.languages import lang_attributes, words
from portal.rows import each
from portal.safe_html import clean, plain
from portal.shell import shell

FILES = ("page", "notes", "lists", "forms")


class Pieces:
    """The macros of ``templates/components/*.html`` by their names: ``ui.button(...)``.

    A global of the environment, not an import in each template: a named block that is sent on
    its own to htmx has no imports.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        for file in FILES:
            module = self._environment.get_template(f"components/{file}.html").module
            if hasattr(module, name):
                piece = getattr(module, name)
                if not self._environment.auto_reload:
                    setattr(self, name, piece)
                return piece
        raise AttributeError(name)

    words = staticmethod(words)
    clean = staticmethod(clean)
    each = staticmethod(each)

    @staticmethod
    def story(text: str | None, lang: str | None = None) -> Markup:
        """A longer text that a person wrote, with its paragraphs, marked with its language."""
        return Markup('<div class="app-story"{} translate="no">{}</div>').format(
            lang_attributes(lang), plain(text or "")
        )


def register(app: Flask) -> None:
    """Gives templates ``ui``, ``shell`` and GOV.UK's macros. Call it before anything renders."""
    govuk = PackageLoader("govuk_frontend_jinja")
    prefixed = PrefixLoader({"govuk_frontend_jinja": govuk})
    app.jinja_loader = ChoiceLoader([app.jinja_loader, prefixed])
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(ui=Pieces(app.jinja_env), shell=shell)
