"""Knocks on the portal's doors: asks one page as one kind of person, and says what came of it.

The database is the same before each knock: what a knock changed is noticed and put back.
"""

import json
import logging
import sqlite3
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from alembic import command
from flask import Flask, got_request_exception
from sqlalchemy import make_url
from werkzeug.test import TestResponse

from portal import create_app, migrate
from portal.database import Database
from tests.portal.matrix.forms import with_ids
from tests.portal.matrix.personas import PERSONAS
from tests.portal.matrix.tracers import readable
from tests.world import TOWN_FILES, settings

THROUGH, SIGN_IN, FACTOR, HIDDEN = "through", "sign-in", "second-factor", "hidden"
FORM_ERRORS = (400, 409, 422)


@dataclass(frozen=True)
class Knock:
    """What came of one request: in one word, and in detail.

    ``outcome`` is one of the four above, else "error" with the status. ``done`` says that it got
    through without an error of the form. ``changed`` names the tables that are not as they were,
    ``error`` what went wrong inside.
    """

    outcome: str
    status: int
    body: bytes
    headers: Mapping[str, str]
    changed: tuple[str, ...]
    error: str = ""

    @property
    def done(self) -> bool:
        return self.outcome == THROUGH and self.status < 400

    @property
    def text(self) -> str:
        """All that left the portal, as text: headers too."""
        told = [f"{name}: {value}" for name, value in self.headers.items()]
        return "\n".join([*told, readable(self.body)])


def outcome(response: TestResponse) -> str:
    """Which of the four answers this is."""
    status = response.status_code
    if status == 404:
        return HIDDEN
    opened_first = response.headers.get("HX-Redirect") if status == 401 else None
    if status in (301, 302, 303, 307, 308) or opened_first:
        there = urlsplit(opened_first or response.location or "")
        if "next" in parse_qs(there.query, keep_blank_values=True):
            if there.path == "/sign-in":
                return SIGN_IN
            if there.path == "/sign-in/second-factor":
                return FACTOR
        return THROUGH
    return THROUGH if status < 300 or status in FORM_ERRORS else f"error {status}"


class Town:
    """The town's portal, and everyone who may knock."""

    def __init__(self, url: str, **changes: Any) -> None:
        self.app: Flask = create_app(settings(url, files=TOWN_FILES, **changes))
        self.app.config["WTF_CSRF_ENABLED"] = False
        self.app.config["PROPAGATE_EXCEPTIONS"] = False
        # A page that fails is told of by the test. All apps would share one, so it has its own.
        self.app.logger = logging.Logger("town", logging.CRITICAL + 1)
        self._errors: list[str] = []
        self._addresses: dict[str, str] = {}
        self.doors: dict[tuple[str, str], list[str]] = {}
        got_request_exception.connect(self._note, self.app)
        path = str(make_url(url).database)
        self._live = sqlite3.connect(path, isolation_level=None)
        self._first = sqlite3.connect(":memory:")
        self._live.backup(self._first)
        self.names = dict(self._live.execute("SELECT name, value FROM town"))
        self.tracers: dict[str, str] = json.loads(self.names["tracers"])
        self._tables = self._read(self._first)
        self._version = self._data_version()
        self._client = self.app.test_client(use_cookies=False)
        self._cookies = {
            key: self._cookie(self.names[f"token.{key}"]) for key in PERSONAS if key != "public"
        }

    def close(self) -> None:
        self.app.extensions["portal.database"].engine.dispose()
        self._live.close()
        self._first.close()

    def _cookie(self, token: str) -> str:
        signer: Any = self.app.session_interface
        held = signer.get_signing_serializer(self.app).dumps({"_user_id": token, "_fresh": True})
        return f"{self.app.config['SESSION_COOKIE_NAME']}={held}"

    def value(self, given: Any) -> str:
        """A name of the town as its id; anything else as it is."""
        return self.names.get(str(given), str(given))

    def filled(self, content: bytes) -> bytes:
        """A file with ids in place of the town's names."""
        return with_ids(content, self.names)

    def address(self, endpoint: str, at: Mapping[str, Any], ask: Mapping[str, Any]) -> str:
        """The address of a page, its arguments given by the town's names."""
        key = f"{endpoint} {at} {ask}"
        if key not in self._addresses:
            rule = next(self.app.url_map.iter_rules(endpoint))
            given = {name: self.value(value) for name, value in (at | ask).items()}
            numbers = {
                name: int(value)
                for name, value in given.items()
                if name in rule.arguments and value.isdecimal()
            }
            with self.app.test_request_context():
                self._addresses[key] = self.app.url_for(endpoint, **{**given, **numbers})
        return self._addresses[key]

    def knock(
        self,
        persona: str,
        method: str,
        address: str,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Knock:
        """Ask for ``address`` as ``persona``, note what changed, and put it back."""
        sent = dict(headers or {})
        if persona != "public":
            sent["Cookie"] = self._cookies[persona]
        self._errors.clear()
        response = self._client.open(address, method=method, data=data, headers=sent)
        return Knock(
            outcome(response),
            response.status_code,
            response.get_data(),
            dict(response.headers),
            self._changed(),
            "; ".join(self._errors),
        )

    def _note(self, sender: Flask, exception: BaseException, **_: Any) -> None:
        last = traceback.extract_tb(exception.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        self._errors.append(f"{type(exception).__name__}: {exception} at {where}")

    def _data_version(self) -> int:
        """Rises with each commit of another connection to the database."""
        return int(self._live.execute("PRAGMA data_version").fetchone()[0])

    def _changed(self) -> tuple[str, ...]:
        if self._data_version() == self._version:
            return ()
        now = self._read(self._live)
        changed = tuple(sorted(name for name in now if now[name] != self._tables[name]))
        self._first.backup(self._live)
        self._version = self._data_version()
        return changed

    def _read(self, connection: sqlite3.Connection) -> dict[str, list[Any]]:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite%' "
                "AND name NOT LIKE 'search%'"  # made of the others, which are read
            )
        ]
        return {
            name: connection.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall()
            for name in names
        }

    @contextmanager
    def with_sql(self, *statements: str) -> Iterator[None]:
        """The town with something else in it for a while."""
        held = self._first
        for statement in statements:
            self._live.execute(statement)
        self._first = sqlite3.connect(":memory:")
        self._live.backup(self._first)
        tables, self._tables = self._tables, self._read(self._first)
        try:
            yield
        finally:
            held.backup(self._live)
            self._first.close()
            self._first, self._tables = held, tables
            self._version = self._data_version()

    def copy(self, path: Path) -> str:
        """The URL of a copy of the database in a file, as the portal's own migrations leave it."""
        copied = sqlite3.connect(path)
        self._first.backup(copied)
        copied.execute("DROP TABLE town")
        copied.commit()
        copied.close()
        database = Database(f"sqlite:///{path}")
        command.stamp(migrate.config(database), "head")
        database.engine.dispose()
        return f"sqlite:///{path}"
