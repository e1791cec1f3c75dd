"""Databases and a judge of markup, for every test. The rest is beside the tests that use it."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from zlib import crc32

import pytest

from tests.compiled import compile_once
from tests.databases import KINDS, PostgreSQL, Run, SQLite
from tests.markup import Judge

RUN = "PORTAL_TEST_RUN"
TEMPLATES = "COMPILED_TEMPLATES"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=KINDS, help="only this database (default: both)")
    parser.addoption(
        "--thorough",
        action="store_true",
        help="every page in every language, size and way; every fault, every check taken out",
    )


def pytest_configure(config: pytest.Config) -> None:
    if RUN not in os.environ:  # worker processes inherit it
        run = Run.begin()
        os.environ[RUN] = str(run.folder)
        config.add_cleanup(run.end)
        config.add_cleanup(lambda: os.environ.pop(RUN, None))
    own = Run(Path(os.environ[RUN])).quick / "templates"
    compile_once(Path(os.environ.get(TEMPLATES) or own))


ONE_OF = 3


def some(config: pytest.Config, names: Iterable[str]) -> list[str]:
    """One in three of ``names``, always the same ones, or with ``--thorough`` all: for long rows of
    tests of the tests, of which ``make faults`` does the whole."""
    every = list(names)
    if config.getoption("--thorough"):
        return every
    return [name for name in every if crc32(name.encode()) % ONE_OF == 0]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that needs a database once on each, or on the first if it is marked so."""
    if "database" in metafunc.fixturenames:
        one = metafunc.definition.get_closest_marker("one_database")
        chosen = metafunc.config.getoption("--database")
        kinds = [chosen] if chosen else KINDS[:1] if one else KINDS
        metafunc.parametrize("database", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> Iterator[SQLite | PostgreSQL]:
    """Makes fresh databases of one kind: ``with database.fresh(build) as url``."""
    kind = Run(Path(os.environ[RUN])).database(request.param)
    yield kind
    kind.close()


@pytest.fixture
def engine_url(database: SQLite | PostgreSQL) -> Iterator[str]:
    """The URL of a new database with the portal's tables and nothing in them, on each kind."""
    with database.fresh(tables) as url:
        yield url


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    """Judges HTML: ``judge.problems(html)`` is empty for a valid page."""
    judge = Judge()
    yield judge
    judge.close()


def tables(url: str) -> None:
    """A template: every table of the portal."""
    from portal import nouns  # here, so that tests of trust and pilots alone need no portal
    from portal.database import Database
    from trust.records import Record

    assert nouns.MODULES
    portal = Database(url)
    Record.metadata.create_all(portal.engine)
    portal.engine.dispose()
