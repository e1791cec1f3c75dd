"""Parcels: sent once, in the receiver's language, after asking again; kept while mail is away."""

import logging
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import OperationalError

from portal import create_app, worker
from portal.carriers import smtp
from portal.mail_words import SAID
from portal.mails import Mail
from tests.world import World, settings
from trust import agreements, people, relationships, seats, sightings, signin
from trust.act import Actor
from trust.agreements import Agreement
from trust.audit import Event, EventWords, Moment, Seal
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Seat
from trust.records import Ref
from trust.sightings import Sighting
from trust.signin import Code, SignIn
from trust.tampering import verify


class Mailbox:
    """What a mail server of the tests' own was given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.to: list[str] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            made = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(made, EmailMessage)
            self.raw.append(envelope.content)
            self.to += envelope.rcpt_tos
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
    assert worker.drain(app, posted.now) == 1
    assert worker.drain(app, posted.now) == 0
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
    worker.drain(reach(posted, address), posted.now)
    assert box.mails[0]["Content-Language"] == "ar"


def test_while_the_server_is_away_it_waits_and_keeps_its_name(
    posted: World, mailbox: tuple[Mailbox, str]
) -> None:
    box, address = mailbox
    now = posted.now
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


WORD = "=?utf-8?q?A=0D=0ASubject:_Urgent=0D=0ABcc:_e@evil.example=0D=0A=0D=0APay?="
EVIL = (
    WORD,
    f"Ann {WORD} Bee",
    f"={WORD}?=",
    "=?utf-8?b?QQ0KQmNjOiBlQGV2aWwuZXhhbXBsZQ0K?=",
    "=?utf-8?q?A=0AB?==?utf-8?q?=0D=0AX:_y?=",
    "A\r\nBcc: e@evil.example",
    "A\x0bBcc: e@evil.example\x85\u2028Bcc: e@evil.example",
    'A" <e@evil.example>, "B',
    "رحيمة \x00 =\x00?utf-8?q?=0D=0A?=",
    "Ann " * 200,
    "সাবিহা‌ " * 30,
)


@pytest.mark.parametrize("name", EVIL)
def test_no_name_changes_a_header(posted: World, mailbox: tuple[Mailbox, str], name: str) -> None:
    """As the server gets it: whoever reads the bytes in another way than we do, too."""
    box, address = mailbox
    given = settings("sqlite://", smtp=address, name=name)
    mail = Mail("ann@example.org", name, "en", name, "Only this.")
    smtp.send(smtp.message(mail, given, "key", datetime(2026, 1, 1, tzinfo=UTC)), address)
    (raw,) = box.raw
    head, body = raw.split(b"\r\n\r\n", 1)
    names = [one.split(b":")[0] for one in head.split(b"\r\n") if one[:1] not in b" \t"]
    assert sorted(names) == sorted(
        b"From To Subject Date Message-ID Auto-Submitted Content-Type MIME-Version "
        b"Content-Transfer-Encoding Content-Language".split()
    )
    assert body.strip() == b"Only this."
    assert box.to == ["ann@example.org"]
    read = message_from_bytes(raw, policy=policy.default)
    assert [one.addr_spec for one in read["To"].addresses] == ["ann@example.org"]
    assert [one.addr_spec for one in read["From"].addresses] == ["portal@example.org"]


def test_an_invitation_says_who_invites_and_for_whom(
    posted: World, mailbox: tuple[Mailbox, str]
) -> None:
    box, address = mailbox
    lantern = posted.partner("Lantern")
    rahima = posted.read(people.Person, 1)
    given = {"role": "member", "name": "Hodan", "email": "hodan@example.org"}
    posted.do((rahima, lantern), seats.give_at_partner, lantern, **given)
    worker.drain(reach(posted, address), posted.now)
    mail = next(one for one in box.mails if "hodan" in one["To"])
    assert "Rahima of Lantern invites you to act for Lantern." in mail.get_content()
    assert "Local groups and councils meet here as equals." in mail.get_content()
    assert "Lantern" not in mail["Subject"]


def test_what_came_of_a_note_is_told_to_its_writer(
    posted: World, mailbox: tuple[Mailbox, str]
) -> None:
    box, address = mailbox
    camden, lantern = posted.partner("Camden", Kind.COUNCIL), posted.partner("Lantern")
    ines, rahima = posted.person("Ines", camden), posted.read(people.Person, 1)
    for corrections, said in (
        ({}, "They say it is right:"),
        ({1: "We meet on Fridays."}, "They put a line of your note right."),
    ):
        note = posted.note((ines, camden), lantern, "We meet on Tuesdays.")
        posted.do((rahima, lantern), relationships.confirm, note, corrections=corrections)
        worker.drain(reach(posted, address), posted.now)
        assert any(said in one.get_content() for one in box.mails)
    note = posted.note((ines, camden), lantern)
    posted.do((rahima, lantern), relationships.dispute, note, reason="We never met.")
    worker.drain(reach(posted, address), posted.now)
    assert any("They say that a talk went differently." in m.get_content() for m in box.mails)


def test_a_header_that_came_out_otherwise_is_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a library read more into a name than we know of."""
    monkeypatch.setattr(smtp, "display", lambda name: name)
    mail = Mail("ann@example.org", WORD, "en", "Subject", "text")
    with pytest.raises(smtp.Rejected, match="one line"):
        smtp.message(mail, settings("sqlite://"), "key", datetime(2026, 1, 1, tzinfo=UTC))


def test_an_invitation_cannot_write_headers(posted: World, mailbox: tuple[Mailbox, str]) -> None:
    box, address = mailbox
    lantern = posted.partner("Lantern")
    rahima = posted.read(people.Person, 1)
    given = {"role": "member", "name": "V", "email": "victim@example.org"}
    seat = posted.do((rahima, lantern), seats.give_at_partner, lantern, **given)
    with posted.database.writing() as session:  # said yes, and has a name that no form takes
        session.info["verb"] = "tests"
        session.get_one(people.Person, seat.person_id).name = WORD[:120]
        session.get_one(people.Seat, seat.id).accepted_at = posted.now
    worker.drain(reach(posted, address), posted.now)
    assert len(box.raw) == 2
    for raw in box.raw:
        assert b"\nBcc" not in raw
        assert raw.count(b"\nSubject:") == 1


def test_a_bad_parcel_does_not_keep_back_the_others(
    posted: World, mailbox: tuple[Mailbox, str], caplog: pytest.LogCaptureFixture
) -> None:
    box, address = mailbox
    now = datetime.now(UTC)
    with posted.database.writing() as session:
        kept = session.get_one(Parcel, 1)
        for number, kind in ((1, "no such kind"), (2, "code")):
            about = kept.about if number == 1 else Ref("code", 2**40)
            early = now - timedelta(days=1)
            made = Parcel(kind=kind, to_person_id=1, about=about, key=f"bad:{number}", due_at=early)
            session.add(made)
    app = reach(posted, address)
    given_up = now
    for _ in range(worker.MOST_TRIES + 2):
        worker.drain(app, given_up)
        given_up += timedelta(hours=7)
    assert len(box.mails) == 1
    bad = next(one for one in posted.all(Parcel) if one.key == "bad:1")
    assert bad.answer == "failed: KeyError"
    assert (bad.tries, bad.done_at is None) == (worker.MOST_TRIES, False)
    assert "KeyError" in caplog.text
    assert "no such kind" not in caplog.text, "an exception's text may hold somebody's words"


def test_a_database_that_is_away_for_a_moment_does_not_end_the_work(
    posted: World, mailbox: tuple[Mailbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, address = mailbox
    drain, rounds = worker.drain, iter(range(3))

    def now_and_then(app: Flask) -> int:
        if next(rounds) == 0:
            raise OperationalError("SELECT 1", {}, Exception("locked"))
        return drain(app, posted.now)

    monkeypatch.setattr(worker, "drain", now_and_then)
    with pytest.raises(StopIteration):
        worker.work(reach(posted, address), every=0)
    assert len(box.mails) == 1


class Plain:
    """A mail server that offers no TLS and takes any password."""

    def __init__(self) -> None:
        self.heard = b""
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        client, _ = self.server.accept()
        with client, client.makefile("rwb", 0) as talk:
            talk.write(b"220 here\r\n")
            for line in talk:
                self.heard += line
                talk.write(
                    b"250-here\r\n250 AUTH PLAIN\r\n" if line[:4] == b"ehlo" else b"235 ok\r\n"
                )


def test_no_password_and_no_mail_goes_to_another_machine_in_the_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = Plain()
    reach = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda _, *rest: reach(("127.0.0.1", plain.port), *rest)
    )
    with pytest.raises(smtp.Away, match="STARTTLS"):
        smtp.greet("smtp://ann:hunter2@mail.example.org:587")
    assert b"AUTH" not in plain.heard
    assert b"MAIL" not in plain.heard


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
    worker.drain(app, posted.now)
    assert posted.all(Parcel)[0].answer == "rejected: 550"
    assert worker.drain(app, posted.now) == 0


def test_two_workers_never_take_the_same_parcel(posted: World) -> None:
    with posted.database.writing() as session:
        assert len(worker.claim(session, posted.now)) == 1
    with posted.database.writing() as session:
        assert worker.claim(session, posted.now) == []


def test_the_worker_seals_events_and_logs_the_seal(
    posted: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "portal.worker"):
        worker.duties(posted.app)
    assert "seal 1 over" in caplog.text
    newest = caplog.text.split()[-1]
    now = datetime.now(UTC)
    with posted.database.reading() as session:
        assert verify(session, now, newest).broken == ()
        assert [one.how for one in verify(session, now, "0" * 64).broken] == ["newest"]


def test_the_newest_seal_is_mailed_once_a_day(posted: World, mailbox: tuple[Mailbox, str]) -> None:
    box, address = mailbox
    app = reach(posted, address)
    now = datetime.now(UTC).replace(hour=12) + timedelta(days=1)
    worker.drain(app, now)
    box.mails.clear()
    for later in (0, 1, 2, 24):
        worker.duties(app, now + timedelta(hours=later))
        worker.drain(app, now + timedelta(hours=later))
    assert [mail["To"] for mail in box.mails] == ["help@example.org"] * 2
    told = box.mails[0].get_content().split("--newest ")[1].split()[0]
    with posted.database.reading() as session:
        assert verify(session, now, told).broken == ()
        assert told == session.get_one(Seal, 1).sha256


def test_a_changed_record_shows_on_each_database(posted: World) -> None:
    worker.duties(posted.app)
    now = datetime.now(UTC)

    def found() -> set[str]:
        with posted.database.reading() as session:
            return {one.how for one in verify(session, now).broken}

    def do(*statements: str) -> None:
        with posted.database.writing() as session:
            for one in statements:
                session.execute(text(one))

    assert found() == set()
    do("UPDATE event SET actor_id = 9")
    assert found() == {"changed"}
    do("UPDATE event SET seal_id = NULL", "DELETE FROM seal")
    assert {"no seal"} <= found()
    worker.duties(posted.app)
    assert found() == {"no seal"}, "also after the worker sealed it anew"


def test_an_event_taken_out_before_its_seal_leaves_a_gap(posted: World) -> None:
    now = datetime.now(UTC)
    with posted.database.writing() as session:
        last = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
        session.execute(delete(EventWords).where(EventWords.event_id == last.id))
        session.execute(delete(Moment).where(Moment.event_id == last.id))
        session.execute(delete(Event).where(Event.id == last.id))
    with posted.database.reading() as session:
        found = verify(session, now)
        kind = session.get_bind().dialect.name
    # On PostgreSQL a change that failed leaves the same gap: it is counted, not accused.
    assert (len(found.broken), found.skipped) == ((1, 0) if kind == "sqlite" else (0, 1))


def test_two_workers_never_seal_the_same_event(posted: World) -> None:
    failed: list[BaseException] = []

    def seal() -> None:
        try:
            worker.duties(posted.app)
        except BaseException as wrong:
            failed.append(wrong)

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    with posted.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Seal)) == 1
        assert verify(session, datetime.now(UTC)).broken == ()


def test_codes_and_sessions_that_are_over_are_forgotten(posted: World) -> None:
    now = posted.now
    with posted.database.writing() as session:
        person = session.get_one(people.Person, 1)
        for asked in (0, 2):
            signin.ask(session, person.email, "a browser", now - timedelta(days=asked))
        for name, last, ended in (
            ("in use", 1, None),
            ("just ended", 1, 1),
            ("ran out lately", 100, None),
            ("ended long ago", 91, 91),
            ("ran out long ago", 105, None),
        ):
            seen = now - timedelta(days=last)
            row, _ = signin.start(session, person, seen, device=name, shared_phone=False)
            row.ended_at = now - timedelta(days=ended) if ended else None
    worker.duties(posted.app, now)
    assert [one.expires_at > now for one in posted.all(Code)] == [True]
    left = ["in use", "just ended", "ran out lately"]
    assert [one.device for one in posted.all(SignIn)] == left


def test_who_looked_is_noted_once_a_day(posted: World) -> None:
    morning = datetime(2026, 6, 1, 7, tzinfo=UTC)
    rahima, ines = (Actor(person_id=n, acting_for=n) for n in (1, 2))
    looks = [
        (rahima, 1, morning, "read"),
        (rahima, 1, morning + timedelta(hours=15), "read"),  # 23:00 in London
        (rahima, 1, morning + timedelta(hours=16), "read"),  # midnight
        (rahima, 1, morning + timedelta(hours=1), "export"),
        (rahima, 2, morning, "read"),
        (ines, 1, morning, "read"),
        (Actor(person_id=1), 1, morning, "read"),
        (Actor(person_id=1), 1, morning, "read"),
    ]
    for actor, id, at, how in looks:
        about = Ref("note", id)
        posted.database.apart(lambda s, it=(actor, about, at, how): sightings.saw(s, *it))
    assert [
        (one.person_id, one.about.id, one.how, one.at.hour) for one in posted.all(Sighting)
    ] == [
        (1, 1, "read", 7),
        (1, 1, "read", 23),
        (1, 1, "export", 8),
        (1, 2, "read", 7),
        (2, 1, "read", 7),
        (1, 1, "read", 7),
    ]


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


@pytest.mark.parametrize(
    ("person", "own", "named"),
    [
        ("Rahima", "Kidz.com CIC", False),
        ("Rahima", "Call 0906 1", False),
        ("Visit evil-bank.com now", "Lantern", False),  # as it stood before such names were refused
        ("Rahima", "D/Deaf Club of St. Mary", True),
    ],
)
def test_an_invitation_repeats_no_name_that_leads_away(
    posted: World, mailbox: tuple[Mailbox, str], person: str, own: str, named: bool
) -> None:
    box, address = mailbox
    lantern = posted.partner("Lantern")
    with posted.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(people.Person, 1).name = person
        session.get_one(Partner, lantern.id).name = own
    given = {"role": "member", "name": "Hodan", "email": "hodan@example.org"}
    posted.do((posted.read(people.Person, 1), lantern), seats.give_at_partner, lantern, **given)
    worker.drain(reach(posted, address), posted.now)
    said = next(one for one in box.mails if "hodan" in one["To"]).get_content()
    assert (f"{person} of {own} invites you to act for {own}." in said) is named
    assert ("Somebody invites you to act for an organisation." in said) is not named
    for name in (person, own):
        assert (name in said) is named
    assert "Local groups and councils meet here as equals." in said


def test_nobody_is_greeted_by_what_another_typed(
    posted: World, mailbox: tuple[Mailbox, str]
) -> None:
    box, address = mailbox
    lantern = posted.partner("Lantern")
    given = {"role": "member", "name": "Account locked", "email": "hodan@example.org"}
    who = posted.read(people.Person, 1), lantern
    seat = posted.do(who, seats.give_at_partner, lantern, **given)
    worker.drain(reach(posted, address), posted.now)
    invitation = box.mails[-1]
    assert invitation["To"] == "hodan@example.org"
    assert "Account locked" not in str(invitation)
    assert "Rahima of Lantern invites you" in invitation.get_content()
    hodan = posted.read(people.Person, seat.person_id)
    posted.do((hodan, None), seats.accept, seat, name="Hodan Warsame")
    lead = people.Person.name == "Ines"
    with posted.database.reading() as session:
        ines = session.scalars(select(people.Person).where(lead)).one()
    posted.note((ines, posted.partner("Camden")), lantern)
    worker.drain(reach(posted, address), posted.now)
    [told] = [one for one in box.mails[-2:] if "hodan@example.org" in one["To"]]
    assert "Hello Hodan Warsame," in told.get_content()
    assert "Hodan Warsame" in told["To"]
