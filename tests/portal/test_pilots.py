"""Pilots: opening one, its cohort, its canvas, its people and its way through the stages; each
from both sides."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient

from pilots import canvas, cohort, pilot, requests, stages
from pilots.canvas import Canvas
from pilots.cohort import Member
from pilots.pilot import Pilot
from portal.mails import compose
from tests.portal.statements import statements
from tests.world import World
from trust import seats
from trust.audit import Event
from trust.governance.items import DataItem
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person, Seat
from trust.records import Hidden, Ref, Refused

MODEL_A = {
    "name": "Damp repairs",
    "question": "Why do families give up on damp repairs?",
    "model": "neighbourhood",
}


class Town(NamedTuple):
    """A council with a coordinator, and a group with a member."""

    camden: Partner
    ines: Person
    lantern: Partner
    rahima: Person


@pytest.fixture
def town(world: World) -> Town:
    world.now -= timedelta(hours=1)  # each verb takes a second of the world's own clock
    camden = world.partner("Camden Council", Kind.COUNCIL)
    lantern = world.partner("Lantern Women’s Circle")
    return Town(
        camden,
        world.person("Ines Doyle", camden, "relationship-lead", "signatory", "coordinator"),
        lantern,
        world.person("Rahima", lantern, "member", "signatory"),
    )


def opened(world: World, town: Town, *members: tuple[Partner, Person]) -> Pilot:
    return world.pilot(town.camden, town.ines, *members)


def test_a_coordinator_opens_a_pilot_at_its_first_stage(world: World, town: Town) -> None:
    client = world.client(town.ines, town.camden)
    assert "There is no pilot yet" in client.get("/pilots").text
    page = client.get("/pilots/new")
    assert "in our own words" in page.text
    assert "Connectors, place by place" in page.text
    region = str(world.region().id)
    done = client.post("/pilots/new", data={**MODEL_A, "region": region})
    assert done.status_code == 303
    made = world.all(Pilot)[0]
    assert (made.stage, made.taker_id, made.contact_id) == ("A1", town.camden.id, town.ines.id)
    assert MODEL_A["question"] in client.get(done.location).text
    assert "Damp repairs" in client.get("/pilots").text


def test_a_pilot_needs_a_name_a_question_and_a_model(world: World, town: Town) -> None:
    client = world.client(town.ines, town.camden)
    page = client.post("/pilots/new", data={"name": " ", "region": str(world.region().id)})
    assert page.status_code == 422
    for message in ("Give the pilot a short name", "Write the one question", "Choose one of the"):
        assert message in page.text
    assert world.all(Pilot) == []


def test_no_pilot_begins_behind_a_gate(world: World, town: Town) -> None:
    given = {**MODEL_A, "lang": "en", "first_stage": "A5", "region_id": world.region().id}
    with pytest.raises(Refused, match="starts at the first stage"):
        world.do((town.ines, town.camden), pilot.open_pilot, town.camden, **given)


def test_who_is_outside_sees_no_pilot(world: World, town: Town) -> None:
    made = opened(world, town)
    outsider = world.client(town.rahima, town.lantern)
    assert "You are in no pilot yet" in outsider.get("/pilots").text
    for path in ("", "/canvas", "/cohort", "/stage", "/roles", "/pause", "/canvas/edit"):
        assert outsider.get(f"/pilots/{made.id}{path}").status_code == 404, path
    for path in ("/new", f"/{made.id}/edit", f"/{made.id}/end", f"/{made.id}/go-back"):
        assert outsider.get(f"/pilots{path}").status_code == 404, path
    assert outsider.post(f"/pilots/{made.id}/canvas/agree").status_code == 404
    assert world.app.test_client().get("/pilots").status_code == 303


def test_the_page_of_a_pilot_names_whom_to_call(world: World, town: Town) -> None:
    with world.session() as session:
        session.info["verb"] = "tests"
        session.get_one(Person, town.ines.id).phone = "01632 960 123"
        session.commit()
    made = opened(world, town, (town.lantern, town.rahima))
    page = world.client(town.rahima, town.lantern).get(f"/pilots/{made.id}").text
    assert "Ines Doyle" in page
    assert "01632 960 123" in page
    assert "You can do this by phone instead" in page
    assert "Lantern Women’s Circle" in page
    assert "We are here" in page


# The cohort


def invite(client: FlaskClient, made: Pilot, partner: Partner, how: str = "partner") -> None:
    done = client.post(f"/pilots/{made.id}/cohort/invite", data={how: str(partner.id)})
    assert done.status_code == 303


def test_groups_of_the_region_are_found_and_invited(world: World, town: Town) -> None:
    made = opened(world, town)
    world.partner("Sobota Families", region="Central Bedfordshire")
    client = world.client(town.ines, town.camden)
    page = client.get(f"/pilots/{made.id}/cohort/invite").text
    assert "Lantern" in page
    assert "Sobota" not in page
    assert "Camden Council" not in page.split('id="found"')[1]
    assert "No group fits" in client.get(f"/pilots/{made.id}/cohort/invite?words=zzz").text
    part = client.get(
        f"/pilots/{made.id}/cohort/invite?words=LÁNTERN",
        headers={"HX-Request": "true", "HX-Target": "found"},
    )
    assert "Lantern" in part.text
    assert "<h1" not in part.text
    invite(client, made, town.lantern, "co_lead")
    assert "Leads with the council" in client.get(f"/pilots/{made.id}/cohort").text
    again = client.post(f"/pilots/{made.id}/cohort/invite", data={"partner": str(town.lantern.id)})
    assert again.status_code == 422
    assert "on the list already" in again.text


def test_the_invitation_says_of_an_agreement_for_another_project(world: World, town: Town) -> None:
    other, made = world.pilot(town.camden, town.ines, name="Lifts"), opened(world, town)
    proposed = world.partner("Copperfield Advice Desk")
    client = world.client(town.ines, town.camden)

    def says(name: str) -> str:
        page = client.get(f"/pilots/{made.id}/cohort/invite").text
        return page.split(f">{name}</h3>")[1].split("</li>")[0]

    assert "No trust agreement is in force yet." in says(town.lantern.name)
    world.proposed(proposed, town.camden, town.ines, pilot=other)
    world.agreed(town.lantern, town.camden, town.rahima, town.ines, pilot=other)
    assert "It has a trust agreement for another project." in says(town.lantern.name)
    assert "No trust agreement is in force yet." in says(proposed.name)
    brent = world.partner("Brent Council", Kind.COUNCIL)
    lead = world.person("Bea", brent, "signatory", "coordinator", "relationship-lead")
    with_brent = world.pilot(brent, lead, name="Brent repairs")
    page = world.client(lead, brent).get(f"/pilots/{with_brent.id}/cohort/invite").text
    assert "for another project" not in page  # nobody reads what others have agreed
    world.agreed(town.lantern, town.camden, town.rahima, town.ines, pilot=made)
    assert "The trust agreement is in force." in says(town.lantern.name)


def test_a_pilot_without_groups_has_the_way_to_invite_one(world: World, town: Town) -> None:
    made = opened(world, town)
    client, way = world.client(town.ines, town.camden), f'href="/pilots/{made.id}/cohort/invite"'
    assert way in client.get(f"/pilots/{made.id}").text
    ravi = world.person("Ravi", town.camden, "reviewer", at=made)
    assert way not in world.client(ravi, town.camden).get(f"/pilots/{made.id}").text
    world.do((town.ines, town.camden), pilot.end, made, reason="It is over.")
    assert way not in client.get(f"/pilots/{made.id}").text


def test_a_council_is_not_invited_into_its_own_cohort(world: World, town: Town) -> None:
    made = opened(world, town)
    client = world.client(town.ines, town.camden)
    page = client.post(f"/pilots/{made.id}/cohort/invite", data={"partner": str(town.camden.id)})
    assert page.status_code == 422
    assert world.all(Member) == []


def test_a_group_says_yes_and_later_leaves(world: World, town: Town) -> None:
    made = opened(world, town)
    invite(world.client(town.ines, town.camden), made, town.lantern)
    member = world.all(Member)[0]
    group = world.client(town.rahima, town.lantern)
    assert f"/members/{member.id}" in group.get("/home").text
    assert "You are invited" in group.get(f"/pilots/{made.id}").text
    assert group.post(f"/members/{member.id}", data={}).status_code == 422
    assert group.post(f"/members/{member.id}", data={"answer": "yes"}).status_code == 303
    assert world.read(Member, member.id).state == "joined"
    page = group.get(f"/members/{member.id}?said=yes").text
    assert "You take part. Thank you." in page
    assert "The council proposes a trust agreement." in page
    assert page.index("What comes next") < page.index("govuk-details")
    wrong = group.post(f"/members/{member.id}", data={"reason": ""})
    assert wrong.status_code == 422
    assert '<details class="govuk-details" open>' in wrong.text
    left = group.post(f"/members/{member.id}", data={"reason": "We have no time now."})
    assert left.status_code == 303
    seen = world.client(town.ines, town.camden).get(f"/pilots/{made.id}/cohort").text
    assert "We have no time now." in seen


def test_a_no_needs_a_reason_and_nothing_bad_follows(world: World, town: Town) -> None:
    made = opened(world, town)
    invite(world.client(town.ines, town.camden), made, town.lantern)
    member = world.all(Member)[0]
    group = world.client(town.rahima, town.lantern)
    refused = group.post(f"/members/{member.id}", data={"answer": "no"})
    assert refused.status_code == 422
    assert world.read(Member, member.id).state == "invited"
    said = {"answer": "no", "reason": "Too many projects this year."}
    group.post(f"/members/{member.id}", data=said)
    page = group.get(f"/members/{member.id}").text
    assert "nothing bad follows" in page
    seen = world.client(town.ines, town.camden).get(f"/pilots/{made.id}/cohort").text
    assert "Too many projects this year." in seen
    group.post(f"/members/{member.id}", data={"answer": "yes"})
    assert world.read(Member, member.id).state == "joined"


def test_only_the_invited_partner_answers_its_invitation(world: World, town: Town) -> None:
    bridge = world.partner("Bridgeway VCS Network", Kind.INFRASTRUCTURE)
    bo = world.person("Bo", bridge, "member")
    made = opened(world, town, (bridge, bo))
    invite(world.client(town.ines, town.camden), made, town.lantern)
    member = next(one for one in world.all(Member) if one.partner_id == town.lantern.id)
    other = world.client(bo, bridge)
    assert other.get(f"/members/{member.id}").status_code == 200
    assert other.post(f"/members/{member.id}", data={"answer": "yes"}).status_code == 404
    assert world.read(Member, member.id).state == "invited"


def test_the_question_that_was_signed_for_stays(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    client, path = world.client(town.ines, town.camden), f"/pilots/{made.id}/edit"
    assert client.post(path, data={"question": "Why do they wait?"}).status_code == 303
    world.agreed(town.lantern, town.camden, town.rahima, town.ines, pilot=made)
    refused = client.post(path, data={"question": "Who heats their home?"})
    assert refused.status_code == 422
    assert "A trust agreement was signed for this question." in refused.text
    assert world.read(Pilot, made.id).question == "Why do they wait?"


def test_the_cohort_page_says_which_agreement_is_missing(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    client = world.client(town.ines, town.camden)
    assert "No trust agreement with Camden Council" in client.get(f"/pilots/{made.id}/cohort").text
    assert f"/agreements/new?with={town.lantern.id}" in client.get(f"/pilots/{made.id}/cohort").text
    world.agreed(town.lantern, town.camden, town.rahima, town.ines)
    assert "The trust agreement is in force" in client.get(f"/pilots/{made.id}/cohort").text
    # Another group does not read how others stand with the council.
    assert (
        "agreement"
        not in (
            world.client(town.rahima, town.lantern)
            .get(f"/pilots/{made.id}/cohort")
            .text.split("<main")[1]
            .split("</main>")[0]
        )
    )


# The canvas


CANVAS = {
    "outcome": "Families get damp mended.",
    "action": "The repairs team calls back in Bengali.",
    "product": "A list of places where nobody calls.",
    "without_personal": "Yes, with counts by ward.",
    "item-1-name": "Families waiting, by ward",
    "item-1-from_whom": "Groups",
    "item-1-why": "To see where to start.",
    "item-1-category": "count",
    "item-1-personal": "no",
    "item-2-name": "",
}


def item_ids(world: World) -> list[int]:
    return [one.id for one in world.all(DataItem)]


def test_the_canvas_is_filled_in_together_and_agreed_by_both(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    group = world.client(town.rahima, town.lantern)
    path = f"/pilots/{made.id}/canvas"
    version = str(world.all(Canvas)[0].version)
    held = {"item-1-id": str(item_ids(world)[0]), "version": version}
    assert group.post(f"{path}/edit", data={**CANVAS, **held}).status_code == 303
    page = group.get(path).text
    assert "Families waiting, by ward" in page
    council = world.client(town.ines, town.camden)
    for client in (group, council):
        shown = str(world.all(Canvas)[0].version)
        assert client.post(f"{path}/agree", data={"version": shown}).status_code == 303
    canvas = world.all(Canvas)[0]
    assert canvas.agreed_vcs_at
    assert canvas.agreed_council_at
    assert "The groups said yes to the canvas" in council.get(f"/pilots/{made.id}").text
    # A change asks both again, and says so first.
    assert "both sides are asked again" in group.get(f"{path}/edit").text
    held["version"] = str(canvas.version)
    group.post(f"{path}/edit", data={**CANVAS, **held, "product": "A map."})
    assert world.all(Canvas)[0].agreed_council_at is None


def agreed(world: World, client: FlaskClient, made: Pilot) -> str:
    """Say yes to the canvas as it stands; the page after it, from its last heading."""
    path, version = f"/pilots/{made.id}/canvas", str(world.all(Canvas)[0].version)
    assert client.post(f"{path}/agree", data={"version": version}).status_code == 303
    return client.get(path).text.split("Who has said yes")[1]


def test_each_side_learns_that_the_other_said_yes(world: World, town: Town) -> None:
    copperfield = world.partner("Copperfield Advice Desk")
    carol = world.person("Carol", copperfield, "member")
    made = opened(world, town, (town.lantern, town.rahima), (copperfield, carol))
    invited = world.partner("Redbrick Voice")
    dan = world.person("Dan", invited, "member")
    world.do((town.ines, town.camden), cohort.invite, made, partner=invited)
    council = world.client(town.ines, town.camden)
    group, other = world.client(town.rahima, town.lantern), world.client(carol, copperfield)
    waits = "Read the canvas and say yes: Damp repairs"
    link = f'href="/pilots/{made.id}/canvas"'

    def told() -> list[int | None]:
        return sorted(one.to_person_id or 0 for one in world.all(Parcel) if one.kind == "plan")

    assert waits not in group.get("/home").text
    agreed(world, council, made)
    assert told() == sorted([town.rahima.id, carol.id])
    for client in (group, other):
        home = client.get("/home").text
        assert waits in home and link in home
    for client in (council, world.client(dan, invited)):
        assert waits not in client.get("/home").text
    parcel = next(one for one in world.all(Parcel) if one.kind == "plan")
    with world.app.test_request_context(), world.database.reading() as session:
        mail = compose(session, world.app.config["PORTAL"], parcel, world.now)
    assert mail is not None
    assert f"/pilots/{made.id}/canvas" in mail.text
    page = agreed(world, group, made)
    assert "The groups" not in page
    assert page.index(town.lantern.name) < page.index("The council")
    for client in (group, other):
        assert waits not in client.get("/home").text
    assert told() == sorted([town.rahima.id, carol.id]), "nobody is told twice"
    # Another group may still say yes, in its own name; nobody twice.
    assert "We say yes to this canvas" not in page
    assert "We say yes to this canvas" in other.get(f"/pilots/{made.id}/canvas").text
    page = agreed(world, other, made)
    assert page.index(town.lantern.name) < page.index(copperfield.name)


def test_a_yes_of_a_group_waits_for_the_council(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    council = world.client(town.ines, town.camden)
    group = world.client(town.rahima, town.lantern)
    agreed(world, group, made)
    assert "Read the canvas and say yes" in council.get("/home").text
    assert [one.to_person_id for one in world.all(Parcel) if one.kind == "plan"] == [town.ines.id]
    # What changes is read again, and waits for nobody until one side says yes to it.
    version = str(world.all(Canvas)[0].version)
    held = {"item-1-id": str(item_ids(world)[0]), "version": version}
    council.post(f"/pilots/{made.id}/canvas/edit", data={**CANVAS, **held})
    assert "Read the canvas and say yes" not in council.get("/home").text
    page = group.get(f"/pilots/{made.id}/canvas").text.split("Who has said yes")[1]
    assert "The groups" in page
    assert town.lantern.name not in page.split("<form")[0]
    assert "We say yes to this canvas" in page


def test_an_item_without_a_reason_is_refused_beside_its_box(world: World, town: Town) -> None:
    made = opened(world, town)
    client = world.client(town.ines, town.camden)
    version = str(world.all(Canvas)[0].version)
    page = client.post(
        f"/pilots/{made.id}/canvas/edit", data={**CANVAS, "version": version, "item-1-why": ""}
    )
    assert page.status_code == 422
    assert 'href="#item-1-why"' in page.text
    assert "Families get damp mended." in page.text
    assert world.all(Canvas)[0].outcome == "Families get repairs"


def test_room_for_more_items_loses_nothing(world: World, town: Town) -> None:
    made = opened(world, town)
    client = world.client(town.ines, town.camden)
    page = client.post(f"/pilots/{made.id}/canvas/edit", data={**CANVAS, "more": "yes"})
    assert page.status_code == 200
    assert 'id="item-5-name"' in page.text
    assert "To see where to start." in page.text


def test_two_writers_of_the_canvas_see_both_texts(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    path = f"/pilots/{made.id}/canvas"
    before = str(world.all(Canvas)[0].version)
    first = world.client(town.ines, town.camden)
    first.post(f"{path}/edit", data={**CANVAS, "version": before})
    second = world.client(town.rahima, town.lantern)
    page = second.post(
        f"{path}/edit", data={**CANVAS, "outcome": "Damp is gone by May.", "version": before}
    )
    assert page.status_code == 409
    assert "Families get damp mended." in page.text
    assert "Damp is gone by May." in page.text
    assert world.all(Canvas)[0].outcome == "Families get damp mended."
    # And nobody says yes to a text that changed since they read it.
    stale = second.post(f"{path}/agree", data={"version": before})
    assert stale.status_code == 422
    assert world.all(Canvas)[0].agreed_vcs_at is None


def test_an_item_that_points_to_people_leads_to_the_formal_way(world: World, town: Town) -> None:
    made = opened(world, town)
    client = world.client(town.ines, town.camden)
    version = str(world.all(Canvas)[0].version)
    data = {**CANVAS, "version": version, "item-1-personal": "yes"}
    client.post(f"/pilots/{made.id}/canvas/edit", data=data)
    assert "the formal way for data is needed" in client.get(f"/pilots/{made.id}/canvas").text


def test_an_empty_canvas_says_what_it_is(world: World, town: Town) -> None:
    client = world.client(town.ines, town.camden)
    region = str(world.region().id)
    there = client.post("/pilots/new", data={**MODEL_A, "region": region}).location
    assert "The canvas is empty" in client.get(f"{there}/canvas").text
    assert client.get(f"{there}/canvas/edit").status_code == 200
    assert client.post(f"{there}/canvas/agree").status_code == 422


# People and roles


def test_a_coordinator_gives_roles_and_takes_them_away(world: World, town: Town) -> None:
    made = opened(world, town)
    ravi = world.person("Ravi", town.camden, "member")
    client = world.client(town.ines, town.camden)
    assert "Roles that nobody has yet" in client.get(f"/pilots/{made.id}/roles").text
    given = {
        "role": "reviewer",
        "partner": str(town.camden.id),
        "name": "Ravi",
        "email": ravi.email,
    }
    wayside = world.partner("Wayside VCS Link", Kind.INFRASTRUCTURE)
    world.partner("Elsewhere Link", Kind.INFRASTRUCTURE, region="Trafford")
    offered = client.get(f"/pilots/{made.id}/roles/give").text
    assert "Cannot review a group" in offered
    assert wayside.name in offered
    assert "Elsewhere Link" not in offered
    done = client.post(f"/pilots/{made.id}/roles/give", data=given)
    assert done.status_code == 303
    assert "The invitation is sent." in client.get(done.location).text
    page = client.get(f"/pilots/{made.id}/roles").text
    assert "The invitation is sent." not in page
    assert ravi.email in page
    assert "Has not said yes yet" in page
    seat = next(one for one in world.all(Seat) if one.role == "reviewer")
    twice = client.post(f"/pilots/{made.id}/roles/give", data=given)
    assert twice.status_code == 422
    world.do((ravi, town.camden), seats.accept, seat)
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Seat, seat.id).ends = world.now + timedelta(days=3)
    assert "Renew this role" in client.get(f"/pilots/{made.id}/roles").text
    assert client.post(f"/roles/{seat.id}/renew").status_code == 303
    ends = world.read(Seat, seat.id).ends
    assert ends is not None
    assert ends > world.now + timedelta(days=180)
    assert client.post(f"/roles/{seat.id}/end").status_code == 303
    assert client.post(f"/roles/{seat.id}/renew").status_code == 409
    assert "Ravi" not in client.get(f"/pilots/{made.id}/roles").text


def test_a_group_says_itself_who_acts_for_it(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    client = world.client(town.ines, town.camden)
    given = {"role": "connector", "partner": str(town.lantern.id), "name": "Sheila"}
    page = client.post(
        f"/pilots/{made.id}/roles/give", data={**given, "email": "sheila@example.org"}
    )
    assert page.status_code == 422
    assert "says who acts for it" in page.text
    own = client.post(
        f"/pilots/{made.id}/roles/give", data={**given, "email": "rahima@example.org"}
    )
    assert own.status_code == 303


def test_nobody_gives_the_own_self_a_role(world: World, town: Town) -> None:
    """The coordinator asks, the IG lead decides, the reviewer reads: not one person all of it."""
    made = opened(world, town)
    client = world.client(town.ines, town.camden)
    given = {"partner": str(town.camden.id), "name": "Ines", "email": town.ines.email}
    for role in ("ig-lead", "reviewer", "decision-owner"):
        page = client.post(f"/pilots/{made.id}/roles/give", data={**given, "role": role})
        assert page.status_code == 422
        assert "you cannot give a role to yourself" in page.text
    stranger = {**given, "name": "Ines at home", "email": "ines.private@example.org"}
    page = client.post(f"/pilots/{made.id}/roles/give", data={**stranger, "role": "reviewer"})
    assert page.status_code == 422
    assert "says who acts for it" in page.text


def test_a_role_for_another_kind_of_partner_is_refused(world: World, town: Town) -> None:
    made = opened(world, town)
    sheila = world.person("Sheila", town.camden, "member")
    client = world.client(town.ines, town.camden)
    page = client.post(
        f"/pilots/{made.id}/roles/give",
        data={
            "role": "connector",
            "partner": str(town.camden.id),
            "name": "Sheila",
            "email": sheila.email,
        },
    )
    assert page.status_code == 422
    assert "is not a role for Camden Council" in page.text


def test_the_coordinator_cannot_take_away_the_own_role(world: World, town: Town) -> None:
    made = opened(world, town)
    client = world.client(town.ines, town.camden)
    seat = next(one for one in world.all(Seat) if one.place == Ref.of(made))
    for do in ("end", "renew"):
        assert client.post(f"/roles/{seat.id}/{do}").status_code == 409


# Pausing, ending, moving


def test_the_cohort_can_pause_and_all_read_why(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    group = world.client(town.rahima, town.lantern)
    assert group.post(f"/pilots/{made.id}/pause", data={"reason": " "}).status_code == 422
    done = group.post(f"/pilots/{made.id}/pause", data={"reason": "The letters scare people."})
    assert done.status_code == 303
    council = world.client(town.ines, town.camden)
    page = council.get(f"/pilots/{made.id}").text
    assert "This pilot is paused" in page
    assert "The letters scare people." in page
    assert "By Lantern Women’s Circle" in page
    assert group.post(f"/pilots/{made.id}/resume").status_code == 404
    assert group.get(f"/pilots/{made.id}/end").status_code == 404
    assert council.post(f"/pilots/{made.id}/resume").status_code == 303
    assert council.post(f"/pilots/{made.id}/resume").status_code == 409
    assert council.post(f"/pilots/{made.id}/end", data={"reason": "All done."}).status_code == 303
    page = group.get(f"/pilots/{made.id}").text
    assert "This pilot has ended" in page
    assert "All done." in page
    assert council.get(f"/pilots/{made.id}/canvas/edit").status_code == 404
    assert council.get(f"/pilots/{made.id}/cohort/invite").status_code == 404


def test_the_question_is_changed_and_two_writers_see_both(world: World, town: Town) -> None:
    made = opened(world, town)
    client = world.client(town.ines, town.camden)
    version = str(world.read(Pilot, made.id).version)
    data = {"question": "Who waits longest?", "version": version}
    assert client.post(f"/pilots/{made.id}/edit", data=data).status_code == 303
    page = client.post(f"/pilots/{made.id}/edit", data={**data, "question": "Who gives up?"})
    assert page.status_code == 409
    assert "Who waits longest?" in page.text
    assert "Who gives up?" in page.text
    assert world.read(Pilot, made.id).question == "Who waits longest?"


def test_a_stage_says_what_is_missing_and_who_can_supply_it(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    client = world.client(town.ines, town.camden)
    page = client.get(f"/pilots/{made.id}/stage").text
    assert "No talk with Lantern Women’s Circle is written down" in page
    assert "Who can change this" in page
    refused = client.post(f"/pilots/{made.id}/stage", data={"stage": "A1", "confirmed": "yes"})
    assert refused.status_code == 422
    assert "We cannot go on yet" in refused.text
    assert world.read(Pilot, made.id).stage == "A1"
    # A group reads the same needs, without a list of who lacks what, and moves nothing.
    group = world.client(town.rahima, town.lantern)
    seen = group.get(f"/pilots/{made.id}/stage").text
    assert "We talked" in seen
    assert "No talk with" not in seen
    assert group.post(f"/pilots/{made.id}/stage", data={"stage": "A1"}).status_code == 404


def at(world: World, made: Pilot, stage: str) -> None:
    """Put a pilot at a stage, as no page can."""
    with world.session() as session:
        session.info["verb"] = "tests"
        session.get_one(Pilot, made.id).stage = stage
        session.commit()


def test_the_trust_gate_opens_with_the_last_signature_only(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    at(world, made, "A2")
    client = world.client(town.ines, town.camden)
    refused = client.post(f"/pilots/{made.id}/stage", data={"stage": "A2", "confirmed": "yes"})
    assert refused.status_code == 422
    text = "No trust agreement between Camden Council and Lantern Women’s Circle is in force"
    assert text in refused.text
    world.agreed(town.lantern, town.camden, town.rahima, town.ines)
    done = client.post(f"/pilots/{made.id}/stage", data={"stage": "A2"})
    assert done.status_code == 303
    assert world.read(Pilot, made.id).stage == "A3"
    moved = next(one for one in world.all(Event) if one.verb == "pilot:go-on")
    assert moved.facts == {"from_stage": "A2", "to_stage": "A3", "confirmed": []}
    # The same page again does nothing: the pilot is not where it was.
    assert client.post(f"/pilots/{made.id}/stage", data={"stage": "A2"}).status_code == 422


def test_what_people_say_must_be_confirmed(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    at(world, made, "A8")
    client = world.client(town.ines, town.camden)
    assert "This is the last stage" in client.get(f"/pilots/{made.id}/stage").text
    refused = client.post(f"/pilots/{made.id}/stage", data={"stage": "A8", "confirmed": "yes"})
    assert refused.status_code == 422


def test_going_back_needs_a_reason_and_an_earlier_stage(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    at(world, made, "A3")
    client = world.client(town.ines, town.camden)
    path = f"/pilots/{made.id}/go-back"
    assert client.get(path).status_code == 200
    assert client.post(path, data={"stage": "A3", "to": "A5", "reason": "x"}).status_code == 422
    assert client.post(path, data={"stage": "A3", "to": "A2", "reason": ""}).status_code == 422
    assert world.read(Pilot, made.id).stage == "A3"
    who = (town.ines, town.camden)
    with pytest.raises(Refused, match="earlier stages"):
        world.do(who, stages.go_back, made, stage="A3", to="A5", reason="Onwards")
    back = {"stage": "A3", "to": "A2", "reason": "One agreement has ended."}
    assert client.post(path, data=back).status_code == 303
    page = world.client(town.rahima, town.lantern).get(f"/pilots/{made.id}").text
    assert "Back to: Agree how we work" in page
    assert "One agreement has ended." in page


def test_a_paused_pilot_does_not_move(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    at(world, made, "A3")
    who = (town.ines, town.camden)
    world.do(who, pilot.pause, made, reason="Wait.")
    with pytest.raises(Refused, match="cannot move now"):
        world.do(who, stages.go_back, made, stage="A3", to="A2", reason="Back")


def test_many_groups_take_no_more_statements(world: World, town: Town) -> None:
    made = opened(world, town)
    client = world.client(town.ines, town.camden)
    paths = [f"/pilots/{made.id}{path}" for path in ("", "/cohort", "/stage", "/cohort/invite")]
    counts = [statements(world, client, path) for path in paths]
    for number in range(4):
        group = world.partner(f"Group {number}")
        world.person(f"Person{number}", group, "member")
        world.do((town.ines, town.camden), cohort.invite, made, partner=group)
    for number in range(4):
        world.partner(f"Other {number}")
    assert [statements(world, client, path) for path in paths] == counts


def test_nothing_is_added_to_a_pilot_that_has_ended(world: World, town: Town) -> None:
    """By the verbs themselves, whatever the pages show."""
    made = opened(world, town, (town.lantern, town.rahima))
    others = [world.partner(name) for name in ("Redbrick", "Bramble", "Kettle")]
    lead = town.ines, town.camden
    asked, declined = (
        world.do(lead, cohort.invite, made, partner=partner) for partner in others[:2]
    )
    who = world.person("Dan", others[0], "signatory"), others[0]
    mei = world.person("Mei", others[1], "signatory"), others[1]
    world.do(mei, cohort.decline, declined, reason="No time")
    world.do(lead, pilot.end, made, reason="We know enough")
    canvas_words = dict.fromkeys(("outcome", "action", "product", "without_personal"), "Words")
    a_request = {"title": {"en": "Damp"}, "why": {}, "minutes": 5, "payment": ""}
    for doer, verb, subject, given in (
        (lead, cohort.invite, made, {"partner": others[2]}),
        (lead, cohort.ask_again, declined, {}),
        (who, cohort.join, asked, {}),
        (lead, canvas.write, made, {**canvas_words, "items": []}),
        (lead, requests.write, made, {**a_request, "closes_on": None}),
    ):
        with pytest.raises(Refused, match="has ended"):
            world.do(doer, verb, subject, **given)
    [member] = [one for one in world.all(Member) if one.partner_id == town.lantern.id]
    world.do((town.rahima, town.lantern), cohort.leave, member, reason="It is over")


@pytest.mark.parametrize("went", ["declined", "left"])
def test_a_group_that_went_can_be_asked_once_more(world: World, town: Town, went: str) -> None:
    made = opened(world, town, *([(town.lantern, town.rahima)] if went == "left" else []))
    ines, group = world.client(town.ines, town.camden), world.client(town.rahima, town.lantern)
    address = f"/pilots/{made.id}/cohort/invite"
    given = {"partner": str(town.lantern.id)}
    if went == "declined":
        assert ines.post(address, data=given).status_code == 303
    [member] = world.all(Member)
    there = f"/members/{member.id}"
    assert town.lantern.name not in ines.get(address).text
    refused = ines.post(address, data=given)
    assert refused.status_code == 422
    assert "is on the list already" in refused.text
    group.post(there, data={"answer": "no", "reason": "No time now"})
    assert world.read(Member, member.id).state == went
    told = len(world.all(Parcel))
    assert town.lantern.name in ines.get(address).text
    assert "You can ask once more." in ines.get(address).text
    assert ines.post(address, data={"co_lead": given["partner"]}).status_code == 303
    asked = world.read(Member, member.id)
    assert (asked.state, asked.co_lead, asked.answered_at) == ("invited", True, None)
    assert [one.about for one in world.all(Parcel)[told:]] == [Ref.of(member)]
    assert "No time now" not in ines.get(f"/pilots/{made.id}/cohort").text
    assert group.post(there, data={"answer": "yes"}).status_code == 303
    assert world.read(Member, member.id).state == "joined"


def test_only_who_runs_the_pilot_asks_once_more(world: World, town: Town) -> None:
    made = opened(world, town, (town.lantern, town.rahima))
    [member] = world.all(Member)
    world.do((town.rahima, town.lantern), cohort.leave, member, reason="No time")
    pia = world.person("Pia", town.camden, "coordinator")
    other = world.pilot(town.camden, pia, name="Another")
    for doer in ((town.rahima, town.lantern), (pia, town.camden)):
        with pytest.raises(Hidden):
            world.do(doer, cohort.ask_again, member)
    there = f"/pilots/{other.id}/cohort/invite"
    given = {"partner": str(town.lantern.id)}
    assert world.client(pia, town.camden).post(there, data=given).status_code == 303
    assert world.read(Member, member.id).state == "left"
    assert world.all(Member)[-1].pilot_id == other.id != made.id
