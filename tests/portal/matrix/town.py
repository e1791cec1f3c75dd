"""A town with everything in it once: every kind of person, and every record in the states and
relations that decide who may see it.

Each record has a name here (``contribution.draft``), and words of its own hold that name between
angle quotes, so that a page which shows what it should not is caught by the words on it.
"""

import sqlite3
from datetime import UTC, datetime, timedelta

from sqlalchemy import make_url, select, text, update

from portal import create_app
from portal.database import Database
from tests.portal.matrix.builder import Builder
from tests.portal.matrix.personas import PERSONAS, UNCONFIRMED
from tests.portal.matrix.settling import settle
from tests.portal.matrix.working import work
from tests.world import TOWN_FILES, World, settings
from trust import seats, signin
from trust.people import Seat
from trust.records import Record
from trust.signin import SignIn


def town(url: str) -> None:
    """Build it all in an empty SQLite database; names and sessions stand in its table ``town``."""
    database = Database(url)
    Record.metadata.create_all(database.engine)
    with database.writing() as session:
        # No two records share an id, so that a page that mixes two nouns up cannot be lucky.
        for number, table in enumerate(Record.metadata.sorted_tables, 1):
            session.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"),
                {"name": table.name, "seq": number * 1000},
            )
    database.engine.dispose()
    app = create_app(settings(url, files=TOWN_FILES))
    builder = Builder(World(app))
    settle(builder)
    work(builder)
    sign_everyone_in(builder)
    lose_some(builder)
    app.extensions["portal.database"].engine.dispose()
    connection = sqlite3.connect(str(make_url(url).database))
    connection.execute("CREATE TABLE town (name TEXT PRIMARY KEY, value TEXT)")
    connection.executemany("INSERT INTO town VALUES (?, ?)", builder.names.items())
    connection.commit()
    connection.close()


def sign_everyone_in(b: Builder) -> None:
    """A session for each persona, for the partner it acts for."""
    with b.world.database.writing() as session:
        for key in PERSONAS:
            if key == "public":
                continue
            person, partner = b.who[key]
            now = datetime.now(UTC)
            row, token = signin.start(session, person, now, device="Tests", shared_phone=False)
            row.confirmed_at = now + timedelta(days=1)  # nobody is asked again while this lasts
            row.acting_for_id = partner.id if partner else None
            row.second_factor_at = None if key in UNCONFIRMED else now
            b.names[f"token.{key}"] = token
            b.names[f"session.{key}"] = str(row.id)
            b.names[f"person.{key}"] = str(person.id)
        # Used just now, however long the tests take: else each page would note when it was.
        session.execute(update(SignIn).values(seen_at=datetime.now(UTC) + timedelta(hours=2)))


def lose_some(b: Builder) -> None:
    """Some seats end: taken away by whoever may, or over by themselves."""
    with b.world.database.writing() as session:
        session.info["verb"] = "tests"
        expired, _ = b.who["expired"]
        for seat in session.scalars(select(Seat).where(Seat.person_id == expired.id)):
            seat.ends = datetime.now(UTC) - timedelta(minutes=1)
    revoked, _ = b.who["revoked"]
    with b.world.database.reading() as session:
        taken = list(session.scalars(select(Seat).where(Seat.person_id == revoked.id)))
    for seat in taken:
        by = "council-signatory" if seat.place.noun == "partner" else "coordinator"
        b.world.do(b.who[by], seats.end, seat)
