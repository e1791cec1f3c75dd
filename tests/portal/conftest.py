"""The portal on a fresh database of each kind, and a world to fill it with."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal import (
    create_app,
    nouns,  # noqa: F401 - the schema is complete only with all of them
)
from portal.database import Database
from tests.portal.auditing_client import audited
from tests.world import World, settings
from trust.records import Record


def empty_portal(url: str) -> None:
    """The schema, and nothing in it."""
    database = Database(url)
    Record.metadata.create_all(database.engine)
    database.engine.dispose()


@pytest.fixture
def app(database: Any) -> Iterator[Flask]:
    with database.fresh(empty_portal) as url:
        made = create_app(settings(url))
        made.config["WTF_CSRF_ENABLED"] = False
        yield audited(made)
        made.extensions["portal.database"].engine.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    made = World(app)
    made.installation()
    return made
