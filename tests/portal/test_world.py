"""The world itself: everything up to an accepted contribution, through the portal's own verbs."""

from pilots.contributions import Contribution
from tests.world import World
from trust.partners import Kind


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
