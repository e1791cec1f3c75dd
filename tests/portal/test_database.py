"""Law 7: what reads cannot write, in the database itself; migrations and backups."""

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from pilots.pilot import Pilot
from portal import backup, demo, migrate
from portal.database import Database
from tests.databases import KINDS
from tests.world import SECRET, World
from trust import audit, signin, tampering
from trust.installation import Region
from trust.partners import Partner
from trust.people import Person
from trust.places import Area
from trust.records import Record
from trust.signin import Code, SignIn


def empty(url: str) -> None:
    """No table at all."""
    Database(url).engine.dispose()


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


def seeded(url: str) -> None:
    """The demo, in a schema that migrations made."""
    held = Database(url)
    migrate.up(held)
    with held.writing() as session:
        demo.load(session, SECRET.encode(), datetime.now(UTC))
        person = session.scalars(select(Person).limit(1)).one()
        now = datetime.now(UTC)
        signin.start(session, person, now, device="Left open", shared_phone=False)
        signin.ask(session, person.email, "a browser", now)
        signin.ask(session, "nobody@example.org", "a browser", now)
        session.execute(text("DELETE FROM code WHERE id = (SELECT MAX(id) FROM code)"))
    held.engine.dispose()


ORDERED = {Partner.sort_name, Area.sort_name, Person.name, Region.name, Pilot.name}


def test_names_have_one_order_on_both_databases(world: World) -> None:
    """By the numbers of their letters: not as the machine would look them up, where "a b" and
    "ab" may stand either way."""
    names = ["Zoe", "adam", "a b", "ab", "Ab", "A-b", "émile", "łukasz", "মিনা", "zoe"]
    for name in names:
        world.partner(f"{name}!")
        world.person(name, None)
    with world.database.reading() as session:
        found = list(session.scalars(select(Partner.sort_name).order_by(Partner.sort_name)))
        assert found == sorted(found)
        people = list(session.scalars(select(Person.name).order_by(Person.name)))
        assert people == sorted(people)
        if world.database.engine.dialect.name == "postgresql":
            stmt = text(
                "SELECT table_name, column_name FROM information_schema.columns "
                "WHERE collation_name = 'C' AND table_schema = 'public'"
            )
            held = {tuple(row) for row in session.execute(stmt)}
            assert held == {(one.class_.__tablename__, one.key) for one in ORDERED}


@pytest.mark.parametrize("build", [empty, seeded])
def test_the_schema_equals_the_models_up_down_and_up(
    database: Any, build: Callable[[str], None]
) -> None:
    with database.fresh(build) as url:
        held = Database(url)
        migrate.up(held)
        assert migrate.differences(held) == []
        assert migrate.is_newest(held)
        migrate.down(held, "base")
        assert not migrate.is_newest(held)
        left = set(inspect(held.engine).get_table_names()) - {"alembic_version", "sqlite_sequence"}
        assert left == set()
        migrate.up(held)
        assert migrate.differences(held) == []
        with held.reading() as session:
            assert session.scalar(select(func.count()).select_from(Person)) == 0
        held.engine.dispose()


@pytest.fixture(scope="module")
def kept(
    database: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, Path]]:
    """The demo, and a backup of it: for reading."""
    with database.fresh(seeded) as url:
        held, path = Database(url), tmp_path_factory.mktemp("kept") / "portal.zip"
        backup.backup(held, path)
        yield held, path
        held.engine.dispose()


def newest_schema(url: str) -> None:
    """As an update leaves it, and nothing in it."""
    held = Database(url)
    migrate.up(held)
    held.engine.dispose()


@contextmanager
def migrated(kind: Any) -> Iterator[Database]:
    with kind.fresh(newest_schema) as url:
        held = Database(url)
        yield held
        held.engine.dispose()


def content(held: Database) -> dict[str, list[Any]]:
    """Every row of every table. Who is signed in, and the codes on their way, are left away."""
    ended = {"sign_in": "ended_at", "code": "used_at"}
    found = {}
    with held.reading() as session:
        for table in Record.metadata.sorted_tables:
            columns = [one for one in table.columns if one.name != ended.get(table.name)]
            rows = session.execute(select(*columns).order_by(table.c.id))
            found[table.name] = [repr(tuple(row)) for row in rows]
    return found


def test_a_backup_comes_back_whole(kept: tuple[Database, Path], database: Any) -> None:
    held, path = kept
    with migrated(database) as other:
        counts = backup.restore(other, path, datetime.now(UTC))
        assert counts["contribution"] > 20
        assert content(other) == content(held)
        with pytest.raises(backup.CannotRestore, match="not empty"):
            backup.restore(other, path, datetime.now(UTC))


@pytest.mark.one_database
def test_a_backup_moves_to_the_other_database_and_back(
    kept: tuple[Database, Path], database: Any, tmp_path: Path
) -> None:
    held, path = kept
    (other_kind,) = set(KINDS) - {database.kind}
    now = datetime.now(UTC)
    with migrated(database.run.database(other_kind)) as other, migrated(database) as back:
        counts = backup.restore(other, path, now)
        assert content(other) == content(held)
        assert backup.backup(other, tmp_path / "other.zip") == counts
        assert backup.restore(back, tmp_path / "other.zip", now) == counts
        assert content(back) == content(held)
        for one in (other, back):
            with one.reading() as session:
                found = tampering.verify(session, now, audit.newest(session).sha256)
            assert (found.broken, found.skipped) == ((), 0)


def test_after_a_restore_ids_go_on_and_nobody_is_signed_in(
    kept: tuple[Database, Path], database: Any
) -> None:
    held, path = kept
    now = datetime.now(UTC)
    with held.reading() as session:
        assert session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all()
        highest = tampering.highest_given(session, "code")
        assert highest > (session.scalar(select(func.max(Code.id))) or 0), "one is gone"
    with migrated(database) as other:
        backup.restore(other, path, now)
        with other.writing() as session:
            assert not session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all()
            assert not session.scalars(select(Code).where(Code.used_at.is_(None))).all()
            assert signin.ask(session, "nobody@example.org", "a browser", now).id == highest + 1


def test_a_backup_and_a_database_are_their_owners_alone(
    world: World, tmp_path: Path, database: Any
) -> None:
    path = tmp_path / "portal.zip"
    path.write_text("")
    path.chmod(0o644)
    with migrated(database) as held:
        backup.backup(held, path, replace=True)
    assert path.stat().st_mode & 0o777 == 0o600
    made = Database(f"sqlite:///{tmp_path}/new.db")
    migrate.up(made)
    with made.reading() as session:
        session.execute(text("SELECT 1"))
        for one in tmp_path.glob("new.db*"):
            assert one.stat().st_mode & 0o777 == 0o600, one
    made.engine.dispose()


def test_a_backup_that_breaks_off_leaves_the_one_before(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "portal.zip"
    path.write_text("the one before")

    def breaks(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(FileExistsError):
        backup.backup(world.database, path)
    monkeypatch.setattr(backup, "_revision", breaks)  # what is asked last
    with pytest.raises(OSError, match="No space left"):
        backup.backup(world.database, path, replace=True)
    assert path.read_text() == "the one before"
    assert [one.name for one in tmp_path.iterdir()] == ["portal.zip"], "nothing half written stays"


def lines(change: Callable[[dict[str, Any]], Any]) -> Callable[[bytes], bytes]:
    """A change to the first row of a table."""

    def changed(content: bytes) -> bytes:
        first, rest = content.split(b"\n", 1)
        row = json.loads(first)
        return json.dumps(change(row) or row).encode() + b"\n" + rest

    return changed


def about(change: Callable[[dict[str, Any]], Any]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        held = json.loads(content)
        return json.dumps(change(held) or held).encode()

    return changed


DAMAGES: dict[str, tuple[str, Callable[[bytes], bytes | None]]] = {
    "about is a list": ("about.json", lambda _: b"[]"),
    "about is no JSON": ("about.json", lambda _: b"{"),
    "about is gone": ("about.json", lambda _: None),
    "about knows no rows": ("about.json", about(lambda it: it.pop("rows") and it)),
    "rows are no numbers": ("about.json", about(lambda it: {**it, "rows": 3})),
    "another schema": ("about.json", about(lambda it: {**it, "schema": "x"})),
    "a table is gone": ("person.jsonl", lambda _: None),
    "a table is empty": ("event.jsonl", lambda _: b""),
    "a line is no JSON": ("person.jsonl", lambda it: b"{bad\n" + it),
    "a line is a list": ("person.jsonl", lambda it: b"[]\n" + it),
    "a line is no UTF-8": ("person.jsonl", lambda it: b'{"name": "\xff"}\n' + it),
    "an unknown column": ("person.jsonl", lines(lambda row: {**row, "evil": 1})),
    "a column is gone": ("person.jsonl", lines(lambda row: row.pop("lang") and row)),
    "a value of no kind": ("person.jsonl", lines(lambda row: {**row, "lang": {}})),
    "a value of another kind": ("person.jsonl", lines(lambda row: {**row, "lang": {"x": 1}})),
    "a bad date": ("person.jsonl", lines(lambda row: {**row, "created_at": {"at": "zz"}})),
    "a number too large": ("person.jsonl", lines(lambda row: {**row, "version": 2**70})),
    "a twin": ("person.jsonl", lambda it: it.split(b"\n")[0] + b"\n" + it),
    "a row of nobody": ("seat.jsonl", lines(lambda row: {**row, "person_id": 99_999})),
    "a line too long": ("region.jsonl", lines(lambda row: {**row, "name": "a" * 110})),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_backup_restores_nothing(
    kept: tuple[Database, Path],
    database: Any,
    tmp_path: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, change = DAMAGES[name]
    bad = tmp_path / "bad.zip"
    longest = backup.LONGEST_LINE
    with zipfile.ZipFile(kept[1]) as old, zipfile.ZipFile(bad, "w") as new:
        if name == "a line too long":
            longest = max(map(len, old.read(file).splitlines())) + 1
        for each in old.namelist():
            content = old.read(each)
            written = change(content) if each == file else content
            if written is not None:
                new.writestr(each, written)
    monkeypatch.setattr(backup, "LONGEST_LINE", longest)
    with migrated(database) as other:
        with pytest.raises(backup.CannotRestore):
            backup.restore(other, bad, datetime.now(UTC))
        with other.reading() as session:
            assert session.scalar(text("SELECT COUNT(*) FROM person")) == 0
            assert session.scalar(text("SELECT COUNT(*) FROM region")) == 0


def test_what_is_no_backup_is_refused(database: Any, tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_text("nothing")
    with migrated(database) as held:
        with pytest.raises(backup.CannotRestore, match="not a backup"):
            backup.restore(held, tmp_path / "no.zip", datetime.now(UTC))
        backup.backup(held, tmp_path / "portal.zip")
    with database.fresh(empty) as url:
        other = Database(url)
        with pytest.raises(backup.CannotRestore, match="portal migrate"):
            backup.restore(other, tmp_path / "portal.zip", datetime.now(UTC))
        other.engine.dispose()
