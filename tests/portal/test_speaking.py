"""Who speaks for a group when nobody is left who does, and when two people both say so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from portal import mails
from tests.world import World
from trust import contacts, dispute, profiles, seats, vouching
from trust.contacts import Contact
from trust.dispute import Dispute
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person, Seat
from trust.records import Refused
from trust.vouching import Vouching


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
def rahima(world: World, lantern: Partner) -> Person:
    return world.person("Rahima", lantern, "signatory")


@pytest.fixture
def sol(world: World, hub: Partner) -> Any:
    return world.client(world.person("Sol", hub, "supporter"), hub)


NEW = {"name": "Nia Hall", "email": "nia@example.org", "why": "The group chose her on Monday."}


def left(world: World, lantern: Partner, rahima: Person, **grace: Any) -> Contact:
    """The only one who signs has gone. Grace is a contact that the group named before."""
    given = {"person_id": None, "name": "Grace Oke", "email": "grace@example.org"}
    held = world.do((rahima, lantern), contacts.add, lantern, **{**given, **grace})
    gone = world.client(rahima, lantern).post("/people/leave", data={"alone": "yes"})
    assert gone.status_code == 303, gone.text
    return held


def link(world: World) -> str:
    """Where the mail to the second way leads."""
    parcel = [one for one in world.all(Parcel) if one.kind == "vouch"][-1]
    given = world.app.config["PORTAL"]
    with (
        world.database.reading() as session,
        world.app.test_request_context(base_url=given.address),
    ):
        mail = mails.compose(session, given, parcel, parcel.due_at)
    assert mail is not None and "Lantern" not in mail.text + mail.subject
    assert mail.to == parcel.address
    return next(one for one in mail.text.split() if "/vouching/" in one).removeprefix(given.address)


def test_a_supporter_vouches_and_it_counts_once_a_contact_says_yes(
    world: World, lantern: Partner, rahima: Person, sol: Any
) -> None:
    grace = left(world, lantern, rahima)
    assert "Nobody signs for it any more" in sol.get(f"/partners/{lantern.id}").text
    at = f"/partners/{lantern.id}/vouch"
    page = sol.get(at).text
    assert "Grace Oke" in page and "grace@example.org" not in page
    assert sol.post(at, data={**NEW, "route": "contact:99"}).status_code == 422
    assert sol.post(at, data={**NEW, "route": f"contact:{grace.id}", "why": ""}).status_code == 422
    sent = sol.post(at, data={**NEW, "route": f"contact:{grace.id}"})
    assert sent.status_code == 303, sent.text
    assert [one for one in world.all(Seat) if one.accepted_at is None] == []
    assert "We asked the group on" in sol.get(at).text
    address, anyone = link(world), world.app.test_client()
    assert "Nia Hall speaks for Lantern" in anyone.get(address).text
    assert world.all(Vouching)[0].state == "waiting"
    assert anyone.get(address[:-1]).status_code == 404
    assert anyone.post(address[:-1], data={"answer": "yes"}).status_code == 404
    assert anyone.post(address, data={"answer": "perhaps"}).status_code == 422
    assert anyone.post(address, data={"answer": "yes"}).status_code == 303
    assert "You said yes." in anyone.get(address).text
    assert anyone.post(address, data={"answer": "yes", "token": "b"}).status_code in (409, 422)
    [offered] = [one for one in world.all(Seat) if one.accepted_at is None]
    nia = world.read(Person, offered.person_id)
    assert (nia.email, offered.role) == ("nia@example.org", "signatory")
    done = world.client(nia).post(f"/roles/{offered.id}", data={"answer": "yes", "name": "Nia"})
    assert done.status_code == 303
    assert sol.get(at).status_code == 404


def test_a_no_changes_nothing_and_can_be_taken_back(
    world: World, lantern: Partner, rahima: Person, sol: Any
) -> None:
    grace = left(world, lantern, rahima)
    at, data = f"/partners/{lantern.id}/vouch", {**NEW, "route": f"contact:{grace.id}"}
    sol.post(at, data=data)
    [held] = world.all(Vouching)
    assert sol.post(at, data={**data, "token": "again"}).status_code == 422
    address = link(world)
    assert sol.post(f"/vouchings/{held.id}/take-back", data={}).status_code == 303
    said = world.app.test_client().post(address, data={"answer": "yes"})
    assert said.status_code in (409, 422)
    assert "taken back" in world.app.test_client().get(address).text
    sol.post(at, data={**data, "token": "anew"})
    assert world.app.test_client().post(link(world), data={"answer": "no"}).status_code == 303
    assert [one for one in world.all(Seat) if one.accepted_at is None] == []


def test_neither_council_nor_administrator_nor_stranger_decides(
    world: World, lantern: Partner, rahima: Person, sol: Any, hub: Partner
) -> None:
    grace = left(world, lantern, rahima)
    camden = world.partner("Camden", Kind.COUNCIL)
    at = f"/partners/{lantern.id}/vouch"
    held = ("relationship-lead", "signatory", "coordinator", "ig-lead")
    for who, partner, roles in (
        ("Ines", camden, held),
        ("Joe", hub, ("signatory",)),
        ("Pam", world.partner("Other hub", Kind.INFRASTRUCTURE), ("supporter",)),
        ("Ada", None, ("administrator",)),
    ):
        client = world.client(world.person(who, partner, *roles), partner)
        assert client.get(at).status_code == 404, who
        assert client.post(at, data={**NEW, "route": f"contact:{grace.id}"}).status_code == 404
    given = {"role": "signatory", "name": "Joe", "email": "joe@example.org"}
    ada = next(one for one in world.all(Person) if one.name == "Ada")
    world.now = datetime.now(UTC)
    with pytest.raises(Refused, match="vouches now"):
        world.do((ada, None), seats.give_first, lantern, **given)


def test_who_vouches_cannot_say_yes_too(
    world: World, lantern: Partner, rahima: Person, sol: Any, hub: Partner
) -> None:
    left(world, lantern, rahima, email="sol@example.org")
    at = f"/partners/{lantern.id}/vouch"
    assert "nobody can take it over" in sol.get(at).text
    with world.database.writing() as session:
        session.info["verb"] = "tests"
        held = session.get_one(Partner, lantern.id)
        held.email, held.shared_mailbox = "all@lantern.example", True
    assert "The mailbox that the group shares" in sol.get(at).text
    wrong = sol.post(at, data={**NEW, "email": "sol@example.org", "route": "mailbox"})
    assert wrong.status_code == 422
    assert sol.post(at, data={**NEW, "route": "mailbox"}).status_code == 303
    assert world.all(Vouching)[0].asked_at == "all@lantern.example"


def test_nobody_is_vouched_for_while_somebody_signs(
    world: World, lantern: Partner, rahima: Person, sol: Any, hub: Partner
) -> None:
    grace = left(world, lantern, rahima)
    sol.post(f"/partners/{lantern.id}/vouch", data={**NEW, "route": f"contact:{grace.id}"})
    address = link(world)
    world.person("Hodan", lantern, "signatory")
    said = world.app.test_client().post(address, data={"answer": "yes"})
    assert said.status_code == 422
    assert "has people who speak for it" in said.text
    person = next(one for one in world.all(Person) if one.name == "Sol")
    with pytest.raises(Refused):
        world.do((person, hub), vouching.vouch, lantern, own=hub, route="mailbox", **NEW)
    [held] = world.all(Vouching)
    later = held.expires_at + timedelta(seconds=1)
    key = world.app.config["PORTAL"].key
    with world.database.reading() as session, pytest.raises(LookupError):
        vouching.by_link(session, key, held.id, vouching.link_token(key, held), later)


# Two who both say so


def test_signing_waits_reading_goes_on_and_both_see_how_it_ends(
    world: World, lantern: Partner, rahima: Person
) -> None:
    camden = world.partner("Camden", Kind.COUNCIL)
    ines = world.person("Ines", camden, "signatory")
    offered = world.proposed(lantern, camden, ines)
    mo = world.person("Mo", lantern, "signatory")
    group, other = world.client(rahima, lantern), world.client(mo, lantern)
    at = f"/partners/{lantern.id}/who-speaks"
    assert at in group.get("/people").text
    assert group.post(at, data={"other": str(mo.id), "why": ""}).status_code == 422
    assert group.post(at, data={"other": str(ines.id), "why": "No."}).status_code == 422
    made = group.post(at, data={"other": str(mo.id), "why": "He left in May."})
    assert made.status_code == 303, made.text
    for client in (group, other):
        assert "Signing waits" in client.get("/people").text
        page = client.get(made.location).text
        assert "He left in May." in page and "both say that it is settled" in page
        read = client.get(f"/agreements/{offered.id}")
        assert read.status_code == 200
        form = client.get(f"/agreements/{offered.id}/sign").text
        signed = {"name": "Me", "role": "Chair", "may": "yes"}
        signed["read"] = form.partition('name="read" value="')[2].partition('"')[0]
        refused = client.post(f"/agreements/{offered.id}/sign", data=signed)
        assert refused.status_code == 422
        assert "Signing waits." in refused.text
    invited = {"name": "Al", "email": "al@example.org", "role": "member"}
    assert "Signing waits." in group.post("/people/invite", data=invited).text
    seat = next(one for one in world.all(Seat) if one.person_id == mo.id)
    assert group.post(f"/roles/{seat.id}/end", data={}).status_code == 409
    officer = world.client(ines, camden)
    assert officer.get(made.location).status_code == 404
    assert "Signing waits" not in officer.get(f"/agreements/{offered.id}").text
    third = world.client(world.person("Nia", lantern, "member"), lantern)
    assert third.post(made.location, data={"answer": "withdraw"}).status_code == 404
    task = "Say if it is settled who speaks for Lantern"
    for client, waits in ((group, True), (other, True), (third, False), (officer, False)):
        assert (task in client.get("/home").text) is waits
    assert group.post(made.location, data={"answer": "agree", "token": "1"}).status_code == 303
    assert task not in group.get("/home").text
    assert task in other.get("/home").text
    again = group.post(made.location, data={"answer": "agree", "token": "2"})
    assert again.status_code == 422
    assert dispute_of(world).state == "one-agrees"
    assert other.post(made.location, data={"answer": "agree", "token": "3"}).status_code == 303
    assert dispute_of(world).state == "agreed"
    assert task not in other.get("/home").text
    assert "Signing goes on." in group.get(made.location).text
    assert group.post("/people/invite", data={**invited, "token": "x"}).status_code == 303


def dispute_of(world: World) -> Dispute:
    held: Dispute = world.all(Dispute)[-1]
    return held


def test_one_withdraws_or_leaves(world: World, lantern: Partner, rahima: Person) -> None:
    mo = world.person("Mo", lantern, "signatory")
    held = world.do((rahima, lantern), dispute.claim, lantern, other=mo, why="He left.")
    with pytest.raises(Refused):
        world.do((mo, lantern), dispute.claim, lantern, other=rahima, why="She left.")
    world.do((mo, lantern), dispute.withdraw, world.read(Dispute, held.id))
    with world.database.reading() as session:
        assert dispute.open_one(session, lantern.id, world.now) is None
    world.do((rahima, lantern), dispute.claim, lantern, other=mo, why="He left.")
    home = world.client(rahima, lantern)
    assert "Say if it is settled" in home.get("/home").text
    seat = next(one for one in world.all(Seat) if one.person_id == mo.id)
    world.do((mo, lantern), seats.leave, seat)
    assert "Say if it is settled" not in home.get("/home").text
    with world.database.reading() as session:
        assert dispute.open_one(session, lantern.id, world.now) is None
    assert profiles.edit.allowed(world.actor(rahima, lantern), lantern)
