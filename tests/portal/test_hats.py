"""A form acts for the partner it was opened for, or not at all."""

import re

import pytest
from flask.testing import FlaskClient

from tests.portal.stage import Stage, stage
from tests.portal.test_late import expire, sign_in
from tests.world import World
from trust.partners import Partner
from trust.people import Person, Seat
from trust.records import Ref

SAMIRA = {"name": "Samira", "email": "samira@example.org", "role": "signatory"}


@pytest.fixture
def two(world: World) -> tuple[FlaskClient, Partner, Partner]:
    """Rahima, who may invite people for either of two groups, and acts for the first."""
    lantern, bell = world.partner("Lantern"), world.partner("Bell Street")
    rahima = world.person("Rahima", lantern, "signatory")
    world.person("Rahima", bell, "signatory")
    return world.client(rahima, lantern), lantern, bell


def hidden(page: str) -> str:
    found = re.search(r'name="acting_for" value="([^"]*)"', page)
    assert found
    return found[1]


def switch(client: FlaskClient, partner: Partner) -> None:
    assert client.post("/acting-for", data={"partner": str(partner.id)}).status_code == 303


def test_a_form_opened_for_one_does_not_act_for_another(
    world: World, two: tuple[FlaskClient, Partner, Partner]
) -> None:
    client, lantern, bell = two
    opened = {**SAMIRA, "acting_for": hidden(client.get("/people/invite").text)}
    assert opened["acting_for"] == str(lantern.id)
    switch(client, bell)
    refused = client.post("/people/invite", data=opened)
    assert refused.status_code == 409
    assert "You act for Bell Street now." in refused.text
    assert "Switch back, then send it again." in refused.text
    part = client.post("/people/invite", data=opened, headers={"HX-Request": "true"})
    assert part.status_code == 409
    assert [one for one in world.all(Person) if one.name == "Samira"] == []
    switch(client, lantern)
    assert client.post("/people/invite", data=opened).status_code == 303
    assert [one.place for one in world.all(Seat)][-1] == Ref.of(lantern)


def test_saying_yes_to_a_role_elsewhere_is_told_and_turns_open_forms_away(world: World) -> None:
    lantern, bell = world.partner("Lantern"), world.partner("Bell Street")
    rahima = world.person("Rahima", lantern, "signatory")
    client = world.client(rahima, lantern)
    opened = {**SAMIRA, "acting_for": hidden(client.get("/people/invite").text)}
    carol = world.client(world.person("Carol", bell, "signatory"), bell)
    again = {"name": "Rahima", "email": rahima.email, "role": "signatory"}
    assert carol.post("/people/invite", data=again).status_code == 303
    offered = world.all(Seat)[-1]
    page = client.get(f"/roles/{offered.id}").text
    assert "If you say yes, you act for Bell Street from then on." in page
    yes = {"answer": "yes", "name": "Rahima", "acting_for": hidden(page)}
    assert client.post(f"/roles/{offered.id}", data=yes).status_code == 303
    assert client.post("/people/invite", data=opened).status_code == 409
    assert [one for one in world.all(Person) if one.name == "Samira"] == []


def test_buttons_and_saves_say_for_whom_too(world: World) -> None:
    """Every page that a test opens is asked this by the audit; here what comes back."""
    made: Stage = stage(world)
    sent, desk = made.sent(), made.desk()
    page = desk.get("/review").text
    claim = {"acting_for": "0"}
    assert hidden(page) == str(made.camden.id)
    for headers in ({}, {"HX-Request": "true"}):
        answer = desk.post(f"/review/{sent.id}/claim", data=claim, headers=headers)
        assert answer.status_code == 409
    assert made.now(sent).state == "submitted"


def test_what_is_ones_own_does_not_depend_on_it(
    two: tuple[FlaskClient, Partner, Partner],
) -> None:
    client, lantern, bell = two
    opened = {"acting_for": hidden(client.get("/acting-for").text), "partner": str(lantern.id)}
    switch(client, bell)
    assert client.post("/acting-for", data=opened).status_code == 303
    assert client.post("/sign-out", data={"acting_for": str(bell.id)}).status_code == 303


def test_what_was_typed_for_one_does_not_fill_the_form_of_another(world: World) -> None:
    made = stage(world)
    ashes = world.partner("Ashes Club")
    world.person("Rahima", ashes, "member", "signatory")
    phone = made.phone()
    given = {"council": str(made.camden.id), "words": "How long?", "why": ""}
    expire(made)
    assert phone.post("/ask", data={**given, "acting_for": str(made.lantern.id)}).status_code == 303
    sign_in(made, phone, made.rahima.email, "/sign-in?next=/ask")
    switch(phone, ashes)
    assert "How long?" not in phone.get("/ask").text
    switch(phone, made.lantern)
    assert "How long?" in phone.get("/ask").text  # it was kept meanwhile
