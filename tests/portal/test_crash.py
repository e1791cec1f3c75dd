"""What was acknowledged is there, once, whenever workers are killed: a small ``make crash``."""

import os
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import RUN, TEMPLATES
from tests.databases import Run
from tests.load.crash import storm
from tests.load.mortal import AFTER
from tests.load.synced import answers_in, order_of_answers, settings_of

KILLS = 8
ANSWERS = 16


@pytest.fixture
def templates() -> Path:
    """Where the run keeps compiled ones."""
    return Path(os.environ.get(TEMPLATES) or Run(Path(os.environ[RUN])).quick / "templates")


def test_nothing_acknowledged_is_lost_or_doubled(app: Flask, templates: Path) -> None:
    found = storm(app, ANSWERS, KILLS, 1, templates)
    assert not found.wrong
    assert found.cut >= KILLS / 2
    assert found.cut_after >= found.of(AFTER) > 0
    assert found.cut > found.cut_after


@pytest.mark.one_database
def test_an_answer_leaves_once_the_log_is_on_the_disk(app: Flask, templates: Path) -> None:
    if app.extensions["portal.database"].engine.name != "sqlite":
        pytest.skip("PostgreSQL syncs by itself; the tests' own does not, to be quick")
    for one in (settings_of(app.config["PORTAL"].database), order_of_answers(app, templates)):
        assert one.holds, one.words


FORM, TAKEN = (
    'recvfrom(9<TCP:[1]>, "POST /contributi"...',
    'sendto(9<TCP:[1]>, "HTTP/1.1 303 SEE"...',
)
WRITTEN, SYNCED = "pwrite64(7</x/portal.db-wal>, ", "fdatasync(7</x/portal.db-wal>) = 0"


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ((FORM, WRITTEN, SYNCED, TAKEN), (1, 0)),
        ((FORM, WRITTEN, TAKEN, SYNCED), (0, 1)),
        ((FORM, WRITTEN, SYNCED, WRITTEN, TAKEN), (0, 1)),
        ((FORM, WRITTEN, SYNCED.replace("= 0", "= -1 EIO"), TAKEN), (0, 1)),
        ((FORM, WRITTEN, SYNCED, TAKEN, FORM, TAKEN), (1, 1)),
    ],
)
def test_the_order_of_calls_is_read_rightly(calls: tuple[str, ...], found: tuple[int, int]) -> None:
    assert answers_in("\n".join(calls)) == found
