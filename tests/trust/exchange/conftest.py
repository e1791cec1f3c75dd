"""A small installation with its administrator, on each database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.databases import PostgreSQL, SQLite
from trust.act import Act, Actor
from trust.audit import Event, EventWords, Moment, Seal
from trust.guard import guard
from trust.installation import Installation, Region
from trust.partners import Identifier, Partner
from trust.people import Person, Seat
from trust.places import Area
from trust.proposals import Proposal
from trust.records import Record, Ref

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


@dataclass
class World:
    """The installation, and who acts on it."""

    session: Session
    installation: Installation
    actor: Actor

    @property
    def act(self) -> Act:
        return Act(self.session, self.actor, NOW, channel="command")

    def add(self, record: Record) -> None:
        """Store a record that was there before: without a verb, and so without an event."""
        self.session.info["verb"] = "laid out"
        self.session.add(record)
        self.session.flush()
        del self.session.info["verb"]


def import_tables(url: str) -> None:
    """Build the tables that imports read and write."""
    engine = create_engine(url)
    places = (Installation, Region, Partner, Identifier, Area, Person, Seat, Proposal)
    records = (*places, Seal, Event, EventWords, Moment)
    with engine.begin() as connection:
        Record.metadata.create_all(connection, tables=[one.__table__ for one in records])
    engine.dispose()


@pytest.fixture
def world(database: SQLite | PostgreSQL) -> Iterator[World]:
    with database.fresh(import_tables) as url:
        engine = create_engine(url)
        with Session(engine) as session:
            guard(session)
            made = World(session, Installation(), Actor())
            made.add(made.installation)
            place = Ref.of(made.installation)
            made.actor = Actor(
                person_id=1,
                seats={place: frozenset({"administrator"})},
                second_factor=True,
            )
            yield made
        engine.dispose()
