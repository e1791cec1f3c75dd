"""Every change leaves one event. Events hold numbers and hashes, never words, so that words
can be erased lawfully and the chain still be verified. The worker seals events in batches.

Whoever can write to the database could seal everything anew. So the newest seal leaves it, in the
log and by mail (``trust/tampering.py``)."""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from trust.records import Record, Ref


class Event(Record):
    """Who did what to which thing, when, by which route, for whom.

    ``giver_id`` and ``taker_id`` name the two partners whose words or promise it concerns.
    ``facts`` hold ids, codes, numbers and dates. Words stand in ``EventWords``, salted, so
    that the hash kept here tells nothing once they are erased.
    """

    __tablename__ = "event"
    audited = False

    at: Mapped[datetime]
    verb: Mapped[str] = mapped_column(String(60))
    subject: Mapped[Ref]
    actor_id: Mapped[int | None]
    acting_for_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(20))
    giver_id: Mapped[int | None]
    taker_id: Mapped[int | None]
    from_state: Mapped[str | None] = mapped_column(String(30))
    to_state: Mapped[str | None] = mapped_column(String(30))
    facts: Mapped[dict[str, Any]]
    words_sha256: Mapped[str | None] = mapped_column(String(64))
    token: Mapped[str | None] = mapped_column(String(64), unique=True)
    seal_id: Mapped[int | None] = mapped_column(ForeignKey("seal.id"))

    __table_args__ = (Index(None, "subject"), Index(None, "seal_id"))


class EventWords(Record):
    """What was said with an event (a reason, say). May be erased, and the event stays: another
    event then names it among its facts, under ``ERASED``."""

    __tablename__ = "event_words"
    audited = False

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    salt: Mapped[str] = mapped_column(String(32))
    words: Mapped[dict[str, str]]


class Moment(Record):
    """A point in time that promises are measured by.

    ``kind`` is one of asked, given, read, answered, next_news, shown, published, withdrawn,
    checked; or kept, late, broken, where the other side said so. ``giver_id`` is the partner it
    concerns. ``thread`` is what the clock runs for, and ``work`` the project it belongs to, if
    any; ``minutes`` the time asked of somebody; ``until`` the day that was named, or that it is
    about.
    """

    __tablename__ = "moment"
    audited = False

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    thread: Mapped[Ref] = mapped_column(index=True)
    work: Mapped[Ref | None]
    giver_id: Mapped[int | None]
    taker_id: Mapped[int | None]
    minutes: Mapped[int | None]
    until: Mapped[datetime | None]
    at: Mapped[datetime]

    __table_args__ = (Index(None, "taker_id", "giver_id"),)


class Seal(Record):
    """A batch of events, chained to the batch before. Truncation shows against the newest
    seal, which also leaves the database (the log, and a mail to the data protection officer)."""

    __tablename__ = "seal"
    audited = False

    first_id: Mapped[int]
    last_id: Mapped[int]
    count: Mapped[int]
    before_sha256: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))


ERASED = "erased_words"
"""The fact by which an event says whose words it erased: ids of events."""

SEALED_WITHIN = timedelta(minutes=15)
"""How long an event may wait for its seal. A worker seals every few seconds, or after each batch
of parcels: twenty, when the mail server does not answer, take it seven minutes. This is twice."""


def words_hash(salt: str, words: dict[str, str]) -> str:
    """The hash under which words are sealed: of the words and a salt, so that it tells nothing once
    both are erased."""
    body = json.dumps(words, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()


def keep_words(event: Event, words: dict[str, str]) -> EventWords:
    """Salt and hash ``words`` for ``event``; the caller adds the returned row after a flush."""
    salt = secrets.token_hex(16)
    event.words_sha256 = words_hash(salt, words)
    return EventWords(event_id=event.id, salt=salt, words=words)


def _canonical(event: Event, moments: list[Moment]) -> bytes:
    body = {
        "id": event.id,
        "at": event.at.isoformat(),
        "verb": event.verb,
        "subject": str(event.subject),
        "actor": event.actor_id,
        "for": event.acting_for_id,
        "channel": event.channel,
        "giver": event.giver_id,
        "taker": event.taker_id,
        "from": event.from_state,
        "to": event.to_state,
        "facts": event.facts,
        "words": event.words_sha256,
        "token": event.token,
        "moments": [_plain(moment) for moment in moments],
    }
    return json.dumps(body, sort_keys=True, ensure_ascii=False).encode()


def _plain(moment: Moment) -> dict[str, Any]:
    """What is sealed of a moment. Its project only where it has one: those that were sealed before
    projects were noted have none, and keep their sum."""
    plain = {
        "id": moment.id,
        "kind": moment.kind,
        "thread": str(moment.thread),
        "giver": moment.giver_id,
        "taker": moment.taker_id,
        "minutes": moment.minutes,
        "until": moment.until.isoformat() if moment.until else None,
        "at": moment.at.isoformat(),
    }
    return plain | ({"work": str(moment.work)} if moment.work else {})


def chained(session: Session, before: str, events: list[Event]) -> str:
    """The sum of events and their moments, on top of the sum before them."""
    moments: dict[int, list[Moment]] = {event.id: [] for event in events}
    if events:
        between = Moment.event_id.between(events[0].id, events[-1].id)
        for moment in session.scalars(select(Moment).where(between).order_by(Moment.id)):
            moments.get(moment.event_id, []).append(moment)
    digest = hashlib.sha256(before.encode())
    for event in events:
        digest.update(hashlib.sha256(_canonical(event, moments[event.id])).digest())
    return digest.hexdigest()


def newest(session: Session) -> Seal | None:
    """The newest seal, which holds all before it."""
    return session.scalars(select(Seal).order_by(Seal.id.desc()).limit(1)).first()


def seal(session: Session) -> Seal | None:
    """Seal what is not sealed yet. Returns the new seal, or None when there was nothing."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE seal IN EXCLUSIVE MODE"))  # one worker at a time
    events = list(session.scalars(select(Event).where(Event.seal_id.is_(None)).order_by(Event.id)))
    if not events:
        return None
    last = newest(session)
    before = last.sha256 if last else ""
    new = Seal(
        first_id=events[0].id,
        last_id=events[-1].id,
        count=len(events),
        before_sha256=before,
        sha256=chained(session, before, events),
    )
    session.add(new)
    session.flush()
    for event in events:
        event.seal_id = new.id
    return new
