"""Others propose what should stand on a partner's page; the partner decides."""

from typing import Any

import pytest

from tests.portal.stage import statements
from tests.world import World
from trust.outbox import Parcel
from trust.partners import Partner
from trust.people import Person
from trust.proposals import Proposal

PAGE = {"name": "Lantern", "whom": "", "languages": "", "reached_by": ""}


@pytest.fixture
def lantern(world: World) -> Partner:
    return world.partner("Lantern")


@pytest.fixture
def group(world: World, lantern: Partner) -> Any:
    return world.client(world.person("Rahima", lantern, "member"), lantern)


@pytest.fixture
def lead(world: World, camden: Partner) -> Any:
    return world.client(world.person("Ines", camden, "relationship-lead"), camden)


def proposed(lead: Any, lantern: Partner, **typed: Any) -> str:
    given = {**PAGE, "whom": "Women in Gospel Oak", "languages": "English, Bengali", **typed}
    sent = lead.post(f"/partners/{lantern.id}/propose", data=given)
    assert sent.status_code == 303, sent.text
    return str(sent.location).partition("?")[0]


def told(world: World, kind: str) -> list[int | None]:
    return [one.to_person_id for one in world.all(Parcel) if one.kind == kind]


def test_the_partner_sees_the_difference_and_decides_field_by_field(
    world: World, lead: Any, group: Any, lantern: Partner
) -> None:
    assert "Propose a change" in lead.get(f"/partners/{lantern.id}").text
    at = proposed(lead, lantern, why="I was at your meeting.")
    assert world.read(Partner, lantern.id).whom == ""
    assert "decides what is right" in lead.get(f"{at}?done=sent").text
    assert told(world, "proposal") == [next(p.id for p in world.all(Person) if p.name == "Rahima")]
    assert "Look at a change to your page" in group.get("/home").text
    assert "Somebody proposes a change to this page" in group.get(f"/partners/{lantern.id}").text
    page = group.get(at).text
    assert "I was at your meeting." in page
    assert '<ins translate="no">Women in Gospel Oak</ins>' in page
    assert page.count('type="checkbox"') == 2
    taken = group.post(at, data={"fields": ["languages"]})
    assert taken.status_code == 303
    now = world.read(Partner, lantern.id)
    assert (now.languages, now.whom) == ("English, Bengali", "")
    said = group.get(taken.location).text
    assert "What you chose is on this page now." in said
    assert "right today" not in said and now.checked_at is None
    assert "Taken over" in lead.get(at).text
    assert len(told(world, "proposal-answered")) == 1
    assert "Look at a change" not in group.get("/home").text


def test_the_partner_leaves_its_page_as_it_is(
    world: World, lead: Any, group: Any, lantern: Partner
) -> None:
    at = proposed(lead, lantern)
    assert group.get(f"{at}/decline").status_code == 200
    said = group.post(f"{at}/decline", data={"reason": "We are there for all women."})
    assert said.status_code == 303
    assert world.read(Partner, lantern.id).whom == ""
    assert "We are there for all women." in lead.get(at).text
    assert group.post(at, data={"fields": ["whom"]}).status_code == 422
    assert world.read(Partner, lantern.id).whom == ""


def test_none_and_unknown(world: World, lead: Any, group: Any, lantern: Partner) -> None:
    at = proposed(lead, lantern)
    assert group.post(at, data={"token": "t" * 22}).status_code == 422
    assert group.post(at, data={"fields": ["sort_name"]}).status_code == 422
    assert group.post(at, data={"fields": ["phone"]}).status_code == 422
    assert world.all(Proposal)[0].state == "waiting"


def test_nothing_different_is_not_sent(world: World, lead: Any, lantern: Partner) -> None:
    same = lead.post(f"/partners/{lantern.id}/propose", data=PAGE)
    assert same.status_code == 422
    assert "Nothing is different." in same.text
    wrong = lead.post(f"/partners/{lantern.id}/propose", data={**PAGE, "website": "no site"})
    assert wrong.status_code == 422
    assert world.all(Proposal) == []


def test_whoever_proposes_does_not_decide_and_others_see_nothing(
    world: World, lead: Any, group: Any, lantern: Partner
) -> None:
    at = proposed(lead, lantern)
    assert lead.post(at, data={"fields": ["whom"]}).status_code == 404
    assert lead.post(f"{at}/decline", data={}).status_code == 404
    other = world.partner("Wayside")
    stranger = world.client(world.person("Joe", other, "signatory"), other)
    assert stranger.get(at).status_code == 404
    assert stranger.post(at, data={"fields": ["whom"]}).status_code == 404
    assert world.read(Partner, lantern.id).whom == ""
    own = group.get(f"/partners/{lantern.id}")
    assert "/propose" not in own.text
    assert group.get(f"/partners/{lantern.id}/propose").status_code == 404


def test_somebody_changed_it_meanwhile_and_the_page_compares_with_what_is_there_now(
    world: World, lead: Any, group: Any, lantern: Partner
) -> None:
    at = proposed(lead, lantern)
    edited = {**PAGE, "whom": "Women and girls", "interpreter": ""}
    assert group.post(f"/partners/{lantern.id}/edit", data=edited).status_code == 303
    assert "Women and girls" in group.get(at).text
    assert world.read(Partner, lantern.id).whom == "Women and girls"


def test_there_is_an_end_to_what_one_person_proposes(
    world: World, lead: Any, lantern: Partner
) -> None:
    for number in range(30):
        proposed(lead, lantern, whom=f"Number {number}")
    more = lead.post(f"/partners/{lantern.id}/propose", data={**PAGE, "whom": "One more"})
    assert more.status_code == 422
    assert "That was a lot for one day." in more.text


def test_a_page_with_proposals_takes_the_same_statements(
    world: World, lead: Any, group: Any, lantern: Partner
) -> None:
    proposed(lead, lantern)
    path = f"/partners/{lantern.id}"
    group.get(path)
    with statements(world) as few:
        group.get(path)
    for number in range(4):
        proposed(lead, lantern, whom=f"Number {number}")
    with statements(world) as many:
        group.get(path)
    assert len(many) == len(few)
