"""The common base of a pilot: agreed by its groups, and only narrowed by each agreement."""

import re
from datetime import timedelta
from typing import Any

import pytest

from pilots.pilot import Pilot
from tests.world import World
from trust import ending, history, negotiation, scope, signing
from trust.agreements import Agreement
from trust.ground import Ground
from trust.outbox import Parcel
from trust.partners import Partner
from trust.people import Person
from trust.records import Ref, Refused
from trust.scope import Allowed
from trust.terms import Terms


@pytest.fixture
def ines(world: World, camden: Partner) -> Person:
    return world.person("Ines", camden, "relationship-lead", "signatory", "coordinator")


@pytest.fixture
def rahima(world: World, lantern: Partner) -> Person:
    return world.person("Rahima", lantern, "signatory", "member")


@pytest.fixture
def pilot(world: World, camden: Partner, lantern: Partner, ines: Person, rahima: Person) -> Pilot:
    world.now -= timedelta(hours=1)  # each verb takes a second of the world's own clock
    mo = world.person("Mo", world.partner("Copperfield"), "member")
    return world.pilot(camden, ines, (lantern, rahima), (world.partner("Copperfield"), mo))


def offered(client: Any, pilot: Pilot, leave_out: str) -> Any:
    at = f"/pilots/{pilot.id}/base/propose"
    page = client.get(at).text
    held = re.findall(r'<input[^>]*name="([a-z-]+)"[^>]*value="([^"]*)"[^>]*checked', page)
    data: dict[str, Any] = {}
    for name, value in held:
        data.setdefault(name, []).append(value)
    return client.post(at, data={**data, "leave_out": leave_out})


def agreed(world: World, pilot: Pilot, camden: Partner, ines: Person) -> Ground:
    """A base without quoting anybody's words, to which both groups said yes."""
    assert offered(world.client(ines, camden), pilot, "quote").status_code == 303
    for name, group in (("Rahima", "Lantern Women’s Circle"), ("Mo", "Copperfield")):
        partner = world.partner(group)
        client = world.client(world.person(name, partner), partner)
        page = client.get(f"/pilots/{pilot.id}/base").text
        read = re.search(r'name="read" value="(\d+)"', page)
        assert read
        sent = client.post(f"/pilots/{pilot.id}/base/agree", data={"read": read[1]})
        assert sent.status_code == 303
    [made] = world.all(Ground)
    return made


def test_a_base_holds_once_every_group_has_said_yes(
    world: World, pilot: Pilot, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    council, group = world.client(ines, camden), world.client(rahima, lantern)
    at = f"/pilots/{pilot.id}/base"
    assert "This project has not agreed on less." in group.get(at).text
    assert "The base of all its agreements" in group.get(f"/pilots/{pilot.id}").text
    assert offered(council, pilot, "").status_code == 422
    assert offered(council, pilot, "quote").status_code == 303
    assert {one.kind for one in world.all(Parcel)} >= {"base"}
    assert "We say yes to this base" not in council.get(at).text
    [made] = world.all(Ground)
    assert council.post(f"{at}/agree", data={"read": made.id}).status_code == 404
    assert group.post(f"{at}/agree", data={"read": made.id + 1}).status_code == 422
    assert group.post(f"{at}/agree", data={"read": made.id}).status_code == 303
    assert world.read(Ground, made.id).agreed_at is None
    assert "Not yet" in group.get(at).text
    partner = world.partner("Copperfield")
    other = world.client(world.person("Mo", partner), partner)
    assert other.post(f"{at}/agree", data={"read": made.id}).status_code == 303
    assert world.read(Ground, made.id).agreed_at is not None
    assert "Agreed on" in group.get(at).text


def test_nobody_of_the_council_says_yes_for_a_group(
    world: World, pilot: Pilot, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    """A base may allow more than the one before it: as with an agreement, one person is not both
    sides (test_two_hats.py)."""
    assert offered(world.client(ines, camden), pilot, "quote").status_code == 303
    [made] = world.all(Ground)
    world.person(rahima.name, camden, "member")
    at = f"/pilots/{pilot.id}/base"
    group = world.client(rahima, lantern)
    assert "We say yes to this base" not in group.get(at).text
    sent = group.post(f"{at}/agree", data={"read": made.id})
    assert sent.status_code == 422
    assert "Somebody who does not also work for the council says yes." in sent.text
    joss = world.client(world.person("Joss", lantern, "member"), lantern)
    assert joss.post(f"{at}/agree", data={"read": made.id}).status_code == 303


def test_a_number_that_is_none_is_no_base(
    world: World, pilot: Pilot, lantern: Partner, rahima: Person
) -> None:
    group = world.client(rahima, lantern)
    for read in ("9" * 5000, "٣", "-1", ""):
        sent = group.post(f"/pilots/{pilot.id}/base/agree", data={"read": read})
        assert sent.status_code == 422, read


def test_agreements_start_from_it_and_none_allows_more(
    world: World, pilot: Pilot, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    before = world.proposed(lantern, camden, ines, pilot=pilot)
    assert "quote" in {one.clause.key for one in before.parts}
    agreed(world, pilot, camden, ines)
    # One that was on its way already would allow more: it is not signed, and the clause is named.
    given = {"name": "A", "role": "B"}
    read = before.text_sha256
    with pytest.raises(Refused) as caught:
        world.do((rahima, lantern), signing.sign, before, **given, read_sha256=read)
    assert caught.value.clause == "quote"
    world.do((rahima, lantern), ending.decline, before, reason="We agreed on less.")
    held = world.proposed(lantern, camden, ines, pilot=pilot)
    assert "quote" not in {one.clause.key for one in held.parts}
    with world.database.reading() as session:
        one = session.get_one(Agreement, held.id)
        assert history.versions(one) == [one.stands]
    # A change may take away, and never adds.
    change = {"clause": "everyone", "why": "They fear it.", "leave_out": True}
    world.do((rahima, lantern), negotiation.ask_change, held, **change)
    world.do((ines, camden), negotiation.make_change, world.read(Agreement, held.id))
    for who, verb in (((rahima, lantern), signing.sign), ((ines, camden), signing.sign_last)):
        now = world.read(Agreement, held.id)
        world.do(who, verb, now, **given, read_sha256=now.text_sha256)
    assert not [one for one in world.all(Terms) if one.use in ("quote", "publish")]
    page = world.client(rahima, lantern).get(f"/agreements/{held.id}").text
    assert "You allow less than the project’s base here:" in page
    page = world.client(ines, camden).get(f"/agreements/{held.id}").text
    assert "Lantern Women’s Circle allows less" in page.replace("<bdi>", "").replace("</bdi>", "")


def test_what_the_project_left_out_does_not_come_back(
    world: World, pilot: Pilot, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    agreed(world, pilot, camden, ines)
    held = world.proposed(lantern, camden, ines, pilot=pilot)
    change = {"clause": "everyone", "why": "They fear it.", "leave_out": True}
    world.do((rahima, lantern), negotiation.ask_change, held, **change)
    world.do((ines, camden), negotiation.make_change, world.read(Agreement, held.id))
    council = world.client(ines, camden)
    offered = council.get(f"/agreements/{held.id}/change").text.split('id="left-out"')[1]
    assert "clause=everyone" in offered
    assert "clause=quote" not in offered
    assert council.get(f"/agreements/{held.id}/change?clause=quote").status_code == 404
    back = {"clause": "quote", "why": "We want it."}
    with pytest.raises(Refused, match="more than the project has agreed"):
        world.do((ines, camden), negotiation.ask_change, world.read(Agreement, held.id), **back)


def test_another_project_keeps_its_own(
    world: World, pilot: Pilot, camden: Partner, lantern: Partner, ines: Person
) -> None:
    agreed(world, pilot, camden, ines)
    other = world.pilot(camden, ines, name="Meals")
    held = world.proposed(lantern, camden, ines, pilot=other)
    assert "quote" in {one.clause.key for one in held.parts}


def test_a_new_base_leaves_the_old_one_until_all_agree(
    world: World, pilot: Pilot, camden: Partner, ines: Person
) -> None:
    first = agreed(world, pilot, camden, ines)
    council = world.client(ines, camden)
    assert offered(council, pilot, "everyone").status_code == 303
    assert world.read(Ground, first.id).ended_at is None
    page = council.get(f"/pilots/{pilot.id}/base").text
    assert "What holds now" in page
    assert "What is proposed" in page


def test_it_narrows_an_agreement_for_each_project_there_and_nowhere_else(
    world: World, pilot: Pilot, camden: Partner, lantern: Partner, ines: Person, rahima: Person
) -> None:
    world.agreed(lantern, camden, rahima, ines)
    other = world.pilot(camden, ines, name="Meals")

    def quoted(work: Pilot) -> Any:
        with world.database.reading() as session:
            return scope.allows(
                session,
                scope.QUOTE,
                lantern.id,
                camden.id,
                "story",
                on=world.now + timedelta(days=1),
                work=Ref.of(work),
            )

    assert isinstance(quoted(pilot), Allowed)
    agreed(world, pilot, camden, ines)
    assert isinstance(quoted(other), Allowed)
    no = quoted(pilot)
    assert no.clause == "quote"
    assert no.reason.text == "The groups of this project agreed on less. See “%(clause)s”."
    page = world.client(rahima, lantern).get(f"/pilots/{pilot.id}/base").text
    assert "It also holds here for agreements that are for each project." in page
    # The next base goes back to all of it: from the last yes on, so does the agreement.
    assert offered(world.client(ines, camden), pilot, "everyone").status_code == 303
    assert no == quoted(pilot)
