"""``make million``: the pages that are measured, with a million contributions behind them.

Twenty thousand organisations, each with an agreement with the one council; two hundred pilots; a
group with fifty thousand answers of its own; an event for each contribution. Each page is asked
for before and after: it may ask no more statements, and what counts is how many times as long it
takes. It takes ten minutes and two gigabytes of memory and disk.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, inspect, select, text

from pilots.requests import Asked
from portal import create_app
from tests.conftest import tables
from tests.databases import KINDS, PostgreSQL, Run, SQLite
from tests.load.bench import NAMES, table
from tests.load.measures import PHONE, statements
from tests.load.scene import Page, Scene
from tests.world import settings
from trust.audit import Event
from trust.records import Record, Ref

FEW, MANY = 1_000, 1_000_000
GROUPS, PILOTS, OWN = MANY // 50, 200, MANY // 20
HERE = 10  # one of so many is for the pilot that is looked at
UNREAD = 20  # one of so many waits to be read
MINUTES = 500_000  # over which they were sent
A_FEW = 5
AT_ONCE = 10_000


@dataclass(frozen=True)
class Took:
    """One page: statements, and milliseconds (the median of a few)."""

    statements: int
    ms: float


def many(
    made: Scene, one: Record, number: int, change: Callable[[int], dict[str, Any]]
) -> list[int]:
    """So many copies of ``one``. Their ids."""
    ids: list[int] = []
    for start in range(0, number, AT_ONCE):
        numbers = range(start, min(number, start + AT_ONCE))
        ids += made.copies(one, *map(change, numbers))
    return ids


def fill(made: Scene) -> None:
    """All that the head of this module says."""
    groups = many(
        made,
        made.lantern,
        GROUPS,
        lambda n: {"name": f"Many {n:06} of the south side", "sort_name": f"many {n:06}"},
    )
    many(made, made.agreement, GROUPS, lambda n: {"giver_id": groups[n]})
    pilots = many(made, made.pilot, PILOTS, lambda n: {"name": f"Many pilots {n}"})
    asked = many(made, made.request, PILOTS, lambda n: {"pilot_id": pilots[n]})

    def given(n: int) -> dict[str, Any]:
        here = n % HERE == 0
        return {
            "giver_id": groups[n % GROUPS],
            "reference": f"MANY-{n}",
            "sent_at": made.world.now - timedelta(minutes=n % MINUTES),
            "pilot_id": made.pilot.id if here else pilots[n % PILOTS],
            "request_id": made.request.id if here else asked[n % PILOTS],
            "state": "sent" if n % UNREAD == 0 else "accepted",
        }

    put = next(one for one in made.world.all(Asked) if one.giver_id == made.lantern.id)
    # Each group was asked by five requests of others; the group that is looked at by no more.
    turns = GROUPS * 5
    many(
        made,
        put,
        turns,
        lambda n: {"giver_id": groups[n % GROUPS], "request_id": asked[n // GROUPS]},
    )
    ids = many(made, made.sent, MANY, given)
    ids += many(made, made.sent, OWN, lambda n: {"reference": f"OUR-{n}", "state": "accepted"})
    record(made, ids)


def record(made: Scene, ids: list[int]) -> None:
    """An event for each contribution."""
    database = made.world.database
    with database.reading() as session:
        one = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
        columns = [a.key for a in inspect(Event).column_attrs if a.key != "id"]
        same = {key: getattr(one, key) for key in columns}
    for start in range(0, len(ids), AT_ONCE):
        with database.writing() as session:
            session.info["verb"] = "tests"
            batch = ids[start : start + AT_ONCE]
            rows = [
                {**same, "token": f"many-{id}", "subject": Ref("contribution", id)} for id in batch
            ]
            session.execute(insert(Event), rows)
    with database.writing() as session:
        session.execute(text("ANALYZE"))


def took(made: Scene, browser: FlaskClient, page: Page) -> Took:
    def milliseconds() -> Iterator[float]:
        for _ in range(A_FEW):
            began = time.perf_counter()
            answer = browser.get(page.path, headers=PHONE)
            yield (time.perf_counter() - began) * 1000
            assert answer.status_code == 200, (page.name, answer.status)

    ms = median(milliseconds())
    with statements(made.app) as seen:
        browser.get(page.path, headers=PHONE)
    return Took(len(seen), ms)


def measure(kind: SQLite | PostgreSQL) -> None:
    with kind.fresh(tables) as url:
        made = Scene(create_app(settings(url, testing=False)))
        made.fill(FEW)
        pages = [(page, made.browser(page)) for page in made.pages()]
        few = [took(made, browser, page) for page, browser in pages]
        began = time.monotonic()
        fill(made)
        filled = time.monotonic() - began
        after = [took(made, browser, page) for page, browser in pages]
        table(
            f"{NAMES[kind.kind]}: with {FEW:,} rows in each list, and with {MANY:,} contributions "
            f"({filled:.0f} seconds to put them there).",
            ("", "statements", "", "ms", "", "times"),
            (
                (
                    page.name,
                    one.statements,
                    other.statements,
                    f"{one.ms:.1f}",
                    f"{other.ms:.1f}",
                    f"{other.ms / one.ms:.1f}",
                )
                for (page, _), one, other in zip(pages, few, after, strict=True)
            ),
        )


def main() -> None:
    run = Run.begin()
    try:
        for name in sys.argv[1:] or KINDS:
            kind = run.database(name)
            measure(kind)
            kind.close()
    finally:
        run.end()


if __name__ == "__main__":
    main()
