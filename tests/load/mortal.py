"""The portal as ``portal run`` serves it, with workers that die when they are told.

``kill -9`` from outside falls where it falls, and rarely into the millisecond between a commit and
its answer. So a request may say when the worker that takes it kills itself, by the same signal:
just before its first commit, or just after. Nothing else differs from ``portal run``.
"""

import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from portal import opening
from portal.server import Server
from tests.compiled import compile_once

BEFORE, AFTER = "before the commit", "after the commit"
HEADER = "X-Die"
WORKERS = 2
COMMAND = (sys.executable, "-m", "tests.load.mortal")


def arm(app: Flask) -> None:
    """Let a worker of ``app`` die where the request that it answers says so."""
    inner = app.wsgi_app
    told = ""
    commits = False

    def listening(environ: Any, start: Any) -> Iterable[bytes]:
        nonlocal told, commits
        told, commits = environ.get("HTTP_X_DIE", ""), False
        return inner(environ, start)

    def before(_: Connection) -> None:
        nonlocal commits
        commits = True
        if told == BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)

    def after(_: Session) -> None:
        # A savepoint that is let go is told of as a commit, too.
        if told == AFTER and commits:
            os.kill(os.getpid(), signal.SIGKILL)

    app.wsgi_app = listening  # type: ignore[method-assign]
    event.listen(app.extensions["portal.database"].engine, "commit", before)
    event.listen(Session, "after_commit", after)


def main() -> None:
    # Each worker that takes another's place would compile every template again.
    compile_once(Path(os.environ["COMPILED_TEMPLATES"]))
    app = opening.app()
    arm(app)
    Server(app, bind=f"fd://{sys.argv[1]}", workers=WORKERS).run()


if __name__ == "__main__":
    main()
