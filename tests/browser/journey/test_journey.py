"""The whole way: from an empty portal to a group that hears what came of what it shared.

Each step is done on the page of whoever does it, and looked at on the screen of the other side.
Groups that only make up the numbers are brought in by the portal's verbs, the way the first one
was brought in by hand.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.journey import arriving, asking, learning, leaving, trusting
from tests.browser.journey.portal import Portal, portal
from tests.conftest import RUN
from tests.databases import Run
from tests.serving import Served
from trust import audit, tampering

WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "phone": ("sqlite", {"size": "phone", "scripts": "on"}),
    "no scripts at 320 px": ("postgres", {"size": "zoomed", "scripts": "off"}),
    "keyboard": ("sqlite", {"size": "desktop", "scripts": "on", "keyboard": True}),
}
"""How the portal is used, and on which database: each meets some of the ways."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = metafunc.config.getoption("--database")
    ways = [name for name, (kind, _) in WAYS.items() if chosen in (None, kind)]
    metafunc.parametrize("way", ways)


def test_the_whole_way(
    way: str, serve: Callable[..., Served], open_page: OpenPage, tmp_path: Path
) -> None:
    kind, mode = WAYS[way]
    database = Run(Path(os.environ[RUN])).database(kind)
    with portal(database, serve, open_page, **mode) as place:
        walk(place, tmp_path)
        recorded(place)
    database.close()


def walk(place: Portal, tmp_path: Path) -> None:
    """All ten steps, and what else happens between a group and a council."""
    arriving.begin(place, tmp_path)
    arriving.introduced(place)
    arriving.talk(place)
    arriving.asked_first(place)
    arriving.agreed(place)
    arriving.declined(place)
    others = arriving.more_groups(place)
    asking.opened(place, others)
    asking.asked(place)
    lantern = asking.answered(place)
    willow = asking.by_phone(place)
    references = asking.more_answers(place, others)
    read_at = learning.reviewed(place, lantern, willow, references)
    learning.understood(place)
    learning.responded(place)
    leaving.released(place, tmp_path)
    leaving.made_public(place)
    leaving.governed(place, tmp_path)
    trusting.proposed(place)
    trusting.merged(place)
    outsider = trusting.shown(place, tmp_path)
    trusting.handed_over(place)
    trusting.ended(place, read_at, outsider)
    trusting.revoked(place, outsider)


def recorded(place: Portal) -> None:
    """The record of all that happened is sealed, and whole."""
    with place.world.database.writing() as session:
        audit.seal(session)
    with place.world.database.reading() as session:
        assert tampering.verify(session, datetime.now(UTC)).broken == ()
