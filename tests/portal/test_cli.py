"""The commands: what they do, and the sentence they end with where they cannot."""

import os
import re
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from alembic import command
from click.testing import CliRunner, Result
from sqlalchemy import func, select, text, update

from portal import create_app, demo, migrate
from portal.cli import main
from portal.database import Database
from portal.demo import camden
from portal.demo.people import cast
from tests.portal.conftest import empty_portal
from tests.portal.test_database import newest_schema
from tests.portal.test_demo import demo_portal
from tests.world import SECRET, environment, files_of, settings
from trust.audit import SEALED_WITHIN, Event
from trust.imports import OUTCOMES, Outcome
from trust.installation import Region
from trust.partners import Partner
from trust.people import Person
from trust.places import Area
from trust.records import Ref
from trust.states import TABLES

SHARED = Path(os.environ.get("PORTAL_SHARED", Path(__file__).parents[3] / "shared")) / "data"
REGISTER = SHARED / "organisations/charities_trafford.csv"
HUBS = SHARED / "organisations/community_hubs_trafford.csv"
WARDS = SHARED / "areas/wards_trafford_2021.csv"
real_files = pytest.mark.skipif(not REGISTER.exists(), reason="the real files are not here")

SAME = OUTCOMES[Outcome.SAME]
SMALL = """\
charity_name,registered_charity_number,charity_activities
HOPE FOR ALL CIC,1000001,Helps
JOY,not a number,Sings
"""

LOOKUP = """\
WD24CD,WD24NM,LAD24CD,LAD24NM
E05013652,Belsize,E09000007,Camden
E05011389,Hyde Park,E08000035,Leeds
"""

Portal = Callable[..., Result]


@pytest.fixture
def url(database: Any) -> Iterator[str]:
    with database.fresh(empty_portal) as made:
        yield made


@pytest.fixture
def portal(url: str) -> Portal:
    """Runs a command on an empty portal, in demo mode unless told otherwise."""

    def run(*words: str, **env: str) -> Result:
        given = {
            "PORTAL_DEMO": "1",
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET,
            "PORTAL_FILES": str(files_of(url)),
            **env,
        }
        return CliRunner().invoke(main, [*map(str, words)], env=given)

    return run


def held(url: str, *nouns: Any) -> list[int]:
    """How many rows of each noun there are."""
    database = Database(url)
    with database.reading() as session:
        found = [session.scalar(select(func.count()).select_from(noun)) or 0 for noun in nouns]
    database.engine.dispose()
    return found


def file(folder: Path, text: str, name: str = "register.csv", encoding: str = "utf-8") -> str:
    made = folder / name
    made.write_text(text, encoding=encoding)
    return str(made)


def test_the_demo_is_loaded_only_in_demo_mode(portal: Portal, url: str) -> None:
    done = portal("demo", PORTAL_DEMO="")
    assert done.exit_code == 1
    assert "The demo is off. Set PORTAL_DEMO=1" in done.output
    assert held(url, Person) == [0]


@pytest.mark.one_database
def test_the_demo_is_loaded_once_and_says_whom_to_be(portal: Portal, url: str) -> None:
    done = portal("demo", "--quiet")
    assert done.output == "The demo is loaded.\n"
    before = held(url, Person, Event)
    again = portal("demo")
    assert again.exit_code == 0
    assert "The demo is here already." in again.output
    assert "http://127.0.0.1:8000/demo/mailbox" in again.output
    for part in cast():
        assert part.email in again.output
        assert part.to_try in again.output
    assert held(url, Person, Event) == before
    whole = portal("verify")
    assert (whole.exit_code, "Waiting for their seal: 0." in whole.output) == (0, True)


def test_the_demo_leaves_other_peoples_database_alone(portal: Portal, url: str) -> None:
    assert portal("begin", "Ada Bell", "ada@example.org").exit_code == 0
    done = portal("demo")
    assert done.exit_code == 1
    assert "There is something in this database." in done.output
    assert held(url, Person) == [1]


def test_a_story_that_breaks_off_leaves_nothing(
    portal: Portal, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(camden, "tell", breaks)
    assert portal("demo").exit_code == 1
    assert held(url, Person, Partner, Region, Event) == [0, 0, 0, 0]


def test_without_tables_it_says_what_to_run(portal: Portal, tmp_path: Path) -> None:
    for words in (("demo",), ("import", "partners", file(tmp_path, SMALL))):
        done = portal(*words, DATABASE_URL=f"sqlite:///{tmp_path}/none.db")
        assert done.exit_code == 1
        assert "The database has no tables yet. Run: portal migrate" in done.output


def test_a_register_is_told_row_by_row(portal: Portal, url: str, tmp_path: Path) -> None:
    words = ("import", "partners", file(tmp_path, SMALL), "--region", "Trafford")
    looked = portal(*words, "--dry-run")
    assert looked.exit_code == 0
    assert "Nothing was written." in looked.output
    assert "A new region: Trafford." in looked.output
    assert held(url, Partner, Region, Event) == [0, 0, 0]
    done = portal(*words)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == looked.output.splitlines()[1:]
    assert "Rows: 2. New: 1." in done.output
    assert "Row 2. New: Hope for All CIC." in done.output
    assert "Row 3. Could not be read: Joy. “not a number” is not right" in done.output
    assert held(url, Partner, Region) == [1, 1]
    again = portal(*words)
    assert f"{SAME}: 1." in again.output
    assert "Row 2." not in again.output
    assert held(url, Partner, Region) == [1, 1]


@real_files
def test_the_whole_of_a_real_register_comes_in_once(portal: Portal, url: str) -> None:
    words = ("import", "partners", str(REGISTER), "--region", "Trafford")
    done = portal(*words)
    assert "Rows: 736. New: 736." in done.output
    assert "The Cheshire Wildlife Trust Limited" in done.output
    assert len(done.output.splitlines()) >= 737
    again = portal(*words)
    assert f"{SAME}: 736." in again.output
    assert len(again.output.splitlines()) == 1
    assert held(url, Partner) == [736]


@real_files
def test_areas_make_their_council_a_region(portal: Portal, url: str) -> None:
    done = portal("import", "areas", str(WARDS))
    assert done.exit_code == 0, done.output
    assert "Rows: 21. New: 21." in done.output
    for words in (("--region", "Trafford"), ("--council", "Trafford"), ("--council", "E08000009")):
        again = portal("import", "areas", str(WARDS), *words)
        assert f"{SAME}: 21." in again.output
    elsewhere = portal("import", "areas", str(WARDS), "--region", "Camden")
    assert f"{OUTCOMES[Outcome.SKIPPED]}: 21." in elsewhere.output
    assert "It is in another region: Trafford." in elsewhere.output
    assert held(url, Area, Region) == [21, 1]


def test_of_several_councils_one_is_named_and_goes_where_it_should(
    portal: Portal, url: str, tmp_path: Path
) -> None:
    words = ("import", "areas", file(tmp_path, LOOKUP))
    said = sentence(portal(*words, "--region", "North"))
    assert "This file has areas of 2 councils: Camden, Leeds." in said
    assert portal(*words, "--region", "North", "--council", "Leeds").exit_code == 0
    assert portal(*words, "--council", "Camden").exit_code == 0
    with Database(url).reading() as session:
        stmt = select(Area.name, Region.name).join(Region, Region.id == Area.region_id)
        found = session.execute(stmt.order_by(Area.id)).all()
        session.get_bind().dispose()
    assert found == [("Hyde Park", "North"), ("Belsize", "Camden")]


@real_files
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("partners", HUBS), "We cannot find a column for the name."),
        (("areas", HUBS), "We cannot find a column for codes and one for names"),
        (("areas", REGISTER), "We cannot find a column for codes and one for names"),
        (("areas", WARDS, "--council", "Salford"), "This file has areas of one council: Trafford."),
        (("partners", SHARED / "xlsforms/widgets.xls"), "a spreadsheet of the old sort"),
        (("partners", SHARED / "schemas/datapackage-v2.json"), "We cannot find organisations"),
    ],
)
def test_a_file_of_another_sort_gets_a_sentence(
    portal: Portal, url: str, words: tuple[Any, ...], says: str
) -> None:
    done = portal("import", *words)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert says in done.output
    assert len(done.output.splitlines()) == 1
    assert held(url, Partner, Region, Area, Event) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "encoding", "says"),
    [
        ("", "utf-8", "This file is empty."),
        ("charity_name,registered_charity_number\n", "utf-8", "This file has no rows to bring in."),
        ("name,charity_number\nCafé,1000001\n", "latin-1", "Line 2 has a letter that is not in"),
        ("name,charity_number\n=1+1,1000001\n", "utf-8", "Cell A2 holds a formula."),
        ("name,charity_number\nJoy,1000001,x\n", "utf-8", "Cell C2 has something in it"),
    ],
)
@pytest.mark.one_database
def test_a_broken_file_changes_nothing(
    portal: Portal, url: str, tmp_path: Path, text: str, encoding: str, says: str
) -> None:
    words = ("import", "partners", file(tmp_path, text, encoding=encoding))
    for more in ((), ("--dry-run",), ("--region", "Nowhere yet")):
        done = portal(*words, *more)
        assert done.exit_code == 1, done.output
        assert says in done.output
    assert held(url, Partner, Region, Event) == [0, 0, 0]


def test_a_region_without_letters_is_refused(portal: Portal, url: str, tmp_path: Path) -> None:
    done = portal("import", "partners", file(tmp_path, SMALL), "--region", "–")
    assert done.exit_code == 1
    assert "Enter the name of the region." in done.output
    assert held(url, Partner, Region) == [0, 0]


def test_help_says_what_each_does() -> None:
    for words in (["import"], ["import", "partners"], ["import", "areas"], ["demo"]):
        done = CliRunner().invoke(main, [*words, "--help"])
        assert done.exit_code == 0
        assert len(done.output.splitlines()) > 4


@pytest.fixture
def mail_server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}"
    controller.stop()


def sentence(done: Result) -> str:
    """What a command that failed said: no traceback, and nothing else."""
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit), done.exception
    return done.output


@pytest.fixture
def real(portal: Portal, url: str, mail_server: str) -> Portal:
    """Commands on an empty portal that is no demo, in a schema that migrations made."""
    held = Database(url)
    command.stamp(migrate.config(held), "head")
    held.engine.dispose()
    real = environment(url, SMTP_URL=mail_server, PORTAL_ADDRESS="http://127.0.0.1")
    return lambda *words, **env: portal(*words, **{**real, **env})


def test_a_fine_portal_is_called_fine(real: Portal) -> None:
    done = real("check-config")
    assert done.exit_code == 0, done.output
    assert done.output == "The settings are fine, and the database and the mail server answer.\n"


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"SMTP_URL": "smtp://127.0.0.1:1"}, "The mail server does not take our mail"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "The database does not answer"),
        ({"DATABASE_URL": "sqlite:////proc/none/x.db"}, "The database does not answer"),
        ({"DATABASE_URL": "nonsense"}, "is not the address of a database"),
        ({"PORTAL_PROXIES": "abc"}, "PORTAL_PROXIES is not a number"),
        ({"PORTAL_DEMO": "1"}, "`portal demo` did not make this database"),
    ],
)
def test_what_does_not_answer_gets_a_sentence(real: Portal, env: dict[str, str], says: str) -> None:
    assert says in sentence(real("check-config", **env))


@pytest.mark.parametrize("words", [("check-config",), ("run",), ("work", "--once"), ("verify",)])
def test_a_database_without_tables_gets_a_sentence(
    real: Portal, tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = sentence(real(*words, DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    assert "Run: portal migrate" in said


def test_an_older_schema_gets_a_sentence(real: Portal, url: str) -> None:
    held = Database(url)
    with held.writing() as session:
        session.execute(text("DELETE FROM alembic_version"))
    held.engine.dispose()
    assert "Run: portal migrate" in sentence(real("check-config"))


@pytest.mark.parametrize("words", [("run",), ("work", "--once"), ("check-config",)])
def test_the_demo_never_runs_on_other_peoples_database(
    portal: Portal, url: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.server.Server.run", lambda _: None)
    assert portal("begin", "Ada Bell", "ada@example.org").exit_code == 0
    said = sentence(portal(*words))
    assert "`portal demo` did not make this database" in said


def test_the_demo_mails_nothing(portal: Portal, database: Any) -> None:
    """Nor does it try: there may be a mail server on this machine."""
    with database.fresh(demo_portal) as url:
        assert "The demo mails nothing" in sentence(portal("work", "--once", DATABASE_URL=url))


def test_the_demo_is_for_this_machine_alone(
    portal: Portal, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    monkeypatch.setattr("portal.server.Server.run", lambda self: started.append(self.options))
    held = Database(url)
    with held.writing() as session:
        made = Event(
            at=datetime.now(UTC), verb=demo.BEGIN, subject=Ref("installation", 1), channel="x"
        )
        made.facts = {}
        session.add(made)
    held.engine.dispose()
    for host in ("0.0.0.0", "10.0.0.5", "::", "example.org"):
        assert "listens on this machine only" in sentence(portal("run", "--host", host))
    assert started == []
    assert portal("run", "--port", "8123").exit_code == 0
    assert started[0]["bind"] == "127.0.0.1:8123"


def test_the_mailbox_is_shut_on_other_peoples_database_however_it_is_served(url: str) -> None:
    app = create_app(settings(url, demo=True))
    client = app.test_client()
    held: Database = app.extensions["portal.database"]
    assert client.get("/demo/mailbox").status_code == 404
    with held.writing() as session:
        now = datetime.now(UTC)
        made = Event(at=now, verb=demo.BEGIN, subject=Ref("installation", 1), channel="x", facts={})
        session.add(made)
    assert client.get("/demo/mailbox").status_code == 200
    from_afar = {"REMOTE_ADDR": "10.0.0.5"}
    assert client.get("/demo/mailbox", environ_overrides=from_afar).status_code == 404
    held.engine.dispose()


@pytest.mark.one_database
def test_states_need_no_settings(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name == "PATH"}
    run = [sys.executable, "-c", "from portal.cli import main; main()", "states"]
    done = subprocess.run(run, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for noun, table in TABLES.items():
        assert f"## {noun}\n\n```mermaid\n{table.diagram()}" in done.stdout


@pytest.mark.one_database
def test_the_worker_prints_the_seal(real: Portal, url: str, mail_server: str) -> None:
    """Seen from outside: pytest catches logs, so this one runs apart."""
    assert real("begin", "Ada Bell", "ada@example.org").exit_code == 0
    env = os.environ | environment(url, SMTP_URL=mail_server, PORTAL_ADDRESS="http://127.0.0.1")
    run = [sys.executable, "-c", "from portal.cli import main; main()", "work", "--once"]
    done = subprocess.run(run, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = re.search(r"seal 1 over \d+ events: ([0-9a-f]{64})", done.stderr)
    assert found, done.stderr
    good = real("verify", "--newest", found[1])
    assert good.exit_code == 0
    assert "Waiting for their seal: 0." in good.output
    assert "No --newest" not in good.output
    assert "No --newest was given" in real("verify").output


def test_tampering_is_told_in_sentences_and_fails(real: Portal, url: str) -> None:
    assert real("begin", "Ada Bell", "ada@example.org").exit_code == 0
    assert real("work", "--once").exit_code == 0
    held = Database(url)
    with held.writing() as session:
        session.execute(text("UPDATE event SET actor_id = 99"))
    held.engine.dispose()
    said = sentence(real("verify"))
    assert "Seal 1: an event or a moment in it was changed, swapped or added." in said
    assert "The record of events is not as it was." in said
    assert "The given seal is not here" in sentence(real("verify", "--newest", "0" * 64))


def test_a_record_without_its_newest_seal_is_not_called_changed(real: Portal, url: str) -> None:
    assert real("begin", "Ada Bell", "ada@example.org").exit_code == 0
    done = real("verify")
    assert (done.exit_code, "Every sealed event is as it was." in done.output) == (0, True)
    made = Database(url)
    with made.writing() as session:
        long_ago = datetime.now(UTC) - SEALED_WITHIN - timedelta(minutes=1)
        session.execute(update(Event).values(created_at=long_ago))
    done = real("verify")
    assert done.exit_code == 3
    assert "Event 1: it waits too long for its seal. Is `portal work` running?" in done.output
    assert "Nothing shows that the record was changed" in done.output
    assert "not as it was" not in done.output
    assert real("work", "--once").exit_code == 0
    assert real("verify").exit_code == 0
    with made.writing() as session:
        session.execute(text("UPDATE event SET seal_id = NULL"))
    made.engine.dispose()
    assert "The record of events is not as it was." in sentence(real("verify"))


def test_a_restore_says_what_the_check_of_the_record_found(
    real: Portal, url: str, database: Any, tmp_path: Path
) -> None:
    assert real("begin", "Ada Bell", "ada@example.org").exit_code == 0
    assert real("work", "--once").exit_code == 0
    for change, ends in (("UPDATE event SET version = 1", 0), ("UPDATE event SET verb = 'x:y'", 1)):
        held = Database(url)
        with held.writing() as session:
            session.execute(text(change))
        held.engine.dispose()
        assert real("backup", str(tmp_path / "portal.zip"), "--replace").exit_code == 0
        with database.fresh(newest_schema) as other:
            done = real("restore", str(tmp_path / "portal.zip"), DATABASE_URL=other)
            assert "rows of" in done.output
            assert "Events sealed: 1." in done.output
            assert done.exit_code == ends, done.output
            broken = real("restore", str(tmp_path / "portal.zip"), DATABASE_URL=other)
            assert "The database is not empty" in sentence(broken)


def test_a_restore_needs_the_list_of_erasures(real: Portal, database: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "portal.zip")
    assert real("backup", path).exit_code == 0
    gone = str(tmp_path / "erasures.jsonl")
    with database.fresh(newest_schema) as other:
        stopped = real("restore", path, DATABASE_URL=other, PORTAL_ERASURES=gone)
        assert "--nothing-was-erased" in sentence(stopped)
        assert "Nothing was restored." in stopped.output
        flag = "--nothing-was-erased"
        done = real("restore", path, flag, DATABASE_URL=other, PORTAL_ERASURES=gone)
        assert "rows of" in done.output


def test_what_is_over_goes_when_it_is_not_dry(real: Portal, url: str) -> None:
    assert real("begin", "Ada Bell", "ada@example.org").exit_code == 0
    assert "Nothing is older" in real("retain", "--dry-run").output
    held = Database(url)
    old = "INSERT INTO unsent (person_id, page, fields, expires_at, created_at, version) VALUES "
    with held.writing() as session:
        session.execute(text(old + "(1, '/x', '{}', '2020-01-02', '2020-01-01', 1)"))
    said = real("retain", "--dry-run").output
    assert "1: What somebody typed and could not send (after 1 days)" in said
    assert "Nothing was changed." in said
    assert "1 were taken out." in real("retain").output
    assert "Nothing is older" in real("retain").output
    held.engine.dispose()


def test_a_backup_never_takes_the_place_of_a_file_unasked(real: Portal, tmp_path: Path) -> None:
    path = tmp_path / "portal.zip"
    path.write_text("the one before")
    said = sentence(real("backup", str(path)))
    assert "is there already. Give another name, or add --replace." in said
    assert path.read_text() == "the one before"
    assert real("backup", str(path), "--replace").exit_code == 0
    assert zipfile.is_zipfile(path)
    said = sentence(real("backup", str(tmp_path / "nowhere/portal.zip")))
    assert "cannot be written: No such file or directory." in said


def test_going_back_loses_nothing_unasked(real: Portal, url: str) -> None:
    done = real("migrate", "--down")
    assert done.exit_code == 2
    assert "say how far, with --to" in done.output
    assert real("begin", "Ada Bell", "ada@example.org").exit_code == 0
    said = sentence(real("migrate", "--down", "--to", "base"))
    assert "There are people in this database." in said
    assert held(url, Person) == [1]


def test_a_database_is_emptied_where_that_was_said(real: Portal, url: str) -> None:
    assert real("migrate", "--down", "--to", "base").exit_code == 0, "nobody is there yet"
    assert real("migrate").exit_code == 0
    assert real("begin", "Ada Bell", "ada@example.org").exit_code == 0
    assert real("migrate", "--down", "--to", "base", "--lose-everything").exit_code == 0
    assert real("migrate", "--down", "--to", "base").exit_code == 0, "nothing is left to lose"
    assert real("migrate").exit_code == 0
    assert held(url, Person) == [0]


@pytest.mark.parametrize("more", [(), ("--down", "--lose-everything")])
def test_a_revision_that_is_none_gets_a_sentence(real: Portal, more: tuple[str, ...]) -> None:
    said = sentence(real("migrate", "--to", "nonsense", *more))
    assert "There is no way to the revision “nonsense”" in said


def test_what_is_no_seal_raises_no_alarm(real: Portal) -> None:
    said = sentence(real("verify", "--newest", "abc"))
    assert "A seal has 64 signs" in said and "as it was" not in said
