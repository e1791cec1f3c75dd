"""Places without a code, and the numbers that people give."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from portal import nouns
from trust import contacts, places
from trust.act import Act, Actor
from trust.audit import Event
from trust.guard import guard
from trust.installation import Installation, Region
from trust.people import Person
from trust.places import Area
from trust.records import Hidden, Record, Ref, Refused

assert nouns.MODULES
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
ADMINISTRATOR = Actor(
    1, None, {Ref("installation", 1): frozenset({"administrator"})}, second_factor=True
)


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Record.metadata.create_all(engine)
    with guard(Session(engine)) as session:
        session.info["verb"] = "laid out"
        session.add_all([Installation(), Region(key="beds", name="Beds")])
        session.add(Person(name="Rahima", email="r@example.org"))
        session.flush()
        del session.info["verb"]
        yield session


def add(session: Session, name: str, kind: str = "place", actor: Actor = ADMINISTRATOR) -> Area:
    where, region = session.get_one(Installation, 1), session.get_one(Region, 1)
    return places.add(Act(session, actor, NOW), where, region=region, name=name, kind=kind)


def test_a_place_without_a_code_is_known_by_its_name(session: Session) -> None:
    made = add(session, "  Sandy ")
    assert (made.name, made.sort_name, made.code, made.year) == ("Sandy", "sandy", "", None)
    assert [one.verb for one in session.scalars(select(Event))] == ["area:add"]
    with pytest.raises(Refused, match="is here already"):
        add(session, "SANDY")
    assert add(session, "Sandy", "cluster").id != made.id


def test_a_place_needs_a_name_and_an_administrator(session: Session) -> None:
    with pytest.raises(Refused) as refused:
        add(session, " ")
    assert refused.value.field == "name"
    with pytest.raises(Hidden):
        add(session, "Sandy", actor=Actor(1))


def test_a_person_gives_a_number_and_takes_it_away(session: Session) -> None:
    rahima = session.get_one(Person, 1)
    own = Actor(rahima.id, None, anywhere=frozenset({"signed-in"}))
    for number in ("07700 900118", "+44 (0)20 7946 0018", ""):
        contacts.set_phone(Act(session, own, NOW), rahima, phone=number)
        assert rahima.phone == number
    for wrong in ("call me", "12", "07700 900118 or 07700 900119 after ten"):
        with pytest.raises(Refused) as refused:
            contacts.set_phone(Act(session, own, NOW), rahima, phone=wrong)
        assert refused.value.field == "phone"
    other = Actor(99, None, anywhere=frozenset({"signed-in"}))
    with pytest.raises(Hidden):
        contacts.set_phone(Act(session, other, NOW), rahima, phone="07700 900119")
