"""Gunicorn around an app that is made already: the portal is imported once, then forked.

Sync workers had the tightest tails on the machines that this was measured on. They answer one
after the other, so a proxy that takes requests in whole belongs in front. Without one, a slow
phone holds a worker for ``PATIENCE`` and no longer.
"""

import socket
from time import monotonic
from typing import Any

from flask import Flask
from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.workers.sync import SyncWorker
from sqlalchemy.orm import configure_mappers

from portal.security import HEADERS

PATIENCE = 5.0
"""Seconds in which a request must be here whole. A proxy hands it over in milliseconds."""


class Impatient(socket.socket):
    """A connection that counts as hung up when its request takes longer than ``PATIENCE``."""

    until = 0.0

    def recv(self, *args: Any) -> bytes:
        asked, left = self.gettimeout(), max(self.until - monotonic(), 0.001)
        self.settimeout(left if asked is None else min(asked, left))
        try:
            return super().recv(*args)
        except TimeoutError:
            return b""
        finally:
            self.settimeout(asked)


class Worker(SyncWorker):  # type: ignore[misc]
    """A sync worker that waits for nobody long, and whose own refusals carry our headers."""

    def init_process(self) -> None:
        util.write_error = refuse
        super().init_process()

    def accept(self, listener: Any) -> None:
        accepted, address = listener.accept()
        client = Impatient(fileno=accepted.detach())
        client.until = monotonic() + PATIENCE
        client.setblocking(True)
        util.close_on_exec(client)
        self.handle(listener, client, address)


def refuse(client: socket.socket, status: int, reason: str, _: str) -> None:
    """Answer what never reached the portal: a malformed request, or an address too long."""
    body = f"{status} {reason}\n"
    headers = (
        ("Connection", "close"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        *HEADERS,
    )
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers)]
    util.write_nonblock(client, ("\r\n".join(lines) + f"\r\n\r\n{body}").encode())


class Server(BaseApplication):  # type: ignore[misc]
    """``Server(app, bind="127.0.0.1:8000", workers=2).run()`` serves until it is stopped."""

    def __init__(self, app: Flask, **options: Any) -> None:
        configure_mappers()  # once, not by each worker while its first request waits
        self.app = app
        self.options = {"worker_class": Worker, "control_socket_disable": True, **options}
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app
