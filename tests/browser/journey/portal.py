"""A portal as in production, empty but for its administrator, with a mail server of the test's
own and a worker that is run when somebody looks into their mailbox."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pyotp
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from flask import Flask

from portal import create_app, migrate, worker
from portal.cli import main
from portal.database import Database
from tests.browser.conftest import OpenPage
from tests.browser.journey.hands import Hands, Keyboard
from tests.serving import Served
from tests.world import World, environment, settings


def migrated(url: str) -> None:
    """The schema as migrations make it."""
    database = Database(url)
    migrate.up(database)
    database.engine.dispose()


class Mail:
    """The test's own mail server: texts by address, newest last."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        made = message_from_bytes(envelope.content, policy=policy.default)
        body = made.get_body(("plain",))  # type: ignore[attr-defined]
        text = body.get_content().replace("\r\n", "\n")
        for address in envelope.rcpt_tos:
            self.texts.setdefault(address, []).append(text)
        return "250 OK"


@dataclass
class Portal:
    """The running portal, and the people at its screens."""

    served: Served
    app: Flask
    mail: Mail
    open_page: OpenPage
    mode: dict[str, Any]
    world: World
    keyboard: bool = False
    people: dict[str, Hands] = field(default_factory=dict)
    devices: list[Hands] = field(default_factory=list)
    pilot: str = ""
    """The address of the pilot, once it is open."""

    def device(self, **mode: Any) -> Hands:
        """A new device: a browser without cookies."""
        page = self.open_page(**(self.mode | mode))
        self.devices.append((Keyboard if self.keyboard else Hands)(page, self.served.url))
        return self.devices[-1]

    def screens(self) -> str:
        """What stands on every screen now: what to look at when a step went wrong."""
        return "\n".join(
            f"--- {one.page.url}\n{one.page.inner_text('body')[:3000]}" for one in self.devices
        )

    def verbs(self) -> World:
        """The world of verbs, a little behind the pages' clock: each verb moves its own clock on
        by a second, and nothing it does may still be to come."""
        self.world.now = max(self.world.now, datetime.now(UTC) - timedelta(seconds=15))
        return self.world

    # People, each called by the first part of their address

    def newest_mail(self, name: str) -> str:
        worker.work(self.app, once=True)
        return self.mail.texts[f"{name}@example.org"][-1]

    def __getitem__(self, name: str) -> Hands:
        """The screen of somebody, who signs in first if need be."""
        if name not in self.people:
            self.people[name] = self.sign_in(name)
        return self.people[name]

    def sign_in(self, name: str, hands: Hands | None = None) -> Hands:
        """Sign in with a code from the mail."""
        hands = hands or self.device()
        hands.go("/sign-in")
        hands.fill("Your email address", f"{name}@example.org")
        hands.press("Send me a code")
        code = re.search(r"^(\d{6})$", self.newest_mail(name), re.MULTILINE)
        assert code
        hands.fill("The code in your email", code[1])
        hands.press("Sign in")
        hands.sees("Hello,")
        return hands

    def second_factor(self, hands: Hands) -> None:
        """Set up an app, on the page that a role asked for it."""
        hands.sees("Set up an authenticator app")
        key = hands.page.locator("code.app-key").inner_text().replace(" ", "")
        hands.fill("The code in your app", pyotp.TOTP(key).now())
        hands.press("Go on")

    def accept_role(self, name: str) -> Hands:
        """Open the link of the newest mail, an invitation, and say yes."""
        link = re.search(r"/roles/\d+", self.newest_mail(name))
        assert link
        hands = self[name]
        hands.go(link[0])
        hands.press("Yes, I will")
        hands.sees("Hello,")
        return hands


@contextmanager
def portal(
    database: Any,
    serve: Callable[..., Served],
    open_page: OpenPage,
    *,
    size: str,
    scripts: str,
    keyboard: bool = False,
) -> Iterator[Portal]:
    """Start it all. ``database`` makes fresh ones of one kind."""
    mail = Mail()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mail, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with database.fresh(migrated) as url:
            given = environment(url, SMTP_URL=f"smtp://127.0.0.1:{port}", PORTAL_NAME="Test portal")
            _begin(given | {"PORTAL_ADDRESS": "http://127.0.0.1"})
            served = serve(**given)
            own = settings(url, smtp=given["SMTP_URL"], address=served.url, testing=False)
            app = create_app(own)
            mode = {"size": size, "scripts": scripts}
            running = Portal(served, app, mail, open_page, mode, World(app), keyboard)
            try:
                yield running
            except BaseException as wrong:
                wrong.add_note(running.screens())
                raise
            finally:
                app.extensions["portal.database"].engine.dispose()
    finally:
        controller.stop()


def _begin(given: dict[str, str]) -> None:
    """Give the first administrator a seat, by the command that an installer would type."""
    done = CliRunner().invoke(main, ["begin", "Ada Bell", "ada@example.org"], env=given)
    assert done.exit_code == 0, done.output
