"""The record of events shows every way of tampering with it, and survives lawful erasure."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, delete, update
from sqlalchemy.orm import Session

from portal import nouns
from trust.audit import Event, EventWords, keep_words, seal, verify
from trust.records import Record, Ref

assert nouns.MODULES


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Record.metadata.create_all(engine)
    with Session(engine) as session:
        for batch in range(3):
            for n in range(4):
                event = Event(
                    at=datetime(2026, 3, 1 + batch, n, tzinfo=UTC),
                    verb="note:write",
                    subject=Ref("note", n),
                    channel="web",
                    facts={"n": n},
                )
                session.add(event)
                session.flush()
                session.add(keep_words(event, {"reason": f"because {n}"}))
            session.flush()
            seal(session)
        session.commit()
        yield session


def test_an_honest_record_verifies(session: Session) -> None:
    assert list(verify(session)) == []


def test_nothing_to_seal_makes_no_seal(session: Session) -> None:
    assert seal(session) is None


def change(session: Session) -> None:
    session.execute(update(Event).where(Event.id == 6).values(facts={"n": 99}))


def remove(session: Session) -> None:
    session.execute(delete(EventWords).where(EventWords.event_id == 6))
    session.execute(delete(Event).where(Event.id == 6))


def swap(session: Session) -> None:
    session.execute(update(Event).where(Event.id == 5).values(verb="x"))
    session.execute(update(Event).where(Event.id == 6).values(subject=Ref("note", 5)))


def slip_in(session: Session) -> None:
    session.add(
        Event(
            at=datetime(2026, 3, 2, tzinfo=UTC),
            verb="note:write",
            subject=Ref("note", 1),
            channel="web",
            facts={},
            seal_id=2,
        )
    )


def retell(session: Session) -> None:
    session.execute(
        update(EventWords).where(EventWords.event_id == 6).values(words={"reason": "another"})
    )


@pytest.mark.parametrize("tamper", [change, remove, swap, slip_in, retell])
def test_tampering_shows(session: Session, tamper: Callable[[Session], None]) -> None:
    tamper(session)
    session.commit()
    session.expire_all()
    assert list(verify(session))


def test_cutting_off_the_end_shows_against_the_newest_seal(session: Session) -> None:
    from trust.audit import Seal

    newest = session.get_one(Seal, 3).sha256
    session.execute(delete(EventWords).where(EventWords.event_id > 8))
    session.execute(delete(Event).where(Event.seal_id == 3))
    session.execute(delete(Seal).where(Seal.id == 3))
    session.commit()
    session.expire_all()
    assert list(verify(session)) == []
    assert [one.how for one in verify(session, newest)] == ["newest"]


def test_erasing_words_lawfully_leaves_the_record_whole(session: Session) -> None:
    session.execute(delete(EventWords))
    session.commit()
    session.expire_all()
    assert list(verify(session)) == []
