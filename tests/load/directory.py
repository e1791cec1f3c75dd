"""``make directory``: the directory with two hundred thousand partners behind it, beside the same
with two thousand, on both databases.

Each round asks for every page of both, one right after the other; what counts is the median of the
ratios of such pairs. A page may take half as long again, no more.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from portal import create_app
from tests.conftest import tables
from tests.databases import KINDS, PostgreSQL, Run, SQLite
from tests.load.bench import NAMES, table
from tests.load.crowd import RARE, crowd, place
from tests.load.measures import PHONE, statements
from tests.world import World, settings
from trust.installation import Region
from trust.names import fold
from trust.partners import Partner

FEW, MANY = 2_000, 200_000
MOST_TIMES = 1.5
ROUNDS, WARMING = 21, 3

Asked = dict[str, str]


@dataclass
class Side:
    """The portal with so many partners, and milliseconds by page."""

    world: World
    browser: FlaskClient
    region: int
    last: int
    filled: float
    statements: dict[str, int] = field(default_factory=dict)
    ms: dict[str, list[float]] = field(default_factory=dict)

    def asks(self) -> dict[str, Asked]:
        """Every kind of question, by what it is."""
        region = str(self.region)
        near = {"region": region, "area": fold(place(0, 7))}
        return {
            "nothing asked, first page": {},
            "nothing asked, last page": {"page": "20"},
            "going on, near the end": {"after": str(self.last)},
            "a letter": {"letter": "c"},
            "common word": {"words": "community"},
            "common word, last page": {"words": "community", "page": "10"},
            "beginning of a word": {"words": "c"},
            "two common words": {"words": "community group"},
            "rare word": {"words": RARE},
            "rare and common": {"words": f"{RARE} community"},
            "no hit": {"words": "nobodyhasthis"},
            "kind: group": {"kind": "vcs"},
            "kind: council": {"kind": "council"},
            "region": {"region": region},
            "place": near,
            "people": {"community": "older"},
            "words and filters": {"region": region, "kind": "vcs", "words": "comm group"},
        }

    def once(self, asked: Asked) -> float:
        began = time.perf_counter()
        answer = self.browser.get(f"/partners?{urlencode(asked)}", headers=PHONE)
        took = (time.perf_counter() - began) * 1000
        assert answer.status_code == 200, (asked, answer.status)
        return took


@contextmanager
def side(kind: SQLite | PostgreSQL, number: int) -> Iterator[Side]:
    with kind.fresh(tables) as url:
        app = create_app(settings(url, testing=False))
        world = World(app)
        world.installation()
        own = world.partner("Lantern Women’s Circle")
        client = world.client(world.person("Rahima", own, "member"), own)
        began = time.monotonic()
        crowd(world.database, number)
        filled = time.monotonic() - began
        with world.database.writing() as session:
            session.execute(text("ANALYZE"))
            region = session.scalars(select(Region.id).where(Region.key == "crowd-0")).one()
            by_name = select(Partner.id).order_by(Partner.sort_name.desc(), Partner.id.desc())
            last = session.scalars(by_name.offset(100).limit(1)).one()
            assert session.scalar(select(func.count()).select_from(Partner)) == number + 1
        app.extensions["portal.database"].engine.dispose()  # a connection knows what was counted
        made = Side(world, client, region, last, filled)
        for name, asked in made.asks().items():
            made.ms[name] = []
            made.once(asked)  # fills what is kept for the next
            with statements(app) as seen:
                made.once(asked)
            made.statements[name] = len(seen)
        yield made
        app.extensions["portal.database"].engine.dispose()


def measure(kind: SQLite | PostgreSQL) -> bool:
    """Print what each page takes. Whether all are within the goal."""
    with ExitStack() as stack:
        few = stack.enter_context(side(kind, FEW))
        many = stack.enter_context(side(kind, MANY))
        pairs = list(zip(few.asks().items(), many.asks().values(), strict=True))
        for n in range(WARMING + ROUNDS):
            for (name, asked), other in pairs:
                one, two = few.once(asked), many.once(other)
                if n >= WARMING:
                    few.ms[name].append(one)
                    many.ms[name].append(two)
        times = {
            name: median(b / a for a, b in zip(few.ms[name], many.ms[name], strict=True))
            for name in few.ms
        }
        table(
            f"{NAMES[kind.kind]}: the directory with {FEW:,} partners and with {MANY:,} "
            f"({many.filled:.0f} seconds to put them there). At most {MOST_TIMES} times as long.",
            ("", "statements", "ms", "ms", "times", ""),
            (
                (
                    name,
                    many.statements[name],
                    f"{median(few.ms[name]):.1f}",
                    f"{median(many.ms[name]):.1f}",
                    f"{ratio:.2f}",
                    "" if ratio <= MOST_TIMES else "over",
                )
                for name, ratio in times.items()
            ),
        )
        assert few.statements == many.statements
        return max(times.values()) <= MOST_TIMES


def main() -> None:
    run = Run.begin()
    try:
        within = [measure(run.database(name)) for name in KINDS]
    finally:
        run.end()
    sys.exit(0 if all(within) else 1)


if __name__ == "__main__":
    main()
