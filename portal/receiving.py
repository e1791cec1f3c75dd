"""Files that come with a form: read within limits, checked, and kept before the row that points
to them; and handed out again, never to be opened within the portal's own pages. Documents that
the portal makes leave in the same way."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Response, abort, current_app, make_response, render_template, request
from flask_babel import format_decimal
from flask_babel import gettext as _

from portal import access, storing
from portal.attachments import MOST, SOUNDS, TYPES, check
from portal.carriers.store import Away, Missing
from portal.documents import pdf
from portal.languages import say
from portal.limits import HEAVY, within
from trust.attachments import Attachment
from trust.records import N_, Msg, Refused

RECEIVED = 25 * 1024 * 1024  # bytes: a file that is too big by little is told so beside its field

CSP = "default-src 'none'; frame-ancestors 'none'; sandbox"


def receive_more() -> None:
    """Before anything reads the form: the portal's limit for requests is for other pages."""
    request.max_content_length = RECEIVED


def received(form: Any, taken: Mapping[str, str] = TYPES) -> dict[str, Any] | None:
    """What came in the field ``file``, checked and kept, as verbs take it; None if nothing came.
    ``taken`` are the kinds of file that are (``attachments.check``).
    Raises ``Refused`` for what is not taken and ``Away`` where it cannot be kept."""
    came = form.file.data
    if came is None:
        return None
    content = came.read(MOST + 1)
    before_reading()
    checked = check(content, came.filename or "", taken)
    return storing.put(access.session(), storing.of(current_app), checked)


def before_reading() -> None:
    """No lock is held while a strange file is read; nothing was written. Raises ``Refused`` where
    many came from there."""
    access.session().commit()
    if not _in_measure():
        raise Refused(
            N_("Many files came from here just now."),
            next_step=Msg(N_("Wait a quarter of an hour. Then choose it again.")),
        )


def _in_measure() -> bool:
    """Count one file to be read, or to be made: either keeps a processor busy, whatever comes of
    it."""
    return access.database().apart(lambda session: within(session, HEAVY, access.now()))


@contextmanager
def said(form: Any) -> Iterator[None]:
    """What is wrong with a file stands at its field, with what to do about it. Then nothing was
    saved, and what was typed beside it stays in the form."""
    try:
        yield
    except Refused as refused:
        access.session().rollback()
        told = say(refused.reason)
        if refused.next_step:
            told = f"{told} {say(refused.next_step)}"
        form.wrong("file", told)
    except Away as away:
        access.session().rollback()
        current_app.logger.error("the store for files does not answer: %s", away)
        form.away = True
        form.wrong("file", _("We cannot keep files just now. Nothing was saved. Try again soon"))


def about(file: Attachment) -> str:
    """What sort of file it is, and how large."""
    size = format_decimal(max(round(file.size / 1_000_000, 1), 0.1))
    return _("%(kind)s, %(size)s MB", kind=file.kind.upper(), size=size)


def handed_out(file: Attachment) -> Response:
    """A file to save. A browser neither shows it within a page nor guesses what it is. Raises
    ``Away``, ``Missing`` or ``Damaged``, which have a page of their own."""
    content = storing.get(storing.of(current_app), file.sha256)
    response = _to_save(content, (TYPES | SOUNDS)[file.kind], file.name)
    # Who listens jumps to and fro; and some phones play nothing that does not come in parts.
    return response.make_conditional(request, accept_ranges=True, complete_length=len(content))


def handed_out_as_pdf(document: pdf.Document, name: str, back: str) -> Response:
    """A document of the portal's own, to save. Where it cannot be made, a page that says so and
    leads to the one that can be printed (``back``)."""
    if not _in_measure():
        abort(429)
    try:
        return _to_save(pdf.write(document), TYPES["pdf"], name)
    except pdf.CannotMake as wrong:
        current_app.logger.error("a PDF could not be made: %s", wrong)
        return make_response(render_template("errors/document.html", back=back), 503)


def _to_save(content: bytes, kind: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = CSP
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


WRONG = (Away, Missing, storing.Damaged)
