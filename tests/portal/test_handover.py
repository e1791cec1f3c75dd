"""Whoever leaves hands over, on one page and at one moment; nothing is orphaned."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from pilots import entering, review
from pilots.contributions import Contribution
from pilots.pilot import Pilot
from portal import nouns
from tests.portal.stage import Stage, stage
from tests.world import World
from trust import contacts, safeguarding
from trust.audit import Event
from trust.contacts import Contact
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person, Seat, in_force
from trust.records import GOES, HANDED, STAYS, Record
from trust.safeguarding import Concern

KEY = "when somebody leaves"

TAKEN_OVER = {
    "seat.person_id": "test_roles_and_their_work_go_over_at_one_moment",
    "contact.person_id": "test_contacts_go_over_and_agreements_call_the_new_one",
    "contribution.claimed_by_id": "test_roles_and_their_work_go_over_at_one_moment",
    "contribution.entered_by_id": "test_what_a_connector_writes_down_goes_to_another_connector",
    "pilot.contact_id": "test_roles_and_their_work_go_over_at_one_moment",
    "concern.taken_by_id": "test_what_the_safeguarding_lead_follows_up_goes_to_the_deputy",
}
"""What is handed over, each with the test that shows it."""


@pytest.fixture
def made(world: World) -> Stage:
    return stage(world)


def named_after_people() -> dict[str, Any]:
    """Every column of every table that names a person."""
    assert nouns.MODULES
    return {
        f"{table.name}.{key.parent.name}": key.parent
        for table in Record.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "person"
    }


@pytest.mark.one_database
def test_every_column_that_names_a_person_says_what_becomes_of_it() -> None:
    found = named_after_people()
    kinds = [one[KEY] for one in (STAYS, HANDED, GOES)]
    unsaid = [name for name, column in found.items() if column.info.get(KEY) not in kinds]
    assert unsaid == [], "say STAYS, HANDED or GOES (trust/records.py)"
    handed = {name for name, column in found.items() if column.info[KEY] == HANDED[KEY]}
    assert handed == set(TAKEN_OVER)
    assert set(TAKEN_OVER.values()) <= set(globals())


def seats_of(world: World, person: Person) -> set[tuple[str, str]]:
    with world.database.reading() as session:
        stmt = select(Seat).where(Seat.person_id == person.id, *in_force(datetime.now(UTC)))
        return {(str(seat.place), seat.role) for seat in session.scalars(stmt)}


def leave(made: Stage, person: Person, partner: Partner, **typed: str) -> Any:
    return made.world.client(person, partner).post("/people/leave", data=typed)


def test_roles_and_their_work_go_over_at_one_moment(made: Stage) -> None:
    world, camden, pilot = made.world, made.camden, made.pilot
    sent = made.sent()
    lead = world.person("Ines", camden, "reviewer", at=pilot)
    world.do((lead, camden), review.claim, sent)
    olu = world.person("Olu", camden, "member")
    page = world.client(lead, camden).get("/people/leave").text
    assert f"Insight reviewer: {pilot.name}" in page
    assert "Answers that are being read (1)" in page
    assert f"The person to call about {pilot.name}" in page
    before = len(world.all(Event))
    refused = leave(made, lead, camden, token="t1")
    assert refused.status_code == 422
    assert "Choose who takes this over." in refused.text
    assert len(world.all(Event)) == before
    done = leave(made, lead, camden, everything=str(olu.id), token="t2")
    assert done.status_code == 303, done.text
    assert seats_of(world, lead) == set()
    held = seats_of(world, olu)
    assert {(f"pilot:{pilot.id}", "reviewer"), (f"pilot:{pilot.id}", "coordinator")} <= held
    assert (f"partner:{camden.id}", "signatory") in held
    assert world.read(Pilot, pilot.id).contact_id == olu.id
    assert world.read(Contribution, sent.id).claimed_by_id == olu.id
    [event] = world.all(Event)[before:]
    assert (event.verb, event.facts["person"]) == ("partner:leave", lead.id)
    assert set(event.facts["lines"].values()) <= {olu.id, None}
    told = [one for one in world.all(Parcel) if one.kind == "handed-over"]
    assert [one.to_person_id for one in told] == [olu.id]
    ends = {one.role: one.ends for one in world.all(Seat) if one.person_id == lead.id}
    heirs = {one.role: one.ends for one in world.all(Seat) if one.person_id == olu.id}
    assert heirs["reviewer"] is not None and heirs["reviewer"] > ends["reviewer"]


def test_each_thing_can_go_to_somebody_else_and_who_cannot_is_told(made: Stage) -> None:
    world, camden, pilot = made.world, made.camden, made.pilot
    sent = made.sent()
    world.do((made.reviewer, camden), review.claim, sent)
    olu = world.person("Olu", camden, "member")
    mina = world.person("Mina", camden, "member")
    with world.database.reading() as session:
        mine = select(Seat).where(Seat.person_id == made.reviewer.id, Seat.role == "reviewer")
        seat = session.scalars(mine).one()
    role, reads = f"seat-{seat.id}", f"reads-{pilot.id}"
    wrong = leave(made, made.reviewer, camden, **{role: str(olu.id), reads: str(mina.id)})
    assert wrong.status_code == 422
    assert "Mina needs the role “Insight reviewer” for this." in wrong.text
    assert seats_of(world, made.reviewer) != set()
    assert seats_of(world, olu) == {(f"partner:{camden.id}", "member")}
    back = leave(made, made.reviewer, camden, **{role: str(olu.id), reads: "nobody"})
    assert back.status_code == 303, back.text
    now = made.now(sent)
    assert (now.state, now.claimed_by_id) == ("submitted", None)


def test_nobody_takes_over_what_their_own_group_gave(made: Stage) -> None:
    world, camden = made.world, made.camden
    sent = made.sent()
    world.do((made.reviewer, camden), review.claim, sent)
    world.person(made.rahima.name, camden, "member")
    both = world.person(made.rahima.name, camden, "reviewer", at=made.pilot)
    page = world.client(made.reviewer, camden).get("/people/leave").text
    asked = page.partition(f'name="reads-{made.pilot.id}"')[2].partition("</select>")[0]
    assert "As above" in asked and f'value="{both.id}"' not in asked
    forced = leave(made, made.reviewer, camden, everything=str(both.id))
    assert forced.status_code == 422
    assert "A reviewer of this pilot from another organisation" in forced.text
    assert made.now(sent).claimed_by_id == made.reviewer.id


def test_what_a_connector_writes_down_goes_to_another_connector(made: Stage) -> None:
    world = made.world
    sheila = made.connector("Sheila")
    wayside = world.partner("Wayside VCS Link", Kind.INFRASTRUCTURE)
    person = next(one for one in world.all(Person) if one.name == "Sheila")
    given = {"giver": made.lantern, "channel": "phone"}
    world.do((person, wayside), entering.enter, made.request, **given)
    [draft] = [one for one in world.all(Contribution) if one.state == "draft"]
    colleague = world.person("Grace", wayside, "signatory")
    assert "An answer that is written down for" in sheila.get("/people/leave").text
    nobody = leave(made, person, wayside)
    assert nobody.status_code == 422
    assert leave(made, person, wayside, everything=str(colleague.id)).status_code == 303
    assert made.now(draft).entered_by_id == colleague.id
    assert (f"pilot:{made.pilot.id}", "connector") in seats_of(world, colleague)


def test_what_the_safeguarding_lead_follows_up_goes_to_the_deputy(made: Stage) -> None:
    world, camden = made.world, made.camden
    lead = world.person("Ada", camden, "safeguarding-lead")
    deputy = world.person("Bo", camden, "safeguarding-deputy")
    sent = made.sent()
    made.desk().post(f"/review/{sent.id}/at-risk", data={"words": "I am worried."})
    [concern] = world.all(Concern)
    world.do((lead, camden), safeguarding.take, concern)
    page = world.client(lead, camden).get("/people/leave").text
    assert "What the safeguarding lead follows up" in page
    assert leave(made, lead, camden, everything=str(deputy.id)).status_code == 303
    assert world.read(Concern, concern.id).taken_by_id == deputy.id


def test_contacts_go_over_and_agreements_call_the_new_one(world: World) -> None:
    lantern, camden = world.partner("Lantern"), world.partner("Camden", Kind.COUNCIL)
    rahima = world.person("Rahima", lantern, "signatory")
    hodan = world.person("Hodan", lantern, "signatory")
    for person in (rahima, hodan):
        number = {"Rahima": "020 7946 0018", "Hodan": "020 7946 0019"}[person.name]
        world.do((person, lantern), contacts.set_phone, person, phone=number)
    ines = world.person("Ines", camden, "signatory")
    lines = dict.fromkeys(("giver_deputy", "taker_contact", "taker_deputy"), "")
    lines["giver_contact"] = "Rahima, 020 7946 0018"
    made = world.agreed(lantern, camden, rahima, ines, contacts=lines)
    [held] = world.all(Contact)
    assert held.person_id == rahima.id
    sent = world.client(rahima, lantern).post("/people/leave", data={"everything": str(hodan.id)})
    assert sent.status_code == 303, sent.text
    [heir] = world.all(Contact)
    assert heir.person_id == hodan.id
    officer = world.client(ines, camden)
    page = officer.get(f"/agreements/{made.id}").text
    assert "020 7946 0018" not in page.partition("<main")[0] and "020 7946 0019" not in page
    own = {"role": "", "way": "", "email": "", "shown_to": "agreed", "deputy": ""}
    shown = world.client(hodan, lantern).post(f"/contacts/{heir.id}/edit", data=own)
    assert shown.status_code == 303
    assert "Call Hodan:" in officer.get(f"/agreements/{made.id}").text


def test_a_colleague_does_it_for_one_who_has_gone(world: World) -> None:
    lantern = world.partner("Lantern")
    rahima = world.person("Rahima", lantern, "signatory")
    mo = world.person("Mo", lantern, "member", "signatory")
    member = world.person("Nia", lantern, "member")
    at = f"/people/{mo.id}/hand-over"
    assert world.client(member, lantern).get(at).status_code == 404
    assert world.client(member, lantern).post(at, data={}).status_code == 404
    client = world.client(rahima, lantern)
    assert at in client.get("/people").text
    assert client.get(f"/people/{rahima.id}/hand-over").status_code == 404
    stranger = world.person("Joe", world.partner("Wayside"), "signatory")
    assert client.get(f"/people/{stranger.id}/hand-over").status_code == 404
    assert "Hand over what hangs on Mo" in client.get(at).text
    done = client.post(at, data={"everything": str(member.id)})
    assert done.status_code == 303, done.text
    assert seats_of(world, mo) == set()
    assert (f"partner:{lantern.id}", "signatory") in seats_of(world, member)
    assert world.all(Event)[-1].verb == "partner:see-out"


def test_the_last_who_signs_reads_what_happens_and_can_leave(world: World) -> None:
    lantern = world.partner("Lantern")
    rahima = world.person("Rahima", lantern, "signatory")
    client = world.client(rahima, lantern)
    assert "You are the last who signs here" in client.get("/people/leave").text
    stays = client.post("/people/leave", data={"token": "a"})
    assert stays.status_code == 422
    assert "Tick the box if you want to leave all the same" in stays.text
    gone = client.post("/people/leave", data={"alone": "yes", "token": "b"})
    assert gone.status_code == 303
    assert seats_of(world, rahima) == set()
    camden = world.partner("Camden", Kind.COUNCIL)
    ines = world.person("Ines", camden, "signatory")
    council = world.client(ines, camden)
    assert 'name="alone"' not in council.get("/people/leave").text
    assert council.post("/people/leave", data={"alone": "yes"}).status_code == 422


def test_who_was_listed_by_name_stands_there_once_and_shows_no_number(world: World) -> None:
    """Their own number is theirs to show, whatever stood beside their name before."""
    lantern = world.partner("Lantern")
    rahima = world.person("Rahima", lantern, "signatory")
    hodan = world.person("Hodan", lantern, "member", "signatory")
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Person, hodan.id).phone = "07700 900001"
        given = {"partner_id": lantern.id, "shown_to": "everyone", "said_yes": True}
        session.add(Contact(name="Hodan", phone="020 7946 0018", **given))
        session.add(Contact(name="Rahima", person_id=rahima.id, **given))
    gone = world.client(rahima, lantern).post("/people/leave", data={"everything": str(hodan.id)})
    assert gone.status_code == 303, gone.text
    (held,) = world.all(Contact)
    assert (held.person_id, held.shown_to, held.said_yes) == (hodan.id, "nobody", False)
    assert (held.deputy_id, held.phone) == (None, "")
