"""Regions: only real numbers are real, every place is counted once, and none lacks anything."""

import csv
import os
import re
from datetime import date
from pathlib import Path

import pytest

from tests.trust.readability import faults
from trust.regions import Settings, regions, settings_of

REAL = {"999", "101", "111"}
# The ranges that Ofcom keeps for drama: London, Manchester, and no area at all.
DRAMA = re.compile(r"020 7946 0\d{3}|0161 496 0\d{3}|01632 960\d{3}")
SHARED = Path(os.environ.get("PORTAL_SHARED", Path(__file__).parents[3] / "shared"))
WARDS = SHARED / "data/areas/wards_trafford_2021.csv"

EVERY = [pytest.param(one, id=one.key) for one in regions().values()]


def test_three_regions() -> None:
    assert list(regions()) == ["camden", "central-bedfordshire", "trafford"]


@pytest.mark.parametrize("region", EVERY)
def test_only_the_national_numbers_are_real(region: Settings) -> None:
    assert {one.phone for one in region.numbers if not one.fictional} == REAL
    for one in region.numbers:
        if one.fictional:
            assert DRAMA.fullmatch(one.phone)
    phones = [one.phone for one in region.numbers]
    assert len(set(phones)) == len(phones)
    assert {"emergency", "adults", "children"} <= {one.key for one in region.numbers}


@pytest.mark.parametrize("region", EVERY)
def test_each_region_says_where_each_job_is_done(region: Settings) -> None:
    assert {one.job for one in region.platforms} == {"dpia", "agreement", "publish"}
    assert re.fullmatch(r"E\d{8}", region.code)
    assert region.languages[0] == "en"
    assert faults(region.forum.text) == []
    assert all(faults(one.text) == [] for one in region.numbers)


@pytest.mark.parametrize("region", EVERY)
def test_each_place_is_in_one_cluster(region: Settings) -> None:
    places = [place for cluster in region.clusters for place in cluster.places]
    assert len(set(places)) == len(places)
    assert all(len(cluster.places) >= 3 for cluster in region.clusters)
    first = region.clusters[0]
    assert region.cluster_of(first.places[0]) == first
    assert region.cluster_of("Nowhere") is None


def test_all_wards_and_towns_are_there() -> None:
    size = {key: sum(len(c.places) for c in one.clusters) for key, one in regions().items()}
    assert size == {"camden": 20, "central-bedfordshire": 13, "trafford": 21}


@pytest.mark.skipif(not WARDS.exists(), reason="needs the shared files (PORTAL_SHARED)")
def test_the_wards_of_trafford_are_those_of_the_register() -> None:
    with WARDS.open(encoding="utf-8-sig", newline="") as lines:
        wards = {row["WD21NM"] for row in csv.DictReader(lines)}
    trafford = regions()["trafford"]
    assert {place for one in trafford.clusters for place in one.places} == wards


def test_a_region_without_an_entry_has_the_defaults() -> None:
    new = settings_of("stockport", "Stockport")
    assert (new.key, new.name) == ("stockport", "Stockport")
    assert {one.phone for one in new.numbers} == REAL
    assert not new.forum.chosen
    assert new.calendar.is_working(date(2026, 6, 1))
    assert settings_of("camden") is regions()["camden"]
