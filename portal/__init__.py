"""The web shell: thin. What is here, in one page: settings, tools, pages, errors."""

import logging
from importlib import import_module
from pkgutil import iter_modules

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import (
    access,
    blueprints,
    components,
    frame,
    languages,
    pages,
    routes,
    security,
    serving,
    static_files,
    storing,
)
from portal.database import Database
from portal.environment import from_environment
from portal.settings import Settings

csrf = CSRFProtect()

ONLY_IN_DEMO = frozenset({"demo"})
"""Blueprints that are not there outside the demo."""


def create_app(settings: Settings | None = None) -> Flask:
    """The portal, ready to serve. Raises ``Unsafe`` for settings that must not run, and
    ``RuntimeError`` for a page that does not say who may open it."""
    settings = settings or from_environment()
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.config.update(
        PORTAL=settings,
        SECRET_KEY=settings.secret,
        TESTING=settings.testing,
        SESSION_COOKIE_NAME="portal",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open on a bus must still send
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
    )
    logging.getLogger("portal").setLevel(logging.INFO)
    app.extensions["portal.database"] = Database(settings.database)
    app.extensions["portal.files"] = storing.store(settings.files)
    app.url_map.converters["id"] = routes.Id
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    access.init(app)  # before the form is read
    csrf.init_app(app)
    languages.init(app, frame.language_of_person)
    components.register(app)
    static_files.init(app)
    pages.init(app)
    frame.init(app)
    for module in iter_modules(blueprints.__path__):
        if settings.demo or module.name not in ONLY_IN_DEMO:
            app.register_blueprint(import_module(f"portal.blueprints.{module.name}").bp)
    serving.init(app)
    security.init(app)
    access.check_declared(app)
    return app
