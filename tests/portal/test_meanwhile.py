"""Two people of one organisation who change the same thing at once: nothing is written over unseen,
and what the second one typed is still there."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.world import World
from trust import capability, contacts, passport, proposals, reach
from trust.audit import Event
from trust.partners import Partner
from trust.people import Person

Who = tuple[Person, Partner]

CONTACT = {"name": "Grace Oke", "role": "Cook", "shown_to": "nobody"}
PAPER = {"kind": "insurance", "dated-day": "1", "dated-month": "5", "dated-year": "2026"}


def _contact(world: World, who: Who) -> str:
    given = {"person_id": None, "shown_to": "nobody", "name": "Grace Oke"}
    return f"/contacts/{world.do(who, contacts.add, who[1], **given).id}/edit"


def _paper(world: World, who: Who) -> str:
    given = {"kind": "insurance", "dated": date(2026, 5, 1), "name": "Liability", "words": ""}
    return f"/passport/papers/{world.do(who, passport.add, who[1], **given, until=None).id}/edit"


def _reach(world: World, who: Who) -> str:
    world.do(who, reach.write, who[1], post="1 New Street", phone="")
    return f"/partners/{who[1].id}/reach"


def _help(world: World, who: Who) -> str:
    world.do(who, capability.say, who[1], answers={"time": "little"}, words="")
    return f"/partners/{who[1].id}/help/say"


CASES: dict[str, tuple[Callable[[World, Who], str], dict[str, str], str, str, str]] = {
    "contact": (_contact, CONTACT, "role", "Runs the kitchen", "Runs the garden"),
    "numbers": (
        lambda world, who: f"/partners/{who[1].id}/numbers",
        {},
        "GB-CHC",
        "1000001",
        "1000002",
    ),
    "capability": (_help, {"time": "some"}, "words", "A lift", "A ramp"),
    "reach": (_reach, {}, "post", "2 Old Street", "3 Old Street"),
    "paper": (_paper, PAPER, "name", "Five million", "Six million"),
}


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_written_over_unseen(world: World, case: str) -> None:
    make, given, field, first, second = CASES[case]
    lantern = world.partner("Lantern")
    rahima, hodan = (
        world.person("Rahima", lantern, "member"),
        world.person("Hodan", lantern, "member"),
    )
    at = make(world, (rahima, lantern))
    mine, theirs = world.client(rahima, lantern), world.client(hodan, lantern)
    seen = version(mine.get(at).text)
    assert theirs.post(at, data={**given, field: first, "version": seen}).status_code == 303
    told = len(world.all(Event))
    answer = mine.post(at, data={**given, field: second, "version": seen})
    assert answer.status_code == 409
    assert "Somebody saved this page while you wrote." in answer.text
    assert "Saved by a colleague" in answer.text
    assert first in answer.text and second in answer.text
    assert len(world.all(Event)) == told, "nothing was saved"
    again = {**given, field: second, "version": version(answer.text)}
    assert mine.post(at, data=again).status_code == 303
    assert second in mine.get(at).text and first not in mine.get(at).text


def version(html: str) -> str:
    found = re.search(r'name="version" value="([^"]*)"', html)
    assert found
    return found[1]


def test_a_proposal_is_taken_over_what_one_saw(world: World, camden: Partner) -> None:
    lantern = world.partner("Lantern")
    client = world.client(world.person("Rahima", lantern, "member"), lantern)
    given: dict[str, Any] = {"fields": {"whom": "Women nearby"}, "why": ""}
    ines = world.person("Ines", camden, "relationship-lead"), camden
    made = world.do(ines, proposals.propose, camden, other=lantern, **given)
    at = f"/proposals/{made.id}"
    seen = version(client.get(at).text)
    page = {"name": "Lantern", "whom": "Mothers", "languages": "", "reached_by": ""}
    assert client.post(f"/partners/{lantern.id}/edit", data=page).status_code == 303
    answer = client.post(at, data={"fields": ["whom"], "version": seen})
    assert answer.status_code == 409
    assert "Somebody changed your page while you read." in answer.text
    assert "Mothers" in answer.text and "Women nearby" in answer.text
    assert world.read(Partner, lantern.id).whom == "Mothers"
    again = {"fields": ["whom"], "version": version(answer.text)}
    assert client.post(at, data=again).status_code == 303
    assert world.read(Partner, lantern.id).whom == "Women nearby"
