"""Areas of one council: known by code, in a region that an import may make."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.trust.exchange.conftest import World
from tests.trust.exchange.real_files import WARDS, needs_real_files, table
from trust.act import Actor
from trust.audit import Event
from trust.exchange.area_import import import_areas, plan_areas
from trust.exchange.areas import AreaLine, read
from trust.imports import Change, Outcome, Plan
from trust.installation import Region
from trust.places import Area, new_area
from trust.records import Hidden, Refused

CAMDEN, LEEDS = "E09000007", "E08000035"
BELSIZE = AreaLine(2, "E05013652", "Belsize", "ward", 2022, CAMDEN, CAMDEN)
COUNCIL = AreaLine(2, CAMDEN, "Camden", "borough", 2022, "", CAMDEN)
HYDE_PARK = AreaLine(3, "E05011389", "Hyde Park", "ward", 2022, LEEDS, LEEDS)
OTHER = AreaLine(3, LEEDS, "Leeds", "metropolitan", 2022, "", LEEDS)


def bring(world: World, *lines: AreaLine, council: str = "") -> Plan:
    seen = plan_areas(world.session, lines, council).fingerprint
    return import_areas(world.act, world.installation, lines, council, seen)


def test_areas_come_in_and_their_council_becomes_a_region(world: World) -> None:
    done = bring(world, HYDE_PARK, OTHER)
    (region,) = world.session.scalars(select(Region))
    (area,) = world.session.scalars(select(Area))
    assert (region.key, region.name) == ("leeds", "Leeds")
    assert (area.code, area.name, area.sort_name, area.kind, area.year, area.region_id) == (
        *("E05011389", "Hyde Park", "hyde park", "ward", 2022),
        region.id,
    )
    assert [(line.outcome, line.ref and line.ref.id) for line in done.lines] == [("new", area.id)]


def test_a_second_run_finds_all_as_it_was(world: World) -> None:
    bring(world, BELSIZE, COUNCIL)
    again = plan_areas(world.session, [BELSIZE, COUNCIL])
    assert [line.outcome for line in again.lines] == [Outcome.SAME]


def test_a_later_file_with_the_same_code_keeps_the_year_and_takes_a_new_name(world: World) -> None:
    bring(world, BELSIZE, COUNCIL)
    later = [replace(BELSIZE, year=2025), replace(COUNCIL, year=2025)]
    assert not plan_areas(world.session, later).writes
    (line,) = bring(world, replace(later[0], name="Belsize Park"), later[1]).lines
    assert line.changes == (Change("name", "Belsize", "Belsize Park"),)
    (area,) = world.session.scalars(select(Area))
    assert (area.name, area.sort_name, area.year) == ("Belsize Park", "belsize park", 2022)


def test_a_region_that_is_here_is_found_by_the_code_of_its_council(world: World) -> None:
    world.add(Region(key="camden", name="London Borough of Camden"))
    bring(world, BELSIZE, replace(COUNCIL, name="Camden Council"))
    assert world.session.scalars(select(Region.key)).all() == ["camden"]


def test_a_place_without_a_code_is_never_taken_for_one_with(world: World) -> None:
    region = Region(key="camden", name="Camden")
    world.add(region)
    world.add(new_area("Belsize", region.id, kind="place", year=None))
    assert [line.outcome for line in plan_areas(world.session, [BELSIZE, COUNCIL]).lines] == ["new"]


@pytest.mark.parametrize("named", ["Camden", "camden ", "e09000007"])
def test_of_several_councils_one_is_named(world: World, named: str) -> None:
    plan = plan_areas(world.session, [BELSIZE, COUNCIL, HYDE_PARK, OTHER], named)
    assert [line.label for line in plan.lines] == ["Belsize E05013652"]


@pytest.mark.parametrize("named", ["", "Mars"])
def test_of_several_councils_none_is_guessed(world: World, named: str) -> None:
    with pytest.raises(Refused) as refused:
        plan_areas(world.session, [BELSIZE, COUNCIL, HYDE_PARK, OTHER], named)
    assert refused.value.reason.params == {"count": 2, "some": "Camden, Leeds"}


def test_one_council_is_not_called_several(world: World) -> None:
    with pytest.raises(Refused) as refused:
        plan_areas(world.session, [BELSIZE, COUNCIL], "Mars")
    reason = refused.value.reason
    assert reason.text % reason.params == "This file has areas of one council: Camden."


def test_an_area_of_another_region_is_left_out(world: World) -> None:
    bring(world, HYDE_PARK, OTHER)
    camden = Region(key="camden", name="Camden")
    world.add(camden)
    new = replace(HYDE_PARK, row=4, code="E05011390", name="Headingley")
    lines = [HYDE_PARK, OTHER, new]
    seen = plan_areas(world.session, lines, "", camden)
    assert [(one.outcome, one.writes) for one in seen.lines] == [("skipped", False), ("new", True)]
    (why,) = seen.lines[0].why
    assert why.text % why.params == "It is in another region: Leeds."
    import_areas(world.act, world.installation, lines, "", seen.fingerprint, camden)
    held = select(Area.code, Region.key).join(Region, Region.id == Area.region_id)
    assert world.session.execute(held.order_by(Area.id)).all() == [
        (HYDE_PARK.code, "leeds"),
        (new.code, "camden"),
    ]


def test_codes_that_two_regions_held_before_stay_as_they_are(world: World) -> None:
    bring(world, HYDE_PARK, OTHER)
    camden = Region(key="camden", name="Camden")
    world.add(camden)
    world.add(new_area("Hyde Park", camden.id, code=HYDE_PARK.code, kind="ward", year=2022))
    for region in (None, camden):
        plan = plan_areas(world.session, [HYDE_PARK, OTHER], "", region)
        assert [one.outcome for one in plan.lines] == [Outcome.SAME]


def test_a_file_without_a_council_is_refused(world: World) -> None:
    with pytest.raises(Refused):
        plan_areas(world.session, [replace(BELSIZE, parent="", council="")])


def test_rows_that_are_wrong_are_told_and_not_written(world: World) -> None:
    bad = AreaLine(4, "X", "Nowhere", council=CAMDEN, outcome=Outcome.REFUSED)
    elsewhere = replace(bad, row=5, council=LEEDS)
    done = bring(world, BELSIZE, COUNCIL, bad, elsewhere)
    assert [(line.row, line.outcome) for line in done.lines] == [(2, "new"), (4, "refused")]


def test_one_event_and_only_for_those_who_may(world: World) -> None:
    bring(world, BELSIZE, COUNCIL)
    (one,) = world.session.scalars(select(Event))
    assert (one.verb, one.facts["council"], one.facts["counts"]["new"]) == (
        *("areas:import", CAMDEN),
        1,
    )
    world.actor = Actor(person_id=2)
    with pytest.raises(Hidden):
        bring(world, BELSIZE, COUNCIL)


def test_what_changed_after_the_preview_stops_it(world: World) -> None:
    seen = plan_areas(world.session, [BELSIZE, COUNCIL]).fingerprint
    world.add(Region(key="camden", name="Camden"))
    with pytest.raises(Refused):
        import_areas(world.act, world.installation, [BELSIZE, COUNCIL], "", seen)


@needs_real_files
def test_a_real_lookup_comes_in_once(world: World) -> None:
    lines = read(*table(WARDS))
    assert bring(world, *lines).counts == {**dict.fromkeys(Outcome, 0), "new": 21}
    assert plan_areas(world.session, lines).counts == {**dict.fromkeys(Outcome, 0), "same": 21}
    assert world.session.scalars(select(Region.key)).all() == ["trafford"]
