"""Law 7: what reads cannot write, in the database itself; migrations and backups."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from portal import backup, migrate
from portal.database import Database
from tests.world import World
from trust.audit import Event
from trust.partners import Kind
from trust.records import Record


def empty(url: str) -> None:
    """No table at all."""
    Database(url).engine.dispose()


def fill(world: World) -> None:
    camden, lantern = world.partner("Camden", Kind.COUNCIL), world.partner("Lantern “ß” ملاحظة")
    rahima = world.person("Rahima", lantern, "member", "signatory")
    lead = world.person("Ines", camden, "relationship-lead", "signatory", "coordinator")
    world.agreed(lantern, camden, rahima, lead)
    world.answered_question(lantern, rahima, camden, lead)
    request = world.request(world.pilot(camden, lead, (lantern, rahima)), camden, lead)
    world.contribution(request, lantern, rahima)


def test_a_reading_transaction_cannot_write(world: World) -> None:
    with world.database.reading() as session, pytest.raises(DBAPIError):
        session.execute(text("UPDATE person SET name = 'x'"))
    with world.database.reading() as session, pytest.raises(DBAPIError):
        session.execute(text("INSERT INTO installation (version) VALUES (1)"))


def test_a_writing_transaction_after_a_reading_one_can(world: World) -> None:
    with world.database.reading() as session:
        session.execute(text("SELECT 1"))
    with world.database.writing() as session:
        session.execute(text("UPDATE person SET name = 'x'"))


def test_the_schema_equals_the_models_up_down_and_up(database: Any) -> None:
    with database.fresh(empty) as url:
        held = Database(url)
        migrate.up(held)
        assert migrate.differences(held) == []
        migrate.down(held, "base")
        left = set(inspect(held.engine).get_table_names()) - {"alembic_version", "sqlite_sequence"}
        assert left == set()
        migrate.up(held)
        assert migrate.differences(held) == []
        held.engine.dispose()


def test_a_backup_comes_back_whole(world: World, database: Any, tmp_path: Path) -> None:
    fill(world)
    with database.fresh(empty) as url:
        other = Database(url)
        migrate.up(other)
        # The test's own schema is the models'; give it the mark that migrations leave.
        with world.database.writing() as session:
            session.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num text)"))
            session.execute(text("DELETE FROM alembic_version"))
            session.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
        wrote = backup.backup(world.database, tmp_path / "portal.zip")
        assert wrote["contribution"] == 2
        assert backup.restore(other, tmp_path / "portal.zip") == wrote
        for noun in Record.registry.mappers:
            table = noun.class_.__table__
            with world.database.reading() as before, other.reading() as after:
                rows = [
                    [tuple(row) for row in s.connection().execute(select(table).order_by("id"))]
                    for s in (before, after)
                ]
            assert repr(rows[0]) == repr(rows[1]), table.name
        # Ids go on from where they were.
        with other.writing() as session:
            last = session.scalar(select(func.max(Event.id)))
            session.info["verb"] = "tests"
            event = Event(
                **{
                    k: v
                    for k, v in session.get_one(Event, last).__dict__.items()
                    if k not in ("_sa_instance_state", "id", "token", "version")
                }
            )
            session.add(event)
            session.flush()
            assert event.id > (last or 0)
        with pytest.raises(backup.CannotRestore, match="not empty"):
            backup.restore(other, tmp_path / "portal.zip")
        other.engine.dispose()


def test_a_damaged_backup_restores_nothing(world: World, database: Any, tmp_path: Path) -> None:
    fill(world)
    with world.database.writing() as session:
        session.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num text)"))
        session.execute(text("DELETE FROM alembic_version"))
        session.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
    good = tmp_path / "portal.zip"
    backup.backup(world.database, good)
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, b"" if name == "event.jsonl" else content)
        assert json.loads(old.read("about.json"))["schema"] == "0001"
    with database.fresh(empty) as url:
        other = Database(url)
        with pytest.raises(backup.CannotRestore, match="migrate"):
            backup.restore(other, good)
        migrate.up(other)
        with pytest.raises(Exception):  # noqa: B017 - damaged, or an event is missing
            backup.restore(other, bad)
        with other.reading() as session:
            assert session.scalar(text("SELECT COUNT(*) FROM person")) == 0
        (tmp_path / "no.zip").write_text("nothing")
        with pytest.raises(backup.CannotRestore, match="not a backup"):
            backup.restore(other, tmp_path / "no.zip")
        other.engine.dispose()
