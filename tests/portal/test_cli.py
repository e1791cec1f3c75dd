"""The commands that fill a portal: the demo, and imports of registers and areas."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from portal.cli import main
from portal.database import Database
from portal.demo import camden
from portal.demo.people import cast
from tests.portal.conftest import empty_portal
from tests.world import SECRET
from trust.audit import Event
from trust.imports import OUTCOMES, Outcome
from trust.partners import Partner, Region
from trust.people import Person
from trust.places import Area

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

Portal = Callable[..., Result]


@pytest.fixture
def url(database: Any) -> Iterator[str]:
    with database.fresh(empty_portal) as made:
        yield made


@pytest.fixture
def portal(url: str) -> Portal:
    """Runs a command on an empty portal, in demo mode unless told otherwise."""

    def run(*words: str, **env: str) -> Result:
        given = {"PORTAL_DEMO": "1", "DATABASE_URL": url, "SECRET_KEY": SECRET, **env}
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
    again = portal("import", "areas", str(WARDS), "--region", "Trafford")
    assert f"{SAME}: 21." in again.output
    assert held(url, Area, Region) == [21, 1]


@real_files
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("partners", HUBS), "We cannot find a column for the name."),
        (("areas", HUBS), "We cannot find a column for codes and one for names"),
        (("areas", REGISTER), "We cannot find a column for codes and one for names"),
        (("areas", WARDS, "--region", "Salford"), "Say which council to bring in"),
        (("partners", SHARED / "xlsforms/widgets.xls"), "a spreadsheet of the old sort"),
        (("partners", SHARED / "schemas/datapackage-v2.json"), "We can read CSV and XLSX files"),
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
