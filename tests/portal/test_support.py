"""A group chooses who stands by it; that organisation says yes or no; either can end it."""

from typing import Any

import pytest

from tests.world import World
from trust.audit import Event
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person


@pytest.fixture
def lantern(world: World) -> Partner:
    return world.partner("Lantern")


@pytest.fixture
def group(world: World, lantern: Partner) -> Any:
    return world.client(world.person("Rahima", lantern, "member"), lantern)


def hub(world: World, name: str, who: str) -> tuple[Partner, Any]:
    """An organisation that supports groups, and the browser of its supporter."""
    made = world.partner(name, Kind.INFRASTRUCTURE)
    return made, world.client(world.person(who, made, "supporter"), made)


def ask(group: Any, lantern: Partner, key: object) -> Any:
    return group.post(f"/partners/{lantern.id}/supporter", data={"supporter": str(key)})


def done(world: World) -> list[str]:
    return [one.verb for one in world.all(Event) if one.verb.startswith("partner:")]


def told(world: World) -> list[str]:
    names = {one.id: one.name for one in world.all(Person)}
    return [names[one.to_person_id] for one in world.all(Parcel) if one.kind == "support"]


def test_a_group_asks_and_the_other_says_yes(world: World, group: Any, lantern: Partner) -> None:
    wayside, sol = hub(world, "Wayside", "Sol")
    _, pam = hub(world, "Elsewhere", "Pam")
    page, help_ = f"/partners/{lantern.id}", f"/partners/{lantern.id}/help"
    group.post(f"{help_}/say", data={"words": "A lift on Tuesdays."})
    assert "Choose who stands by you" in group.get(page).text
    assert "Who stands by it" not in pam.get(page).text
    assert ask(group, lantern, wayside.id).status_code == 303
    said = group.get(page).text
    assert "You asked Wayside. They have not answered yet." in said
    assert world.read(Partner, lantern.id).supporter_id is None
    assert sol.get(help_).status_code == 404, "nothing is shown before they say yes"
    assert "They ask you to stand by them" in sol.get(page).text
    assert "They ask you" not in pam.get(page).text
    assert "Say if you stand by them: Lantern" in sol.get("/home").text
    assert pam.get(f"{page}/stand-by").status_code == 404
    assert pam.post(f"{page}/stand-by", data={"answer": "yes"}).status_code == 404
    assert sol.post(f"{page}/stand-by", data={}).status_code == 422
    assert sol.post(f"{page}/stand-by", data={"answer": "yes"}).status_code == 303
    assert world.read(Partner, lantern.id).supporter_id == wayside.id
    assert "Tuesdays" in sol.get(help_).text
    assert "Wayside" in pam.get(page).text
    assert "Lantern" in sol.get(f"/partners/{wayside.id}").text
    assert "Say if you" not in sol.get("/home").text
    assert sol.get(f"{page}/stand-by").status_code == 404
    assert done(world) == ["partner:choose-supporter", "partner:stand-by"]
    assert told(world) == ["Sol", "Rahima"]


def test_the_old_one_stays_until_the_new_one_says_yes(
    world: World, group: Any, lantern: Partner
) -> None:
    (wayside, sol), (other, pam) = hub(world, "Wayside", "Sol"), hub(world, "Other", "Pam")
    page, help_ = f"/partners/{lantern.id}", f"/partners/{lantern.id}/help"
    group.post(f"{help_}/say", data={"words": "A lift on Tuesdays."})
    ask(group, lantern, wayside.id)
    sol.post(f"{page}/stand-by", data={"answer": "yes"})
    assert ask(group, lantern, other.id).status_code == 303
    assert "Tuesdays" in sol.get(help_).text and pam.get(help_).status_code == 404
    assert "Until they say yes, Wayside stands by you." in group.get(f"{page}/supporter").text
    assert pam.post(f"{page}/stand-by", data={"answer": "no"}).status_code == 303
    assert "Tuesdays" in sol.get(help_).text and pam.get(help_).status_code == 404
    ask(group, lantern, other.id)
    pam.post(f"{page}/stand-by", data={"answer": "yes"})
    assert "Tuesdays" in pam.get(help_).text and sol.get(help_).status_code == 404
    assert sorted(told(world)[-2:]) == ["Rahima", "Sol"]
    assert sol.post(f"{page}/stand-back", data={}).status_code == 404


def test_either_can_end_it(world: World, group: Any, lantern: Partner) -> None:
    wayside, sol = hub(world, "Wayside", "Sol")
    page, help_ = f"/partners/{lantern.id}", f"/partners/{lantern.id}/help"
    group.post(f"{help_}/say", data={"words": "A lift on Tuesdays."})
    for end in (
        lambda: sol.post(f"{page}/stand-back", data={}),
        lambda: ask(group, lantern, "nobody"),
    ):
        ask(group, lantern, wayside.id)
        sol.post(f"{page}/stand-by", data={"answer": "yes"})
        assert "Stop standing by them" in sol.get(page).text
        assert group.get(f"{page}/stand-back").status_code == 404
        assert end().status_code == 303
        assert world.read(Partner, lantern.id).supporter_id is None
        assert sol.get(help_).status_code == 404
        assert sol.get(f"{page}/stand-back").status_code == 404
    assert done(world).count("partner:stand-back") == 1
    assert told(world)[-1] == "Sol"


def test_what_was_asked_is_taken_back(world: World, group: Any, lantern: Partner) -> None:
    (wayside, sol), (other, pam) = hub(world, "Wayside", "Sol"), hub(world, "Other", "Pam")
    page = f"/partners/{lantern.id}"
    ask(group, lantern, other.id)
    assert ask(group, lantern, wayside.id).status_code == 303
    assert pam.post(f"{page}/stand-by", data={"answer": "yes"}).status_code == 404
    assert sorted(told(world)) == ["Pam", "Pam", "Sol"]
    assert ask(group, lantern, wayside.id).status_code == 422, "they are asked already"
    sol.post(f"{page}/stand-by", data={"answer": "yes"})
    ask(group, lantern, other.id)
    assert ask(group, lantern, wayside.id).status_code == 303
    now = world.read(Partner, lantern.id)
    assert (now.supporter_id, now.asked_supporter_id) == (wayside.id, None)
    assert pam.get(f"{page}/stand-by").status_code == 404
    assert ask(group, lantern, wayside.id).status_code == 422


def test_only_its_own_people_choose_and_only_who_supports_groups(
    world: World, group: Any, lantern: Partner, camden: Partner
) -> None:
    at = f"/partners/{lantern.id}/supporter"
    assert "No organisation here does this yet" in group.get(at).text
    empty = world.partner("Empty hub", Kind.INFRASTRUCTURE)
    signs = world.partner("Signing hub", Kind.INFRASTRUCTURE)
    world.person("Joe", signs, "signatory")
    for wrong in (camden.id, empty.id, signs.id, lantern.id, 999, "", "nobody"):
        assert ask(group, lantern, wrong).status_code == 422, wrong
    wayside, sol = hub(world, "Wayside", "Sol")
    ines = world.client(world.person("Ines", camden, "relationship-lead", "member"), camden)
    for client in (sol, ines):
        assert client.get(at).status_code == 404
        assert ask(client, lantern, wayside.id).status_code == 404
    own = f"/partners/{camden.id}/supporter"
    assert ines.get(own).status_code == 404
    assert ines.post(own, data={"supporter": str(wayside.id)}).status_code == 404
    assert done(world) == []


def test_a_colleague_chose_meanwhile(world: World, group: Any, lantern: Partner) -> None:
    (wayside, _), (other, _) = hub(world, "Wayside", "Sol"), hub(world, "Other", "Pam")
    at = f"/partners/{lantern.id}/supporter"
    seen = world.read(Partner, lantern.id).version
    ask(group, lantern, wayside.id)
    sent = group.post(at, data={"supporter": str(other.id), "version": seen})
    assert sent.status_code == 409
    assert world.read(Partner, lantern.id).asked_supporter_id == wayside.id
