"""The world itself: everything up to an accepted contribution, through the portal's own verbs."""

from pilots.contributions import Contribution
from tests.kept import HERE, once
from tests.world import World
from trust.partners import Kind, Partner


def test_the_world_reaches_an_accepted_contribution(world: World) -> None:
    camden = world.partner("Camden", Kind.COUNCIL)
    lantern = world.partner("Lantern Women’s Circle")
    rahima = world.person("Rahima", lantern, "member", "signatory")
    lead = world.person("Ines", camden, "relationship-lead", "signatory", "coordinator")
    world.agreed(lantern, camden, rahima, lead)
    world.answered_question(lantern, rahima, camden, lead)
    pilot = world.pilot(camden, lead, (lantern, rahima))
    request = world.request(pilot, camden, lead)
    sent = world.contribution(request, lantern, rahima)
    reviewer = world.person("Ravi", camden, "reviewer", at=pilot)
    done = world.accepted(sent, (reviewer, camden))
    assert done.state == "accepted"
    assert len(world.all(Contribution)) == 2
    home = world.client(rahima, lantern).get("/home")
    assert home.status_code == 200
    assert sent.reference in home.text


def test_what_was_built_once_is_copied_where_nothing_was_done_yet(world: World) -> None:
    built = []

    @once
    def group(world: World, name: str) -> tuple[World, Partner]:
        built.append(name)
        return world, world.partner(name)

    group(world, "Lantern")
    bell = world.partner("Bell Street")
    group(world, "Lantern")
    assert built == ["Lantern"] * 2, "somebody was there already"
    assert world.read(Partner, bell.id).name == "Bell Street"
    world.app.extensions[HERE].untouched = True  # as in the next test
    same, lantern = group(world, "Lantern")
    assert built == ["Lantern"] * 2
    assert same is world
    assert [one.name for one in world.all(Partner)] == ["Lantern"]
    assert world.partner("Lantern") is lantern
    group(world, "Chalk Lane")
    assert built[-1] == "Chalk Lane"
    assert {one.name for one in world.all(Partner)} == {"Lantern", "Chalk Lane"}
