"""What a group has at hand is for offers of help: nobody reads it but the group and whoever stands
by it, and nothing is sorted, counted, mailed or taken out by it."""

from typing import Any

import pytest
from sqlalchemy import update

from tests.world import World
from trust.audit import Event
from trust.capability import QUESTIONS, Capability, offers
from trust.outbox import Parcel
from trust.partners import Kind, Partner


@pytest.fixture
def hub(world: World) -> Partner:
    return world.partner("Wayside VCS Link", Kind.INFRASTRUCTURE)


@pytest.fixture
def lantern(world: World, hub: Partner) -> Partner:
    made = world.partner("Lantern")
    with world.database.writing() as session:
        session.execute(update(Partner).where(Partner.id == made.id).values(supporter_id=hub.id))
    return made


@pytest.fixture
def group(world: World, lantern: Partner) -> Any:
    return world.client(world.person("Rahima", lantern, "member"), lantern)


SAID = {"notes": "heads", "time": "little", "words": "A lift on Tuesdays."}


def test_four_questions_each_may_be_left_out(world: World, group: Any, lantern: Partner) -> None:
    at = f"/partners/{lantern.id}/help"
    assert "Nothing was said yet." in group.get(at).text
    assert len(QUESTIONS) == 4
    assert "What would help you" in group.get(f"/partners/{lantern.id}").text
    assert group.post(f"{at}/say", data=SAID).status_code == 303
    page = group.get(at).text
    assert "Somebody can call you and write it down with you." in page
    assert "We ask you only the one question that matters most." in page
    assert "A lift on Tuesdays." in page
    assert "Who in your group knows the rules" not in page
    assert group.post(f"{at}/say", data={"devices": "most", "token": "t"}).status_code == 303
    assert world.all(Capability)[0].answers == {"devices": "most"}
    assert "What can be done" not in group.get(at).text
    assert group.post(f"{at}/say", data={"devices": "robots"}).status_code == 422


def test_whoever_stands_by_it_reads_it_and_nobody_else(
    world: World, group: Any, lantern: Partner, hub: Partner
) -> None:
    at = f"/partners/{lantern.id}/help"
    group.post(f"{at}/say", data=SAID)
    sol = world.client(world.person("Sol", hub, "supporter"), hub)
    assert "A lift on Tuesdays." in sol.get(at).text
    assert "What would help them" in sol.get(f"/partners/{lantern.id}").text
    assert sol.post(f"{at}/say", data=SAID).status_code == 404
    camden = world.partner("Camden", Kind.COUNCIL)
    roles = "relationship-lead", "signatory", "coordinator", "ig-lead", "dpo", "member"
    for who, partner, held in (
        ("Ines", camden, roles),
        ("Joe", hub, ("signatory",)),
        ("Pam", world.partner("Other hub", Kind.INFRASTRUCTURE), ("supporter",)),
        ("Ada", None, ("administrator",)),
    ):
        client = world.client(world.person(who, partner, *held), partner)
        assert client.get(at).status_code == 404, who
        assert "help them" not in client.get(f"/partners/{lantern.id}").text
        assert "Tuesdays" not in client.get("/partners?words=tuesdays").text


def test_nothing_of_it_is_in_the_record_or_on_its_way(
    world: World, group: Any, lantern: Partner
) -> None:
    group.post(f"/partners/{lantern.id}/help/say", data=SAID)
    event = next(one for one in world.all(Event) if one.verb == "capability:say")
    assert event.facts == {} and event.words_sha256 is None
    assert world.all(Parcel) == []


def test_every_answer_that_stands_in_the_way_has_an_offer() -> None:
    for key, question in QUESTIONS.items():
        first = next(iter(question.choices))
        assert offers(Capability(answers={key: first}))
    assert offers(None) == offers(Capability(answers={"gone": "too"})) == []
