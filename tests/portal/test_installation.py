"""What the administrator does: organisations, first people, regions; and what stays closed."""

from datetime import date
from typing import Any

import pytest

from tests.world import NOW, World
from trust import agreements
from trust.installation import Region
from trust.partners import Identifier, Kind, Partner
from trust.people import Seat
from trust.relationships import write


@pytest.fixture
def ada(world: World) -> Any:
    return world.client(world.person("Ada", None, "administrator"))


def test_an_empty_portal_says_what_to_do_first(ada: Any) -> None:
    page = ada.get("/installation").text
    assert "No region yet" in page
    assert "Each one has its people" in page
    assert 'href="/installation"' in ada.get("/home").text


def test_a_region_a_council_and_its_first_person(world: World, ada: Any) -> None:
    assert 'href="/installation/regions/new"' in ada.get("/installation").text
    assert ada.post("/installation/regions/new", data={"name": " camden "}).status_code == 303
    [region] = world.all(Region)
    assert (region.key, region.name) == ("camden", "Camden")
    assert "Camden" in ada.get("/installation").text
    data = {"name": "Camden Council", "kind": "council", "region": region.id}
    sent = ada.post("/installation/partners/new", data=data)
    assert sent.status_code == 303
    [council] = world.all(Partner)
    assert (council.kind, council.region_id) == ("council", region.id)
    assert sent.location == f"/partners/{council.id}/invite-first"
    assert sent.location in ada.get("/installation").text
    first = {"name": "Ines Ford", "email": "ines@example.org", "role": "signatory"}
    invited = ada.post(sent.location, data=first)
    assert invited.status_code == 303
    assert "We asked ines@example.org on" in ada.get(invited.location).text
    assert council.name in ada.get("/installation").text
    [seat] = [one for one in world.all(Seat) if one.partner_id]
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Seat, seat.id).accepted_at = world.now
    assert council.name not in ada.get("/installation").text
    assert ada.post(sent.location, data={**first, "email": "x@example.org"}).status_code == 422


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "council"}, "Enter the name of the organisation"),
        ({"name": "Camden"}, "Choose what kind of organisation it is"),
        ({"name": "Camden", "kind": "bank"}, "Choose from the list"),
        ({"name": "Camden", "kind": "council", "region": "99"}, "Choose from the list"),
        ({"name": "THE council", "kind": "council"}, "is here already"),
    ],
)
def test_an_organisation_that_cannot_be_added(
    world: World, ada: Any, data: dict[str, str], said: str
) -> None:
    ada.post("/installation/partners/new", data={"name": "The Council", "kind": "council"})
    answer = ada.post("/installation/partners/new", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert len(world.all(Partner)) == 1


def test_groups_from_a_register_do_not_crowd_the_list(world: World, ada: Any) -> None:
    imported, introduced = world.partner("The Cheshire Wildlife Trust"), world.partner("Lantern")
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        held = session.get_one(Partner, imported.id)
        held.identifiers.append(Identifier(scheme="GB-CHC", number="214927"))
    page = ada.get("/installation").text
    assert introduced.name in page
    assert imported.name not in page
    assert imported.name in ada.get("/partners").text


def test_only_for_the_administrator(world: World) -> None:
    camden = world.partner("Camden", Kind.COUNCIL)
    roles = ("signatory", "relationship-lead", "coordinator", "member")
    client = world.client(world.person("Ines", camden, *roles), camden)
    for at in ("/installation", "/installation/partners/new"):
        assert client.get(at).status_code == 404
        assert world.app.test_client().get(at).status_code == 303
    data = {"name": "X", "kind": "council"}
    assert client.post("/installation/partners/new", data=data).status_code == 404
    assert len(world.all(Partner)) == 1


def test_the_administrator_sees_nothing_that_anybody_wrote(world: World, ada: Any) -> None:
    camden, lantern = world.partner("Camden", Kind.COUNCIL), world.partner("Lantern")
    ines = world.person("Ines", camden, "relationship-lead")
    given = {"how": "met", "happened_on": NOW.date(), "lines": ["Secret line"], "lang": "en"}
    step = {"next_step": "Secret step", "next_step_on": None}
    note = world.do((ines, camden), write, camden, other=lantern, **given, **step)
    proposal = {"purpose": "Secret purpose", "review_on": date(2099, 1, 1), "contacts": {}}
    made = world.do((ines, camden), agreements.propose, camden, other=lantern, **proposal)
    closed = (
        f"/notes/{note.id}",
        f"/partners/{lantern.id}/relationship",
        f"/notes/new?with={lantern.id}",
        f"/agreements/{made.id}",
        f"/agreements/{made.id}/text",
        "/agreements",
        f"/agreements/new?with={lantern.id}",
        f"/partners/{lantern.id}/edit",
        "/partners/introduce",
        "/people",
    )
    for at in closed:
        assert ada.get(at).status_code == 404, at
    for at in ("/installation", "/partners", f"/partners/{lantern.id}", "/home"):
        page = ada.get(at)
        assert page.status_code == 200
        assert "Secret" not in page.text
        assert f"/agreements/{made.id}" not in page.text
        assert f"/notes/{note.id}" not in page.text
