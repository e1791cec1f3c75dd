"""Databases for every test. The rest is a fixture beside the tests that use it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import KINDS, PostgreSQL, Run, SQLite

RUN = "PORTAL_TEST_RUN"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=KINDS, help="only this database (default: both)")


def pytest_configure(config: pytest.Config) -> None:
    if RUN not in os.environ:  # worker processes inherit it
        run = Run.begin()
        os.environ[RUN] = str(run.folder)
        config.add_cleanup(run.end)
        config.add_cleanup(lambda: os.environ.pop(RUN, None))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that needs a database once on each."""
    if "database" in metafunc.fixturenames:
        kinds = [metafunc.config.getoption("--database") or KINDS]
        if isinstance(kinds[0], tuple):
            marked = metafunc.definition.get_closest_marker("one_database")
            kinds = list(KINDS[:1] if marked else KINDS)
        metafunc.parametrize("database", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> Iterator[SQLite | PostgreSQL]:
    """Makes fresh databases of one kind: ``with database.fresh(build) as url``."""
    kind = Run(Path(os.environ[RUN])).database(request.param)
    yield kind
    kind.close()
