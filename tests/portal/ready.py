"""One portal for all tests of a process: making one takes as long as some pages."""

from flask import Flask

from portal import create_app, storing
from portal.database import Database
from tests.portal.auditing_client import audited
from tests.world import settings


class Ready:
    """A portal as it was made, each time on another database."""

    def __init__(self) -> None:
        self.app = audited(create_app(settings("sqlite://")))
        self.app.config["WTF_CSRF_ENABLED"] = False
        self.app._got_first_request = True  # Flask refuses what the next test would have too
        self._config = dict(self.app.config)
        self._extensions = dict(self.app.extensions)
        self._rest = dict(vars(self.app))

    def on(self, url: str) -> Flask:
        """The portal on one database. Whatever a test set in it before is as it was."""
        app = self.app
        vars(app).clear()
        vars(app).update(self._rest)
        app.config.clear()
        app.config.update(self._config)
        app.extensions.clear()
        app.extensions.update(self._extensions)
        given = app.config["PORTAL"] = settings(url)
        app.extensions["portal.database"] = Database(given.database)
        app.extensions["portal.files"] = storing.store(given.files)
        return app
