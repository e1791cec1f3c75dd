"""Gunicorn around an app that is made already: the portal is imported once, then forked."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication


class Server(BaseApplication):  # type: ignore[misc]
    """``Server(app, bind="127.0.0.1:8000", workers=2).run()`` serves until it is stopped.

    Sync workers: they had the tightest tails on the machines that this was measured on.
    """

    def __init__(self, app: Flask, **options: Any) -> None:
        self.app = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app
