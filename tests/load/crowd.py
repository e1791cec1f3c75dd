"""A crowd of invented partners, as many as a measurement wants, with words, places and people in
the proportions of a register: some words stand in most of them, most words in few."""

import random
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, insert, select

from portal.database import Database
from trust import search
from trust.installation import Region
from trust.names import fold
from trust.partners import Kind, Partner
from trust.places import Area, new_area
from trust.regions import communities

REGIONS, AREAS = 3, 10
AT_ONCE = 5_000
RARE = "zanzibar"
"""A word that five of any crowd have."""
COMMON = ("community", "group", "support", "people", "local", "charity")
FIRST = (
    "Amber",
    "Bright",
    "Clear",
    "Green",
    "Harbour",
    "Iron",
    "Lantern",
    "Meadow",
    "North",
    "Old",
)
SECOND = ("Bridge", "Court", "Door", "Garden", "Hall", "Kitchen", "Lane", "Mill", "Park", "Yard")
THIRD = ("Association", "Carers", "Choir", "Circle", "Elders", "Forum", "Friends", "Trust")
OTHER = (Kind.COUNCIL, Kind.INFRASTRUCTURE, Kind.REGIONAL, Kind.OTHER)


def place(region: int, number: int) -> str:
    return f"{FIRST[number]} {SECOND[region]} Side"


def crowd(database: Database, number: int) -> None:
    """Add so many partners, and let them be found. The same ones every time."""
    with database.writing() as session:
        session.info["verb"] = "tests"
        regions = []
        for one in range(REGIONS):
            key = f"crowd-{one}"
            held = session.scalars(select(Region).where(Region.key == key)).first()
            if held is None:
                held = Region(key=key, name=f"{SECOND[one]} shire")
                session.add(held)
                session.flush()
                session.add_all(
                    new_area(place(one, n), held.id, kind="ward", year=2024) for n in range(AREAS)
                )
            regions.append(held.id)
        before = session.scalar(select(func.count()).select_from(Partner)) or 0
        assert session.scalars(select(Area.id).limit(1)).first()
        rows = list(_rows(regions, before, number))
        for start in range(0, number, AT_ONCE):
            session.execute(insert(Partner), rows[start : start + AT_ONCE])
        search.mend(session)


def _rows(regions: list[int], before: int, number: int) -> Iterator[dict[str, Any]]:
    luck = random.Random(before)
    words = [f"{a}{b}".lower() for a in FIRST for b in (*SECOND, *THIRD)]
    words += [f"{luck.choice(words)}{n}" for n in range(2_000)]
    people = list(communities())
    for n in range(before, before + number):
        name = f"{luck.choice(FIRST)} {luck.choice(SECOND)} {luck.choice(THIRD)} {n}"
        some = [one for one in COMMON if luck.random() < 0.6]
        some += luck.choices(words, k=25)
        if (n - before) % max(1, number // 5) == 0:
            some.append(RARE)
        region = luck.randrange(REGIONS)
        yield {
            "name": name,
            "sort_name": fold(name),
            "other_names": [],
            "kind": luck.choice(OTHER) if luck.random() < 0.2 else Kind.VCS,
            "region_id": regions[region],
            "what": {"en": " ".join(some)},
            "areas": [place(region, luck.randrange(AREAS))],
            "communities": luck.sample(people, 2),
            "shares_by": [],
        }
