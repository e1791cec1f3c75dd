"""The portal on a fresh database of each kind, and a world to fill it with."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask

from portal import nouns  # noqa: F401 - the schema is complete only with all of them
from portal.database import Database
from tests.kept import HERE, Beginning
from tests.portal.matrix.cells import Cell, cells
from tests.portal.matrix.door import Town
from tests.portal.matrix.policy import policy
from tests.portal.matrix.town import town as built
from tests.portal.ready import Ready
from tests.world import World
from trust.partners import Kind, Partner
from trust.records import Record


def empty_portal(url: str) -> None:
    """The schema, and nothing in it."""
    database = Database(url)
    Record.metadata.create_all(database.engine)
    database.engine.dispose()


@pytest.fixture
def noon() -> Iterator[None]:
    """Tries are counted in windows of the clock: a test of them must not straddle two."""
    today = datetime.now(UTC).replace(hour=12, minute=0, second=1, microsecond=0)
    with time_machine.travel(today):
        yield


@pytest.fixture(scope="session")
def ready() -> Ready:
    return Ready()


@pytest.fixture
def app(database: Any, ready: Ready) -> Iterator[Flask]:
    with database.fresh(empty_portal) as url:
        made = ready.on(url)
        Beginning(made, database, url)
        yield made
        made.extensions["portal.database"].engine.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    beginning: Beginning = app.extensions[HERE]
    return beginning.world(World(app))


@pytest.fixture
def camden(world: World) -> Partner:
    return world.partner("Camden", Kind.COUNCIL)


@pytest.fixture
def lantern(world: World) -> Partner:
    return world.partner("Lantern Women’s Circle")


@pytest.fixture(scope="session")
def town(database: Any) -> Iterator[Town]:
    """A portal with everything in it once, and everyone who may come to its door."""
    with database.fresh(built) as url:
        made = Town(url)
        yield made
        made.close()


@pytest.fixture(scope="session")
def all_cells(town: Town, database: Any) -> list[Cell]:
    """What came of every knock that the policy of the matrix speaks of."""
    endpoints = sorted({case.endpoint for case in policy().cases})
    return [cell for endpoint in endpoints for cell in cells(town, database.run, endpoint)]
