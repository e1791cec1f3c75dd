"""What one page costs, counted: statements, calls, bytes. The same on every machine, so a test can
hold it; how long it takes is measured against a bare page instead (see ``bench``)."""

import cProfile
import pstats
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import brotli
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from portal import paging

STATIC = Path(paging.__file__).parent / "static"
PHONE = {"Accept-Encoding": "br", "Accept-Language": "en-GB,en"}
SHEET = re.compile(r'<link rel="stylesheet" href="/static/([^"]+)">')
SCRIPT = re.compile(r'<script src="/static/([^"]+)"')
SERVER = len("Server: gunicorn\r\nDate: Mon, 01 Jan 2029 00:00:00 GMT\r\nConnection: close\r\n")
"""What the server adds to the headers of the portal."""


@dataclass(frozen=True)
class Bytes:
    """Something as it is, and as it travels."""

    raw: int
    sent: int

    def __add__(self, other: "Bytes") -> "Bytes":
        return Bytes(self.raw + other.raw, self.sent + other.sent)


NOTHING = Bytes(0, 0)


@dataclass(frozen=True)
class Cost:
    """One page. ``calls`` are functions called to answer, as cProfile counts them; ``first_view``
    is all that must arrive before it can be drawn: HTML, sheets, and their headers."""

    html: Bytes
    css: Bytes
    js: Bytes
    head: int
    sheets: int
    statements: tuple[str, ...] = ()
    calls: int = 0

    @property
    def first_view(self) -> int:
        return self.html.sent + self.css.sent + self.head * (1 + self.sheets)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements that the portal's database is asked within the block; the beginnings of
    transactions are not among them."""
    engine = app.extensions["portal.database"].engine
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SET TRANSACTION")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def profiled(app: Flask) -> Iterator[cProfile.Profile]:
    """Counts the calls of the portal and all below it, without those of the test's browser."""
    profile, inner = cProfile.Profile(), app.wsgi_app

    def outer(environ: Any, start: Any) -> Any:
        profile.enable()
        try:
            return list(inner(environ, start))
        finally:
            profile.disable()

    app.wsgi_app = outer  # type: ignore[method-assign]
    try:
        yield profile
    finally:
        app.wsgi_app = inner  # type: ignore[method-assign]


@contextmanager
def rows_on_a_page(rows: int) -> Iterator[None]:
    """Lists show so many rows at once within the block."""
    before, paging.ROWS = paging.ROWS, rows
    try:
        yield
    finally:
        paging.ROWS = before


def built(name: str) -> Bytes:
    """A built file as it is served: compressed beforehand."""
    return Bytes((STATIC / name).stat().st_size, (STATIC / f"{name}.br").stat().st_size)


def weighed(browser: FlaskClient, path: str) -> Cost:
    """The bytes of a page as a phone asks for it."""
    answer = browser.get(path, headers=PHONE)
    assert answer.status_code == 200, (path, answer.status)
    sent = answer.data
    raw = brotli.decompress(sent)
    head = sum(len(f"{name}: {value}\r\n") for name, value in answer.headers)
    html = raw.decode()
    css, js = SHEET.findall(html), SCRIPT.findall(html)
    return Cost(
        html=Bytes(len(raw), len(sent)),
        css=sum(map(built, css), NOTHING),
        js=sum(map(built, js), NOTHING),
        head=head + len("HTTP/1.1 200 OK\r\n\r\n") + SERVER,
        sheets=len(css),
    )


def cost(app: Flask, browser: FlaskClient, path: str) -> Cost:
    """All that can be counted of a page that was opened before: what is kept for the next request
    is there already."""
    weight = weighed(browser, path)
    with statements(app) as seen:
        browser.get(path, headers=PHONE)
    with profiled(app) as profile:
        browser.get(path, headers=PHONE)
    return replace(
        weight,
        statements=tuple(seen),
        calls=int(pstats.Stats(profile).total_calls),  # type: ignore[attr-defined]
    )
