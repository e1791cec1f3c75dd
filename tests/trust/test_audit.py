"""The record of events shows every way of tampering with it, and survives lawful erasure."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, delete, text, update
from sqlalchemy.orm import Session

from portal import nouns
from trust.audit import ERASED, SEALED_WITHIN, Event, EventWords, Moment, Seal, keep_words, seal
from trust.records import Record, Ref
from trust.tampering import HOW, Broken, Verdict
from trust.tampering import verify as verify_at

assert nouns.MODULES

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def verify(session: Session, newest: str | None = None) -> Verdict:
    session.commit()
    session.expire_all()
    return verify_at(session, NOW, newest)


def hows(session: Session, newest: str | None = None) -> set[str]:
    return {one.how for one in verify(session, newest).broken}


def happen(session: Session, n: int, at: datetime, **facts: object) -> Event:
    event = Event(
        at=at,
        created_at=at,
        verb="note:write",
        subject=Ref("note", n),
        channel="web",
        facts={"n": n, **facts},
        token=f"{at:%d%H%M}-{n}",
    )
    session.add(event)
    session.flush()
    session.add(keep_words(event, {"reason": f"because {n}"}))
    session.add(Moment(event_id=event.id, kind="asked", thread=Ref("note", n), at=at))
    session.flush()
    return event


@pytest.fixture
def session() -> Iterator[Session]:
    """Three seals over four events each (1–4, 5–8, 9–12), and two events that are new."""
    engine = create_engine("sqlite://")
    Record.metadata.create_all(engine)
    with Session(engine) as session:
        for batch in range(3):
            for n in range(4):
                happen(session, n, datetime(2026, 3, 1 + batch, n, tzinfo=UTC))
            seal(session)
        for n in range(2):
            happen(session, n, NOW - timedelta(minutes=1))
        session.commit()
        yield session


def test_an_honest_record_verifies(session: Session) -> None:
    newest = session.get_one(Seal, 3).sha256
    assert verify(session, newest) == Verdict(broken=(), sealed=12, unsealed=2, skipped=0)


def test_nothing_to_seal_makes_no_seal(session: Session) -> None:
    assert seal(session) is not None
    assert seal(session) is None


def let_go(session: Session, *ids: int) -> None:
    """Delete events with all that hangs on them."""
    for noun, which in ((EventWords, EventWords.event_id), (Moment, Moment.event_id)):
        session.execute(delete(noun).where(which.in_(ids)))
    session.execute(delete(Event).where(Event.id.in_(ids)))


def change(session: Session) -> None:
    session.execute(update(Event).where(Event.id == 6).values(facts={"n": 99}))


def remove(session: Session) -> None:
    let_go(session, 6)


def swap(session: Session) -> None:
    session.execute(update(Event).where(Event.id == 5).values(verb="x"))
    session.execute(update(Event).where(Event.id == 6).values(subject=Ref("note", 5)))


def slip_in(session: Session) -> None:
    happen(session, 1, NOW).seal_id = 2


def retell(session: Session) -> None:
    session.execute(
        update(EventWords).where(EventWords.event_id == 6).values(words={"reason": "another"})
    )


def put_words_in(session: Session) -> None:
    happen(session, 1, NOW)
    session.execute(update(Event).where(Event.id == 15).values(words_sha256=None))


def drop_words(session: Session) -> None:
    session.execute(delete(EventWords).where(EventWords.event_id == 6))


def drop_words_and_hash(session: Session) -> None:
    drop_words(session)
    session.execute(update(Event).where(Event.id == 6).values(words_sha256=None))


def drop_moments(session: Session) -> None:
    session.execute(delete(Moment))


def move_a_moment(session: Session) -> None:
    session.execute(update(Moment).where(Moment.event_id == 6).values(at=NOW))


def add_a_moment(session: Session) -> None:
    session.add(Moment(event_id=6, kind="read", thread=Ref("note", 1), at=NOW))


def forget_a_token(session: Session) -> None:
    session.execute(update(Event).where(Event.id == 6).values(token=None))


def drop_what_is_new(session: Session) -> None:
    let_go(session, 13, 14)


def drop_the_newest(session: Session) -> None:
    let_go(session, 14)


def cut_off(session: Session) -> None:
    """The last seal with its events, and what is new."""
    let_go(session, *range(9, 15))
    session.execute(delete(Seal).where(Seal.id == 3))


def unseal(session: Session) -> None:
    """The last seal is taken off, and its events are changed before the next one."""
    session.execute(update(Event).where(Event.seal_id == 3).values(seal_id=None, actor_id=9))
    session.execute(delete(Seal).where(Seal.id == 3))


def unseal_and_let_the_worker_seal(session: Session) -> None:
    unseal(session)
    session.flush()
    session.expire_all()
    seal(session)


def unseal_one(session: Session) -> None:
    session.execute(update(Event).where(Event.id == 8).values(seal_id=None))


def all_gone(session: Session) -> None:
    let_go(session, *range(1, 15))
    session.execute(delete(Seal))


@pytest.mark.parametrize(
    ("tamper", "how"),
    [
        (change, {"changed"}),
        (remove, {"missing", "no event"}),
        (swap, {"changed"}),
        (slip_in, {"missing"}),
        (retell, {"words"}),
        (put_words_in, {"words"}),
        (drop_words, {"no words"}),
        (drop_words_and_hash, {"changed"}),
        (drop_moments, {"changed"}),
        (move_a_moment, {"changed"}),
        (add_a_moment, {"changed"}),
        (forget_a_token, {"changed"}),
        (drop_what_is_new, {"no event"}),
        (drop_the_newest, {"no event"}),
        (cut_off, {"no event", "no seal"}),
        (unseal, {"no seal", "late"}),
        (unseal_and_let_the_worker_seal, {"no seal"}),
        (unseal_one, {"missing", "unsealed"}),
        (all_gone, {"no event", "no seal"}),
    ],
)
def test_tampering_shows(
    session: Session, tamper: Callable[[Session], None], how: set[str]
) -> None:
    tamper(session)
    assert hows(session) == how


def test_a_gap_is_told_once_however_long_it_is(session: Session) -> None:
    all_gone(session)
    assert verify(session).broken == (Broken("no seal", 1, 3), Broken("no event", 1, 14))


def seal_anew(session: Session) -> None:
    """Everything by the rules, but another story: as only whoever runs the database could."""
    change(session)
    session.execute(update(Event).values(seal_id=None))
    session.execute(delete(Seal))
    session.execute(text("DELETE FROM sqlite_sequence WHERE name = 'seal'"))
    session.flush()
    session.expire_all()
    seal(session)


def cut_off_with_the_numbers(session: Session) -> None:
    cut_off(session)
    session.execute(text("UPDATE sqlite_sequence SET seq = 8 WHERE name = 'event'"))
    session.execute(text("UPDATE sqlite_sequence SET seq = 2 WHERE name = 'seal'"))


@pytest.mark.parametrize("tamper", [seal_anew, cut_off_with_the_numbers])
def test_a_seal_kept_elsewhere_shows_the_rest(
    session: Session, tamper: Callable[[Session], None]
) -> None:
    newest = session.get_one(Seal, 3).sha256
    tamper(session)
    assert hows(session) == set()
    assert hows(session, newest) == {"newest"}


def test_an_event_that_waits_too_long_shows(session: Session) -> None:
    happen(session, 2, NOW - SEALED_WITHIN - timedelta(seconds=1))
    assert verify(session).broken == (Broken("late", 15),)


def test_words_are_erased_by_an_event_and_the_record_stays_whole(session: Session) -> None:
    drop_words(session)
    happen(session, 3, NOW, **{ERASED: [6]})
    assert hows(session) == set()
    seal(session)
    assert hows(session) == set()
    session.execute(delete(EventWords).where(EventWords.event_id == 7))
    assert verify(session).broken == (Broken("no words", 7),)


def test_every_finding_has_a_sentence(session: Session) -> None:
    for how, words in HOW.items():
        said = Broken(how, 1, 2, Ref("release", 3)).say()
        assert said.endswith((".", ").", "?")), words
