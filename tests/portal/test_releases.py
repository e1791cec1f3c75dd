"""Tables that leave: handed to a second person, released, and found again by those they are of."""

import pytest

from pilots.contributions import Contribution
from pilots.releases import Release
from tests.portal.stage import Stage, stage
from tests.world import World

TABLE = {
    "title": "Families waiting",
    "description": "How many families wait.",
    "audience": "cohort",
}


@pytest.fixture
def made(world: World) -> Stage:
    made = stage(world, 3)
    for number in range(3):
        made.accepted(number, waiting=40, fixed=30)
    return made


def prepared(made: Stage) -> Release:
    desk, path = made.desk(), f"/pilots/{made.pilot.id}/releases"
    [new] = {part.split('"')[0] for part in desk.get(path).text.split(f'href="{path}/new/')[1:]}
    assert desk.post(f"{path}/new/{new}", data=TABLE).status_code == 303
    return made.world.all(Release)[-1]


def test_a_second_person_finds_it_at_home_and_releases_it(made: Stage) -> None:
    release = prepared(made)
    owner = made.somebody("Omar", "decision-owner")
    assert f"/releases/{release.id}" in owner.get("/home").text
    assert f"/releases/{release.id}" not in made.desk().get("/home").text
    page = owner.get(f"/releases/{release.id}").text
    assert f'href="/pilots/{made.pilot.id}/releases"' in page
    assert owner.post(f"/releases/{release.id}").status_code == 303
    assert f"/releases/{release.id}" not in owner.get("/home").text.split("</ul>")[0]
    listed = owner.get(f"/pilots/{made.pilot.id}/releases").text
    assert "+00:00" not in listed
    assert '<time datetime="20' in listed


def test_those_whose_numbers_it_holds_read_of_it_on_their_timeline(made: Stage) -> None:
    release = prepared(made)
    [mine] = (one for one in made.world.all(Contribution) if one.giver_id == made.lantern.id)
    there = f"/contributions/{mine.id}"
    assert "A table with your numbers" not in made.phone(0).get(there).text
    owner = made.somebody("Omar", "decision-owner")
    assert owner.post(f"/releases/{release.id}").status_code == 303
    page = made.phone(0).get(there).text
    assert "A table with your numbers in it was released" in page
    assert f'href="/releases/{release.id}">See the table' in page
    assert made.phone(0).get(f"/releases/{release.id}").status_code == 200
