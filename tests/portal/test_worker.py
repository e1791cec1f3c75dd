"""Parcels: sent once, in the receiver's language, after asking again; kept while mail is away."""

import logging
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from portal import create_app, worker
from portal.carriers import smtp
from portal.mails import SAID, Mail
from tests.world import World, settings
from trust import agreements, people
from trust.agreements import Agreement
from trust.audit import verify
from trust.outbox import Parcel
from trust.partners import Kind
from trust.people import Seat


class Mailbox:
    """What a mail server of the tests' own was given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            made = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(made, EmailMessage)
            self.mails.append(made)
        return self.answer


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def posted(app: Flask, world: World) -> World:
    """Rahima is told of an agreement."""
    camden, lantern = world.partner("Camden", Kind.COUNCIL), world.partner("Lantern")
    world.person("Rahima", lantern, "signatory")
    lead = world.person("Ines", camden, "relationship-lead")
    world.do(
        (lead, camden),
        agreements.propose,
        camden,
        other=lantern,
        purpose="A secret topic",
        review_on=world.now.date() + timedelta(days=100),
        contacts={},
    )
    return world


def reach(world: World, address: str) -> Flask:
    """The portal with another mail server."""
    url = world.app.config["PORTAL"].database
    return create_app(settings(url, smtp=address))


def test_a_parcel_is_sent_once(posted: World, mailbox: tuple[Mailbox, str]) -> None:
    box, address = mailbox
    app = reach(posted, address)
    assert worker.drain(app) == 1
    assert worker.drain(app) == 0
    (mail,) = box.mails
    assert mail["To"] == "Rahima <rahima@example.org>"
    assert "secret topic" not in mail.as_string()
    assert "Camden" not in mail["Subject"]
    assert "http://localhost/agreements/1" in mail.get_content() or "/home" in mail.get_content()
    assert posted.all(Parcel)[0].answer == "250"


def test_it_goes_in_the_language_of_its_reader(posted: World, mailbox: tuple[Mailbox, str]) -> None:
    box, address = mailbox
    with posted.database.writing() as session:
        session.info["verb"] = "tests"
        person = session.get_one(people.Person, 1)
        person.lang = "ar"
    worker.drain(reach(posted, address))
    assert box.mails[0]["Content-Language"] == "ar"


def test_while_the_server_is_away_it_waits_and_keeps_its_name(
    posted: World, mailbox: tuple[Mailbox, str]
) -> None:
    box, address = mailbox
    now = datetime.now(UTC)
    away = reach(posted, "smtp://127.0.0.1:9")
    worker.drain(away, now)
    parcel = posted.all(Parcel)[0]
    assert (parcel.done_at, parcel.tries) == (None, 1)
    box.answer = "451 later"
    here = reach(posted, address)
    worker.drain(here, now + timedelta(minutes=2))
    box.answer = "250 OK"
    assert worker.drain(here, now + timedelta(minutes=2)) == 0
    worker.drain(here, now + timedelta(hours=1))
    worker.drain(here, now + timedelta(hours=2))
    assert len(box.mails) == 1


def test_the_message_id_stays_the_same(posted: World) -> None:
    mail = Mail("a@example.org", "A\r\nBcc: evil@example.org", "en", "S\r\nX: y", "text")
    given = posted.app.config["PORTAL"]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    first, second = (smtp.message(mail, given, "key", at) for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"] != smtp.message(mail, given, "other", at)["Message-ID"]
    assert first["Bcc"] is None
    assert first["X"] is None


def test_what_may_not_be_seen_any_more_is_not_told(
    posted: World, mailbox: tuple[Mailbox, str]
) -> None:
    box, address = mailbox
    with posted.database.writing() as session:
        session.info["verb"] = "tests"
        for seat in session.scalars(select(Seat).where(Seat.person_id == 1)):
            seat.ends = posted.now
    worker.drain(reach(posted, address), posted.now + timedelta(minutes=1))
    assert box.mails == []
    assert posted.all(Parcel)[0].answer == "not sent: nothing left to tell"


def test_a_wrong_address_is_given_up_at_once(posted: World, mailbox: tuple[Mailbox, str]) -> None:
    box, address = mailbox
    box.answer = "550 no such mailbox"
    app = reach(posted, address)
    worker.drain(app)
    assert posted.all(Parcel)[0].answer == "rejected: 550"
    assert worker.drain(app) == 0


def test_two_workers_never_take_the_same_parcel(posted: World) -> None:
    with posted.database.writing() as session:
        assert len(worker.claim(session, datetime.now(UTC))) == 1
    with posted.database.writing() as session:
        assert worker.claim(session, datetime.now(UTC)) == []


def test_the_worker_seals_events_and_logs_the_seal(
    posted: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "portal.worker"):
        worker.duties(posted.app)
    assert "seal 1 over" in caplog.text
    newest = caplog.text.split()[-1]
    with posted.database.reading() as session:
        assert list(verify(session, newest)) == []
        assert [one.how for one in verify(session, "0" * 64)] == ["newest"]


def test_every_kind_that_is_sent_has_words(posted: World) -> None:
    import re
    from pathlib import Path

    root = Path(__file__).parent.parent.parent
    sent = set()
    for package in ("trust", "pilots"):
        for path in (root / package).rglob("*.py"):
            text = path.read_text()
            sent |= set(re.findall(r'\bsend\(\s*act, "([a-z-]+)"', text))
            sent |= set(re.findall(r'_tell\w*\(act, \w+, (?:[\w.]+, )?"([a-z-]+)"', text))
    assert sent
    assert not sent - set(SAID) - {"code"}
    assert isinstance(posted.all(Agreement)[0].id, int)
