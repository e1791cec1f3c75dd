"""A test client that audits each page it is given, and shows the test what a person would read.

``app = audited(create_app(...))``; then ``app.test_client()`` as ever. A page with a problem
fails the test that asked for it. Wrapping the words happens in English only: in another language
a page is audited as it stands.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from typing import Any

from babel.support import Translations
from flask import Flask, has_request_context, request
from flask.testing import FlaskClient
from flask_babel import Domain
from werkzeug.test import TestResponse

from tests.portal.page_audit import CLOSE, OPEN, audit_html, unwrapped

WRAP = "tests.wrap"


class Wrapping(Translations):
    """English, with each string that passes through wrapped in ⟦ ⟧."""

    def __init__(self) -> None:
        super().__init__()
        self._plain = NullTranslations()

    def gettext(self, message: str) -> str:
        return f"{OPEN}{self._plain.gettext(message)}{CLOSE}"

    def ngettext(self, singular: str, plural: str, num: int) -> str:
        return f"{OPEN}{self._plain.ngettext(singular, plural, num)}{CLOSE}"

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    def npgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        return self.ngettext(singular, plural, num)

    ugettext, ungettext, upgettext, unpgettext = gettext, ngettext, pgettext, npgettext


class WrappingDomain(Domain):
    """Translates as ever, but wraps English in requests that ask for it."""

    wrapping = Wrapping()

    def get_translations(self) -> Any:
        found = super().get_translations()
        asked = has_request_context() and request.environ.get(WRAP)
        return self.wrapping if asked and not getattr(found, "_catalog", None) else found


class AuditingClient(FlaskClient):
    """Audits HTML: whole pages, and parts sent to htmx. Other answers pass through."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.environ_base[WRAP] = True
        self.auditing = True

    @contextmanager
    def plain(self) -> Iterator[None]:
        """Without wrapping and audit: for files that must come out to the byte, and for timing."""
        self.auditing = self.environ_base[WRAP] = False
        try:
            yield
        finally:
            self.auditing = self.environ_base[WRAP] = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if not self.auditing or not response.mimetype.startswith("text/"):
            return response
        html = response.get_data(as_text=True)
        if response.mimetype == "text/html" and html:
            asked = response.request
            problems = audit_html(
                html,
                f"{asked.method} {asked.path} ({response.status_code})",
                wrapped=response.headers.get("Content-Language", "en") == "en",
                fragment=asked.headers.get("HX-Request") == "true" and "<html" not in html,
            )
            assert not problems, "\n".join(problems)
        if OPEN in html:
            response.set_data(unwrapped(html).encode())
        return response


def audited(app: Flask) -> Flask:
    """Lets ``app.test_client()`` audit what it gets."""
    app.extensions["babel"].instance.__dict__["domain_instance"] = WrappingDomain()
    app.test_client_class = AuditingClient
    return app
