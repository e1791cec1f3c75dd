"""What shows that the record of events was tampered with, or a document that it holds the hash
of."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import String, cast, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from trust.audit import (
    ERASED,
    SEALED_WITHIN,
    Event,
    EventWords,
    Seal,
    chained,
    words_hash,
)
from trust.records import Ref


def highest_given(session: Session, table: str) -> int:
    """The highest id that a table ever gave, also if its row is gone since; 0 if none."""
    if session.get_bind().dialect.name == "postgresql":
        stmt = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, 'id')::regclass)")
    else:
        stmt = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
    return session.scalar(stmt, {"table": table}) or 0


@dataclass(frozen=True)
class Broken:
    """What does not hold: ``how`` it shows (one of ``HOW``), at which seal or event, at how many
    from there on, and ``about`` which record."""

    how: str
    id: int = 0
    count: int = 1
    about: Ref | None = None

    def say(self) -> str:
        """It as an English sentence, for whoever runs the portal."""
        return HOW[self.how].format(id=self.id, count=self.count, about=self.about)


class Document(NamedTuple):
    """A column whose content must not change unless an event says so. Events about its record
    hold the SHA-256 of it under ``fact``; ``beside`` is the column that repeats it."""

    content: InstrumentedAttribute[Any]
    beside: InstrumentedAttribute[Any]
    fact: str


LATE = "late"

HOW = {
    "changed": "Seal {id}: an event or a moment in it was changed, swapped or added.",
    "missing": "Seal {id}: events are missing from it.",
    "chain": "Seal {id}: it does not follow the seal before it.",
    "no seal": "Seal {id}: it was made and is gone ({count} from there on).",
    "no event": "Event {id}: it was written and is gone ({count} from there on).",
    "unsealed": "Event {id}: it lost its seal.",
    LATE: "Event {id}: it waits too long for its seal. Is `portal work` running?",
    "words": "Event {id}: its words were changed.",
    "no words": "Event {id}: its words are gone, and no event says that they were erased.",
    "other": "{about}: it is not what it was. Event {id} holds the hash of what belongs there.",
    "gone": "{about}: it was there and is gone. Event {id} holds its hash.",
    "unheard": "{about}: no event holds its hash.",
    "newest": "The given seal is not here: the end was cut off, or all was sealed anew.",
}


@dataclass(frozen=True)
class Verdict:
    """What ``verify`` found. ``unsealed`` counts events that wait for their seal, ``skipped`` ids
    that were taken by changes that failed: only PostgreSQL leaves such gaps, and there an event
    that was taken out before it was sealed looks the same."""

    broken: tuple[Broken, ...]
    sealed: int
    unsealed: int
    skipped: int

    @property
    def tampered(self) -> tuple[Broken, ...]:
        """What only a change to the record brings about."""
        return tuple(one for one in self.broken if one.how != LATE)

    @property
    def late(self) -> tuple[Broken, ...]:
        """What waits too long for its seal: no worker ran. Nothing shows that it was changed,
        and nothing would show it."""
        return tuple(one for one in self.broken if one.how == LATE)


def verify(
    session: Session,
    now: datetime,
    newest_sha256: str | None = None,
    documents: Sequence[Document] = (),
) -> Verdict:
    """Check every seal against its events and their moments, words and ``documents`` against
    their hashes, and the ids for gaps. Only a seal kept elsewhere (``newest_sha256``) shows a
    record that was sealed anew, or whose end was cut off together with the highest ids."""
    exact = session.get_bind().dialect.name == "sqlite"  # ids go back when a change does
    gaps = list(_gaps(session, Event))
    broken = [
        *_seals(session),
        *(Broken("no seal", id, count) for id, count in _gaps(session, Seal)),
        *(Broken("no event", id, count) for id, count in gaps if exact),
        *_unsealed(session, now, exact),
        *_words(session),
        *(one for document in documents for one in _document(session, document)),
    ]
    if newest_sha256 is not None:
        known = select(func.count()).select_from(Seal).where(Seal.sha256 == newest_sha256)
        if not session.scalar(known):
            broken.append(Broken("newest"))
    sealed, unsealed = (
        session.scalar(select(func.count()).select_from(Event).where(which)) or 0
        for which in (Event.seal_id.is_not(None), Event.seal_id.is_(None))
    )
    skipped = 0 if exact else sum(count for _, count in gaps)
    return Verdict(tuple(broken), sealed, unsealed, skipped)


def _seals(session: Session) -> Iterator[Broken]:
    before = ""
    for one in session.scalars(select(Seal).order_by(Seal.id)):
        stmt = select(Event).where(Event.seal_id == one.id).order_by(Event.id)
        events = list(session.scalars(stmt))
        if one.before_sha256 != before:
            yield Broken("chain", one.id)
        if len(events) != one.count:
            yield Broken("missing", one.id)
        elif chained(session, one.before_sha256, events) != one.sha256:
            yield Broken("changed", one.id)
        before = one.sha256


def _gaps(session: Session, noun: type[Event] | type[Seal]) -> Iterator[tuple[int, int]]:
    """Where ids are missing that were given: the first of each gap, and how many they are."""
    before = 0
    end = highest_given(session, noun.__tablename__) + 1
    for id in (*session.scalars(select(noun.id).order_by(noun.id)), end):
        if id > before + 1:
            yield before + 1, id - before - 1
        before = id


def _unsealed(session: Session, now: datetime, exact: bool) -> Iterator[Broken]:
    """Events below the last seal, and those that wait too long. On PostgreSQL a slow change may
    take its id early and be there late: it gets as long as any other."""
    last = session.scalar(select(func.max(Seal.last_id))) or 0
    stmt = select(Event.id, Event.created_at).where(Event.seal_id.is_(None)).order_by(Event.id)
    for id, created_at in session.execute(stmt):
        late = created_at < now - SEALED_WITHIN
        if id <= last and (exact or late):
            yield Broken("unsealed", id)
        elif late:
            yield Broken(LATE, id)


def _words(session: Session) -> Iterator[Broken]:
    said = select(Event.id, Event.facts).where(cast(Event.facts, String).contains(ERASED))
    erased = {one for id, facts in session.execute(said) for one in facts.get(ERASED, ())}
    stmt = (
        select(Event.id, Event.words_sha256, EventWords)
        .outerjoin(EventWords, EventWords.event_id == Event.id)
        .where(or_(Event.words_sha256.is_not(None), EventWords.id.is_not(None)))
        .order_by(Event.id)
    )
    found: Sequence[Any] = session.execute(stmt).all()
    for id, sha256, kept in found:
        if kept is None and id not in erased:
            yield Broken("no words", id)
        elif kept is not None and sha256 != words_hash(kept.salt, kept.words):
            yield Broken("words", id)


def _document(session: Session, document: Document) -> Iterator[Broken]:
    """What is not as the newest event says that holds its hash."""
    noun = document.content.class_
    name = noun.__tablename__
    events = select(Event.subject, Event.id, Event.facts).where(
        cast(Event.subject, String).startswith(f"{name}:"),
        cast(Event.facts, String).contains(f'"{document.fact}"'),
    )
    hashes = {
        subject.id: (id, facts[document.fact])
        for subject, id, facts in session.execute(events.order_by(Event.id))
        if document.fact in facts
    }
    kept = select(noun.id, document.content, document.beside).order_by(noun.id)
    for record_id, content, beside in session.execute(kept.execution_options(yield_per=1)):
        event_id, said = hashes.pop(record_id, (0, None))
        about = Ref(name, record_id)
        if content is None and said is not None:
            yield Broken("gone", event_id, about=about)
        elif content is not None and said is None:
            yield Broken("unheard", about=about)
        elif content is not None and not sha256(content) == said == beside:
            yield Broken("other", event_id, about=about)
    for record_id, (event_id, _) in sorted(hashes.items()):
        yield Broken("gone", event_id, about=Ref(name, record_id))


def sha256(content: str | bytes) -> str:
    """The hash of a document, as hexadecimal digits."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
