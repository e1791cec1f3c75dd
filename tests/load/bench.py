"""``make bench``: what the pages cost that people open most, in work, in bytes and in time.

Times are milliseconds from asking to the last byte, over HTTP on this machine, against gunicorn's
sync workers, one for each app, one request at a time (they close each connection: so the asking
includes opening one). Each round asks for every page a few times, and right beside it for the bare
page of the same bytes and for a bare JSON answer; the median of the few is the round's time. What
counts is the median of the ratios of such pairs: a machine's speed changes by the minute, and
hardly within a pair.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from flask import Flask

from portal import create_app
from tests.conftest import tables
from tests.databases import KINDS, PostgreSQL, Run, SQLite
from tests.load.measures import PHONE, Bytes, Cost, cost, rows_on_a_page
from tests.load.scene import Page, Scene
from tests.serving import serving
from tests.world import environment, settings

NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
TIMED = (
    "start page",
    "sign in",
    "home",
    "question: long-text",
    "queue",
    "queue, 1,000 behind",
    "timeline",
    "organisations",
)
SECONDS = 35  # of asking, for each database
WARMING = 2  # rounds
A_FEW = 7  # requests for the same, one after the other, so that the first ones warm the processor
ROWS = 60

# The goals of ../shared/quality.md, "Speed and size".
FIRST_VIEW = 14_600
CALLS = 8_000
LIST, PUBLIC = 20, 40  # per cent of bare JSON: lists, and public and home pages
GOALS = dict.fromkeys(("start page", "sign in", "home"), PUBLIC)
GOALS |= dict.fromkeys(("queue", "queue, 1,000 behind", "organisations"), LIST)


@dataclass
class Measured:
    """One page: what was counted of it, and the milliseconds of each round."""

    page: Page
    cost: Cost
    html: str
    cookie: str
    portal: list[float] = field(default_factory=list)
    jinja: list[float] = field(default_factory=list)
    little: list[float] = field(default_factory=list)

    def share_of(self, bare: list[float]) -> float:
        """How many per cent of its speed this page has: the median over the pairs."""
        return 100 * median(one / own for own, one in zip(self.portal, bare, strict=True))


class Server:
    """One server, asked for one thing at a time."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=30)

    def milliseconds(self, path: str, cookie: str = "") -> float:
        return median(self._once(path, cookie) for _ in range(A_FEW))

    def _once(self, path: str, cookie: str) -> float:
        headers = {**PHONE, "Cookie": cookie} if cookie else PHONE
        began = time.perf_counter()
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        answer.read()
        took = time.perf_counter() - began
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {answer.reason}")
        return took * 1000


def counted(made: Scene, page: Page) -> Measured:
    browser = made.browser(page)
    html = browser.get(page.path).text
    found = cost(made.app, browser, page.path)
    cookie = browser.get_cookie("portal")
    return Measured(page, found, html, f"portal={cookie.value}" if cookie else "")


def calls_of_lists(made: Scene) -> list[Measured]:
    with rows_on_a_page(ROWS):
        return [counted(made, page) for page in made.pages() if page.rows]


def ask_in_rounds(found: Sequence[Measured], portal: Server, bare: Server) -> None:
    """Fill in the times, in turns: the order within each three changes with each round."""
    number, until = 0, 0.0
    while number <= WARMING or time.monotonic() < until:
        if number == WARMING:
            until = time.monotonic() + SECONDS
        for place, one in enumerate(found):
            turns = [
                (one.portal, portal, one.page.path, one.cookie),
                (one.jinja, bare, f"/page/{place}", ""),
                (one.little, bare, "/json", ""),
            ]
            for times, server, path, cookie in turns[number % 3 :] + turns[: number % 3]:
                took = server.milliseconds(path, cookie)
                if number >= WARMING:
                    times.append(took)
        number += 1


def time_them(app: Flask, url: str, found: Sequence[Measured]) -> None:
    app.extensions["portal.database"].engine.dispose()
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages.json"
        pages.write_text(json.dumps([one.html for one in found]), "utf-8")
        with (
            serving(workers=1, **environment(url, PORTAL_NAME="Test portal")) as portal,
            serving("tests.load.bare:make()", workers=1, BARE_PAGES=str(pages)) as bare,
        ):
            ask_in_rounds(found, Server(portal.url), Server(bare.url))


# What is printed


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    say(f"\n{title}\n")
    for line in lines:
        first, *rest = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        say("   ".join((first, *rest)).rstrip())


def two(size: Bytes) -> tuple[str, str]:
    return f"{size.raw:,}", f"{size.sent:,}"


def held_to(value: float, goal: float, *, least: bool = False) -> str:
    """``value``, with a star where it misses its goal."""
    missed = value < goal if least else value > goal
    return f"{value:,.0f}{'*' if missed else ' '}"


def print_sizes(found: Sequence[Measured]) -> None:
    table(
        f"Bytes: as they are, and compressed. First view: HTML, sheets and headers; the goal for a"
        f" partner's pages is {FIRST_VIEW:,} at most (* misses it).",
        ("", "HTML", "", "CSS", "", "JS", "", "first view"),
        (
            (
                one.page.name,
                *two(one.cost.html),
                *two(one.cost.css),
                *two(one.cost.js),
                held_to(one.cost.first_view, FIRST_VIEW),
            )
            for one in found
        ),
    )


def print_calls(found: Sequence[Measured]) -> None:
    table(
        f"Lists of {ROWS} rows on one page; the goals are 3 statements and {CALLS:,} calls.",
        ("", "statements", "calls"),
        (
            (
                one.page.name,
                held_to(len(one.cost.statements), 3),
                held_to(one.cost.calls, CALLS),
            )
            for one in found
        ),
    )


def print_times(kind: str, found: Sequence[Measured]) -> None:
    rounds = len(found[0].portal)
    table(
        f"Time on {kind}, medians of {rounds} rounds. Speed in per cent of a bare Flask with Jinja "
        f"(same bytes), and of a bare Flask's JSON\n(goals: lists {LIST}, public and home pages "
        f"{PUBLIC}).",
        ("", "statements", "calls", "ms", "bare ms", "JSON ms", "% of bare", "% of JSON"),
        (
            (
                one.page.name,
                len(one.cost.statements),
                f"{one.cost.calls:,}",
                f"{median(one.portal):.2f}",
                f"{median(one.jinja):.2f}",
                f"{median(one.little):.2f}",
                f"{one.share_of(one.jinja):.0f}",
                held_to(one.share_of(one.little), GOALS.get(one.page.name, 0), least=True),
            )
            for one in found
        ),
    )


def bench(kind: SQLite | PostgreSQL, *, first: bool) -> None:
    with kind.fresh(tables) as url:
        app = create_app(settings(url, testing=False))
        made = Scene(app)
        made.fill(ROWS)
        held = {page.name: page for page in (*made.pages(), made.busy(1000))}
        found = [counted(made, held[name]) for name in TIMED]
        if first:
            print_sizes(found)
            print_calls(calls_of_lists(made))
        time_them(app, url, found)
        print_times(NAMES[kind.kind], found)


def main() -> None:
    run, began = Run.begin(), time.monotonic()
    try:
        for name in KINDS:
            kind = run.database(name)
            bench(kind, first=name == KINDS[0])
            kind.close()
    finally:
        run.end()
    say(f"\nTook {time.monotonic() - began:.0f} seconds.")


if __name__ == "__main__":
    main()
